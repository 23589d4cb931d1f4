/**
 * Schedules: every order in which the units of a program can happen and travel.
 *
 * What replicas do without having seen each other commutes, so a schedule is
 * no single order of everything, but for each replica the order of what happens
 * there: each unit once, where it runs (at its own replica) or arrives (at the
 * others), those of one replica in their order.
 *
 *   a: a1 b1 a2     a runs a1, gets b1, runs a2
 *   b: a1 b1 a2     b gets a1, runs b1, gets a2
 *
 * Not all combinations are possible: where b runs b1 after a2 has arrived, and
 * a runs a2 after b1 has arrived, neither can be first.
 *
 * A unit may arrive before one that its writer had seen: the gate holds it.
 */
import type { Unit } from "./program.ts";
import type { Repair } from "./variant.ts";

/** For each replica the numbers of the units, in the order in which they run or arrive there. */
export type Schedule = readonly (readonly number[])[];

/** In one order that the schedule allows: which replica takes its next step. */
export type Order = readonly number[];

/** All orders of units that keep those of each replica in theirs. */
export function interleavings(units: readonly Unit[]): number[][] {
  const queues = queuesOf(units);
  const found: number[][] = [];
  const order: number[] = [];
  const taken = queues.map(() => 0);
  const extend = (): void => {
    if (order.length === units.length) return void found.push([...order]);
    for (const [replica, queue] of queues.entries()) {
      const at = taken[replica] ?? 0;
      const unit = queue[at];
      if (unit === undefined) continue;
      taken[replica] = at + 1;
      order.push(unit);
      extend();
      order.pop();
      taken[replica] = at;
    }
  };
  extend();
  return found;
}

/**
 * Visits every schedule that can happen, with an order in which it can, until
 * the visitor says false. Returns how many combinations were impossible.
 *
 * With a repair, what its receiver does not do itself reaches it by the repair;
 * every moment at which the state can be copied, and joined, is tried.
 */
export function eachSchedule(
  units: readonly Unit[],
  replicas: number,
  repairing: Pick<Repair, "source" | "receiver"> | undefined,
  visit: (schedule: Schedule, order: Order, repair: Repair | undefined) => boolean,
): { readonly impossible: number; readonly stopped: boolean } {
  const everything = interleavings(units);
  const chosen: (readonly number[])[] = [];
  let impossible = 0;
  const offer = (repair: Repair | undefined): boolean => {
    const order = orderOf(units, chosen, repair);
    if (order !== undefined) return visit(chosen, order, repair);
    impossible++;
    return true;
  };
  const choose = (): boolean => {
    if (chosen.length === replicas) return repairsOf(chosen, repairing).every(offer);
    const own = queuesOf(units)[chosen.length] ?? [];
    return (repairing?.receiver === chosen.length ? [own] : everything).every((sequence) => {
      chosen.push(sequence);
      const goesOn = choose();
      chosen.pop();
      return goesOn;
    });
  };
  return { stopped: !choose(), impossible };
}

/** A state that is copied before anything happened is no state. */
function repairsOf(
  schedule: Schedule,
  repairing: Pick<Repair, "source" | "receiver"> | undefined,
): (Repair | undefined)[] {
  if (repairing === undefined) return [undefined];
  const stepsOf = (replica: number): number[] => Array.from(schedule[replica] ?? [], (_, step) => step + 1);
  return stepsOf(repairing.source).flatMap((sourceSteps) =>
    [0, ...stepsOf(repairing.receiver)].map((receiverSteps) => ({ ...repairing, sourceSteps, receiverSteps })),
  );
}

/**
 * An order of all steps in which every unit runs before it arrives, and a state
 * is copied before it is joined; undefined when there is none.
 */
export function orderOf(units: readonly Unit[], schedule: Schedule, repair?: Repair): Order | undefined {
  const order: number[] = [];
  const next = schedule.map(() => 0);
  let ran = 0; // a bit for each unit
  const isFree = (replica: number, at: number, unit: number): boolean => {
    if (repair?.receiver === replica && at >= repair.receiverSteps && (next[repair.source] ?? 0) < repair.sourceSteps)
      return false;
    return units[unit]?.replica === replica || (ran & (1 << unit)) !== 0;
  };
  for (let moved = true; moved;) {
    moved = false;
    for (let replica = 0; replica < schedule.length; replica++) {
      const sequence = schedule[replica] ?? [];
      let at = next[replica] ?? 0;
      for (let unit = sequence[at]; unit !== undefined && isFree(replica, at, unit); unit = sequence[at]) {
        if (units[unit]?.replica === replica) ran |= 1 << unit;
        order.push(replica);
        next[replica] = ++at;
        moved = true;
      }
    }
  }
  return schedule.every((sequence, replica) => next[replica] === sequence.length) ? order : undefined;
}

/** By replica its units, in their order. */
export function queuesOf(units: readonly Unit[]): number[][] {
  const queues: number[][] = [];
  for (const [number, { replica }] of units.entries()) {
    while (queues.length <= replica) queues.push([]);
    queues[replica]?.push(number);
  }
  return queues;
}
