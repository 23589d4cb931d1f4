/**
 * Lists, sets, hashes, sorted sets, HyperLogLogs and places beside redis-server: the tests that redis-benchmark has for
 * them, and then commands on one large collection of each kind.
 */
import type { Workbench } from "./bench.ts";
import { Connection, encodeRequest } from "./connection.ts";
import { whole } from "./figures.ts";
import type { Server } from "./fleet.ts";
import { LOAD, redisBenchmark } from "./redis-tools.ts";
import { type Case, roundsOf, sideBySide } from "./side-by-side.ts";

/** In this order: what pops, pops what was pushed. */
const TESTS = ["LPUSH", "RPUSH", "LPOP", "RPOP", "LRANGE_100", "SADD", "SPOP", "HSET", "ZADD", "ZPOPMIN"];

const PIPELINES = [
  { pipeline: 1, requests: 50_000, ratioMin: 0.8 },
  { pipeline: 16, requests: 300_000, ratioMin: 1 },
];
/** A hundred elements an answer: no simple one. */
const LRANGE = { requestsShare: 0.1, ratioMin: 0.8 };

const MILLION = 1_000_000;
const HUNDRED_THOUSAND = 100_000;
/** Degrees from 0 to 2 in steps of a millionth of a thousandth: what redis-benchmark's twelve digits make of its numbers. */
const PLACES = 2 ** 31 - 1;
const PLACE = ["0.__rand_int__e3", "0.__rand_int__e3"];

/** What the large collections are made of; random numbers leave some out. */
const FILLINGS: readonly { readonly run: readonly string[]; readonly keys: number; readonly requests: number }[] = [
  { run: ["ZADD", "zset", "__rand_int__", "member:__rand_int__"], keys: MILLION, requests: 3 * MILLION },
  { run: ["RPUSH", "list", "value:__rand_int__"], keys: MILLION, requests: MILLION },
  { run: ["GEOADD", "places", ...PLACE, "place:__rand_int__"], keys: PLACES, requests: HUNDRED_THOUSAND },
  { run: ["PFADD", "sketch", "element:__rand_int__"], keys: MILLION, requests: HUNDRED_THOUSAND },
];

/**
 * Sets that share a tenth of their members. Not from redis-benchmark: it draws by the second and its process id, so that
 * two runs of it may well draw the same members.
 */
const SETS = [
  { key: "set:1", from: 0 },
  { key: "set:2", from: 90_000 },
];
const MEMBERS_AT_ONCE = 100;
/** Prime to a million, so that no two members of a set are the same, nor in the order of their numbers. */
const MEMBER_STEP = 7919;

interface Large {
  readonly run: readonly string[];
  readonly name: string;
  readonly requests: number;
}

const LARGE: readonly Large[] = [
  { name: "ZADD, 1 M", run: ["ZADD", "zset", "__rand_int__", "member:__rand_int__"], requests: 200_000 },
  { name: "ZRANK, 1 M", run: ["ZRANK", "zset", "member:__rand_int__"], requests: 200_000 },
  {
    name: "ZRANGE of 10, 1 M",
    run: ["ZRANGE", "zset", "__rand_int__", "+inf", "BYSCORE", "LIMIT", "0", "10"],
    requests: 100_000,
  },
  { name: "LINDEX, 1 M", run: ["LINDEX", "list", "500000"], requests: 100_000 },
  { name: "SINTER, 2 x 100 k", run: ["SINTER", "set:1", "set:2"], requests: 300 },
  {
    name: "GEOSEARCH 5 km, 100 k",
    run: ["GEOSEARCH", "places", "FROMLONLAT", "1", "1", "BYRADIUS", "5", "km"],
    requests: 20_000,
  },
  { name: "PFADD", run: ["PFADD", "sketch", "element:__rand_int__"], requests: 200_000 },
  { name: "PFCOUNT", run: ["PFCOUNT", "sketch"], requests: 200_000 },
];
const LARGE_PIPELINES = [1, 16];
/** At pipeline 1 the sockets are most of the work. */
const UNPIPELINED_REQUESTS_SHARE = 0.25;
const LARGE_RATIO_MIN = 0.8;

export async function collections(workbench: Workbench): Promise<void> {
  const { fleet, report, quick } = workbench;
  const atoll = await fleet.atoll();
  const redis = await fleet.redis();
  report.heading("Collections");
  report.lines(
    `redis-benchmark, ${LOAD.clients} clients, ${whole(LOAD.keys)} random elements; medians; rounds: ${roundsOf(quick)},` +
      ` after one to warm up, the servers taking turns`,
    "aims: throughput at least Redis's at pipeline 16, 0.8 of it at 1 and for LRANGE of 100 elements",
  );
  await sideBySide(workbench, "collections", { atoll, redis }, testCases());
  report.heading("Large collections");
  report.lines(
    `one collection of each kind, filled before; medians; rounds: ${roundsOf(quick)}; aim: at least ${LARGE_RATIO_MIN} of Redis's throughput`,
  );
  for (const server of [atoll, redis]) await fill(workbench, server);
  await sideBySide(workbench, "large collections", { atoll, redis }, largeCases());
  await Promise.all([fleet.stop(atoll), fleet.stop(redis)]);
}

function testCases(): Case[] {
  return PIPELINES.flatMap(({ pipeline, requests, ratioMin }) =>
    TESTS.map((name) => {
      const isRange = name === "LRANGE_100";
      return {
        name,
        run: name.toLowerCase(),
        keys: LOAD.keys,
        pipeline,
        requests: Math.round(requests * (isRange ? LRANGE.requestsShare : 1)),
        ratioMin: isRange ? LRANGE.ratioMin : ratioMin,
        cpuRatioMax: Infinity,
      };
    }),
  );
}

function largeCases(): Case[] {
  return LARGE_PIPELINES.flatMap((pipeline) =>
    LARGE.map(({ name, run, requests }) => ({
      name,
      run,
      keys: MILLION,
      pipeline,
      requests: Math.round(requests * (pipeline === 1 ? UNPIPELINED_REQUESTS_SHARE : 1)),
      ratioMin: LARGE_RATIO_MIN,
      cpuRatioMax: Infinity,
    })),
  );
}

async function fill({ fleet, report, quick }: Workbench, { port }: Server): Promise<void> {
  for (const { run, keys, requests } of FILLINGS) {
    report.progress(`large collections: filling ${run[1] ?? ""}`);
    const share = quick ? 0.3 : 1;
    await redisBenchmark({ port, run, keys, requests: requests * share, pipeline: 64, signal: fleet.signal });
  }
  await fillSets(port, quick ? 0.3 : 1);
}

async function fillSets(port: number, share: number): Promise<void> {
  const connection = await Connection.open(port);
  for (const { key, from } of SETS) {
    for (let i = 0; i < HUNDRED_THOUSAND * share; i += MEMBERS_AT_ONCE) {
      const members = Array.from({ length: MEMBERS_AT_ONCE }, (_, n) => memberName(Math.round(from * share) + i + n));
      await connection.ask(encodeRequest("SADD", key, ...members));
    }
  }
  connection.close();
}

/** As redis-benchmark makes them: twelve digits. */
function memberName(number: number): string {
  return `member:${String((number * MEMBER_STEP) % MILLION).padStart(12, "0")}`;
}
