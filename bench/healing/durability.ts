/**
 * What a log on disk costs: throughput of SET without one, with one that is synced every second, and with one that is
 * synced before every reply, the last beside a redis-server that promises the same.
 *
 * All servers stay up; a round runs every case on each, one at once after the other, so that what slows the machine or
 * its disk down slows all of them.
 */
import { judge } from "../aims.ts";
import type { Workbench } from "../bench.ts";
import { fixed, whole } from "../figures.ts";
import type { Server } from "../fleet.ts";
import { LOAD, redisBenchmark } from "../redis-tools.ts";
import { median } from "../statistics.ts";
import { left, right } from "../table.ts";
import { withFolders } from "./folders.ts";

const PIPELINES = [
  { pipeline: 1, requests: 50_000 },
  { pipeline: 16, requests: 400_000 },
];
/** A sync takes its time: fewer requests tell as much. */
const ALWAYS_SHARE = 0.2;
const QUICK_SHARE = 0.1;
const ROUNDS = 3;

const EVERYSEC_RATIO_MIN = 0.9;
const ALWAYS_RATIO_MIN = 0.9;

const NAMES = ["without", "everysec", "always", "Redis everysec", "Redis always"] as const;

export async function durability({ fleet, report, quick }: Workbench): Promise<void> {
  const rows = await withFolders(4, async (folders) => {
    const [everysec = "", always = "", redisEverysec = "", redisAlways = ""] = folders;
    const servers = [
      await fleet.atoll(),
      await fleet.atoll({ "data-dir": everysec, appendfsync: "everysec" }),
      await fleet.atoll({ "data-dir": always, appendfsync: "always" }),
      await fleet.redis({ dir: redisEverysec, appendonly: "yes", appendfsync: "everysec" }),
      await fleet.redis({ dir: redisAlways, appendonly: "yes", appendfsync: "always" }),
    ];
    const measured: string[][] = [];
    for (const { pipeline, requests } of PIPELINES) {
      const results = servers.map((): number[] => []);
      for (let round = 0; round <= (quick ? 1 : ROUNDS); round++) {
        report.progress(`durability: pipeline ${pipeline}, round ${round}`);
        for (const [i, server] of servers.entries()) {
          const share = (quick ? QUICK_SHARE : 1) * (NAMES[i]?.endsWith("always") === true ? ALWAYS_SHARE : 1);
          const rate = await throughputOf(server, pipeline, Math.round(requests * share), fleet.signal);
          if (round > 0) results[i]?.push(rate);
        }
      }
      measured.push(row(pipeline, results.map(median)));
    }
    await Promise.all(servers.map(async (server) => await fleet.stop(server)));
    return measured;
  });
  report.heading("Healing: what durability costs");
  report.lines(
    `SET by redis-benchmark, ${LOAD.clients} clients, values of ${LOAD.valueBytes} bytes, operations per second; medians,` +
      " after one round to warm up, the servers taking turns",
    `aims: with everysec at least ${EVERYSEC_RATIO_MIN} of what it is without; with always at least` +
      ` ${ALWAYS_RATIO_MIN} of Redis with always`,
  );
  report.table(COLUMNS, rows);
}

async function throughputOf(
  { port }: Server,
  pipeline: number,
  requests: number,
  signal: AbortSignal,
): Promise<number> {
  return await redisBenchmark({ port, run: "set", keys: LOAD.keys, pipeline, requests, signal });
}

const COLUMNS = [right("pipeline"), ...NAMES.map(right), right("everysec/without"), right("always/Redis"), left("aim")];

function row(pipeline: number, rates: readonly number[]): string[] {
  const [without = 0, everysec = 0, always = 0, , redisAlways = 0] = rates;
  const [everysecRatio, alwaysRatio] = [everysec / without, always / redisAlways];
  const aim = judge([
    { what: "everysec", value: everysecRatio, atLeast: EVERYSEC_RATIO_MIN },
    { what: "always", value: alwaysRatio, atLeast: ALWAYS_RATIO_MIN },
  ]);
  return [`${pipeline}`, ...rates.map(whole), fixed(everysecRatio, 2), fixed(alwaysRatio, 2), aim];
}
