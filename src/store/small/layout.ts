/**
 * Small collections: hashes, sets, sorted sets and lists of a few short elements
 * live whole in their key's entry, outside the JavaScript heap.
 *
 *   small block   u32 fingerprint low, u32 fingerprint high
 *   value         u8 type, u8 elements with a counter, u16 elements; then each element:
 *     0  u16 origin, u15 element length, 1 bit: a counter
 *     4  u32 time low
 *     8  u21 time high, u11 value length
 *    12  f64 generation, total, floor time, floor total    of a counter
 *        element bytes, value bytes, padding to 4
 *
 * Elements are referred to by the words from the small block to them. Sorted sets
 * and lists lie in their order, others as they came. Elements are plain values or
 * counters of one origin, as in packed entries (entry.ts, E1); a collection that
 * holds anything else, or has outgrown the bounds, is an object (collection.ts).
 */
import type { Contribution } from "../../../crdt/cell.ts";
import type { Time } from "../../../crdt/clock.ts";
import type { Origin } from "../../../crdt/origin.ts";
import { type ByteRange, compareBytes } from "../../byte-range.ts";
import { copyBytes } from "../../copy-bytes.ts";
import { SMALL_COLLECTION_BYTES_MAX } from "../../limits/keyspace.ts";
import type { Database } from "../database.ts";
import type { ElementRef } from "../elements.ts";
import { type Entries, type EntryRef, Kind } from "../entry.ts";
import type { CollectionType } from "../key-type.ts";
import { readScore } from "../score.ts";

const TWO_32 = 4294967296;
const BLOCK_WORDS = 2;
/** The first element, in words from the small block. */
const FIRST: ElementRef = BLOCK_WORDS + 1;
const HEAD_WORDS = 3;
const COUNTER_WORDS = 8;
const COUNTER_BIT = 0x80000000;
const LENGTH_MASK = 0x7fff;
const TIME_HIGH_MASK = 0x1fffff;
const TIME_HIGH_BITS = 21;
/** A longer key might not leave room for the elements in a block of the arena. */
const KEY_BYTES_MAX = 4096;

/** The words of an element with these lengths. */
function wordsFor(bytes: number, isCounter: boolean): number {
  return HEAD_WORDS + (isCounter ? COUNTER_WORDS : 0) + ((bytes + 3) >>> 2);
}

export class SmallLayout {
  /** More elements than this are a collection object. */
  readonly elementsMax: number;
  private readonly entries: Entries;
  private readonly doubles = new Float64Array(1);
  private readonly halves = new Uint32Array(this.doubles.buffer);

  constructor(entries: Entries, elementsMax: number) {
    this.entries = entries;
    this.elementsMax = elementsMax;
  }

  // The whole

  typeOf(ref: EntryRef): CollectionType {
    return (this.head(ref) & 0xff) as CollectionType;
  }

  size(ref: EntryRef): number {
    return this.head(ref) >>> 16;
  }

  /** How many elements are counters. */
  counted(ref: EntryRef): number {
    return (this.head(ref) >>> 8) & 0xff;
  }

  /** The first element; the end of an empty collection. */
  readonly first: ElementRef = FIRST;

  /** Behind the last element. */
  end(ref: EntryRef): ElementRef {
    return BLOCK_WORDS + (this.entries.valueLength(ref) >>> 2);
  }

  next(ref: EntryRef, at: ElementRef): ElementRef {
    return at + this.sizeAt(ref, at);
  }

  /** An empty collection of a type, not in any table yet. */
  create(
    hash: number,
    key: ByteRange,
    type: CollectionType,
    flags: number,
    valueBytes: number,
    seconds: number,
  ): EntryRef {
    const ref = this.entries.create(hash, key, Kind.small, flags, valueBytes, seconds);
    const words = this.entries.wordsOf(ref);
    const at = this.entries.smallAt(ref);
    words[at] = 0;
    words[at + 1] = 0;
    words[at + BLOCK_WORDS] = type;
    this.entries.setValueLength(ref, SmallLayout.bytesOfNone);
    return ref;
  }

  /** Can a collection of this many elements and bytes, under a key of this length, be small? */
  fits(elements: number, bytes: number, keyLength: number): boolean {
    return elements <= this.elementsMax && bytes <= SMALL_COLLECTION_BYTES_MAX && keyLength <= KEY_BYTES_MAX;
  }

  /** What a collection takes without elements, and what an element adds. */
  static readonly bytesOfNone = 4;

  static bytesOf(elementLength: number, valueLength: number, isCounter: boolean): number {
    return wordsFor(elementLength + valueLength, isCounter) * 4;
  }

  /** Can a collection begin with such an element? */
  fitsOne(keyLength: number, bytes: number): boolean {
    return this.fits(1, SmallLayout.bytesOfNone + wordsFor(bytes, true) * 4, keyLength);
  }

  // Elements

  /** The element with these bytes, 0 when there is none. */
  find(ref: EntryRef, element: ByteRange): ElementRef {
    const words = this.entries.wordsOf(ref);
    const own = this.entries.bytesOf(ref);
    const base = this.entries.smallAt(ref);
    const end = base + this.end(ref);
    const { bytes, start } = element;
    const length = element.end - start;
    for (let at = base + FIRST; at < end;) {
      const head = words[at] as number;
      const elementLength = (head >>> 16) & LENGTH_MASK;
      const body = at + (head >= COUNTER_BIT ? HEAD_WORDS + COUNTER_WORDS : HEAD_WORDS);
      if (elementLength === length) {
        let i = length - 1;
        for (const place = body * 4; i >= 0 && own[place + i] === bytes[start + i]; i--);
        if (i < 0) return at - base;
      }
      at = body + ((elementLength + ((words[at + 2] as number) >>> TIME_HIGH_BITS) + 3) >>> 2);
    }
    return 0;
  }

  origin(ref: EntryRef, at: ElementRef): Origin {
    return this.word(ref, at) & 0xffff;
  }

  time(ref: EntryRef, at: ElementRef): Time {
    return (this.word(ref, at + 2) & TIME_HIGH_MASK) * TWO_32 + this.word(ref, at + 1);
  }

  isCounter(ref: EntryRef, at: ElementRef): boolean {
    return this.word(ref, at) >= COUNTER_BIT;
  }

  /** Generation, total, floor time, floor total. */
  counterField(ref: EntryRef, at: ElementRef, index: 0 | 1 | 2 | 3): number {
    return this.double(this.entries.wordsOf(ref), this.entries.smallAt(ref) + at + HEAD_WORDS + index * 2);
  }

  element(ref: EntryRef, at: ElementRef, out: ByteRange): void {
    const start = this.bytesAt(ref, at);
    out.set(this.entries.bytesOf(ref), start, start + this.elementLength(ref, at));
  }

  value(ref: EntryRef, at: ElementRef, out: ByteRange): void {
    const start = this.bytesAt(ref, at) + this.elementLength(ref, at);
    out.set(this.entries.bytesOf(ref), start, start + this.valueLength(ref, at));
  }

  /** The score of a sorted set's member. */
  score(ref: EntryRef, at: ElementRef): number {
    return this.scoreAt(this.entries.wordsOf(ref), this.entries.bytesOf(ref), this.entries.smallAt(ref) + at);
  }

  /** Before which member of a sorted set a member of this score belongs. */
  placeOfScore(ref: EntryRef, score: number, { bytes, start, end }: ByteRange): ElementRef {
    const words = this.entries.wordsOf(ref);
    const own = this.entries.bytesOf(ref);
    const base = this.entries.smallAt(ref);
    const last = base + this.end(ref);
    let at = base + FIRST;
    while (at < last) {
      const held = this.scoreAt(words, own, at);
      if (held > score) break;
      const head = words[at] as number;
      const length = (head >>> 16) & LENGTH_MASK;
      const body = at + (head >= COUNTER_BIT ? HEAD_WORDS + COUNTER_WORDS : HEAD_WORDS);
      if (held === score && compareBytes(own, body * 4, body * 4 + length, bytes, start, end) > 0) break;
      at = body + ((length + ((words[at + 2] as number) >>> TIME_HIGH_BITS) + 3) >>> 2);
    }
    return at - base;
  }

  /** Before which element of a list one of this position belongs. */
  placeOfPosition(ref: EntryRef, position: ByteRange): ElementRef {
    const end = this.end(ref);
    let at = this.first;
    while (at < end && this.compare(ref, at, position) <= 0) at = this.next(ref, at);
    return at;
  }

  /** `at`: the place of a member's first word. */
  private scoreAt(words: Uint32Array, own: Uint8Array, at: number): number {
    const head = words[at] as number;
    if (head < COUNTER_BIT) return readScore(own, (at + HEAD_WORDS) * 4 + ((head >>> 16) & LENGTH_MASK));
    return this.double(words, at + HEAD_WORDS + 2) - this.double(words, at + HEAD_WORDS + 6);
  }

  private double(words: Uint32Array, at: number): number {
    this.halves[0] = words[at] as number;
    this.halves[1] = words[at + 1] as number;
    return this.doubles[0] as number;
  }

  /** Compares an element with bytes; negative when the element comes first. */
  compare(ref: EntryRef, at: ElementRef, { bytes, start, end }: ByteRange): number {
    const place = this.bytesAt(ref, at);
    return compareBytes(this.entries.bytesOf(ref), place, place + this.elementLength(ref, at), bytes, start, end);
  }

  /** What such an element takes more than the one in whose place it comes (0: none). */
  bytesMore(ref: EntryRef, at: ElementRef, elementLength: number, valueLength: number, isCounter: boolean): number {
    const old = at === 0 ? 0 : this.sizeAt(ref, at);
    return (wordsFor(elementLength + valueLength, isCounter) - old) * 4;
  }

  // Changes: of the room that `resize` makes the others use

  /** Does another element of these bytes still fit the bounds, where `without` goes for it (0: none)? */
  canTake(ref: EntryRef, without: ElementRef, bytes: number, isCounter: boolean): boolean {
    const freed = without === 0 ? 0 : this.sizeAt(ref, without);
    const elements = this.size(ref) + (without === 0 ? 1 : 0);
    return this.fits(elements, this.entries.valueLength(ref) + (wordsFor(bytes, isCounter) - freed) * 4, 0);
  }

  /**
   * Makes the entry one that holds so many bytes of elements, no fewer than there are: what is then put in takes no memory.
   * The entry may move; returns it.
   */
  resize(database: Database, ref: EntryRef, bytes: number): EntryRef {
    const { entries } = this;
    if (entries.canHold(ref, Kind.small, entries.flags(ref), bytes)) return ref;
    const made = entries.copyOf(ref, bytes);
    const length = entries.valueLength(ref);
    entries.setValueLength(made, length);
    const start = entries.blocksStart(ref);
    const end = entries.smallAt(ref) + BLOCK_WORDS + (length >>> 2);
    copyBytes(entries.bytesOf(made), entries.blocksStart(made) * 4, entries.bytesOf(ref), start * 4, end * 4);
    database.table.replace(entries.hash(ref) | 0, ref, made);
    entries.destroy(ref);
    return made;
  }

  /** Makes a gap for an element at a place, `old`: in the place of the one that stands there. The entry has the room. */
  makeGap(ref: EntryRef, at: ElementRef, old: boolean, bytes: number, isCounter: boolean): void {
    const wasCounter = old && this.isCounter(ref, at);
    this.splice(ref, at, old ? this.sizeAt(ref, at) : 0, wordsFor(bytes, isCounter));
    this.adjust(ref, old ? 0 : 1, (isCounter ? 1 : 0) - (wasCounter ? 1 : 0));
  }

  remove(ref: EntryRef, at: ElementRef): void {
    const wasCounter = this.isCounter(ref, at);
    this.splice(ref, at, this.sizeAt(ref, at), 0);
    this.adjust(ref, -1, wasCounter ? -1 : 0);
  }

  /** Adds a plain element behind the others. The entry has the room. Returns its place. */
  append(ref: EntryRef, origin: Origin, time: Time, element: ByteRange, value: ByteRange): ElementRef {
    const { entries } = this;
    const words = entries.wordsOf(ref);
    const bytes = entries.bytesOf(ref);
    const base = entries.smallAt(ref);
    const length = entries.valueLength(ref);
    const place = base + BLOCK_WORDS + (length >>> 2);
    const elementLength = element.end - element.start;
    const valueLength = value.end - value.start;
    words[place] = origin | (elementLength << 16);
    words[place + 1] = time;
    words[place + 2] = Math.floor(time / TWO_32) | (valueLength << TIME_HIGH_BITS);
    const start = (place + HEAD_WORDS) * 4;
    copyBytes(bytes, start, element.bytes, element.start, element.end);
    copyBytes(bytes, start + elementLength, value.bytes, value.start, value.end);
    words[base + BLOCK_WORDS] = (words[base + BLOCK_WORDS] as number) + 0x10000;
    entries.setValueLength(ref, length + wordsFor(elementLength + valueLength, false) * 4);
    return place - base;
  }

  /** Writes an element's head and bytes where room was made for it. */
  write(
    ref: EntryRef,
    at: ElementRef,
    isCounter: boolean,
    origin: Origin,
    time: Time,
    element: ByteRange,
    value: ByteRange,
  ): void {
    const words = this.entries.wordsOf(ref);
    const place = this.entries.smallAt(ref) + at;
    const elementLength = element.end - element.start;
    const valueLength = value.end - value.start;
    words[place] = origin | (elementLength << 16) | (isCounter ? COUNTER_BIT : 0);
    this.setTime(ref, at, time, valueLength);
    const start = (place + HEAD_WORDS + (isCounter ? COUNTER_WORDS : 0)) * 4;
    const bytes = this.entries.bytesOf(ref);
    copyBytes(bytes, start, element.bytes, element.start, element.end);
    copyBytes(bytes, start + elementLength, value.bytes, value.start, value.end);
  }

  /** A new value of the same length, by a new event. */
  overwrite(ref: EntryRef, at: ElementRef, origin: Origin, time: Time, value: ByteRange): void {
    const words = this.entries.wordsOf(ref);
    const place = this.entries.smallAt(ref) + at;
    words[place] = ((words[place] as number) & ~0xffff) | origin;
    this.setTime(ref, at, time, value.end - value.start);
    const start = this.bytesAt(ref, at) + this.elementLength(ref, at);
    copyBytes(this.entries.bytesOf(ref), start, value.bytes, value.start, value.end);
  }

  /** The time and the counter of an element that is one; its totals are plain numbers. */
  setCounter(ref: EntryRef, at: ElementRef, { time, generation, total, floorTime, floorTotal }: Contribution): void {
    this.setTime(ref, at, time, 0);
    this.setDouble(ref, at + HEAD_WORDS, generation);
    this.setDouble(ref, at + HEAD_WORDS + 2, Number(total));
    this.setDouble(ref, at + HEAD_WORDS + 4, floorTime);
    this.setDouble(ref, at + HEAD_WORDS + 6, Number(floorTotal));
  }

  elementLength(ref: EntryRef, at: ElementRef): number {
    return (this.word(ref, at) >>> 16) & LENGTH_MASK;
  }

  valueLength(ref: EntryRef, at: ElementRef): number {
    return this.word(ref, at + 2) >>> TIME_HIGH_BITS;
  }

  private splice(ref: EntryRef, at: ElementRef, oldWords: number, newWords: number): void {
    const { entries } = this;
    const end = this.end(ref);
    const base = entries.smallAt(ref);
    const bytes = entries.bytesOf(ref);
    if (at + oldWords < end)
      bytes.copy(bytes, (base + at + newWords) * 4, (base + at + oldWords) * 4, (base + end) * 4);
    entries.setValueLength(ref, entries.valueLength(ref) + (newWords - oldWords) * 4);
  }

  private adjust(ref: EntryRef, elements: number, counters: number): void {
    const words = this.entries.wordsOf(ref);
    const place = this.entries.smallAt(ref) + BLOCK_WORDS;
    words[place] = (words[place] as number) + elements * 0x10000 + counters * 0x100;
  }

  private setTime(ref: EntryRef, at: ElementRef, time: Time, valueLength: number): void {
    const words = this.entries.wordsOf(ref);
    const place = this.entries.smallAt(ref) + at;
    words[place + 1] = time;
    words[place + 2] = Math.floor(time / TWO_32) | (valueLength << TIME_HIGH_BITS);
  }

  private setDouble(ref: EntryRef, at: ElementRef, value: number): void {
    const words = this.entries.wordsOf(ref);
    const place = this.entries.smallAt(ref) + at;
    this.doubles[0] = value;
    words[place] = this.halves[0] as number;
    words[place + 1] = this.halves[1] as number;
  }

  private sizeAt(ref: EntryRef, at: ElementRef): number {
    return wordsFor(this.elementLength(ref, at) + this.valueLength(ref, at), this.isCounter(ref, at));
  }

  private bytesAt(ref: EntryRef, at: ElementRef): number {
    const words = this.isCounter(ref, at) ? HEAD_WORDS + COUNTER_WORDS : HEAD_WORDS;
    return (this.entries.smallAt(ref) + at + words) * 4;
  }

  private head(ref: EntryRef): number {
    return this.word(ref, BLOCK_WORDS);
  }

  private word(ref: EntryRef, at: number): number {
    return this.entries.wordsOf(ref)[this.entries.smallAt(ref) + at] as number;
  }
}
