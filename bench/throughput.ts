/**
 * Throughput of the simplest commands beside redis-server.
 *
 * On a small machine redis-benchmark itself is the slower end at large pipelines: CPU per operation then tells more.
 */
import type { Workbench } from "./bench.ts";
import { whole } from "./figures.ts";
import { LOAD } from "./redis-tools.ts";
import { type Case, roundsOf, sideBySide } from "./side-by-side.ts";

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

export async function throughput(workbench: Workbench): Promise<void> {
  const { fleet, report, quick } = workbench;
  const atoll = await fleet.atoll();
  const redis = await fleet.redis();
  report.heading("Throughput");
  report.lines(
    `redis-benchmark, ${LOAD.clients} clients, values of ${LOAD.valueBytes} bytes, ${whole(LOAD.keys)} keys;` +
      ` medians; rounds: ${roundsOf(quick)}, after one to warm up, the servers taking turns`,
    "CPU is user and system time of the server process, all threads",
    `aims: throughput at least Redis's at pipelines 16 and 64, 0.9 of it at 1; CPU at most ${CPU_RATIO_MAX} of Redis's`,
  );
  await sideBySide(workbench, "throughput", { atoll, redis }, allCases());
  await Promise.all([fleet.stop(atoll), fleet.stop(redis)]);
}

function allCases(): Case[] {
  return PIPELINES.flatMap(({ pipeline, requests, ratioMin }) =>
    COMMANDS.map((name) => ({
      name,
      run: name.toLowerCase(),
      keys: LOAD.keys,
      pipeline,
      requests: Math.round(requests * (name === "MSET" ? MSET_REQUESTS_SHARE : 1)),
      ratioMin,
      cpuRatioMax: CPU_RATIO_MAX,
    })),
  );
}
