/**
 * What elements and their values must be, by the type of their collection, when
 * they come from outside: a list's elements are positions, a member of a set has
 * no value, a score is a double and never NaN. What is counted is a decimal in
 * strings and hashes and a dyadic number in sorted sets; integers are both.
 */
import { isDecimal, isExact, type Total } from "../../crdt/dyadic.ts";
import { isPosition } from "../../crdt/position.ts";
import type { ByteRange } from "../byte-range.ts";
import { LIST_POSITION_BYTES_MAX } from "../limits/keyspace.ts";
import { MalformedDelta } from "./byte-reader.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import { readScore, SCORE_BYTES } from "./score.ts";

/** Throws MalformedDelta. */
export function checkElement(element: ByteRange, type: CollectionType): void {
  if (type !== KeyType.list) return;
  if (element.length > LIST_POSITION_BYTES_MAX || !isPosition(element))
    throw new MalformedDelta("not a position in a list");
}

/** Throws MalformedDelta. */
export function checkValue(value: ByteRange, type: CollectionType): void {
  if (type === KeyType.set && value.length !== 0) throw new MalformedDelta("a member with a value");
  if (type !== KeyType.zset) return;
  if (value.length !== SCORE_BYTES || Number.isNaN(readScore(value.bytes, value.start)))
    throw new MalformedDelta("not a score");
}

/** What a contribution at a path of this type holds. Throws MalformedDelta. */
export function checkTotal(total: Total, type: KeyTypeValue): Total {
  if (type === KeyType.zset ? isExact(total) : isDecimal(total)) return total;
  throw new MalformedDelta("an amount that its type does not count");
}
