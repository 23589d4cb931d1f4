/**
 * Entries: keys and elements packed into blocks of the arena.
 *
 * Nearly all keys hold one plain value or one counter; those are a block of
 * bytes and nothing else. What is rare or large (concurrent values, counters of
 * several regions, collections) is an object that the entry refers to.
 *
 *    0  u32 key length             16  u16 origin, u8 kind, u8 flags
 *    4  u32 value length | handle  20  u32 access clock, seconds
 *    8  f64 time of the dot        24  u32 handle of an external body, or 0
 *                                  28  u32 hash
 *   32  key bytes, padded to 8 when a block follows
 *       deadline block, 24 bytes, when flagged: f64 at, f64 time, f64 origin
 *       birth block, 16 bytes, when flagged: f64 time, f64 origin
 *       counter block, 32 bytes, for counters: f64 generation, total, floor time, floor total; also for scored members
 *       small block, 8 bytes, for small collections: fingerprint of the elements, u32 low, high
 *       value bytes
 *
 * An external body holds key and value instead. The key stands at a fixed place,
 * so that its bytes can be fetched together with the header: at this size of
 * memory most of a look-up is waiting for lines that are not in any cache.
 *
 * E1. A packed form and the object it stands for mean the same: a register is a
 *     cell of one sibling whose stamp is its time, a counter a cell of one live
 *     contribution, a scored member one of both (scored-packing.ts); a packed deadline belongs to the life of that
 *     very value.
 *     A small collection (small/layout.ts) has one life, which is the entry's dot;
 *     its birth block is the support of that life.
 */
import type { Time } from "../../crdt/clock.ts";
import type { Origin } from "../../crdt/origin.ts";
import { ByteRange, compareBytes } from "../byte-range.ts";
import { copyBytes } from "../copy-bytes.ts";
import type { Arena } from "./arena.ts";
import { Bodies, NO_BODY } from "./bodies.ts";
import { Handles } from "./handles.ts";

/** The address of an entry; 0 is none. It moves when the entry is rewritten. */
export type EntryRef = number;

export const Kind = { register: 1, counter: 2, object: 3, small: 4, scored: 5 } as const;
export type EntryKind = (typeof Kind)[keyof typeof Kind];

export const HAS_DEADLINE = 1;
export const HAS_BIRTH = 2;

const HEADER_BYTES = 32;
const DEADLINE_BYTES = 24;
const BIRTH_BYTES = 16;
const COUNTER_BYTES = 32;
const SMALL_BYTES = 8;
/** Key and value beyond this live in a buffer of their own. */
const INLINE_BYTES_MAX = 12 * 1024;
/** A block is kept for a smaller value until it would be less than half full. */
const WASTE_FACTOR = 2;

const UNIT_MASK = 0x7fffff;

export class Entries {
  readonly arena: Arena;
  readonly objects = new Handles<object>();
  readonly bodies = new Bodies();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /**
   * Takes the memory of a large entry before anything is changed for it: the
   * next `create` of this size uses it. Throws RangeError when there is none.
   */
  reserveBody(key: ByteRange, valueLength: number): void {
    const bytes = key.end - key.start + valueLength;
    if (bytes > INLINE_BYTES_MAX) this.bodies.reserve(bytes);
  }

  /** A new block with its header and key; the caller fills in blocks and value. Throws RangeError when memory is exhausted. */
  create(hash: number, key: ByteRange, kind: EntryKind, flags: number, valueLength: number, seconds: number): EntryRef {
    const keyLength = key.end - key.start;
    const blocks = blockBytes(kind, flags);
    const inline = keyLength + valueLength <= INLINE_BYTES_MAX;
    // Before the block: what throws must leave nothing behind.
    const body = inline ? NO_BODY : this.bodies.take(keyLength + valueLength);
    const ref = this.arena.alloc(HEADER_BYTES + (inline ? inlineBytes(keyLength, blocks, valueLength) : blocks));
    const words = this.wordsOf(ref);
    const at = (ref & UNIT_MASK) * 2;
    words[at] = keyLength;
    words[at + 1] = valueLength;
    words[at + 4] = (kind << 16) | (flags << 24);
    words[at + 5] = seconds;
    words[at + 6] = 0;
    words[at + 7] = hash;
    if (inline) {
      copyBytes(this.bytesOf(ref), keyOffset(ref), key.bytes, key.start, key.end);
    } else {
      body.set(key.bytes.subarray(key.start, key.end));
      words[at + 6] = this.bodies.add(body);
    }
    return ref;
  }

  /** A new entry of one plain value. */
  createPlain(hash: number, key: ByteRange, origin: Origin, time: Time, value: ByteRange, seconds: number): EntryRef {
    const keyLength = key.end - key.start;
    const valueLength = value.end - value.start;
    if (keyLength + valueLength > INLINE_BYTES_MAX) {
      const large = this.create(hash, key, Kind.register, 0, valueLength, seconds);
      this.setHead(large, Kind.register, 0, origin, time);
      this.setValue(large, value);
      return large;
    }
    const ref = this.arena.alloc(HEADER_BYTES + keyLength + valueLength);
    this.setHead(ref, Kind.register, 0, origin, time);
    const words = this.wordsOf(ref);
    const at = (ref & UNIT_MASK) * 2;
    words[at] = keyLength;
    words[at + 1] = valueLength;
    words[at + 5] = seconds;
    words[at + 6] = 0;
    words[at + 7] = hash;
    const bytes = this.bytesOf(ref);
    const start = keyOffset(ref);
    copyBytes(bytes, start, key.bytes, key.start, key.end);
    copyBytes(bytes, start + keyLength, value.bytes, value.start, value.end);
    return ref;
  }

  /**
   * Gives the block back, and a body of its own to the system at once: ranges
   * into either were only good until this write. The object it may refer to is
   * the caller's business.
   */
  destroy(ref: EntryRef): void {
    const handle = this.word(ref, 6);
    if (handle !== 0) this.bodies.drop(handle);
    this.arena.free(ref);
  }

  /** Can this entry take such a value in place? */
  canHold(ref: EntryRef, kind: EntryKind, flags: number, valueLength: number): boolean {
    if (this.word(ref, 6) !== 0) return false;
    const blocks = blockBytes(kind, flags);
    if (blockBytes(this.kind(ref), this.flags(ref)) !== blocks) return false;
    const needed = HEADER_BYTES + inlineBytes(this.word(ref, 0), blocks, valueLength);
    const capacity = this.arena.sizeOf(ref);
    return needed <= capacity && needed * WASTE_FACTOR >= capacity;
  }

  /** Bytes that an entry takes, its external body included. */
  footprint(ref: EntryRef): number {
    const body = this.word(ref, 6);
    return this.arena.sizeOf(ref) + (body === 0 ? 0 : this.bodies.get(body).length);
  }

  setHead(ref: EntryRef, kind: EntryKind, flags: number, origin: Origin, time: Time): void {
    this.wordsOf(ref)[(ref & UNIT_MASK) * 2 + 4] = origin | (kind << 16) | (flags << 24);
    this.doublesOf(ref)[(ref & UNIT_MASK) + 1] = time;
  }

  /** Writes the value of an entry whose size was checked or chosen for it. */
  setValue(ref: EntryRef, value: ByteRange): void {
    const words = this.wordsOf(ref);
    const at = (ref & UNIT_MASK) * 2;
    words[at + 1] = value.end - value.start;
    const keyLength = words[at] as number;
    const body = words[at + 6] as number;
    if (body !== 0) {
      this.bodies.get(body).set(value.bytes.subarray(value.start, value.end), keyLength);
    } else {
      copyBytes(this.bytesOf(ref), this.valueOffset(ref), value.bytes, value.start, value.end);
    }
  }

  keyOf(ref: EntryRef, out: ByteRange): void {
    const keyLength = this.word(ref, 0);
    const body = this.word(ref, 6);
    if (body !== 0) {
      out.set(this.bodies.get(body), 0, keyLength);
    } else {
      const start = keyOffset(ref);
      out.set(this.bytesOf(ref), start, start + keyLength);
    }
  }

  valueOf(ref: EntryRef, out: ByteRange): void {
    const words = this.wordsOf(ref);
    const at = (ref & UNIT_MASK) * 2;
    const keyLength = words[at] as number;
    const valueLength = words[at + 1] as number;
    const body = words[at + 6] as number;
    if (body !== 0) {
      out.set(this.bodies.get(body), keyLength, keyLength + valueLength);
    } else {
      const start = this.valueOffset(ref);
      out.set(this.bytesOf(ref), start, start + valueLength);
    }
  }

  /** For the hash table: does the entry have this key? */
  keyEquals(ref: EntryRef, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.word(ref, 0) !== length) return false;
    const body = this.word(ref, 6);
    const own = body !== 0 ? this.bodies.get(body) : this.bytesOf(ref);
    for (let i = start, at = body !== 0 ? 0 : keyOffset(ref); i < end; i++, at++) {
      if (own[at] !== bytes[i]) return false;
    }
    return true;
  }

  /** Where these bytes stand against the entry's key, byte by byte: negative when the key comes before them. */
  compareKey(ref: EntryRef, bytes: Uint8Array, start: number, end: number): number {
    const body = this.word(ref, 6);
    const own = body !== 0 ? this.bodies.get(body) : this.bytesOf(ref);
    const at = body !== 0 ? 0 : keyOffset(ref);
    return compareBytes(own, at, at + this.word(ref, 0), bytes, start, end);
  }

  kind(ref: EntryRef): EntryKind {
    return ((this.word(ref, 4) >>> 16) & 0xff) as EntryKind;
  }

  flags(ref: EntryRef): number {
    return this.word(ref, 4) >>> 24;
  }

  origin(ref: EntryRef): Origin {
    return this.word(ref, 4) & 0xffff;
  }

  time(ref: EntryRef): Time {
    return this.doublesOf(ref)[(ref & UNIT_MASK) + 1] as number;
  }

  setTime(ref: EntryRef, time: Time): void {
    this.doublesOf(ref)[(ref & UNIT_MASK) + 1] = time;
  }

  hash(ref: EntryRef): number {
    return this.word(ref, 7);
  }

  valueLength(ref: EntryRef): number {
    return this.word(ref, 1);
  }

  object(ref: EntryRef): object {
    return this.objects.get(this.word(ref, 1));
  }

  setObject(ref: EntryRef, object: object): void {
    this.wordsOf(ref)[(ref & UNIT_MASK) * 2 + 1] = this.objects.add(object);
  }

  dropObject(ref: EntryRef): void {
    this.objects.delete(this.word(ref, 1));
  }

  accessSeconds(ref: EntryRef): number {
    return this.word(ref, 5);
  }

  touch(ref: EntryRef, seconds: number): void {
    this.wordsOf(ref)[(ref & UNIT_MASK) * 2 + 5] = seconds;
  }

  // Optional blocks, by number of the double within them.

  deadlineBlock(ref: EntryRef, index: 0 | 1 | 2): number {
    return this.doublesOf(ref)[this.blocksAt(ref) + index] as number;
  }

  setDeadlineBlock(ref: EntryRef, at: number, time: Time, origin: Origin): void {
    const doubles = this.doublesOf(ref);
    const i = this.blocksAt(ref);
    doubles[i] = at;
    doubles[i + 1] = time;
    doubles[i + 2] = origin;
  }

  birthBlock(ref: EntryRef, index: 0 | 1): number {
    return this.doublesOf(ref)[this.birthAt(ref) + index] as number;
  }

  setBirthBlock(ref: EntryRef, time: Time, origin: Origin): void {
    const doubles = this.doublesOf(ref);
    const i = this.birthAt(ref);
    doubles[i] = time;
    doubles[i + 1] = origin;
  }

  /** Generation, total, floor time, floor total. */
  counterBlock(ref: EntryRef, index: 0 | 1 | 2 | 3): number {
    return this.doublesOf(ref)[this.counterAt(ref) + index] as number;
  }

  setCounterBlock(ref: EntryRef, generation: Time, total: number, floorTime: Time, floorTotal: number): void {
    const doubles = this.doublesOf(ref);
    const i = this.counterAt(ref);
    doubles[i] = generation;
    doubles[i + 1] = total;
    doubles[i + 2] = floorTime;
    doubles[i + 3] = floorTotal;
  }

  /** Where a counter's block begins, as an index into `doublesOf`. */
  counterAt(ref: EntryRef): number {
    const flags = this.flags(ref);
    let at = this.blocksAt(ref);
    if ((flags & HAS_DEADLINE) !== 0) at += DEADLINE_BYTES / 8;
    if ((flags & HAS_BIRTH) !== 0) at += BIRTH_BYTES / 8;
    return at;
  }

  /** Where a small collection's block begins, as an index into `wordsOf`. */
  smallAt(ref: EntryRef): number {
    return this.counterAt(ref) * 2;
  }

  /** Where the optional blocks begin, as an index into `wordsOf`. */
  blocksStart(ref: EntryRef): number {
    return this.blocksAt(ref) * 2;
  }

  /** The page that an entry lies in. */
  wordsOf(ref: EntryRef): Uint32Array {
    return this.arena.words[ref >>> 23] as Uint32Array;
  }

  doublesOf(ref: EntryRef): Float64Array {
    return this.arena.doubles[ref >>> 23] as Float64Array;
  }

  bytesOf(ref: EntryRef): Buffer {
    return this.arena.bytes[ref >>> 23] as Buffer;
  }

  /** A new entry of the same key, kind and dot, for a value of another length; blocks and value are the caller's. */
  copyOf(ref: EntryRef, valueLength: number): EntryRef {
    const words = this.wordsOf(ref);
    const at = (ref & UNIT_MASK) * 2;
    const key = new ByteRange();
    this.keyOf(ref, key);
    const kind = this.kind(ref);
    const flags = this.flags(ref);
    const made = this.create(words[at + 7] as number, key, kind, flags, valueLength, words[at + 5] as number);
    this.setHead(made, kind, flags, this.origin(ref), this.time(ref));
    return made;
  }

  setValueLength(ref: EntryRef, length: number): void {
    this.wordsOf(ref)[(ref & UNIT_MASK) * 2 + 1] = length;
  }

  /** Where the optional blocks begin, as an index of doubles. */
  private blocksAt(ref: EntryRef): number {
    const words = this.wordsOf(ref);
    const at = (ref & UNIT_MASK) * 2;
    const keyLength = words[at + 6] === 0 ? (words[at] as number) : 0;
    return (ref & UNIT_MASK) + ((HEADER_BYTES + keyLength + 7) >>> 3);
  }

  private birthAt(ref: EntryRef): number {
    return this.blocksAt(ref) + ((this.flags(ref) & HAS_DEADLINE) !== 0 ? DEADLINE_BYTES / 8 : 0);
  }

  private valueOffset(ref: EntryRef): number {
    const head = this.word(ref, 4);
    const blocks = blockBytes(((head >>> 16) & 0xff) as EntryKind, head >>> 24);
    return keyOffset(ref) + inlineBytes(this.word(ref, 0), blocks, 0);
  }

  private word(ref: EntryRef, index: number): number {
    return (this.arena.words[ref >>> 23] as Uint32Array)[(ref & UNIT_MASK) * 2 + index] as number;
  }
}

function keyOffset(ref: EntryRef): number {
  return (ref & UNIT_MASK) * 8 + HEADER_BYTES;
}

/** What follows the header of an entry without an external body. */
function inlineBytes(keyLength: number, blocks: number, valueLength: number): number {
  return (blocks === 0 ? keyLength : ((keyLength + 7) & ~7) + blocks) + valueLength;
}

function blockBytes(kind: EntryKind, flags: number): number {
  let bytes = kind === Kind.small ? SMALL_BYTES : 0;
  if (kind === Kind.counter || kind === Kind.scored) bytes = COUNTER_BYTES;
  if ((flags & HAS_DEADLINE) !== 0) bytes += DEADLINE_BYTES;
  if ((flags & HAS_BIRTH) !== 0) bytes += BIRTH_BYTES;
  return bytes;
}
