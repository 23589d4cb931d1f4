/** Strings and numbers kept as strings. */
import fc from "fast-check";
import { anyCase, type Family, join, salad, some, words } from "../line.ts";
import { decimal, everyKey, integer, key, lifetime, lives, shortInteger, value } from "../vocabulary.ts";

const setOptions = salad(
  ...lives,
  anyCase("NX"),
  anyCase("XX"),
  anyCase("GET"),
  anyCase("KEEPTTL"),
  words("PERSIST"),
  words("bogus"),
);
const getexOptions = salad(...lives, anyCase("PERSIST"), words("NX"), words("KEEPTTL"));
const lcsOptions = salad(
  anyCase("LEN"),
  anyCase("IDX"),
  anyCase("WITHMATCHLEN"),
  join(anyCase("MINMATCHLEN"), words(integer)),
  words("bogus"),
);
const place = fc.oneof(fc.constantFrom("0", "3", "20", "-1", "536870912", "9223372036854775807"), shortInteger);

export const strings: Family = {
  SET: join(words(everyKey, value), setOptions),
  GET: words(everyKey),
  GETSET: words(key, value),
  GETDEL: words(key),
  GETEX: join(words(key), getexOptions),
  SETNX: words(key, value),
  SETEX: words(key, lifetime, value),
  PSETEX: words(key, fc.constantFrom("200000", "0", "-1", "x", "9223372036854775807"), value),
  MSET: some(fc.oneof(key, value), 2, 6),
  MSETNX: some(fc.oneof(key, value), 2, 6),
  MGET: some(everyKey),
  APPEND: words(key, value),
  STRLEN: words(everyKey),
  GETRANGE: words(key, integer, integer),
  SUBSTR: words(key, integer, integer),
  SETRANGE: words(key, place, value),
  INCR: words(key),
  DECR: words(key),
  INCRBY: words(key, integer),
  DECRBY: words(key, integer),
  INCRBYFLOAT: words(key, fc.oneof(decimal, shortInteger)),
  LCS: join(words(key, key), lcsOptions),
};
