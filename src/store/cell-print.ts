/**
 * What a cell and its deadlines add to a fingerprint (fingerprint.ts), be it an
 * object or packed: the same for both.
 */
import { type Cell, isLiveContribution, type Sibling } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Origin } from "../../crdt/origin.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "./entry.ts";
import { type ElementState, isElementDeadlineAlive } from "./element-state.ts";
import { type Fingerprint, Mark } from "./fingerprint.ts";
import type { Memory } from "./memory.ts";
import { putOrigin, putTime } from "./scored-packing.ts";

/** Adds what is live in a cell. */
export function addCell(print: Fingerprint, memory: Memory, path: number, cell: Cell): void {
  for (const s of cell.siblings) {
    print.add(path, Mark.sibling, memory.print(s.origin), s.time, 0);
    addGrowth(print, memory, path, s);
  }
  for (const c of cell.contributions) {
    if (!isLiveContribution(c)) continue;
    addCount(print, path, memory.print(c.origin), c.time, c.generation, c.floorTime);
  }
}

/** Adds a live contribution, by the 32 bits that stand for its origin: what it has counted, and what of it was reset. */
export function addCount(
  print: Fingerprint,
  path: number,
  origin: number,
  time: Time,
  generation: Time,
  floorTime: Time,
): void {
  print.add(path, Mark.contribution, origin, time, generation);
  if (floorTime > 0) print.add(path, Mark.contribution, origin, floorTime, generation);
}

/** Adds who has grown a sibling, and when. */
export function addGrowth(print: Fingerprint, memory: Memory, path: number, { growth, time }: Sibling): void {
  if (growth === undefined) return;
  for (const g of growth) print.add(path, Mark.growth, memory.print(g.origin), g.time, time);
}

/** Adds an element: what is live in its cell, and the deadlines of that. */
export function addElement(print: Fingerprint, memory: Memory, path: number, state: ElementState): void {
  addCell(print, memory, path, state);
  for (const d of state.deadlines) {
    if (isElementDeadlineAlive(state, d)) print.add(path, Mark.deadline, memory.print(d.origin), d.time, 0);
  }
}

/** A packed entry: equal to what it stands for; its deadline belongs to its very content. */
export function addPackedCell(print: Fingerprint, memory: Memory, path: number, ref: EntryRef): void {
  const { entries } = memory;
  const origin = memory.print(entries.origin(ref));
  addPackedDeadline(print, memory, path, ref);
  if (entries.kind(ref) === Kind.register) {
    print.add(path, Mark.sibling, origin, entries.time(ref), 0);
    return;
  }
  if (entries.kind(ref) === Kind.scored)
    print.add(path, Mark.sibling, memory.print(putOrigin(entries, ref)), putTime(entries, ref), 0);
  addCount(print, path, origin, entries.time(ref), entries.counterBlock(ref, 0), entries.counterBlock(ref, 2));
}

/** One plain value, by the dot that wrote it. */
export function addPlainDot(print: Fingerprint, memory: Memory, path: number, origin: Origin, time: Time): void {
  print.add(path, Mark.sibling, memory.print(origin), time, 0);
}

/** The deadline of a packed entry, if it has one. */
export function addPackedDeadline(print: Fingerprint, memory: Memory, path: number, ref: EntryRef): void {
  const { entries } = memory;
  if ((entries.flags(ref) & HAS_DEADLINE) === 0) return;
  const origin = memory.print(entries.deadlineBlock(ref, 2));
  print.add(path, Mark.deadline, origin, entries.deadlineBlock(ref, 1), 0);
}
