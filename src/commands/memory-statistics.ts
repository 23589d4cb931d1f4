/** MEMORY STATS: Redis's names, as far as they have a meaning here. */
import type { Call } from "./command.ts";

export function memoryStatistics({ reply, host, keyspace }: Call): void {
  const gauges = host.gauges();
  const databases = host.config.settings.databases;
  let keys = 0;
  for (let db = 0; db < databases; db++) keys += keyspace.sizeNow(db);
  let clients = 0;
  for (const client of host.clients()) clients += client.queryBufferBytes + client.outputBytes;
  const total = gauges.datasetBytes + gauges.heapUsedBytes;
  const peak = Math.max(gauges.usedBytesPeak, total);
  const integers: readonly (readonly [string, number])[] = [
    ["peak.allocated", peak],
    ["total.allocated", total],
    ["startup.allocated", gauges.usedBytesAtStart],
    ["replication.backlog", 0],
    ["clients.slaves", 0],
    ["clients.normal", clients],
    ["cluster.links", 0],
    ["aof.buffer", 0],
    ["lua.caches", 0],
    ["functions.caches", 0],
    ["overhead.total", gauges.heapUsedBytes],
    ["keys.count", keys],
    ["keys.bytes-per-key", keys === 0 ? 0 : Math.floor(gauges.datasetBytes / keys)],
    ["dataset.bytes", gauges.datasetBytes],
  ];
  const doubles: readonly (readonly [string, number])[] = [
    ["dataset.percentage", share(gauges.datasetBytes, total) * 100],
    ["peak.percentage", share(total, peak) * 100],
    ["fragmentation", share(gauges.residentBytes, total)],
  ];
  reply.map(integers.length + doubles.length);
  for (const [name, value] of integers) {
    reply.bulkText(name);
    reply.integer(value);
  }
  for (const [name, value] of doubles) {
    reply.bulkText(name);
    reply.double(value);
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
