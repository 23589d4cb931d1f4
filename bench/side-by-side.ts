/**
 * Commands beside redis-server, under redis-benchmark: throughput and CPU time per operation.
 *
 * Both servers stay up the whole time. A round runs every case on one and at once on the other, so that what slows the
 * machine down for a while slows both; the first round warms up and is not counted. Figures are medians of rounds.
 */
import { judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { fixed, whole } from "./figures.ts";
import type { Fleet, Server } from "./fleet.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { redisBenchmark } from "./redis-tools.ts";
import { medianOf } from "./statistics.ts";
import { left, right } from "./table.ts";

export interface Case {
  /** What the table calls it. */
  readonly name: string;
  /** A test that redis-benchmark has by name, or the words of a command, in which it replaces `__rand_int__`. */
  readonly run: string | readonly string[];
  /** Random numbers of a command are below this. */
  readonly keys: number;
  readonly pipeline: number;
  readonly requests: number;
  /** The least throughput to aim at, as a share of Redis's. */
  readonly ratioMin: number;
  /** The most CPU time an operation, as a multiple of Redis's; where there is no aim, infinity. */
  readonly cpuRatioMax: number;
}

interface Measured {
  readonly operationsPerSecond: number;
  readonly cpuOfOperation: number;
}

interface Result {
  readonly atoll: Measured[];
  readonly redis: Measured[];
}

const ROUNDS = 3;
const QUICK_ROUNDS = 1;
const WARM_UP_REQUESTS_SHARE = 0.3;
const QUICK_REQUESTS_SHARE = 0.1;

export function roundsOf(quick: boolean): number {
  return quick ? QUICK_ROUNDS : ROUNDS;
}

/** Runs all cases and puts the table of them into the report. */
export async function sideBySide(
  { fleet, report, quick }: Workbench,
  what: string,
  servers: { readonly atoll: Server; readonly redis: Server },
  cases: readonly Case[],
): Promise<void> {
  const rounds = roundsOf(quick);
  const results = cases.map((): Result => ({ atoll: [], redis: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [i, listed] of cases.entries()) {
      const share = (round === 0 ? WARM_UP_REQUESTS_SHARE : 1) * (quick ? QUICK_REQUESTS_SHARE : 1);
      const each = { ...listed, requests: Math.max(1, Math.round(listed.requests * share)) };
      report.progress(`${what}: round ${round} of ${rounds}, ${each.name}, pipeline ${each.pipeline}`);
      const ofAtoll = await measure(fleet, servers.atoll, each);
      const ofRedis = await measure(fleet, servers.redis, each);
      if (round === 0) continue;
      results[i]?.atoll.push(ofAtoll);
      results[i]?.redis.push(ofRedis);
    }
  }
  report.table(
    COLUMNS,
    results.map((result, i) => row(cases[i] as Case, result)),
  ); // one result for each case
}

async function measure(
  fleet: Fleet,
  { pid, port }: Server,
  { run, keys, pipeline, requests }: Case,
): Promise<Measured> {
  const before = cpuMicroseconds(pid);
  const operationsPerSecond = await redisBenchmark({ port, run, keys, pipeline, requests, signal: fleet.signal });
  return { operationsPerSecond, cpuOfOperation: (cpuMicroseconds(pid) - before) / requests };
}

const COLUMNS = [
  right("pipeline"),
  left("command"),
  right("Atoll ops/s"),
  right("Redis ops/s"),
  right("ratio"),
  right("Atoll CPU µs"),
  right("Redis CPU µs"),
  right("ratio"),
  left("aim"),
];

function row({ name, pipeline, ratioMin, cpuRatioMax }: Case, { atoll, redis }: Result): string[] {
  const operations = [atoll, redis].map((of) => medianOf(of, ({ operationsPerSecond }) => operationsPerSecond));
  const cpu = [atoll, redis].map((of) => medianOf(of, ({ cpuOfOperation }) => cpuOfOperation));
  const [ratio, cpuRatio] = [operations, cpu].map(([ours = 0, theirs = 0]) => ours / theirs) as [number, number]; // two
  const aims = [{ what: "throughput", value: ratio, atLeast: ratioMin }];
  const aim = judge(cpuRatioMax === Infinity ? aims : [...aims, { what: "CPU", value: cpuRatio, atMost: cpuRatioMax }]);
  const [ofAtoll = "", ofRedis = ""] = operations.map(whole);
  const [cpuAtoll = "", cpuRedis = ""] = cpu.map((value) => fixed(value, 2));
  return [`${pipeline}`, name, ofAtoll, ofRedis, fixed(ratio, 2), cpuAtoll, cpuRedis, fixed(cpuRatio, 2), aim];
}
