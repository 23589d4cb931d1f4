/** SORT over lists, sets and sorted sets, with weights and what is fetched in keys of its own. */
import fc from "fast-check";
import { type Family, join, salad, some, words } from "../line.ts";
import { everyKey, key } from "../vocabulary.ts";

const value = fc.constantFrom("x", "y", "1", "2", "10", "-3", "", "0.5", "1e3", "inf", "z".repeat(70));
const pattern = fc.constantFrom("w_*", "w_*", "h_*->f", "h_*->", "*", "#", "nosort", "x->*", "h_*->f->", "w_*_");
const terms = [
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
const options = fc.oneof(
  salad(...terms, words("BY", pattern)),
  join(salad(...terms), words("STORE", key)),
  join(salad(...terms), words("STORE", key, "BY", "nosort")),
);

export const sorts: Family = {
  SORT: join(words(key), options),
  sort: join(words(key), options),
  SORT_RO: join(words(everyKey), options),
  RPUSH: join(words(key), some(value, 1, 6)),
  SADD: join(words(key), some(value, 1, 6)),
  ZADD: words(key, fc.constantFrom("1", "2", "3"), value),
  MSET: fc.oneof(
    words(fc.constantFrom("w_1", "w_2", "w_10", "w_x", "w_y"), value),
    words(fc.constantFrom("w_1", "w_2"), value, fc.constantFrom("w_x", "w_y"), value),
  ),
  HSET: words(fc.constantFrom("h_1", "h_2", "h_x", "h_y"), fc.constantFrom("f", "f->", "g"), value),
};
