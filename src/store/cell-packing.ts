/**
 * Which cells fit the packed forms of entries, and the way back (entry.ts, E1).
 */
import { type Cell, type Contribution, type Dot, isLiveContribution, type Sibling } from "../../crdt/cell.ts";
import { type Deadline, sameDot } from "../../crdt/life.ts";
import { ByteRange } from "../byte-range.ts";
import type { ElementState } from "./element-state.ts";
import { type Entries, type EntryRef, HAS_BIRTH, HAS_DEADLINE, Kind } from "./entry.ts";

/** One value with no history: its stamp is its time, it has not grown, nothing counts. */
export function isRegister(cell: Cell): boolean {
  const only = cell.siblings[0];
  if (cell.siblings.length !== 1 || cell.contributions.length !== 0 || only === undefined) return false;
  return only.stamp === only.time && only.growth === undefined;
}

/** One live contribution in plain numbers, and no value. */
export function isCounter(cell: Cell): boolean {
  const only = cell.contributions[0];
  if (cell.siblings.length !== 0 || cell.contributions.length !== 1 || only === undefined) return false;
  if (typeof only.total !== "number" || typeof only.floorTotal !== "number") return false;
  return isLiveContribution(only) && Number.isSafeInteger(only.total - only.floorTotal);
}

/** How a cell and its deadlines fit into an entry without an object (entry.ts, E1). */
export interface PackedForm {
  readonly flags: number;
  readonly birth: Dot;
  readonly deadline: Deadline | undefined;
}

/** Undefined when they do not fit. */
export function packedForm(cell: Cell, deadlines: readonly Deadline[]): PackedForm | undefined {
  if (deadlines.length > 1) return undefined;
  const birth = isRegister(cell) ? cell.siblings[0]?.birth : isCounter(cell) ? counterBirth(cell) : undefined;
  if (birth === undefined) return undefined;
  const deadline = deadlines[0];
  if (deadline !== undefined) {
    const only = deadline.births[0];
    if (deadline.births.length !== 1 || only === undefined || !sameDot(only, birth)) return undefined;
  }
  const sibling = cell.siblings[0];
  const flags =
    (deadline === undefined ? 0 : HAS_DEADLINE) | (sibling === undefined || sameDot(birth, sibling) ? 0 : HAS_BIRTH);
  return { flags, birth, deadline };
}

function counterBirth(cell: Cell): Dot | undefined {
  const only = cell.contributions[0];
  return only === undefined ? undefined : { origin: only.origin, time: only.generation };
}

/** Packs a cell in the form that was found for it. */
export function packForm(
  entries: Entries,
  hash: number,
  key: ByteRange,
  cell: Cell,
  { flags, birth, deadline }: PackedForm,
  seconds: number,
): EntryRef {
  const made = packCell(entries, hash, key, cell, flags, seconds);
  if ((flags & HAS_BIRTH) !== 0) entries.setBirthBlock(made, birth.time, birth.origin);
  if (deadline !== undefined) entries.setDeadlineBlock(made, deadline.at, deadline.time, deadline.origin);
  return made;
}

/** The deadline of a packed entry; undefined when it has none. */
export function packedDeadline(entries: Entries, ref: EntryRef): Deadline | undefined {
  if ((entries.flags(ref) & HAS_DEADLINE) === 0) return undefined;
  return {
    at: entries.deadlineBlock(ref, 0),
    time: entries.deadlineBlock(ref, 1),
    origin: entries.deadlineBlock(ref, 2),
    births: [packedBirth(entries, ref)],
  };
}

/** Packs a cell that is a register or a counter (see above); the caller fills in the blocks that its flags ask for. */
function packCell(
  entries: Entries,
  hash: number,
  key: ByteRange,
  cell: Cell,
  flags: number,
  seconds: number,
): EntryRef {
  const sibling = cell.siblings[0];
  if (sibling !== undefined) {
    const made = entries.create(hash, key, Kind.register, flags, sibling.value.length, seconds);
    entries.setHead(made, Kind.register, flags, sibling.origin, sibling.time);
    entries.setValue(made, new ByteRange(sibling.value));
    return made;
  }
  const c = cell.contributions[0];
  if (c === undefined) throw new Error("a packed form of nothing");
  const made = entries.create(hash, key, Kind.counter, flags, 0, seconds);
  entries.setHead(made, Kind.counter, flags, c.origin, c.time);
  entries.setCounterBlock(made, c.generation, Number(c.total), c.floorTime, Number(c.floorTotal));
  return made;
}

/** The cell that a packed entry stands for; its value is a copy. */
export function unpackCell(entries: Entries, ref: EntryRef): Cell {
  if (entries.kind(ref) === Kind.counter) return { siblings: [], contributions: [unpackContribution(entries, ref)] };
  return { siblings: [unpackSibling(entries, ref)], contributions: [] };
}

/** The state that a packed element stands for. */
export function unpackElement(entries: Entries, ref: EntryRef): ElementState {
  const deadline = packedDeadline(entries, ref);
  return { ...unpackCell(entries, ref), deadlines: deadline === undefined ? [] : [deadline] };
}

function unpackSibling(entries: Entries, ref: EntryRef): Sibling {
  const value = new ByteRange();
  entries.valueOf(ref, value);
  const origin = entries.origin(ref);
  const time = entries.time(ref);
  return { origin, time, stamp: time, birth: packedBirth(entries, ref), value: value.copy() };
}

export function unpackContribution(entries: Entries, ref: EntryRef): Contribution {
  return {
    origin: entries.origin(ref),
    time: entries.time(ref),
    generation: entries.counterBlock(ref, 0),
    total: entries.counterBlock(ref, 1),
    floorTime: entries.counterBlock(ref, 2),
    floorTotal: entries.counterBlock(ref, 3),
  };
}

/** What the counter of an entry has counted and was not reset. */
export function countAt(entries: Entries, ref: EntryRef): number {
  const doubles = entries.doublesOf(ref);
  const at = entries.counterAt(ref);
  return (doubles[at + 1] as number) - (doubles[at + 3] as number);
}

/** The life that a packed entry belongs to. */
export function packedBirth(entries: Entries, ref: EntryRef): Dot {
  if (entries.kind(ref) === Kind.small) return { origin: entries.origin(ref), time: entries.time(ref) };
  if (entries.kind(ref) === Kind.counter) return { origin: entries.origin(ref), time: entries.counterBlock(ref, 0) };
  if ((entries.flags(ref) & HAS_BIRTH) === 0) return { origin: entries.origin(ref), time: entries.time(ref) };
  return { origin: entries.birthBlock(ref, 1), time: entries.birthBlock(ref, 0) };
}
