/**
 * What elements and their values must be, by the type of their collection, when
 * they come from outside: a list's elements are positions, a member of a set has
 * no value, a score is a double and never NaN.
 */
import { isPosition } from "../../crdt/position.ts";
import type { ByteRange } from "../byte-range.ts";
import { MalformedDelta } from "./byte-reader.ts";
import { type CollectionType, KeyType } from "./key-type.ts";
import { readScore, SCORE_BYTES } from "./score.ts";

/** Throws MalformedDelta. */
export function checkElement(element: ByteRange, type: CollectionType): void {
  if (type === KeyType.list && !isPosition(element)) throw new MalformedDelta("not a position in a list");
}

/** Throws MalformedDelta. */
export function checkValue(value: ByteRange, type: CollectionType): void {
  if (type === KeyType.set && value.length !== 0) throw new MalformedDelta("a member with a value");
  if (type !== KeyType.zset) return;
  if (value.length !== SCORE_BYTES || Number.isNaN(readScore(value.bytes, value.start)))
    throw new MalformedDelta("not a score");
}
