/**
 * From a seed to a scenario: the swarm.
 *
 * Every seed switches a random subset of commands and faults on, with wild
 * weights, and draws its own sizes: how many replicas and keys, how far apart,
 * how bursty. Few keys and few values make conflicts frequent; a test in which
 * everything happens a little finds less than many in which a few things happen
 * a lot (Groce et al., "Swarm Testing", 2012).
 */
import type { Vocabulary } from "./commands/words.ts";
import { COMMAND_GENERATORS, FAMILIES } from "./generate-commands.ts";
import { drawDurability } from "./generate-durability.ts";
import { generateFaults } from "./generate-faults.ts";
import { COMERS_MAX, generateMembers } from "./generate-members.ts";
import { drawLeaning, pickFrom, type Leaning } from "./leanings.ts";
import { Random } from "../world/random.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";
import type { Operation, ReplicaPlan, Scenario } from "../scenario/scenario.ts";

const REGIONS = ["us", "eu", "ap", "sa", "af"];
/** Their sums are rounded, or are no numbers. */
const ODD_SCORES = ["0.1", "0.2", "-0.7", "1e17", "3e-320", "inf", "-inf"];
/** Elements enough for collections to outgrow their keys' entries, and to shrink again. */
const MANY_ELEMENTS = Array.from({ length: 45 }, (_, i) => `m${i}`);
/** Clocks of a healthy deployment differ by less than half the bound that replicas tolerate. */
const SKEW_MS_MAX = 200;

/** Of a few thousand seeds the slowest took ten seconds. */
const CONVERGE_MS = 60_000;
/** With less, heartbeats alone nearly fill the links, and what is held back for all to see waits for minutes. */
const CREDIT_SCARCE_BYTES = 1000;

export function generateScenario(seed: number): Scenario {
  const shape = new Random(seed, "shape");
  const leaning = drawLeaning(new Random(seed, "leaning"));
  const founders = drawReplicas(shape);
  const kept = drawDurability(new Random(seed, "durability"), founders, leaning);
  const durationMs = pickFrom(shape, leaning.durationMs, [300, 1000, 3000, 8000, 20_000]);
  const delay = {
    baseMs: pickFrom(shape, leaning.delayMs, [0.2, 1, 10, 60, 150]),
    jitterMs: shape.pick([0, 0.5, 5, 40]),
  };
  const links = founders.flatMap((from) =>
    shape.chance(0.2) && leaning.delayMs.length === 0
      ? founders
          .filter((to) => to !== from)
          .map((to) => ({ from: from.id, to: to.id, baseMs: shape.between(1, 300), jitterMs: shape.between(0, 30) }))
      : [],
  );
  const startMs = 500 + 8 * delay.baseMs + (links.length > 0 ? 2500 : 0);
  const endMs = startMs + durationMs;
  const reconnectMs = shape.pick([5, 50, 300]);
  const timerMs = shape.pick([5, 10, 20]);
  const usual = { ...drawLimits(shape), ...leaningLimits(shape, leaning) };
  const limits: Record<string, number> = {
    ...usual,
    ...drawRareLimits(new Random(seed, "limits"), founders.length, "creditBytes" in usual),
  };
  const { comers, faults: memberFaults } = generateMembers(
    new Random(seed, "members"),
    kept.replicas,
    startMs,
    endMs,
    leaning,
  );
  const replicas = [...kept.replicas, ...comers];
  return {
    name: `seed ${seed}`,
    seed,
    replicas,
    delay,
    links,
    reconnectMs,
    timerMs,
    durability: kept.durability,
    persistence: kept.persistence,
    limits,
    endMs,
    convergeMs: (limits["creditBytes"] ?? Infinity) < CREDIT_SCARCE_BYTES ? 8 * CONVERGE_MS : CONVERGE_MS,
    clearsAtEnd: shape.chance(0.5),
    workload: drawWorkload(new Random(seed, "workload"), leaning, replicas, startMs, endMs),
    faults: [
      ...generateFaults(new Random(seed, "faults"), { replicas, startMs, endMs, leaning, isDurable: kept.isDurable }),
      ...memberFaults,
    ].toSorted((a, b) => a.atMs - b.atMs),
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

/** Bounds that are met by few: a link more than there are peers lets a broken one be replaced before it is noticed. */
function drawRareLimits(random: Random, replicas: number, isScarce: boolean): Record<string, number> {
  const limits: Record<string, number> = {};
  if (random.chance(0.1)) limits["heldBytesMax"] = random.pick([100, 400, 2_000]);
  if (random.chance(0.1)) limits["repairBufferedBytesMax"] = random.pick([100, 1_000]);
  if (random.chance(0.1)) limits["linksMax"] = replicas + COMERS_MAX;
  // While credit is short, a repair takes long, and much is held for it.
  if (random.chance(0.1) && !isScarce) limits["stagedHeldCountMax"] = random.pick([100, 400]);
  if (random.chance(0.05)) limits["stagedBytesMax"] = random.pick([200_000, 400_000]);
  if (random.chance(0.05)) limits["messageBytesMax"] = random.pick([20_000, 60_000]);
  return limits;
}

/** A leaning's bounds stand under the rule above by the delays that it allows. */
function leaningLimits(shape: Random, { limits }: Leaning): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).map(([name, choices]) => [name, shape.pick(choices)]));
}

function drawWorkload(
  random: Random,
  leaning: Leaning,
  replicas: readonly ReplicaPlan[],
  startMs: number,
  endMs: number,
): Operation[] {
  const vocabulary = drawVocabulary(random, leaning);
  const { commands, weights } = drawCommands(random, leaning);
  const databases = random.chance(0.15) ? 2 : 1;
  const gapMs = (endMs - startMs) / pickFrom(random, leaning.commandsInRun, [20, 60, 200, 500]);
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

function drawCommands(random: Random, leaning: Leaning): { commands: string[]; weights: number[] } {
  const names = drawFamilies(random);
  const leans = leaning.commands.length > 0;
  const enabled = random.subset(names, random.pick(leans ? [0, 0.05, 0.2] : [0.15, 0.4, 0.8]));
  const others = enabled.length === 0 && !leans ? ["SET", "GET", "DEL"] : enabled;
  const weights = others.map(() => random.pick([0.2, 1, 1, 3, 10]));
  return {
    commands: [...others, ...leaning.commands],
    weights: [...weights, ...leaning.commands.map(() => random.pick([0.2, 1, 3, 10]))],
  };
}

/** Commands of one family, of a few, or of all. */
function drawFamilies(random: Random): string[] {
  const count = random.pick([1, 2, 3, 4, FAMILIES.length]);
  const left = [...FAMILIES];
  const chosen = Array.from({ length: count }, () => left.splice(random.weighted(left.map(({ weight }) => weight)), 1));
  return chosen.flat().flatMap(({ draws }) => Object.keys(draws));
}

function drawVocabulary(random: Random, leaning: Leaning): Vocabulary {
  const keys = Array.from({ length: pickFrom(random, leaning.keys, [1, 1, 2, 3, 6]) }, (_, i) => `k${i}`);
  const names = random.chance(0.1) ? MANY_ELEMENTS : ["a", "b", "c", "d", "e", "f", "g"];
  const elements = names.slice(0, random.pick([1, 2, 3, names.length]));
  const numbers = ["0", "1", "5", "-3", "10"];
  const odd = ["abc", "", "3.5", "007", "1e2", "x".repeat(300)];
  const huge = ["9223372036854775807", "-9223372036854775800"];
  const values = [...numbers, ...(random.chance(0.5) ? odd : []), ...(random.chance(0.2) ? huge : [])];
  const deadlineMs = pickFrom(random, leaning.deadlineMs, [20, 300, 2000, 15_000]);
  // Members in the order of their bytes stand where all scores are equal.
  const scores = random.chance(0.2) ? ["0"] : ["0", "1", "2", "-3", ...(random.chance(0.5) ? ODD_SCORES : [])];
  const pushedMax = random.pick([1, 3, 3, 20]);
  return { keys, elements, values, scores, mixesTypes: random.chance(0.4), deadlineMs, pushedMax };
}
