/** Random command lines over lists and SORT, for the differential test, with some over the other types that meet them. */
import fc from "fast-check";
import type { CommandLine } from "./command-lines.ts";

type Words = fc.Arbitrary<readonly string[]>;

function words(...parts: readonly (fc.Arbitrary<string> | string)[]): Words {
  return fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)));
}

function some(part: fc.Arbitrary<string>, min: number, max: number): Words {
  return fc.array(part, { minLength: min, maxLength: max });
}

function join(...parts: readonly Words[]): Words {
  return fc.tuple(...parts).map((lists) => lists.flat());
}

/** Up to three options in any order, whether they go together or not. */
function salad(...options: readonly Words[]): Words {
  return fc.array(fc.oneof(...options), { maxLength: 3 }).map((lists) => lists.flat());
}

const key = fc.constantFrom("a", "a", "b", "b", "c", "d", "");
const value = fc.constantFrom("x", "y", "x", "1", "2", "10", "-3", "", "0.5", "z".repeat(70), "\xff\r\n", "1e3", "inf");
const index = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -7, max: 7 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("9223372036854775807", "-9223372036854775807", "x", "", "1.0", "007") },
);
const count = fc.constantFrom("0", "1", "2", "3", "9", "-1", "x", "", "9223372036854775807", "9223372036854775808");
const timeout = fc.constantFrom("0.001", "0.001", "0.002", "1e-3", "x", "-1", "", "nan", "-0.5");
const numkeys = fc.constantFrom("1", "1", "2", "0", "x");
const end = fc.constantFrom("LEFT", "RIGHT", "left", "Right", "LEFT", "RIGHT", "up");

const lists: Readonly<Record<string, Words>> = {
  LPUSH: join(words(key), some(value, 1, 5)),
  RPUSH: join(words(key), some(value, 1, 5)),
  LPUSHX: join(words(key), some(value, 1, 3)),
  RPUSHX: join(words(key), some(value, 1, 3)),
  LPOP: join(words(key), fc.oneof(fc.constant([]), words(count), words(count, "x"))),
  RPOP: join(words(key), fc.oneof(fc.constant([]), words(count))),
  LLEN: words(key),
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
  LMPOP: join(
    words(fc.constantFrom("1", "2", "2", "3", "0", "x")),
    some(key, 1, 3),
    words(end),
    salad(words("COUNT", count), words("bogus")),
  ),
};

/** Nobody waits for long: one client has nobody who would push meanwhile. */
const waiting: Readonly<Record<string, Words>> = {
  BLPOP: join(some(key, 1, 2), words(timeout)),
  BRPOP: join(some(key, 1, 2), words(timeout)),
  BLMOVE: words(key, key, end, end, timeout),
  BRPOPLPUSH: words(key, key, timeout),
  BLMPOP: join(words(timeout, numkeys), some(key, 1, 2), words(end), salad(words("COUNT", count))),
  BZPOPMIN: join(some(key, 1, 2), words(timeout)),
  BZPOPMAX: join(some(key, 1, 2), words(timeout)),
  BZMPOP: join(
    words(timeout, numkeys),
    some(key, 1, 2),
    words(fc.constantFrom("MIN", "max", "LEFT")),
    salad(words("COUNT", count)),
  ),
};

const others: Readonly<Record<string, Words>> = {
  SET: words(key, value),
  SADD: join(words(key), some(value, 1, 3)),
  ZADD: words(key, fc.constantFrom("1", "2", "3"), value),
  DEL: words(key),
  EXISTS: words(key),
  TYPE: words(key),
  RENAME: words(key, key),
  COPY: words(key, key, "REPLACE"),
  EXPIRE: words(key, "1000"),
  TTL: words(key),
};

const pattern = fc.constantFrom("w_*", "w_*", "h_*->f", "h_*->", "*", "#", "nosort", "x->*", "h_*->f->", "w_*_");
const sorting = [
  words("ASC"),
  words("desc"),
  words("DESC"),
  words("ALPHA"),
  words("alpha"),
  words("LIMIT", fc.constantFrom("0", "1", "-1", "9", "x"), fc.constantFrom("2", "0", "-1", "9", "")),
  words("GET", pattern),
  words("GET", "#"),
  words("get", "w_*"),
  words("bogus"),
  words("LIMIT", "1"),
];
/** Nothing is stored in an order that is open, as that of equal weights is. */
const sortOptions = fc.oneof(
  salad(...sorting, words("BY", pattern)),
  join(salad(...sorting), words("STORE", key)),
  join(salad(...sorting), words("STORE", key, "BY", "nosort")),
);

const sorts: Readonly<Record<string, Words>> = {
  SORT: join(words(key), sortOptions),
  SORT_RO: join(words(key), sortOptions),
  MSET: fc.oneof(
    words(fc.constantFrom("w_1", "w_2", "w_10", "w_x", "w_y"), value),
    words(fc.constantFrom("w_1", "w_2"), value, fc.constantFrom("w_x", "w_y"), value),
  ),
  HSET: words(fc.constantFrom("h_1", "h_2", "h_x", "h_y"), fc.constantFrom("f", "f->", "g"), value),
};

function family(table: Readonly<Record<string, Words>>): fc.Arbitrary<CommandLine> {
  return fc.oneof(...Object.entries(table).map(([name, args]) => args.map((rest) => [name, ...rest])));
}

export const listLine: fc.Arbitrary<CommandLine> = fc.oneof(
  { weight: 6, arbitrary: family(lists) },
  { weight: 1, arbitrary: family(waiting) },
  { weight: 2, arbitrary: family(others) },
  { weight: 3, arbitrary: family(sorts) },
);
