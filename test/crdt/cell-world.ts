/**
 * A few replicas of one cell, with a log, causal delivery and skewed clocks that nobody follows, so that values from
 * the future are common. What the laws and the oracle of the cell are tried on: every state in it was reached by
 * mutators and joins.
 */
import { fc } from "@fast-check/vitest";
import { addAmounts } from "../../crdt/amount.ts";
import {
  addToCounter,
  addToScoreCounter,
  type Cell,
  type Contribution,
  countOf,
  type Dot,
  emptyCell,
  exactCountOf,
  growSibling,
  isLiveContribution,
  joinCell,
  newestSibling,
  resetCounter,
  stampOver,
} from "../../crdt/cell.ts";
import { Context } from "../../crdt/context.ts";
import { addExact, exactOfDouble, isDecimal, isExact, type Total } from "../../crdt/dyadic.ts";
import { isUsable, raise, Rises } from "../../crdt/hyperloglog.ts";
import { emptyHyperLogLog, isDense } from "../../crdt/hyperloglog-format.ts";
import { sameDot } from "../../crdt/life.ts";
import { Origins } from "../../crdt/origin.ts";

const IDS = [0x30, 0x10, 0x20];
/** Room for a few registers before a HyperLogLog becomes dense. */
const SPARSE_BYTES_MAX = 28;

/** In which numbers the counter of a cell counts. */
export interface Counting {
  readonly amounts: readonly Total[];
  add(cell: Cell, origin: number, time: number, amount: Total): Contribution;
  sum(a: Total, b: Total): Total;
  countOf(cell: Cell): Total;
}

function mixed(): never {
  throw new Error("decimals and scores in one cell");
}

/** Strings and hash fields. */
const DECIMALS: Counting = {
  amounts: [1, 5, -3, 10n ** 16n, Number.MAX_SAFE_INTEGER],
  add: (cell, origin, time, amount) => (isDecimal(amount) ? addToCounter(cell, origin, time, amount) : mixed()),
  sum: (a, b) => (isDecimal(a) && isDecimal(b) ? addAmounts(a, b) : mixed()),
  countOf,
};

/** Members of sorted sets. */
const SCORES: Counting = {
  amounts: [1, exactOfDouble(0.1), exactOfDouble(-1e300), exactOfDouble(5e-324), Number.MAX_SAFE_INTEGER],
  add: (cell, origin, time, amount) => (isExact(amount) ? addToScoreCounter(cell, origin, time, amount) : mixed()),
  sum: (a, b) => (isExact(a) && isExact(b) ? addExact(a, b) : mixed()),
  countOf: exactCountOf,
};

/** Something that happened: the delta that the mutator returned, and what its writer had seen, itself included. */
export interface Event {
  readonly number: number;
  readonly origin: number;
  readonly time: number;
  /** A HyperLogLog is begun by a put of one, in which the register of the event's number has risen; so it has by growth. */
  readonly kind: "put" | "begin" | "grow" | "count" | "remove";
  readonly amount: Total;
  readonly delta: Cell;
  /** What has grown, and whether it was dense afterwards. */
  readonly life: Dot | undefined;
  readonly dense: boolean;
  readonly seen: Context;
  /** Numbers of the events that its writer had seen, for the oracle. */
  readonly known: ReadonlySet<number>;
}

export interface Replica {
  readonly origin: number;
  readonly skew: number;
  cell: Cell;
  context: Context;
  readonly log: Event[];
}

export class World {
  readonly counting: Counting;
  readonly origins = new Origins();
  readonly replicas: Replica[] = IDS.map((id, i) => ({
    origin: this.origins.intern(id),
    skew: i * 40,
    cell: emptyCell(),
    context: new Context(),
    log: [],
  }));
  private events = 0;

  constructor(counting = DECIMALS) {
    this.counting = counting;
  }

  /** How many events there were. */
  get size(): number {
    return this.events;
  }

  at(index: number): Replica {
    const replica = this.replicas[index];
    if (replica === undefined) throw new RangeError(`no replica ${index}`);
    return replica;
  }

  write(r: Replica, wanted: Event["kind"], amount: Total = 0): Event {
    const newest = newestSibling(r.cell, this.origins);
    const canGrow = newest !== undefined && isUsable(newest.value, 0, newest.value.length);
    const kind = wanted === "grow" && !canGrow ? "begin" : wanted;
    const life = kind === "grow" ? newest : undefined;
    const time = Math.max(r.context.get(r.origin) + 1, 1000 + this.events * 3 + r.skew);
    const known = new Set(r.log.map((e) => e.number));
    r.context.raise(r.origin, time);
    const number = this.events++;
    const own = { origin: r.origin, time };
    let delta = emptyCell();
    let dense = false;
    if (kind === "count") delta.contributions = [this.counting.add(r.cell, r.origin, time, amount)];
    else if (life !== undefined) dense = grow(r.cell, life, own, number, false, SPARSE_BYTES_MAX);
    else delta = mutate(r, time, kind, number);
    const event = { ...own, number, kind, amount, delta, life, dense, seen: r.context.copy(), known };
    r.log.push(event);
    return event;
  }

  /** Hands over up to `most` events that are missing, in the order of the sender's log, which is causal. */
  deliver(to: Replica, from: Replica, most = Number.POSITIVE_INFINITY): void {
    let left = most;
    for (const event of from.log) {
      if (to.context.covers(event.origin, event.time)) continue;
      if (left-- <= 0) return;
      apply(to, event);
      to.log.push(event);
    }
  }

  deliverAll(): void {
    for (const a of [...this.replicas, ...this.replicas]) for (const b of this.replicas) this.deliver(a, b);
  }

  /** The whole state of one becomes part of another's. */
  repair(to: Replica, from: Replica): void {
    joinWhole(to, from);
    const have = new Set(to.log.map((e) => e.number));
    to.log.push(...from.log.filter((e) => !have.has(e.number)));
    to.log.sort((a, b) => a.number - b.number);
  }

  /** Dead contributions go, at some or all, once every replica has seen why they are dead. */
  prune(mask: number): void {
    this.deliverAll();
    this.replicas.forEach((r, i) => {
      if ((mask & (1 << i)) !== 0) r.cell.contributions = r.cell.contributions.filter(isLiveContribution);
    });
  }
}

function risen(number: number): Rises {
  const rises = new Rises();
  rises.add(number, 1);
  return rises;
}

/** Grows a life, if it is held, in bytes of its own; true when it is dense then. */
function grow(cell: Cell, life: Dot, by: Dot, number: number, dense: boolean, sparseBytesMax: number): boolean {
  const held = cell.siblings.find((s) => sameDot(s, life));
  if (held === undefined) return false;
  const growth = { by, rises: risen(number), dense };
  const grown = growSibling({ ...held, value: held.value.slice() }, growth, sparseBytesMax);
  cell.siblings = cell.siblings.map((s) => (s === held ? grown : s));
  return isDense(grown.value, 0);
}

function mutate(r: Replica, time: number, kind: Event["kind"], number: number): Cell {
  const { cell, origin } = r;
  const own = { origin, time };
  const stamp = stampOver(cell, own);
  const value =
    kind === "begin" ? raise(emptyHyperLogLog(), risen(number), SPARSE_BYTES_MAX) : Buffer.from(`${number}`);
  cell.siblings = kind === "remove" ? [] : [{ ...own, stamp, birth: own, value }];
  return { siblings: [...cell.siblings], contributions: resetCounter(cell) };
}

type State = Pick<Replica, "cell" | "context">;

export function apply(to: State, { delta, seen, kind, origin, time, life, number, dense }: Event): void {
  if (life === undefined)
    joinCell(to.cell, delta, { seen, known: to.context, whole: false, replaces: kind !== "count" });
  else grow(to.cell, life, { origin, time }, number, dense, Number.POSITIVE_INFINITY);
  to.context.raise(origin, time);
}

function joinWhole(to: State, from: State): void {
  joinCell(to.cell, from.cell, { seen: from.context, known: to.context, whole: true, replaces: true });
  to.context.merge(from.context);
}

export function copyOf({ cell, context }: State): State {
  return { cell: { siblings: [...cell.siblings], contributions: [...cell.contributions] }, context: context.copy() };
}

export function joined(a: State, b: State): State {
  const copy = copyOf(a);
  joinWhole(copy, b);
  return copy;
}

/** A state in an order of its own, so that equal states compare equal. */
export function canonical({ cell, context }: State): unknown {
  const times: [number, number][] = [];
  context.each((origin, time) => times.push([origin, time]));
  return {
    siblings: cell.siblings
      .toSorted((a, b) => a.origin - b.origin || a.time - b.time)
      .map((s) => ({
        ...s,
        value: Buffer.from(s.value).toString("latin1"),
        growth: s.growth?.toSorted((a, b) => a.origin - b.origin),
      })),
    contributions: cell.contributions.toSorted((a, b) => a.origin - b.origin),
    times,
  };
}

const index = fc.nat(IDS.length - 1);
const pair = fc
  .tuple(index, fc.integer({ min: 1, max: IDS.length - 1 }))
  .map(([to, by]) => [to, (to + by) % IDS.length] as const);

type Step = (world: World) => void;

function stepOf(pruning: boolean): fc.Arbitrary<Step> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(index, fc.nat(DECIMALS.amounts.length - 1)).map(
        ([i, a]) =>
          (w: World) =>
            void w.write(w.at(i), "count", w.counting.amounts[a]),
      ),
    },
    { weight: 2, arbitrary: index.map((i) => (w: World) => void w.write(w.at(i), "put")) },
    { weight: 1, arbitrary: index.map((i) => (w: World) => void w.write(w.at(i), "begin")) },
    { weight: 4, arbitrary: index.map((i) => (w: World) => void w.write(w.at(i), "grow")) },
    { weight: 2, arbitrary: index.map((i) => (w: World) => void w.write(w.at(i), "remove")) },
    {
      weight: 5,
      arbitrary: fc.tuple(pair, fc.integer({ min: 1, max: 4 })).map(
        ([[to, from], most]) =>
          (w: World) =>
            w.deliver(w.at(to), w.at(from), most),
      ),
    },
    {
      weight: 1,
      arbitrary: pair.map(
        ([to, from]) =>
          (w: World) =>
            w.repair(w.at(to), w.at(from)),
      ),
    },
    { weight: pruning ? 1 : 0, arbitrary: fc.integer({ min: 1, max: 7 }).map((mask) => (w: World) => w.prune(mask)) },
  );
}

/** Worlds with a history. */
export function worlds({ pruning }: { readonly pruning: boolean }): fc.Arbitrary<World> {
  const steps = fc.array(stepOf(pruning), { maxLength: 40, size: "max" });
  return fc.tuple(fc.constantFrom(DECIMALS, SCORES), steps).map(([counting, all]) => {
    const world = new World(counting);
    for (const step of all) step(world);
    return world;
  });
}
