/**
 * From a seed to a scenario: the swarm.
 *
 * Every seed switches a random subset of commands and faults on, with wild
 * weights, and draws its own sizes: how many replicas and keys, how far apart,
 * how bursty. Few keys and few values make conflicts frequent; a test in which
 * everything happens a little finds less than many in which a few things happen
 * a lot (Groce et al., "Swarm Testing", 2012).
 */
import { COMMAND_GENERATORS, type Vocabulary } from "./generate-commands.ts";
import { generateFaults } from "./generate-faults.ts";
import { Random } from "../world/random.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";
import type { Operation, ReplicaPlan, Scenario } from "../scenario/scenario.ts";

const REGIONS = ["us", "eu", "ap", "sa", "af"];
/** Clocks of a healthy deployment differ by less than half the bound that replicas tolerate. */
const SKEW_MS_MAX = 200;

export function generateScenario(seed: number): Scenario {
  const shape = new Random(seed, "shape");
  const replicas = drawReplicas(shape);
  const durationMs = shape.pick([300, 1000, 3000, 8000, 20_000]);
  const delay = { baseMs: shape.pick([0.2, 1, 10, 60, 150]), jitterMs: shape.pick([0, 0.5, 5, 40]) };
  const links = replicas.flatMap((from) =>
    shape.chance(0.2)
      ? replicas
          .filter((to) => to !== from)
          .map((to) => ({ from: from.id, to: to.id, baseMs: shape.between(1, 300), jitterMs: shape.between(0, 30) }))
      : [],
  );
  const startMs = 500 + 8 * delay.baseMs + (links.length > 0 ? 2500 : 0);
  const endMs = startMs + durationMs;
  return {
    name: `seed ${seed}`,
    seed,
    replicas,
    delay,
    links,
    reconnectMs: shape.pick([5, 50, 300]),
    timerMs: shape.pick([5, 10, 20]),
    limits: drawLimits(shape),
    endMs,
    convergeMs: 60_000,
    clearsAtEnd: shape.chance(0.5),
    workload: drawWorkload(new Random(seed, "workload"), replicas, startMs, endMs),
    faults: generateFaults(
      new Random(seed, "faults"),
      replicas.map((replica) => replica.id),
      startMs,
      endMs,
    ),
    expectations: [],
  };
}

function drawReplicas(shape: Random): ReplicaPlan[] {
  const count = 1 + shape.weighted([1, 6, 10, 3, 3]);
  const skewed = shape.chance(0.6);
  const drifting = shape.chance(0.3);
  return REGIONS.slice(0, count).map((region) => ({
    id: region,
    region,
    skewMs: skewed ? shape.between(-SKEW_MS_MAX, SKEW_MS_MAX) : 0,
    driftPpm: drifting ? shape.between(-500, 500) : 0,
  }));
}

/**
 * Small bounds, so that logs are lapped and waiting intervals overflow. But a
 * log spans a few round trips of heartbeats from all replicas and the credit
 * lets them through, else no replica could ever catch up.
 */
function drawLimits(shape: Random): Record<string, number> {
  const limits: Record<string, number> = {};
  if (shape.chance(0.3)) limits["logBytesMax"] = shape.pick([40_000, 100_000]);
  if (shape.chance(0.2)) limits["heldCountMax"] = shape.pick([1, 4, 40]);
  if (shape.chance(0.2)) limits["creditBytes"] = shape.pick([6_000, 30_000]);
  if (shape.chance(0.2)) limits["bufferedBytesMax"] = shape.pick([200, 5_000]);
  if (shape.chance(0.3)) limits["repairChunkBytes"] = shape.pick([100, 1_000]);
  return limits;
}

function drawWorkload(random: Random, replicas: readonly ReplicaPlan[], startMs: number, endMs: number): Operation[] {
  const vocabulary = drawVocabulary(random);
  const names = Object.keys(COMMAND_GENERATORS);
  const enabled = random.subset(names, random.pick([0.15, 0.4, 0.8]));
  const commands = enabled.length === 0 ? ["SET", "GET", "DEL"] : enabled;
  const weights = commands.map(() => random.pick([0.2, 1, 1, 3, 10]));
  const databases = random.chance(0.15) ? 2 : 1;
  const gapMs = (endMs - startMs) / random.pick([20, 60, 200, 500]);
  const burst = random.pick([0, 0.3, 0.8]);
  const workload: Operation[] = [];
  let atMs = startMs;
  while (atMs < endMs) {
    const generator = COMMAND_GENERATORS[commands[random.weighted(weights)] ?? "GET"];
    const replica = random.pick(replicas).id;
    if (generator !== undefined)
      workload.push({
        atMs,
        replica,
        database: random.below(databases),
        command: generator(random, vocabulary, EPOCH_MS + Math.floor(atMs)),
      });
    if (!random.chance(burst)) atMs += Math.round(random.exponential(gapMs) * 10) / 10;
  }
  return workload;
}

function drawVocabulary(random: Random): Vocabulary {
  const keys = Array.from({ length: random.pick([1, 1, 2, 3, 6]) }, (_, i) => `k${i}`);
  const elements = ["a", "b", "c", "d", "e", "f", "g"].slice(0, random.pick([1, 2, 3, 7]));
  const numbers = ["0", "1", "5", "-3", "10"];
  const odd = ["abc", "", "3.5", "007", "1e2", "x".repeat(300)];
  const huge = ["9223372036854775807", "-9223372036854775800"];
  const values = [...numbers, ...(random.chance(0.5) ? odd : []), ...(random.chance(0.1) ? huge : [])];
  return { keys, elements, values, mixesTypes: random.chance(0.4), deadlineMs: random.pick([20, 300, 2000, 15_000]) };
}
