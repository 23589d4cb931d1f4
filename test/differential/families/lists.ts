/** Lists, and what waits for them and for sorted sets. */
import fc from "fast-check";
import { type Family, groups, join, nothing, numbered, salad, some, words } from "../line.ts";
import { everyKey, key } from "../vocabulary.ts";

const value = fc.constantFrom("x", "y", "x", "1", "2", "10", "-3", "", "0.5", "z".repeat(70), "\xff\r\n", "1e3", "inf");
const index = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -7, max: 7 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("9223372036854775807", "-9223372036854775807", "x", "", "1.0", "007") },
);
const count = fc.constantFrom("0", "1", "2", "3", "9", "-1", "x", "", "9223372036854775807", "9223372036854775808");
const timeout = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("0.001", "0.002", "1e-3") },
  { weight: 1, arbitrary: fc.constantFrom("x", "-1", "", "nan", "-0.5") },
);
const end = fc.constantFrom("LEFT", "RIGHT", "left", "Right", "LEFT", "RIGHT", "up");
const counting = fc.oneof(nothing, words("COUNT", count), groups(words("COUNT", count), 1, 2));

export const lists: Family = {
  LPUSH: join(words(key), some(value, 1, 5)),
  RPUSH: join(words(key), some(value, 1, 5)),
  LPUSHX: join(words(key), some(value, 1, 3)),
  RPUSHX: join(words(key), some(value, 1, 3)),
  LPOP: join(words(key), fc.oneof(nothing, words(count), words(count, "x"))),
  RPOP: join(words(key), fc.oneof(nothing, words(count))),
  LLEN: words(everyKey),
  LRANGE: words(key, index, index),
  LINDEX: words(key, index),
  LSET: words(key, index, value),
  LINSERT: words(key, fc.constantFrom("BEFORE", "after", "AFTER", "behind"), value, value),
  LREM: words(key, index, value),
  LTRIM: words(key, index, index),
  LPOS: join(
    words(key, value),
    salad(words("RANK", index), words("count", count), words("MAXLEN", count), words("RANK"), words("bogus")),
  ),
  LMOVE: words(key, key, end, end),
  RPOPLPUSH: words(key, key),
  LMPOP: join(numbered(key), words(end), fc.oneof(counting, salad(words("bogus")))),
};

/** Nobody waits for long: one client has nobody who would push meanwhile. */
export const waiting: Family = {
  BLPOP: join(some(key, 1, 2), words(timeout)),
  BRPOP: join(some(key, 1, 2), words(timeout)),
  BLMOVE: words(key, key, end, end, timeout),
  BRPOPLPUSH: words(key, key, timeout),
  BLMPOP: join(words(timeout), numbered(key), words(end), counting),
  BZPOPMIN: join(some(key, 1, 2), words(timeout)),
  BZPOPMAX: join(some(key, 1, 2), words(timeout)),
  BZMPOP: join(words(timeout), numbered(key), words(fc.constantFrom("MIN", "max", "LEFT")), counting),
};
