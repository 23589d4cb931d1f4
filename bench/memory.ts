/**
 * Memory per key, and how long other clients are held up while keys are loaded, beside redis-server.
 *
 * A key has 16 bytes and its value 32; what a server's memory grows by beyond these is its overhead. Then the same for
 * small hashes, whose memory is compared with Redis's. One connection
 * loads in pipelines of about a hundred commands, a client in a process of its own asks something every few
 * milliseconds and notes how long the longest answer takes.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Aim, judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { fixed, megabytes, whole } from "./figures.ts";
import type { Server } from "./fleet.ts";
import { KEY_BYTES, loadKeys, setWords, type WordsOfKey } from "./pipelined-writer.ts";
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

/** A small hash: ten fields of eight bytes with values of sixteen. */
const FIELDS = 10;
const HASH_PAYLOAD_BYTES = KEY_BYTES + FIELDS * (8 + 16);
const HASHES = 1_000_000;
const QUICK_HASHES = 100_000;
const HASH_RATIO_MAX = 1.5;

/** What is loaded, how many of it one after the other, and what of it is payload. */
interface Load {
  readonly what: string;
  readonly wordsOf: WordsOfKey;
  readonly counts: readonly number[];
  readonly payloadBytes: number;
  readonly aimsOf: (bytesPerKey: number) => readonly Aim[];
}

export async function memory(workbench: Workbench): Promise<void> {
  await memoryOfValues(workbench);
  await memoryOfHashes(workbench);
}

async function memoryOfValues({ fleet, report, quick }: Workbench): Promise<void> {
  const load: Load = {
    what: "keys",
    wordsOf: setWords(VALUE_BYTES),
    counts: quick ? QUICK_KEY_COUNTS : KEY_COUNTS,
    payloadBytes: KEY_BYTES + VALUE_BYTES,
    aimsOf: (bytes) => [{ what: "bytes per key", value: bytes - KEY_BYTES - VALUE_BYTES, atMost: OVERHEAD_BYTES_MAX }],
  };
  const rows: string[][] = [];
  for (const start of [async () => await fleet.atoll(), async () => await fleet.redis()]) {
    const server = await start();
    const name = server.name === "redis-server" ? "Redis" : "Atoll";
    const measured = await measure(server, name, load, (text) => report.progress(`memory: ${text}`));
    rows.push(...measured.rows);
    await fleet.stop(server);
  }
  report.heading("Memory");
  report.lines(
    `keys of ${KEY_BYTES} bytes with values of ${VALUE_BYTES} bytes, loaded by one connection;` +
      ` overhead is what resident memory grows by, per key, beyond these ${KEY_BYTES + VALUE_BYTES} bytes`,
    "the longest stall is the longest answer to PING or EXISTS, asked every 2 ms by another client while keys load;" +
      " the probe's own delay is how late its timer came at worst, which is the machine's doing",
    `aims: ${megabytes(EMPTY_BYTES_MAX)} when empty, ${OVERHEAD_BYTES_MAX} bytes per key, ${STALL_MS_MAX} ms`,
  );
  report.table(COLUMNS, rows);
}

async function memoryOfHashes({ fleet, report, quick }: Workbench): Promise<void> {
  const words = Array.from({ length: FIELDS }, (_, i) => [`field:0${i}`, `value:${i}${"v".repeat(9)}`]).flat();
  const progress = (text: string): void => report.progress(`memory: ${text}`);
  let bytesOfRedis = 0;
  const load: Load = {
    what: "hashes",
    wordsOf: (key) => ["HSET", key, ...words],
    counts: [quick ? QUICK_HASHES : HASHES],
    payloadBytes: HASH_PAYLOAD_BYTES,
    aimsOf: (bytes) => [{ what: "of Redis's bytes", value: bytes / bytesOfRedis, atMost: HASH_RATIO_MAX }],
  };
  const redis = await fleet.redis();
  const ofRedis = await measure(redis, "Redis", load, progress);
  bytesOfRedis = ofRedis.bytesPerKey;
  await fleet.stop(redis);
  const atoll = await fleet.atoll();
  const ofAtoll = await measure(atoll, "Atoll", load, progress);
  await fleet.stop(atoll);
  report.heading("Memory of small hashes");
  report.lines(
    `hashes of ${FIELDS} fields of 8 bytes with values of 16 bytes, each written by one command; overhead beyond these bytes and the key's`,
    `aims: ${HASH_RATIO_MAX} of Redis's memory per hash, ${STALL_MS_MAX} ms; measured ${fixed(ofAtoll.bytesPerKey / bytesOfRedis, 2)} of it`,
  );
  report.table(COLUMNS, [...ofAtoll.rows, ...ofRedis.rows]);
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
  { what, wordsOf, counts, payloadBytes, aimsOf }: Load,
  progress: (text: string) => void,
): Promise<{ rows: string[][]; bytesPerKey: number }> {
  await pause(SETTLE_MS);
  const empty = residentBytes(pid);
  const aimOf = (aims: readonly Aim[]): string => (name === "Atoll" ? judge(aims) : "");
  const emptyAim = aimOf([{ what: "empty MB", value: empty / 1e6, atMost: EMPTY_BYTES_MAX / 1e6 }]);
  const rows = [[name, "0", megabytes(empty), "", "", "", "", "", emptyAim]];
  let loaded = 0;
  let bytesPerKey = 0;
  for (const count of counts) {
    progress(`${name}, ${whole(count)} ${what}`);
    const probe = await StallProbe.start(port, count);
    const startMs = performance.now();
    try {
      await loadKeys(port, loaded, count, wordsOf);
    } catch (error) {
      probe.end();
      throw error;
    }
    const seconds = (performance.now() - startMs) / 1000;
    const stalls = await probe.stop();
    await pause(SETTLE_MS);
    const resident = residentBytes(pid);
    bytesPerKey = (resident - empty) / count;
    const aim = aimOf([...aimsOf(bytesPerKey), { what: "stall ms", value: stalls.longestMs, atMost: STALL_MS_MAX }]);
    const figures = [whole(bytesPerKey - payloadBytes), whole((count - loaded) / seconds)];
    const times = [stalls.p999Ms, stalls.longestMs, stalls.ownDelayMs].map((value) => fixed(value, 1));
    rows.push([name, whole(count), megabytes(resident), ...figures, ...times, aim]);
    loaded = count;
  }
  return { rows, bytesPerKey };
}
