/**
 * Positions: which list element is which, and where it stands.
 *
 * A position is a list of digits, compared digit by digit; a prefix comes before what goes on. A digit is
 *
 *   number  6 bytes     where it stands: one more than the neighbour on the left, or one less than that on the right
 *   time    7 bytes     the dot of the event that made it, as two
 *   origin  6 bytes     replicas can choose the same number
 *   index   1-5 bytes   which value of its command
 *
 * Numbers are big-endian, and the index is written so that longer forms lie between the short ones:
 *
 *   0..119   index 0..119                        136..255   the last 120 indexes
 *   120      and 2 bytes: 65,536 more            135        and 2 bytes: the 65,536 before those
 *   121      and 4 bytes: the index itself
 *
 * P1. Comparing bytes compares positions, and no two digits are prefixes of each other.
 * P2. What is made between two neighbours lies between them, and nobody else makes it: its last digit bears the dot.
 * P3. The values of one push differ in nothing but the index, so that nothing of another dot comes between them.
 *
 * See Weiss, Urso, Molli, "Logoot" (2009), for the idea.
 */
import type { Time } from "./clock.ts";
import type { OriginId } from "./origin.ts";

/** Bytes of a buffer from `start` to `end`; an empty one is no position at all. */
export interface PositionBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Which value of a command; pushes at the head count down from the greatest. */
export const INDEX_MAX = 2 ** 32 - 1;
/** The number of the first element of an empty list. */
export const NUMBER_FIRST = 2 ** 47;
export const NUMBER_MAX = 2 ** 48 - 1;
/** The longest digit. */
export const DIGIT_BYTES_MAX = 24;

const TWO_32 = 2 ** 32;
const NUMBER_BYTES = 6;
const ORIGIN_AT = 13;
const INDEX_AT = 19;

const SHORT_INDEXES = 120;
const MIDDLE_INDEXES = 65_536;
const LOW_MIDDLE = 120;
const LONG = 121;
const HIGH_MIDDLE = 135;
const HIGH_SHORT = 136;
/** The first index that is written in 4 bytes, and the first behind those. */
const LONG_FROM = SHORT_INDEXES + MIDDLE_INDEXES;
const LONG_TO = TWO_32 - LONG_FROM;

const NOWHERE: PositionBytes = { bytes: new Uint8Array(0), start: 0, end: 0 };

/** The number of a position's first digit: a coarse key by which positions can be sorted. */
export function leadingNumber(bytes: Uint8Array, start: number): number {
  const high = ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
  return high * TWO_32 + word(bytes, start + 2);
}

/**
 * The position of the first value of a push at an end of a list, whose outermost element there is at `edge` (empty: the
 * list is). Returns its length in `out`; 0 when there is no room for it.
 */
export function placeAtEnd(
  out: Uint8Array,
  isTail: boolean,
  edge: PositionBytes,
  time: Time,
  origin: OriginId,
): number {
  const isOnly = edge.start === edge.end;
  const number = isOnly ? NUMBER_FIRST : numberBeyond(leadingNumber(edge.bytes, edge.start), isTail);
  if (!Number.isNaN(number)) return placeAtNumber(out, number, isTail, time, origin);
  return isTail
    ? placeBetween(out, edge, NOWHERE, time, origin, 0)
    : placeBetween(out, NOWHERE, edge, time, origin, INDEX_MAX);
}

/** The number that such a position has, given that of the outermost element. NaN where numbers have run out. */
export function numberBeyond(edge: number, isTail: boolean): number {
  const number = isTail ? edge + 1 : edge - 1;
  return number >= 0 && number <= NUMBER_MAX ? number : Number.NaN;
}

/** The position of the first value of a push that gets this number. Returns its length, 0 when there is no room. */
export function placeAtNumber(out: Uint8Array, number: number, isTail: boolean, time: Time, origin: OriginId): number {
  return writeDigit(out, 0, number, time, origin, isTail ? 0 : INDEX_MAX);
}

/** Turns the position of one value of a push, alone in `out`, into that of the next. Returns its length, 0 when there is no room. */
export function placeNext(out: Uint8Array, length: number, isTail: boolean): number {
  let at = 0;
  for (let end = digitEnd(out, at); end < length; end = digitEnd(out, at)) at = end;
  const index = readIndex(out, at + INDEX_AT) + (isTail ? 1 : -1);
  return index < 0 || index > INDEX_MAX ? 0 : writeIndex(out, at + INDEX_AT, index);
}

/**
 * The position of a value between two neighbours, either of which may be missing. Returns its length in `out`; 0 when
 * there is no room for it, in `out` or between them.
 */
export function placeBetween(
  out: Uint8Array,
  left: PositionBytes,
  right: PositionBytes,
  time: Time,
  origin: OriginId,
  index: number,
): number {
  // Where both are alike, nothing else fits.
  const shared = sharedDigits(left, right);
  let l = left.start + shared;
  let r = right.start + shared;
  while (l < left.end || r < right.end) {
    if (l < left.end) {
      const number = leadingNumber(left.bytes, l) + 1;
      const length = number > NUMBER_MAX ? -1 : writeBehind(out, left, l, number, time, origin, index);
      if (length === 0 || (length > 0 && isBefore(out, length, right))) return length;
      l = digitEnd(left.bytes, l);
    }
    if (r < right.end) {
      const number = leadingNumber(right.bytes, r) - 1;
      const length = number < 0 ? -1 : writeBehind(out, right, r, number, time, origin, index);
      if (length === 0 || (length > 0 && isAfter(out, length, left))) return length;
      r = digitEnd(right.bytes, r);
    }
  }
  const length = writeBehind(out, left, left.end, NUMBER_FIRST, time, origin, index);
  return length > 0 && isBefore(out, length, right) ? length : 0;
}

/** Negative, 0 or positive, as the one position stands before, at or after the other (P1). */
export function comparePositions(a: PositionBytes, b: PositionBytes): number {
  const end = Math.min(a.end, a.start + b.end - b.start);
  for (let i = a.start, j = b.start; i < end; i++, j++) {
    const difference = (a.bytes[i] as number) - (b.bytes[j] as number);
    if (difference !== 0) return difference;
  }
  return a.end - a.start - (b.end - b.start);
}

/** Are these bytes a position? */
export function isPosition({ bytes, start, end }: PositionBytes): boolean {
  let at = start;
  while (end - at > INDEX_AT && digitEnd(bytes, at) <= end) {
    const time = ((bytes[at + 6] as number) * 65_536 + pair(bytes, at + 7)) * TWO_32 + word(bytes, at + 9);
    if (time < 1 || time > Number.MAX_SAFE_INTEGER || !hasOneForm(bytes, at + INDEX_AT)) return false;
    if (pair(bytes, at + ORIGIN_AT) === 0 && word(bytes, at + ORIGIN_AT + 2) === 0) return false;
    at = digitEnd(bytes, at);
    if (at === end) return true;
  }
  return false;
}

// Digits

/** Writes a digit at `at`; returns where it ends, 0 when it does not fit. */
function writeDigit(out: Uint8Array, at: number, number: number, time: Time, origin: OriginId, index: number): number {
  if (at + INDEX_AT >= out.length) return 0;
  const timeHigh = (time / TWO_32) >>> 0;
  putPair(out, at, (number / TWO_32) >>> 0);
  putWord(out, at + 2, number >>> 0);
  out[at + NUMBER_BYTES] = timeHigh >>> 16;
  putPair(out, at + NUMBER_BYTES + 1, timeHigh);
  putWord(out, at + NUMBER_BYTES + 3, time >>> 0);
  putPair(out, at + ORIGIN_AT, (origin / TWO_32) >>> 0);
  putWord(out, at + ORIGIN_AT + 2, origin >>> 0);
  return writeIndex(out, at + INDEX_AT, index);
}

/** The digits of a position before `until`, and one more. */
function writeBehind(
  out: Uint8Array,
  from: PositionBytes,
  until: number,
  number: number,
  time: Time,
  origin: OriginId,
  index: number,
): number {
  const length = until - from.start;
  if (length >= out.length) return 0;
  for (let i = 0; i < length; i++) out[i] = from.bytes[from.start + i] as number;
  return writeDigit(out, length, number, time, origin, index);
}

function digitEnd(bytes: Uint8Array, at: number): number {
  return at + INDEX_AT + indexBytes(bytes[at + INDEX_AT] as number);
}

function indexBytes(first: number): number {
  if (first < SHORT_INDEXES || first >= HIGH_SHORT) return 1;
  return first === LONG ? 5 : 3;
}

/** Returns where the index ends, 0 when it does not fit. */
function writeIndex(out: Uint8Array, at: number, index: number): number {
  if (index < SHORT_INDEXES) {
    out[at] = index;
  } else if (index > INDEX_MAX - SHORT_INDEXES) {
    out[at] = 255 - (INDEX_MAX - index);
  } else if (index >= LONG_FROM && index < LONG_TO) {
    if (at + 5 > out.length) return 0;
    out[at] = LONG;
    putWord(out, at + 1, index);
    return at + 5;
  } else {
    if (at + 3 > out.length) return 0;
    out[at] = index < LONG_FROM ? LOW_MIDDLE : HIGH_MIDDLE;
    putPair(out, at + 1, index < LONG_FROM ? index - SHORT_INDEXES : index - LONG_TO);
    return at + 3;
  }
  return at + 1;
}

function readIndex(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < SHORT_INDEXES) return first;
  if (first >= HIGH_SHORT) return INDEX_MAX - (255 - first);
  if (first === LONG) return word(bytes, at + 1);
  return pair(bytes, at + 1) + (first === LOW_MIDDLE ? SHORT_INDEXES : LONG_TO);
}

/** Is an index written as `writeIndex` does it? Else one position could be written in two ways. */
function hasOneForm(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] as number;
  if (first !== LONG) return first <= LOW_MIDDLE || first >= HIGH_MIDDLE;
  const index = word(bytes, at + 1);
  return index >= LONG_FROM && index < LONG_TO;
}

/** Bytes of the digits that two positions begin with alike. */
function sharedDigits(a: PositionBytes, b: PositionBytes): number {
  const end = Math.min(a.end - a.start, b.end - b.start);
  let equal = 0;
  while (equal < end && a.bytes[a.start + equal] === b.bytes[b.start + equal]) equal++;
  let shared = 0;
  while (shared < end) {
    const next = digitEnd(a.bytes, a.start + shared) - a.start;
    if (next > equal) break;
    shared = next;
  }
  return shared;
}

function isBefore(out: Uint8Array, length: number, right: PositionBytes): boolean {
  return right.start === right.end || comparePositions({ bytes: out, start: 0, end: length }, right) < 0;
}

function isAfter(out: Uint8Array, length: number, left: PositionBytes): boolean {
  return comparePositions({ bytes: out, start: 0, end: length }, left) > 0;
}

// Bytes

function pair(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function word(bytes: Uint8Array, at: number): number {
  return ((pair(bytes, at) << 16) | pair(bytes, at + 2)) >>> 0;
}

function putPair(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 8;
  out[at + 1] = value;
}

function putWord(out: Uint8Array, at: number, value: number): void {
  putPair(out, at, value >>> 16);
  putPair(out, at + 2, value);
}
