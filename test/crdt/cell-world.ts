/**
 * A few replicas of one cell, with a log, causal delivery and skewed clocks that nobody follows, so that values from
 * the future are common. What the laws and the oracle of the cell are tried on: every state in it was reached by
 * mutators and joins.
 */
import { fc } from "@fast-check/vitest";
import type { Amount } from "../../crdt/amount.ts";
import {
  addToCounter,
  type Cell,
  emptyCell,
  isLiveContribution,
  joinCell,
  resetCounter,
  stampOver,
} from "../../crdt/cell.ts";
import { Context } from "../../crdt/context.ts";
import { Origins } from "../../crdt/origin.ts";

const IDS = [0x30, 0x10, 0x20];

/** Something that happened: the delta that the mutator returned, and what its writer had seen, itself included. */
export interface Event {
  readonly number: number;
  readonly origin: number;
  readonly time: number;
  readonly kind: "put" | "count" | "remove";
  readonly amount: Amount;
  readonly delta: Cell;
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
  readonly origins = new Origins();
  readonly replicas: Replica[] = IDS.map((id, i) => ({
    origin: this.origins.intern(id),
    skew: i * 40,
    cell: emptyCell(),
    context: new Context(),
    log: [],
  }));
  private events = 0;

  at(index: number): Replica {
    const replica = this.replicas[index];
    if (replica === undefined) throw new RangeError(`no replica ${index}`);
    return replica;
  }

  write(r: Replica, kind: Event["kind"], amount: Amount = 0): Event {
    const time = Math.max(r.context.get(r.origin) + 1, 1000 + this.events * 3 + r.skew);
    const known = new Set(r.log.map((e) => e.number));
    r.context.raise(r.origin, time);
    const delta = mutate(r, time, kind, amount, `${this.events}`);
    const event = { number: this.events++, origin: r.origin, time, kind, amount, delta, seen: r.context.copy(), known };
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

function mutate(r: Replica, time: number, kind: Event["kind"], amount: Amount, name: string): Cell {
  const { cell, origin } = r;
  if (kind === "count") return { siblings: [], contributions: [addToCounter(cell, origin, time, amount)] };
  const own = { origin, time };
  const stamp = stampOver(cell, own);
  cell.siblings = kind === "put" ? [{ ...own, stamp, birth: own, value: Buffer.from(name) }] : [];
  return { siblings: [...cell.siblings], contributions: resetCounter(cell) };
}

type State = Pick<Replica, "cell" | "context">;

export function apply(to: State, { delta, seen, kind, origin, time }: Event): void {
  joinCell(to.cell, delta, { seen, known: to.context, whole: false, replaces: kind !== "count" });
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
    siblings: cell.siblings.toSorted((a, b) => a.origin - b.origin || a.time - b.time),
    contributions: cell.contributions.toSorted((a, b) => a.origin - b.origin),
    times,
  };
}

const index = fc.nat(IDS.length - 1);
const pair = fc
  .tuple(index, fc.integer({ min: 1, max: IDS.length - 1 }))
  .map(([to, by]) => [to, (to + by) % IDS.length] as const);
const amount = fc.constantFrom<Amount>(1, 5, -3, 10n ** 16n, Number.MAX_SAFE_INTEGER);

type Step = (world: World) => void;

function stepOf(pruning: boolean): fc.Arbitrary<Step> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(index, amount).map(
        ([i, a]) =>
          (w: World) =>
            void w.write(w.at(i), "count", a),
      ),
    },
    { weight: 3, arbitrary: index.map((i) => (w: World) => void w.write(w.at(i), "put")) },
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
  return fc.array(stepOf(pruning), { maxLength: 40, size: "max" }).map((steps) => {
    const world = new World();
    for (const step of steps) step(world);
    return world;
  });
}
