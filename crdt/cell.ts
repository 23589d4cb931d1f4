/**
 * A cell: the lattice at one path (a string key, a hash field, a set member).
 *
 * One causal kernel serves every type. A cell is a multi-value register plus a
 * counter, and types differ only in what they put into it: a string, a hash field
 * or a sorted set's member uses both, a set member is a register with an empty
 * value.
 *
 *   siblings       values written and not yet replaced by a write that saw them
 *   contributions  per origin, what it has counted so far, and its floor
 *
 * R1. A put replaces every sibling its writer had seen; concurrent ones stay,
 *     and reads take the newest by (stamp, origin). A loser dropped early would
 *     come back elsewhere when only the winner is removed.
 * R2. A stamp is the sibling's time, or just above the greatest stamp its
 *     writer replaced, so that the order of values extends causality.
 * N1. A contribution is written by its origin alone: the greater time has the
 *     greater knowledge. A reset raises the floor to the total that it saw;
 *     what counts is total - floor.
 * N2. A contribution whose floor has reached its time is dead. It stays, worth
 *     nothing, until every replica has seen the reset: an increment made
 *     meanwhile carries the old total, and needs the floor to be read right.
 * N3. An origin that finds its contribution dead or gone begins a new
 *     generation; a newer generation supersedes an older one.
 *
 * G1. A HyperLogLog may grow: its registers rise without a put, by events that
 *     belong to the life of that sibling. They live and die with it: growth that
 *     finds the sibling gone is gone with it, seen by whoever removed it or not.
 * G2. Growth writes into the bytes of a value, which are the cell's own. Those
 *     that only the sibling's origin has grown are as it wrote them; others are
 *     in the canonical form, so that they do not depend on the order of joins.
 *
 * After Almeida, Shoker, Baquero, "Delta State Replicated Data Types" (2018).
 */
import { addAmounts, negateAmount, type Amount } from "./amount.ts";
import type { Time } from "./clock.ts";
import type { Context } from "./context.ts";
import { raise, type Rises, toCanonical, toDense, unionOf } from "./hyperloglog.ts";
import { addExact, type Exact, isDecimal, isExact, negateExact, type Total } from "./dyadic.ts";
import { forgetCardinality } from "./hyperloglog-format.ts";
import type { Origin, OriginId, Origins } from "./origin.ts";

export interface Dot {
  readonly origin: Origin;
  readonly time: Time;
}

export interface Sibling extends Dot {
  /** Orders concurrent values (R2); nearly always equal to `time`. */
  readonly stamp: Time;
  /** The dot that began the key's life that this value belongs to; deadlines refer to it. */
  readonly birth: Dot;
  readonly value: Uint8Array;
  /** Of each origin that has grown the value, the latest event that did (G1). */
  readonly growth?: readonly Dot[];
}

/** What one event adds to a HyperLogLog. */
export interface Growth {
  readonly by: Dot;
  readonly rises: Rises;
  /** It was dense afterwards. */
  readonly dense: boolean;
}

export interface Contribution extends Dot {
  /** The time of this generation's first increment. */
  readonly generation: Time;
  readonly total: Total;
  /** The latest of this origin's events that a reset has seen, and the total there. Zero when there was none. */
  readonly floorTime: Time;
  readonly floorTotal: Total;
}

export interface Cell {
  siblings: Sibling[];
  contributions: Contribution[];
}

/** Does an event belong to what a writer, or a replica, had seen? */
export interface Seen {
  covers(origin: Origin, time: Time): boolean;
}

const NO_GROWTH: readonly Dot[] = [];

export function emptyCell(): Cell {
  return { siblings: [], contributions: [] };
}

export function isLiveContribution(c: Contribution): boolean {
  return c.floorTime < c.time;
}

/** Does the cell show anything to a reader? */
export function isVisibleCell(cell: Cell): boolean {
  if (cell.siblings.length > 0) return true;
  return cell.contributions.length > 0 && cell.contributions.some(isLiveContribution);
}

/** The sibling that a reader sees: the greatest (stamp, origin id). */
export function newestSibling(cell: Cell, origins: Origins): Sibling | undefined {
  let newest: Sibling | undefined;
  for (const s of cell.siblings) if (newest === undefined || isNewer(s, newest, origins)) newest = s;
  return newest;
}

/** The newest first. */
export function siblingsByAge(siblings: readonly Sibling[], origins: Origins): Sibling[] {
  return siblings.toSorted((a, b) => (isNewer(a, b, origins) ? -1 : 1));
}

function isNewer(a: Sibling, b: Sibling, origins: Origins): boolean {
  if (a.stamp !== b.stamp) return a.stamp > b.stamp;
  return origins.id(a.origin) > origins.id(b.origin);
}

/** The next stamp, as far as there is one: a peer's greatest possible stamp must not lead to one that nobody can read. */
export function stampAbove(stamp: Time): Time {
  return Math.min(stamp + 1, Number.MAX_SAFE_INTEGER);
}

/** The stamp of a value that replaces a cell's (R2). A value of the same event does not raise it: which came last decides. */
export function stampOver(cell: Cell, own: Dot): Time {
  let stamp = own.time;
  for (const s of cell.siblings) {
    const atLeast = s.origin === own.origin && s.time === own.time ? s.stamp : stampAbove(s.stamp);
    if (atLeast > stamp) stamp = atLeast;
    for (const g of s.growth ?? NO_GROWTH) if (g.origin !== own.origin && g.time >= stamp) stamp = stampAbove(g.time);
  }
  return stamp;
}

/** The greatest stamp of anything visible in the cell; 0 when there is nothing. */
export function newestStamp(cell: Cell): Time {
  let newest = 0;
  for (const s of cell.siblings) {
    if (s.stamp > newest) newest = s.stamp;
    for (const g of s.growth ?? NO_GROWTH) if (g.time > newest) newest = g.time;
  }
  for (const c of cell.contributions) if (isLiveContribution(c) && c.time > newest) newest = c.time;
  return newest;
}

/** The greatest origin id of what is visible with a stamp: between equal stamps it decides, in whatever order they are held. */
export function greatestIdOf(cell: Cell, stamp: Time, origins: Origins): OriginId {
  let id = 0;
  for (const s of cell.siblings) {
    if (s.stamp === stamp) id = Math.max(id, origins.id(s.origin));
    for (const g of s.growth ?? NO_GROWTH) if (g.time === stamp) id = Math.max(id, origins.id(g.origin));
  }
  for (const c of cell.contributions)
    if (isLiveContribution(c) && c.time === stamp) id = Math.max(id, origins.id(c.origin));
  return id;
}

/** What the counter adds to the value of a string or a hash field. */
export function countOf(cell: Cell): Amount {
  let sum: Amount = 0;
  for (const { total, floorTotal } of cell.contributions) {
    if (!isDecimal(total) || !isDecimal(floorTotal)) throw new Error("a score's amount among decimals");
    sum = addAmounts(sum, addAmounts(total, negateAmount(floorTotal)));
  }
  return sum;
}

/** What the counter adds to the score of a sorted set's member. */
export function exactCountOf(cell: Cell): Exact {
  let sum: Exact = 0;
  for (const { total, floorTotal } of cell.contributions) {
    if (!isExact(total) || !isExact(floorTotal)) throw new Error("a decimal among scores' amounts");
    sum = addExact(sum, addExact(total, negateExact(floorTotal)));
  }
  return sum;
}

/** Raises the floors of everything that counts now: what a put or a removal does to the counter (N1). Returns the floors raised. */
export function resetCounter(cell: Cell): Contribution[] {
  const raised: Contribution[] = [];
  cell.contributions = cell.contributions.map((c) => {
    if (!isLiveContribution(c)) return c;
    const floored = { ...c, floorTime: c.time, floorTotal: c.total };
    raised.push(floored);
    return floored;
  });
  return raised;
}

/** Adds to this origin's contribution (N1, N3), a decimal, and returns the new contribution. */
export function addToCounter(cell: Cell, origin: Origin, time: Time, amount: Amount): Contribution {
  return growCounter(cell, origin, time, amount, (old) => {
    if (!isDecimal(old)) throw new Error("a score's amount among decimals");
    return addAmounts(old, amount);
  });
}

/** The same for the score of a sorted set's member. */
export function addToScoreCounter(cell: Cell, origin: Origin, time: Time, amount: Exact): Contribution {
  return growCounter(cell, origin, time, amount, (old) => {
    if (!isExact(old)) throw new Error("a decimal among scores' amounts");
    return addExact(old, amount);
  });
}

function growCounter(cell: Cell, origin: Origin, time: Time, amount: Total, grow: (old: Total) => Total): Contribution {
  const at = cell.contributions.findIndex((c) => c.origin === origin);
  const old = at < 0 ? undefined : cell.contributions[at];
  const grown: Contribution =
    old !== undefined && isLiveContribution(old)
      ? { ...old, time, total: grow(old.total) }
      : { origin, time, generation: time, total: amount, floorTime: 0, floorTotal: 0 };
  cell.contributions = at < 0 ? [...cell.contributions, grown] : cell.contributions.with(at, grown);
  return grown;
}

/**
 * The sibling after an event has grown it (G1), over whose bytes the writer's limit decides: beyond it they become dense.
 * Its value must be a usable HyperLogLog, and its bytes are written into (G2).
 */
export function growSibling(sibling: Sibling, growth: Growth, sparseBytesMax: number): Sibling {
  const { by, rises, dense } = growth;
  // Dense first: the result is the same, and no long sparse one is put together on the way.
  const value = raise(dense ? toDense(sibling.value) : sibling.value, rises, sparseBytesMax);
  const grown = { ...sibling, value, growth: growthWith(sibling.growth ?? NO_GROWTH, by) };
  return isShared(grown) ? { ...grown, value: toCanonical(value) } : grown;
}

function growthWith(growth: readonly Dot[], { origin, time }: Dot): readonly Dot[] {
  const at = growth.findIndex((g) => g.origin === origin);
  const held = growth[at];
  if (held === undefined) return [...growth, { origin, time }];
  return held.time >= time ? growth : growth.with(at, { origin, time });
}

/** Has anybody else grown the value than who wrote it (G2)? */
function isShared({ origin, growth = NO_GROWTH }: Sibling): boolean {
  return growth.some((g) => g.origin !== origin);
}

/** The join of one sibling at two replicas. */
function joinGrowth(a: Sibling, b: Sibling): Sibling {
  if (isGrownAsFar(b, a)) return b;
  if (isGrownAsFar(a, b)) return a;
  const growth = (b.growth ?? NO_GROWTH).reduce(growthWith, a.growth ?? NO_GROWTH);
  const value = unionOf([b.value, a.value]);
  forgetCardinality(value, 0);
  return { ...b, value, growth };
}

/** Has `a` seen all growth that `b` has? */
function isGrownAsFar({ growth = NO_GROWTH }: Sibling, b: Sibling): boolean {
  return (b.growth ?? NO_GROWTH).every((g) => growth.some((h) => h.origin === g.origin && h.time >= g.time));
}

/**
 * What of a delta's surroundings a join needs: what its writer had seen (and so
 * removed, where the delta lacks it), and what this replica had seen before.
 */
export interface JoinScope {
  readonly seen: Seen;
  readonly known: Context;
  /** True when the delta is a whole state: contributions it lacks were dropped by its sender. */
  readonly whole: boolean;
  /** False when the delta only counts: it replaces no sibling. */
  readonly replaces: boolean;
}

/** The join: `cell` becomes the least upper bound of itself and `delta`. */
export function joinCell(cell: Cell, delta: Cell, scope: JoinScope): void {
  joinSiblings(cell, delta, scope);
  joinContributions(cell, delta, scope);
}

function joinSiblings(cell: Cell, delta: Cell, { seen, known, whole, replaces }: JoinScope): void {
  if (delta.siblings.length === 0 && (!replaces || cell.siblings.length === 0)) return;
  const local = cell.siblings;
  const joined = local.filter((s) => !(replaces && seen.covers(s.origin, s.time)));
  for (const d of delta.siblings) {
    const held = local.find((s) => s.origin === d.origin && s.time === d.time);
    if (held === undefined && known.covers(d.origin, d.time)) continue;
    // A put that came with its event begins without growth; only a whole state tells of both.
    const kept = whole && held !== undefined ? joinGrowth(held, d) : d;
    const at = joined.findIndex((s) => s.origin === d.origin && s.time === d.time);
    if (at < 0) joined.push(kept);
    else joined[at] = kept;
  }
  cell.siblings = joined;
}

function joinContributions(cell: Cell, delta: Cell, { seen, known, whole }: JoinScope): void {
  let joined = cell.contributions;
  if (whole) {
    joined = joined.filter(
      (c) => !seen.covers(c.origin, c.time) || delta.contributions.some((d) => d.origin === c.origin),
    );
  }
  for (const d of delta.contributions) {
    const at = joined.findIndex((c) => c.origin === d.origin);
    const c = at < 0 ? undefined : joined[at];
    if (c === undefined) {
      if (!known.covers(d.origin, d.time)) joined = [...joined, d];
    } else {
      joined = joined.with(at, joinContribution(c, d));
    }
  }
  cell.contributions = joined;
}

function joinContribution(a: Contribution, b: Contribution): Contribution {
  if (a.generation !== b.generation) return a.generation > b.generation ? a : b;
  const total = b.time >= a.time ? b : a;
  const floor = b.floorTime >= a.floorTime ? b : a;
  return { ...total, floorTime: floor.floorTime, floorTotal: floor.floorTotal };
}
