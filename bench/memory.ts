/**
 * Memory per key, and how long other clients are held up while keys are loaded, beside redis-server.
 *
 * A key has 16 bytes and its value 32; what a server's memory grows by beyond these is its overhead. One connection
 * loads in pipelines of about a hundred commands, a client in a process of its own asks something every few
 * milliseconds and notes how long the longest answer takes.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Aim, judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { fixed, megabytes, whole } from "./figures.ts";
import type { Server } from "./fleet.ts";
import { KEY_BYTES, loadKeys } from "./pipelined-writer.ts";
import { residentBytes } from "./process-figures.ts";
import { StallProbe } from "./stall-probe.ts";
import { left, right } from "./table.ts";

const VALUE_BYTES = 32;
const KEY_COUNTS = [1_000_000, 5_000_000];
const QUICK_KEY_COUNTS = [100_000, 500_000];

const EMPTY_BYTES_MAX = 100e6;
const OVERHEAD_BYTES_MAX = 100;
const STALL_MS_MAX = 20;

/** Before memory is read, a server gets this long to give back what it only needed for a moment. */
const SETTLE_MS = 1_000;

export async function memory({ fleet, report, quick }: Workbench): Promise<void> {
  const counts = quick ? QUICK_KEY_COUNTS : KEY_COUNTS;
  const rows: string[][] = [];
  for (const start of [async () => await fleet.atoll(), async () => await fleet.redis()]) {
    const server = await start();
    const name = server.name === "redis-server" ? "Redis" : "Atoll";
    rows.push(...(await measure(server, name, counts, (text) => report.progress(`memory: ${text}`))));
    await fleet.stop(server);
  }
  report.heading("Memory");
  report.lines(
    `keys of ${KEY_BYTES} bytes with values of ${VALUE_BYTES} bytes, loaded by one connection;` +
      ` overhead is what resident memory grows by, per key, beyond these ${KEY_BYTES + VALUE_BYTES} bytes`,
    "the longest stall is the longest answer to PING or GET, asked every 2 ms by another client while keys load;" +
      " the probe's own delay is how late its timer came at worst, which is the machine's doing",
    `aims: ${megabytes(EMPTY_BYTES_MAX)} when empty, ${OVERHEAD_BYTES_MAX} bytes per key, ${STALL_MS_MAX} ms`,
  );
  report.table(COLUMNS, rows);
}

const COLUMNS = [
  left("server"),
  right("keys"),
  right("resident"),
  right("overhead per key"),
  right("loaded keys/s"),
  right("p99.9 ms"),
  right("longest stall ms"),
  right("probe's own delay ms"),
  left("aim"),
];

async function measure(
  { pid, port }: Server,
  name: string,
  counts: readonly number[],
  progress: (text: string) => void,
): Promise<string[][]> {
  await pause(SETTLE_MS);
  const empty = residentBytes(pid);
  const aimOf = (aims: readonly Aim[]): string => (name === "Atoll" ? judge(aims) : "");
  const emptyAim = aimOf([{ what: "empty MB", value: empty / 1e6, atMost: EMPTY_BYTES_MAX / 1e6 }]);
  const rows = [[name, "0", megabytes(empty), "", "", "", "", "", emptyAim]];
  let loaded = 0;
  for (const count of counts) {
    progress(`${name}, ${whole(count)} keys`);
    const probe = await StallProbe.start(port, count);
    const startMs = performance.now();
    try {
      await loadKeys(port, loaded, count, VALUE_BYTES);
    } catch (error) {
      probe.end();
      throw error;
    }
    const seconds = (performance.now() - startMs) / 1000;
    const stalls = await probe.stop();
    await pause(SETTLE_MS);
    const resident = residentBytes(pid);
    const overhead = (resident - empty) / count - (KEY_BYTES + VALUE_BYTES);
    const aim = aimOf([
      { what: "bytes per key", value: overhead, atMost: OVERHEAD_BYTES_MAX },
      { what: "stall ms", value: stalls.longestMs, atMost: STALL_MS_MAX },
    ]);
    const figures = [whole(overhead), whole((count - loaded) / seconds)];
    const times = [stalls.p999Ms, stalls.longestMs, stalls.ownDelayMs].map((value) => fixed(value, 1));
    rows.push([name, whole(count), megabytes(resident), ...figures, ...times, aim]);
    loaded = count;
  }
  return rows;
}
