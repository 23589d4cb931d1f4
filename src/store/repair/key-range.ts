/**
 * Ranges of a collection: all its elements from one place up to another.
 *
 * A place is where an element stands in the collection's own order: the hash of
 * the element, four bytes with the greatest first; for lists its position. So
 * places are compared as bytes, they mean the same on every replica, and a range
 * stays what it is whatever happens to the elements in it.
 *
 * G1. Elements of one place are never parted. A walk goes over whole places.
 */
import { isPosition, leadingNumber } from "../../../crdt/position.ts";
import { ByteRange } from "../../byte-range.ts";
import { FILLED_ELEMENTS, FILLED_PARTS_MAX } from "../../limits/keyspace.ts";
import { MalformedDelta } from "../byte-reader.ts";
import type { Collection } from "../collection.ts";
import type { Entries, EntryRef } from "../entry.ts";
import { type CollectionType, isCollectionType, KeyType } from "../key-type.ts";
import { DATABASES } from "../keys.ts";
import { ListMembers } from "../list-members.ts";
import type { Memory } from "../memory.ts";
import type { Members } from "../members.ts";

export type Place = Uint8Array;

/** Before everything, and behind everything. */
export const OPEN: Place = new Uint8Array(0);

export interface PlaceRange {
  /** The least place in it; open: from the beginning. */
  readonly from: Place;
  /** The least place behind it; open: to the end. */
  readonly to: Place;
}

/** Whose elements they are. */
export interface CollectionName {
  readonly db: number;
  readonly key: Uint8Array;
  readonly type: CollectionType;
}

export interface KeyRange extends CollectionName, PlaceRange {}

const HASHES = 2 ** 32;
const HASH_BYTES = 4;

/** All of a collection. */
export function wholeOf(db: number, key: Uint8Array, type: CollectionType): KeyRange {
  return { db, key, type, from: OPEN, to: OPEN };
}

/**
 * A whole collection of about so many elements, in parts that suit who makes a
 * table of them: one that is filled in the order of its hashes is slow
 * (../scatter.ts), so parts come in bit-reversed order. Lists are filled from
 * their beginning.
 */
export function partsToFill(type: CollectionType, elements: number): PlaceRange[] {
  if (type === KeyType.list) return [{ from: OPEN, to: OPEN }];
  const wanted = Math.min(Math.ceil(elements / FILLED_ELEMENTS), FILLED_PARTS_MAX);
  const bits = Math.max(0, Math.ceil(Math.log2(wanted)));
  const count = 2 ** bits;
  const size = HASHES / count;
  return Array.from({ length: count }, (_, n) => {
    const part = reversed(n, bits);
    const isLast = part === count - 1;
    return { from: part === 0 ? OPEN : placeOfHash(part * size), to: isLast ? OPEN : placeOfHash((part + 1) * size) };
  });
}

/** The last `bits` bits of a number, in the opposite order. */
function reversed(number: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result = result * 2 + ((number >>> i) & 1);
  return result;
}

/** Is it a range at all? It has come from outside. */
export function isKeyRange<T extends { readonly db: number; readonly type: number } & PlaceRange>(
  range: T,
): range is T & { readonly type: CollectionType } {
  const { db, type, from, to } = range;
  if (db >= DATABASES || !isCollectionType(type)) return false;
  return isPlace(type, from) && isPlace(type, to) && (to.length === 0 || isBefore(from, to));
}

/** Does the place part the range in two? */
export function parts({ type, from, to }: KeyRange, place: Place): boolean {
  return place.length > 0 && isPlace(type, place) && isBefore(from, place) && (to.length === 0 || isBefore(place, to));
}

/** Throws MalformedDelta. */
export function checkKeyRange(range: KeyRange): void {
  if (!isKeyRange(range)) throw new MalformedDelta("not a range of a collection");
}

function isPlace(type: CollectionType, place: Place): boolean {
  if (place.length === 0) return true;
  return type === KeyType.list ? isPosition(new ByteRange(place)) : place.length === HASH_BYTES;
}

function isBefore(a: Place, b: Place): boolean {
  return Buffer.compare(a, b) < 0;
}

/** Does an element stand in the range? */
export function isWithinRange(range: KeyRange, memory: Memory, element: ByteRange): boolean {
  const { type, from, to } = range;
  const place =
    type === KeyType.list
      ? element.bytes.subarray(element.start, element.end)
      : placeOfHash(memory.hash(element) >>> 0);
  return !isBefore(place, from) && (to.length === 0 || isBefore(place, to));
}

/** Visits the elements of a range by and by. Between two steps anything may happen to them. */
export interface RangeWalk {
  /** Nothing is left. */
  readonly isDone: boolean;
  /** Where the next step begins, unless it is done. */
  readonly place: Place;
  /** Visits at least one place and about `count` elements, fewer where there is hardly anything. The visitor must not write. */
  step(count: number, visit: (ref: EntryRef, hash: number) => void): void;
}

export function walkOf({ entries }: Memory, { members }: Collection, { from, to }: PlaceRange): RangeWalk {
  return members instanceof ListMembers ? new ListWalk(entries, members, from, to) : new TableWalk(members, from, to);
}

class TableWalk implements RangeWalk {
  private readonly members: Members;
  private at: number;
  private readonly end: number;

  constructor(members: Members, from: Place, to: Place) {
    this.members = members;
    this.at = from.length === 0 ? 0 : hashOfPlace(from);
    this.end = to.length === 0 ? HASHES : hashOfPlace(to);
  }

  get isDone(): boolean {
    return this.at >= this.end;
  }

  get place(): Place {
    return placeOfHash(this.at);
  }

  step(count: number, visit: (ref: EntryRef, hash: number) => void): void {
    const { at, end } = this;
    // A scan goes over whole buckets: the first and the last may hold what is outside.
    const next = this.members.scan(at, count, (ref, hash) => {
      const unsigned = hash >>> 0;
      if (unsigned >= at && unsigned < end) visit(ref, hash);
    });
    this.at = next === 0 ? HASHES : next;
  }
}

class ListWalk implements RangeWalk {
  isDone: boolean;
  place: Place;
  private readonly entries: Entries;
  private readonly members: ListMembers;
  private readonly to: Place;
  private readonly position = new ByteRange();

  constructor(entries: Entries, members: ListMembers, from: Place, to: Place) {
    this.entries = entries;
    this.members = members;
    this.place = from;
    this.to = to;
    this.isDone = members.size === 0;
  }

  step(count: number, visit: (ref: EntryRef, hash: number) => void): void {
    const { entries, place, to, position } = this;
    const { order } = this.members;
    const rank = place.length === 0 ? 0 : order.countBefore(leadingNumber(place, 0), place, 0, place.length, false);
    let left = count;
    let next: Place | undefined;
    order.sequence.walk(rank, count + 1, 1, (ref) => {
      entries.keyOf(ref, position);
      if (to.length > 0 && entries.compareKey(ref, to, 0, to.length) >= 0) return false;
      if (left-- === 0) next = position.copy();
      else visit(ref, entries.hash(ref) | 0);
      return undefined;
    });
    this.isDone = next === undefined;
    this.place = next ?? place;
  }
}

function placeOfHash(hash: number): Place {
  const place = new Uint8Array(HASH_BYTES);
  new DataView(place.buffer).setUint32(0, hash);
  return place;
}

function hashOfPlace(place: Place): number {
  return new DataView(place.buffer, place.byteOffset, HASH_BYTES).getUint32(0);
}
