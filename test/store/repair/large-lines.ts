/**
 * Lines of histories in which collections of every type become large for bounds
 * of a few elements, shrink, go, and become something else.
 */
import { fc } from "@fast-check/vitest";
import type { RangeBounds } from "../../../src/store/range-bounds.ts";

/** Three elements make a collection large, and most of its ranges hold one. */
export const SMALL_RANGES: RangeBounds = {
  whole: { elements: 2, bytes: 60 },
  coarse: { elements: 2, bytes: 60 },
  fine: { elements: 1, bytes: 30 },
  elementsMax: 1,
  stepElements: 1,
};

const key = fc.constantFrom("h", "s", "z", "l", "m");
const element = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
const amount = fc.constantFrom("1", "-2");
const rank = fc.constantFrom("0", "1", "2", "5");

const additions = fc.oneof(
  fc.tuple(fc.constantFrom("SADD", "RPUSH", "LPUSH"), key, element),
  fc.tuple(fc.constant("HSET"), key, element, fc.constantFrom("1", "v")),
  fc.tuple(fc.constant("ZADD"), key, element, fc.constantFrom("1", "2.5")),
  fc.tuple(fc.constantFrom("HINCR", "ZINCR"), key, element, amount),
  fc.tuple(fc.constantFrom("LINSERT", "LSET"), key, rank, element),
);

const removals = fc.oneof(
  fc.tuple(fc.constantFrom("HDEL", "SREM", "ZREM"), key, element),
  fc.tuple(fc.constant("LPOP"), key, rank, fc.constantFrom("1", "3")),
);

const deadlines = fc.oneof(
  fc.tuple(fc.constant("EXPIRE"), key, fc.constantFrom("30", "9000")),
  fc.tuple(fc.constant("HEXPIRE"), key, element, fc.constantFrom("30", "9000")),
  fc.tuple(fc.constant("HPERSIST"), key, element),
  fc.tuple(fc.constant("HKEEP"), key, element, fc.constant("w")),
);

const ends = fc.oneof(
  fc.tuple(fc.constant("SET"), key, fc.constant("5")),
  fc.tuple(fc.constant("DEL"), key),
  fc.tuple(fc.constant("DEL"), key),
  fc.constant(["FLUSHDB"]),
);

export const largeLine = fc
  .oneof(
    { weight: 16, arbitrary: additions },
    { weight: 6, arbitrary: removals },
    { weight: 3, arbitrary: deadlines },
    { weight: 2, arbitrary: ends },
  )
  .map((words) => words.join(" "));
