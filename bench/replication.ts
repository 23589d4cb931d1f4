/**
 * What replication costs: CPU time of a SET at its origin and at each receiver among three replicas, beside that of
 * the same SET at a replica that stands alone.
 *
 * All four processes stay up; rounds alternate between the one alone and the three. A round of the three lasts until
 * all show the same keyspace. What a process uses when idle (heartbeats, timers) is measured first and taken off.
 */
import { setTimeout as pause } from "node:timers/promises";
import { judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { converged } from "./convergence.ts";
import { fixed } from "./figures.ts";
import type { Server } from "./fleet.ts";
import { cpuMicroseconds } from "./process-figures.ts";
import { LOAD, redisBenchmark } from "./redis-tools.ts";
import { medianOf } from "./statistics.ts";
import { left, right } from "./table.ts";

interface Load {
  readonly pipeline: number;
  readonly requests: number;
}

/** CPU microseconds of one SET. */
interface Cost {
  readonly alone: number;
  readonly origin: number;
  readonly receiver: number;
}

/** CPU microseconds that a process uses in a second of idleness. */
type IdleRates = ReadonlyMap<number, number>;

const LOADS: readonly Load[] = [
  { pipeline: 1, requests: 100_000 },
  { pipeline: 16, requests: 500_000 },
  { pipeline: 64, requests: 1_000_000 },
];
const QUICK_REQUESTS_SHARE = 0.2;
const WARM_UP_REQUESTS_SHARE = 0.3;
const ROUNDS = 3;
const QUICK_ROUNDS = 1;

const ORIGIN_RATIO_MAX = 1.3;
const RECEIVER_RATIO_MAX = 0.5;

const IDLE_MS = 3_000;

export async function replication({ fleet, report, quick }: Workbench): Promise<void> {
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const alone = await fleet.atoll();
  const three = await fleet.atolls(["us", "eu", "ap"]);
  const run = async (server: Server, { pipeline, requests }: Load): Promise<void> => {
    await redisBenchmark({ port: server.port, run: "set", keys: LOAD.keys, pipeline, requests, signal: fleet.signal });
  };
  report.progress("replication: an idle interval");
  const idle = await idleRates([alone, ...three]);
  const costs = LOADS.map((): Cost[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { pipeline, requests }] of LOADS.entries()) {
      report.progress(`replication: round ${round} of ${rounds}, pipeline ${pipeline}`);
      const share = (quick ? QUICK_REQUESTS_SHARE : 1) * (round === 0 ? WARM_UP_REQUESTS_SHARE : 1);
      const load = { pipeline, requests: Math.round(requests * share) };
      const [cost] = await cpuOfLoad([alone], load, idle, async () => await run(alone, load));
      const [origin, ...receivers] = await cpuOfLoad(three, load, idle, async () => {
        await run(three[0] as Server, load); // three were started
        await converged(three);
      });
      const receiver = medianOf(receivers, (value) => value);
      if (round > 0) costs[i]?.push({ alone: cost ?? 0, origin: origin ?? 0, receiver });
    }
  }
  await Promise.all([alone, ...three].map(async (server) => await fleet.stop(server)));

  report.heading("Replication");
  report.lines(
    `SET by redis-benchmark, ${LOAD.clients} clients, values of ${LOAD.valueBytes} bytes, at one of three replicas and` +
      ` at a replica alone; medians; rounds: ${rounds}, after one to warm up`,
    "CPU per SET, user and system time of the process until all three are equal, less what it uses when idle",
    `aims: origin at most ${ORIGIN_RATIO_MAX} of a replica alone, a receiver at most ${RECEIVER_RATIO_MAX}`,
    `idle, a replica alone uses ${idleShare(idle, alone)} of a CPU, one of three ${idleShare(idle, three[0] as Server)}`, // three
  );
  report.table(
    COLUMNS,
    LOADS.map(({ pipeline }, i) => row(pipeline, costs[i] ?? [])),
  );
}

/** CPU microseconds per request of each server while `work` runs. */
async function cpuOfLoad(
  servers: readonly Server[],
  { requests }: Load,
  idle: IdleRates,
  work: () => Promise<void>,
): Promise<number[]> {
  const startMs = performance.now();
  const before = servers.map(({ pid }) => cpuMicroseconds(pid));
  await work();
  const seconds = (performance.now() - startMs) / 1000;
  return servers.map(({ pid }, i) => {
    const used = cpuMicroseconds(pid) - (before[i] ?? 0);
    return (used - (idle.get(pid) ?? 0) * seconds) / requests;
  });
}

async function idleRates(servers: readonly Server[]): Promise<IdleRates> {
  const startMs = performance.now();
  const before = servers.map(({ pid }) => cpuMicroseconds(pid));
  await pause(IDLE_MS);
  const seconds = (performance.now() - startMs) / 1000;
  return new Map(servers.map(({ pid }, i) => [pid, (cpuMicroseconds(pid) - (before[i] ?? 0)) / seconds]));
}

function idleShare(idle: IdleRates, { pid }: Server): string {
  return `${fixed((idle.get(pid) ?? 0) / 1e4, 1)} %`;
}

const COLUMNS = [
  right("pipeline"),
  right("alone µs"),
  right("origin µs"),
  right("ratio"),
  right("receiver µs"),
  right("ratio"),
  left("aim"),
];

function row(pipeline: number, costs: readonly Cost[]): string[] {
  const alone = medianOf(costs, (cost) => cost.alone);
  const origin = medianOf(costs, (cost) => cost.origin);
  const receiver = medianOf(costs, (cost) => cost.receiver);
  const aim = judge([
    { what: "origin", value: origin / alone, atMost: ORIGIN_RATIO_MAX },
    { what: "receiver", value: receiver / alone, atMost: RECEIVER_RATIO_MAX },
  ]);
  const figures = [alone, origin, origin / alone, receiver, receiver / alone].map((value) => fixed(value, 2));
  return [`${pipeline}`, ...figures, aim];
}
