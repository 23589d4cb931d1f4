/**
 * Members of sorted sets that were put and then counted, packed: one score, and
 * one live contribution that is newer, all in whole numbers. It is what a
 * leaderboard is made of, ZADD and then ZINCRBY, so that it must not be an
 * object. The entry is that of the contribution (entry.ts); its value holds the
 * score:
 *
 *    0  f64 time   8  f64 origin   16  f64 score      little-endian
 *
 * Being newer, the contribution's dot is the newest of the member, as the dots
 * of all other packed entries are.
 */
import type { Cell } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { sameDot } from "../../crdt/life.ts";
import type { Origin } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { countAt, isCounter, isRegister, unpackContribution } from "./cell-packing.ts";
import { type Entries, type EntryRef, Kind } from "./entry.ts";
import { canAdd } from "./packed-count.ts";
import { readScore, SCORE_BYTES, writeScore } from "./score.ts";

const ORIGIN_AT = 8;
const SCORE_AT = 16;
const VALUE_BYTES = SCORE_AT + SCORE_BYTES;

/** A cursor on the value in hand, and what is written into one; they carry nothing from one call to the next. */
const value = new ByteRange();
const written = new ByteRange(new Uint8Array(VALUE_BYTES));
const view = new DataView(written.bytes.buffer);

export function isScored({ siblings, contributions }: Cell): boolean {
  const put = siblings[0];
  const counted = contributions[0];
  if (put === undefined || counted === undefined || counted.time <= put.time || !sameDot(put.birth, put)) return false;
  if (!isRegister({ siblings, contributions: [] }) || !isCounter({ siblings: [], contributions })) return false;
  return isWhole(readScore(put.value, 0), Number(counted.total) - Number(counted.floorTotal));
}

/** Is the sum exact in plain numbers? */
function isWhole(score: number, count: number): boolean {
  return Number.isSafeInteger(score) && Number.isSafeInteger(score + count);
}

/** Packs a cell of which `isScored` holds. */
export function packScored(entries: Entries, hash: number, member: ByteRange, cell: Cell, seconds: number): EntryRef {
  const put = cell.siblings[0];
  const counted = cell.contributions[0];
  if (put === undefined || counted === undefined) throw new Error("a packed form of nothing");
  const made = entries.create(hash, member, Kind.scored, 0, VALUE_BYTES, seconds);
  entries.setHead(made, Kind.scored, 0, counted.origin, counted.time);
  const { generation, total, floorTime, floorTotal } = counted;
  entries.setCounterBlock(made, generation, Number(total), floorTime, Number(floorTotal));
  view.setFloat64(0, put.time, true);
  view.setFloat64(ORIGIN_AT, put.origin, true);
  written.bytes.set(put.value, SCORE_AT);
  entries.setValue(made, written);
  return made;
}

/** The cell that a scored entry stands for. */
export function unpackScored(entries: Entries, ref: EntryRef): Cell {
  const origin = putOrigin(entries, ref);
  const time = putTime(entries, ref);
  const score = new Uint8Array(SCORE_BYTES);
  writeScore(putScore(entries, ref), score);
  const put = { origin, time, stamp: time, birth: { origin, time }, value: score };
  return { siblings: [put], contributions: [unpackContribution(entries, ref)] };
}

/** The dot of a scored entry's score. */
export function putTime(entries: Entries, ref: EntryRef): Time {
  return doubleAt(entries, ref, 0);
}

export function putOrigin(entries: Entries, ref: EntryRef): Origin {
  return doubleAt(entries, ref, ORIGIN_AT);
}

function putScore(entries: Entries, ref: EntryRef): number {
  return doubleAt(entries, ref, SCORE_AT);
}

function doubleAt(entries: Entries, ref: EntryRef, offset: number): number {
  entries.valueOf(ref, value);
  return readScore(value.bytes, value.start + offset);
}

/** The score that a packed member shows. */
export function packedScore(entries: Entries, ref: EntryRef): number {
  const kind = entries.kind(ref);
  if (kind === Kind.register) return doubleAt(entries, ref, 0);
  const count = countAt(entries, ref);
  return kind === Kind.scored ? putScore(entries, ref) + count : count;
}

/** Is this a packed member that has been counted by that origin alone, and does it stay one when the amount is added? */
export function canAddToScore(entries: Entries, ref: EntryRef, origin: Origin, amount: number): boolean {
  if (entries.kind(ref) !== Kind.scored) return canAdd(entries, ref, origin, amount);
  const isOwn = entries.origin(ref) === origin && Number.isSafeInteger(entries.counterBlock(ref, 1) + amount);
  return isOwn && isWhole(putScore(entries, ref), countAt(entries, ref) + amount);
}
