/**
 * Throughput and CPU time per operation beside redis-server, under redis-benchmark.
 *
 * Both servers stay up the whole time. A round runs every case on one and at once on the other, so that what slows the
 * machine down for a while slows both; the first round warms up and is not counted. Figures are medians of rounds.
 *
 * On a small machine redis-benchmark itself is the slower end at large pipelines: CPU per operation then tells more.
 */
import { judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { fixed, whole } from "./figures.ts";
import type { Fleet, Server } from "./fleet.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { LOAD, redisBenchmark } from "./redis-tools.ts";
import { medianOf } from "./statistics.ts";
import { left, right } from "./table.ts";

interface Case {
  readonly test: string;
  readonly pipeline: number;
  readonly requests: number;
}

interface Measured {
  readonly operationsPerSecond: number;
  readonly cpuOfOperation: number;
}

interface Result {
  readonly atoll: Measured[];
  readonly redis: Measured[];
}

const COMMANDS = ["SET", "GET", "INCR", "HSET", "SADD", "MSET"];

/** Enough requests for a second or two, and the least throughput to aim at, as a share of Redis's. */
const PIPELINES = [
  { pipeline: 1, requests: 100_000, ratioMin: 0.9 },
  { pipeline: 16, requests: 500_000, ratioMin: 1 },
  { pipeline: 64, requests: 1_000_000, ratioMin: 1 },
];
const CPU_RATIO_MAX = 1.2;

/** MSET writes ten keys. */
const MSET_REQUESTS_SHARE = 0.2;
const QUICK_REQUESTS_SHARE = 0.1;
const WARM_UP_REQUESTS_SHARE = 0.3;

const ROUNDS = 3;
const QUICK_ROUNDS = 1;

export async function throughput({ fleet, report, quick }: Workbench): Promise<void> {
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const atoll = await fleet.atoll();
  const redis = await fleet.redis();
  const cases = allCases(quick);
  const results = cases.map((): Result => ({ atoll: [], redis: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [i, listed] of cases.entries()) {
      const requests = Math.round(listed.requests * (round === 0 ? WARM_UP_REQUESTS_SHARE : 1));
      const each = { ...listed, requests };
      report.progress(`throughput: round ${round} of ${rounds}, ${each.test}, pipeline ${each.pipeline}`);
      const ofAtoll = await measure(fleet, atoll, each);
      const ofRedis = await measure(fleet, redis, each);
      if (round === 0) continue;
      results[i]?.atoll.push(ofAtoll);
      results[i]?.redis.push(ofRedis);
    }
  }
  await Promise.all([fleet.stop(atoll), fleet.stop(redis)]);

  report.heading("Throughput");
  report.lines(
    `redis-benchmark, ${LOAD.clients} clients, values of ${LOAD.valueBytes} bytes, ${whole(LOAD.keys)} keys;` +
      ` medians; rounds: ${rounds}, after one to warm up, the servers taking turns`,
    "CPU is user and system time of the server process, all threads",
    `aims: throughput at least Redis's at pipelines 16 and 64, 0.9 of it at 1; CPU at most ${CPU_RATIO_MAX} of Redis's`,
  );
  report.table(
    COLUMNS,
    results.map((result, i) => row(cases[i] as Case, result)),
  ); // one result for each case
}

function allCases(quick: boolean): Case[] {
  return PIPELINES.flatMap(({ pipeline, requests }) =>
    COMMANDS.map((test) => {
      const share = (test === "MSET" ? MSET_REQUESTS_SHARE : 1) * (quick ? QUICK_REQUESTS_SHARE : 1);
      return { test, pipeline, requests: Math.round(requests * share) };
    }),
  );
}

async function measure(fleet: Fleet, { pid, port }: Server, { test, pipeline, requests }: Case): Promise<Measured> {
  const before = cpuMicroseconds(pid);
  const operationsPerSecond = await redisBenchmark({
    port,
    test: test.toLowerCase(),
    pipeline,
    requests,
    signal: fleet.signal,
  });
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

function row({ test, pipeline }: Case, { atoll, redis }: Result): string[] {
  const operations = [atoll, redis].map((of) => medianOf(of, ({ operationsPerSecond }) => operationsPerSecond));
  const cpu = [atoll, redis].map((of) => medianOf(of, ({ cpuOfOperation }) => cpuOfOperation));
  const [ratio, cpuRatio] = [operations, cpu].map(([ours = 0, theirs = 0]) => ours / theirs) as [number, number]; // two
  const aim = judge([
    { what: "throughput", value: ratio, atLeast: PIPELINES.find((each) => each.pipeline === pipeline)?.ratioMin ?? 1 },
    { what: "CPU", value: cpuRatio, atMost: CPU_RATIO_MAX },
  ]);
  const [ofAtoll = "", ofRedis = ""] = operations.map(whole);
  const [cpuAtoll = "", cpuRedis = ""] = cpu.map((value) => fixed(value, 2));
  return [`${pipeline}`, test, ofAtoll, ofRedis, fixed(ratio, 2), cpuAtoll, cpuRedis, fixed(cpuRatio, 2), aim];
}
