/**
 * Changes of membership: replicas that come later, leave, are forgotten, come back, or begin as somebody's clone.
 *
 * They are drawn as short stories, since each is about what happens to one replica in a row.
 */
import type { Fault, ReplicaPlan } from "../scenario/scenario.ts";
import type { Random } from "../world/random.ts";
import type { Leaning } from "./leanings.ts";

/** Replicas that come to those that a scenario begins with. */
export const COMERS_MAX = 2;

/** How many of a hundred seeds change members at all. */
const PERCENT = 22;

export interface MemberPlan {
  readonly comers: readonly ReplicaPlan[];
  readonly faults: readonly Fault[];
}

interface Story {
  readonly random: Random;
  readonly replicas: readonly string[];
  /** A time after the last one that this story was told of. */
  readonly next: () => number;
  /** A replica that was not there before. */
  readonly comer: () => string | undefined;
}

type Tell = (story: Story) => readonly Fault[];

const STORIES: readonly Tell[] = [
  ({ random, replicas, next, comer }) => {
    const replica = comer();
    return replica === undefined
      ? []
      : [{ kind: "join", atMs: next(), replica, through: random.pick(replicas), fresh: false }];
  },
  ({ random, replicas, next, comer }) => {
    const replica = comer();
    return replica === undefined ? [] : [{ kind: "clone", atMs: next(), replica, of: random.pick(replicas) }];
  },
  ({ random, replicas, next }) => {
    const [replica, through] = twoOf(random, replicas);
    const left: Fault = { kind: "leave", atMs: next(), replica };
    return random.chance(0.4)
      ? [left]
      : [left, { kind: "join", atMs: next(), replica, through, fresh: random.chance(0.3) }];
  },
  ({ random, replicas, next }) => {
    const [replica, by] = twoOf(random, replicas);
    const forgotten: Fault = { kind: "forget", atMs: next(), replica, by };
    const comesBack: Fault = { kind: "join", atMs: next(), replica, through: by, fresh: random.chance(0.7) };
    return random.chance(0.4) ? [forgotten] : [forgotten, comesBack];
  },
];

export function generateMembers(
  random: Random,
  replicas: readonly ReplicaPlan[],
  startMs: number,
  endMs: number,
  { changesMembers }: Leaning,
): MemberPlan {
  if (replicas.length < 2 || !(changesMembers || random.chance(PERCENT / 100))) return { comers: [], faults: [] };
  const comers: ReplicaPlan[] = [];
  const ids = replicas.map(({ id }) => id);
  const faults = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => {
    let atMs = startMs;
    return random.pick(STORIES)({
      random,
      replicas: ids,
      next: () => (atMs += Math.round((endMs - atMs) * random.fraction())),
      comer: () => {
        if (comers.length >= COMERS_MAX) return undefined;
        const id = `new${comers.length + 1}`;
        comers.push({ id, region: random.pick(["new", ids[0] ?? id]), skewMs: 0, driftPpm: 0 });
        return id;
      },
    });
  });
  return { comers, faults: faults.flat() };
}

function twoOf(random: Random, replicas: readonly string[]): [string, string] {
  const first = random.pick(replicas);
  return [first, random.pick(replicas.filter((id) => id !== first))];
}
