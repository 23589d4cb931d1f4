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

export interface KeyRange {
  readonly db: number;
  readonly key: Uint8Array;
  readonly type: CollectionType;
  /** The least place in it; open: from the beginning. */
  readonly from: Place;
  /** The least place behind it; open: to the end. */
  readonly to: Place;
}

const HASHES = 2 ** 32;
const HASH_BYTES = 4;

/** All of a collection. */
export function wholeOf(db: number, key: Uint8Array, type: CollectionType): KeyRange {
  return { db, key, type, from: OPEN, to: OPEN };
}

/** Is it a range at all? It has come from outside. */
export function isKeyRange<T extends { readonly db: number; readonly type: number } & Pick<KeyRange, "from" | "to">>(
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

export function walkOf(
  { entries }: Memory,
  { members }: Collection,
  { from, to }: Pick<KeyRange, "from" | "to">,
): RangeWalk {
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
