/** How faults are drawn: each kind a row, switched on or off by the seed. */
import type { Random } from "../world/random.ts";
import { pickFrom, type Leaning } from "./leanings.ts";
import { DISK_FAULT_KINDS, MEMBER_FAULT_KINDS } from "../scenario/fault-schema.ts";
import type { Fault, ReplicaPlan } from "../scenario/scenario.ts";

/** Drawn at one instant; lasts up to `untilMs`. */
interface FaultDraw {
  readonly random: Random;
  readonly replicas: readonly string[];
  readonly atMs: number;
  readonly forMs: number;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

type Draw = (draw: FaultDraw) => Fault;

const DRAWS: Readonly<Record<Fault["kind"], Draw>> = {
  break: ({ random, replicas, atMs }) => ({ kind: "break", atMs, between: twoOf(random, replicas) }),
  partition: ({ random, replicas, atMs, forMs }) => ({
    kind: "partition",
    atMs,
    forMs,
    groups: groupsOf(random, replicas),
    silent: random.chance(0.4),
    oneWay: random.chance(0.15),
    flapMs: random.chance(0.15) ? random.between(20, 1500) : 0,
  }),
  cut: ({ random, replicas, atMs, forMs }) => ({ kind: "cut", atMs, forMs, ...directed(random, replicas) }),
  jam: ({ random, replicas, atMs, forMs }) => ({ kind: "jam", atMs, forMs, ...directed(random, replicas) }),
  slow: ({ random, replicas, atMs, forMs }) => ({
    kind: "slow",
    atMs,
    forMs,
    ...directed(random, replicas),
    bytesPerMs: random.pick([0.5, 5, 50]),
  }),
  double: ({ random, replicas, atMs }) => ({ kind: "double", atMs, between: twoOf(random, replicas) }),
  garbage: ({ random, replicas, atMs }) => ({
    kind: "garbage",
    atMs,
    ...directed(random, replicas),
    bytes: garbage(random),
  }),
  repeat: ({ random, replicas, atMs }) => ({ kind: "repeat", atMs, ...directed(random, replicas) }),
  dialect: ({ random, replicas, atMs, forMs }) => ({
    kind: "dialect",
    atMs,
    forMs,
    replica: random.pick(replicas),
    speaks: random.pick(["other", "newer"]),
  }),
  restart: ({ random, replicas, atMs, forMs }) => ({
    kind: "restart",
    atMs,
    forMs,
    replica: random.pick(replicas),
    how: random.pick(["crash", "crash", "kill", "stop"]),
    effects: random.chance(0.5) ? 0 : random.below(random.pick([3, 10, 100])),
  }),
  "disk-full": ({ random, replicas, atMs, forMs }) => ({
    kind: "disk-full",
    atMs,
    forMs,
    replica: random.pick(replicas),
  }),
  "disk-fails": ({ random, replicas, atMs, forMs }) => ({
    kind: "disk-fails",
    atMs,
    forMs,
    replica: random.pick(replicas),
    what: random.pick(["writes", "syncs", "all"]),
  }),
  "disk-slow": ({ random, replicas, atMs, forMs }) => ({
    kind: "disk-slow",
    atMs,
    forMs,
    replica: random.pick(replicas),
    syncMs: random.pick([100, 1500, 4000]),
  }),
  "bit-flip": ({ random, replicas, atMs }) => ({ kind: "bit-flip", atMs, replica: random.pick(replicas) }),
  restore: ({ random, replicas, atMs, forMs }) => ({
    kind: "restore",
    atMs,
    forMs,
    replica: random.pick(replicas),
    backupMs: Math.round(atMs * random.fraction()),
  }),
  save: ({ random, replicas, atMs }) => ({ kind: "save", atMs, replica: random.pick(replicas) }),
  join: ({ random, replicas, atMs }) => {
    const [replica, through] = twoOf(random, replicas);
    return { kind: "join", atMs, replica, through, fresh: random.chance(0.7) };
  },
  clone: ({ random, replicas, atMs }) => {
    const [replica, of] = twoOf(random, replicas);
    return { kind: "clone", atMs, replica, of };
  },
  leave: ({ random, replicas, atMs }) => ({ kind: "leave", atMs, replica: random.pick(replicas) }),
  forget: ({ random, replicas, atMs }) => {
    const [replica, by] = twoOf(random, replicas);
    return { kind: "forget", atMs, replica, by };
  },
  pause: ({ random, replicas, atMs, forMs }) => ({
    kind: "pause",
    atMs,
    forMs: Math.min(forMs, 2000),
    replica: random.pick(replicas),
  }),
  step: ({ random, replicas, atMs }) => ({
    kind: "step",
    atMs,
    replica: random.pick(replicas),
    byMs: random.pick([-5000, -100, 100, 300, 800, YEAR_MS, YEAR_MS, YEAR_MS, -DAY_MS]),
  }),
  drift: ({ random, replicas, atMs, forMs }) => ({
    kind: "drift",
    atMs,
    forMs,
    replica: random.pick(replicas),
    ppm: random.pick([-1_000_000, -100_000, -1000, 1000, 100_000, 1_000_000]),
  }),
  drill: ({ random, replicas, atMs, forMs }) => {
    const [replica, target] = twoOf(random, replicas);
    return { kind: "drill", atMs, forMs, replica, target };
  },
};

/** Faults that one in so many seeds has at all; the rest are common. */
const RARE: Readonly<Partial<Record<Fault["kind"], number>>> = {
  step: 0.15,
  drift: 0.15,
  dialect: 0.2,
  repeat: 0.25,
  garbage: 0.2,
  restart: 0.25,
  drill: 0.2,
  pause: 0.3,
  "disk-full": 0.15,
  "disk-fails": 0.2,
  "disk-slow": 0.2,
  "bit-flip": 0.1,
  restore: 0.2,
};

/** What a scenario is drawn for. */
export interface FaultSetting {
  readonly replicas: readonly ReplicaPlan[];
  readonly startMs: number;
  readonly endMs: number;
  readonly leaning: Leaning;
  /** Does anybody keep anything on a disk? */
  readonly isDurable: boolean;
}

export function generateFaults(random: Random, setting: FaultSetting): Fault[] {
  const { startMs, endMs, leaning, isDurable } = setting;
  const replicas = setting.replicas.map(({ id }) => id);
  const favoured = leaning.faults;
  if (replicas.length < 2 || (favoured.length === 0 && random.chance(0.1))) return [];
  const possible = (Object.keys(DRAWS) as Fault["kind"][]).filter(
    (kind) => !MEMBER_FAULT_KINDS.includes(kind) && (isDurable || !DISK_FAULT_KINDS.includes(kind)),
  );
  const drawn = possible.filter((kind) => random.chance(RARE[kind] ?? 0.4));
  const kinds = [...drawn.filter((kind) => !favoured.includes(kind)), ...favoured];
  if (kinds.length === 0) return [];
  const weights = kinds.map((kind) => (favoured.includes(kind) ? 3 : random.pick(FAULT_WEIGHTS)));
  const meanGapMs = (endMs - startMs) / pickFrom(random, leaning.faultsInRun, FAULTS_IN_RUN);
  const meanForMs = (endMs - startMs) / pickFrom(random, leaning.faultsLong, FAULTS_LONG);
  return drawFaults(random, replicas, startMs, endMs, { kinds, weights, meanGapMs, meanForMs });
}

/** Which kinds of faults there are, how often in proportion, how far apart, and how long. */
/** What a mix is drawn from: how much likelier a kind is, how many faults a run has, how many of their length fill it. */
export const FAULT_WEIGHTS = [0.3, 1, 3];
export const FAULTS_IN_RUN = [1, 3, 10, 30];
export const FAULTS_LONG = [1, 4, 15];

export interface FaultMix {
  readonly kinds: readonly Fault["kind"][];
  readonly weights: readonly number[];
  readonly meanGapMs: number;
  readonly meanForMs: number;
}

export function drawFaults(
  random: Random,
  replicas: readonly string[],
  startMs: number,
  endMs: number,
  mix: FaultMix,
): Fault[] {
  const { meanGapMs, meanForMs } = mix;
  const faults: Fault[] = [];
  for (let atMs = startMs + random.exponential(meanGapMs); atMs < endMs; atMs += random.exponential(meanGapMs)) {
    const kind = mix.kinds[random.weighted(mix.weights)] ?? "break";
    const forMs = Math.min(endMs - atMs, random.exponential(meanForMs));
    faults.push(DRAWS[kind]({ random, replicas, atMs: Math.round(atMs), forMs: Math.ceil(forMs) }));
  }
  return faults;
}

function twoOf(random: Random, replicas: readonly string[]): [string, string] {
  const first = random.pick(replicas);
  return [first, random.pick(replicas.filter((id) => id !== first))];
}

function directed(random: Random, replicas: readonly string[]): { from: string; to: string } {
  const [from, to] = twoOf(random, replicas);
  return { from, to };
}

/** Two or more groups, none empty. */
function groupsOf(random: Random, replicas: readonly string[]): string[][] {
  const count = random.between(2, Math.min(3, replicas.length));
  const groups: string[][] = Array.from({ length: count }, () => []);
  replicas.forEach((id, i) => groups[i < count ? i : random.below(count)]?.push(id));
  return groups;
}

function garbage(random: Random): string {
  return String.fromCharCode(...Array.from({ length: random.between(0, 40) }, () => random.below(256)));
}
