/**
 * Counting where a packed counter stands, which is what INCR and its like come
 * down to: one number in the entry rises, and so does its time.
 *
 * Only the dot of the contribution changes. Whatever else the entry adds to a
 * fingerprint (its floor, its deadline, the score beneath) stays as it is, so
 * that it need not be looked at.
 */
import type { Time } from "../../crdt/clock.ts";
import type { Origin } from "../../crdt/origin.ts";
import { type Entries, type EntryRef, Kind } from "./entry.ts";
import { Mark } from "./fingerprint.ts";
import type { Memory } from "./memory.ts";

/** Is this a packed counter of that origin alone, and does it stay one when the amount is added? */
export function canAdd(entries: Entries, ref: EntryRef, origin: Origin, amount: number): boolean {
  if (entries.kind(ref) !== Kind.counter || entries.origin(ref) !== origin) return false;
  const doubles = entries.doublesOf(ref);
  const at = entries.counterAt(ref);
  const total = (doubles[at + 1] as number) + amount;
  return Number.isSafeInteger(total) && Number.isSafeInteger(total - (doubles[at + 3] as number));
}

/**
 * Adds to a packed counter (see `canAdd`), or to a scored member (scored-packing.ts), at a path. What that changes in
 * the fingerprint is in `memory.share` then.
 */
export function countPacked(memory: Memory, path: number, ref: EntryRef, time: Time, amount: number): void {
  const { entries, share } = memory;
  const doubles = entries.doublesOf(ref);
  const at = entries.counterAt(ref);
  const origin = entries.origin(ref);
  const print = memory.print(origin);
  const generation = doubles[at] as number;
  share.clear();
  share.add(path, Mark.contribution, print, entries.time(ref), generation);
  share.negate();
  share.add(path, Mark.contribution, print, time, generation);
  doubles[at + 1] = (doubles[at + 1] as number) + amount;
  entries.setTime(ref, time);
}
