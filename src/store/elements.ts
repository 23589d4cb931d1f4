/**
 * The elements of a collection, as commands read them, whether it is a table of
 * its own or packed into its key's entry.
 *
 * References to elements are valid until the next effect. Ranks count visible
 * elements from 0 in the order of the type: sorted sets by score, then by member
 * bytes; lists by position. Hashes and sets have no ranks.
 */
import type { ByteRange } from "../byte-range.ts";
import type { CollectionType } from "./key-type.ts";

/** An element of one collection; 0 is none. */
export type ElementRef = number;

/** Gets an element and, in a sorted set, its score, which costs less here than asking for it. False ends the walk. */
export type RankVisitor = (ref: ElementRef, score: number) => boolean | void;

/**
 * Gets an element and, where it is at hand, its hash: whether another collection has it is asked of its hashes first,
 * without reading a byte of the element. False ends the walk.
 */
export type HashedVisitor = (ref: ElementRef, hash: number | undefined) => boolean | void;

/** The hashes of a collection's elements. */
export interface ElementHashes {
  /** False: no element has this hash. */
  mayHave(hash: number): boolean;
}

export interface Elements {
  readonly type: CollectionType;
  /** Undefined where elements are too few for their hashes to be kept. */
  readonly members: ElementHashes | undefined;
  /** How many elements a reader sees. */
  readonly size: number;
  /** The visible element with these bytes (field, member); not for lists. */
  find(element: ByteRange): ElementRef;
  /** Points `out` at a field or member; for lists at the position. */
  element(ref: ElementRef, out: ByteRange): void;
  /** Points `out` at a field's value, or a list element's data; perhaps scratch memory that the next call overwrites. */
  value(ref: ElementRef, out: ByteRange): void;
  /** What a field shows that is a plain counter; undefined for any other, whose value is read as bytes. */
  plainCount(ref: ElementRef): number | undefined;
  /** When a field dies by itself: absolute milliseconds, or -1. */
  deadline(ref: ElementRef): number;
  /** A sorted set's score. */
  score(ref: ElementRef): number;
  /** Visits every visible element until the visitor says false; in order where there is one. */
  forEach(visit: HashedVisitor): void;
  /** Redis's SCAN guarantee: from a cursor on about `count` elements; returns the next cursor, 0 at the end. Not for lists. */
  scan(cursor: number, count: number, visit: (ref: ElementRef) => void): number;
  /** A visible element, each as likely as any other; 0 when there is none. */
  random(random: () => number): ElementRef;

  // Ordered types

  /** The element at a rank from 0 to size - 1. */
  at(rank: number): ElementRef;
  /** The rank of a visible element. */
  rankOf(ref: ElementRef): number;
  /** How many elements have a score less than this one, or at most this one. */
  countBelow(score: number, inclusive: boolean): number;
  /** In a sorted set whose scores are all equal: how many members come before these bytes, or up to them. */
  countBefore(member: ByteRange, inclusive: boolean): number;
  /** Visits `count` elements at most from a rank on, upwards or downwards, until the visitor says false. */
  walk(rank: number, count: number, step: 1 | -1, visit: RankVisitor): void;
}
