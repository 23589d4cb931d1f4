/** Hashes; deadlines of fields are newer than the Redis that is compared with. */
import fc from "fast-check";
import { anyCase, type Family, join, nothing, salad, some, words } from "../line.ts";
import { count, cursor, decimal, everyKey, integer, key, member, pattern, shortInteger, value } from "../vocabulary.ts";

const scanOptions = salad(
  join(anyCase("MATCH"), words(pattern)),
  join(anyCase("COUNT"), words(count)),
  words("bogus"),
  words("MATCH"),
);

export const hashes: Family = {
  HSET: join(words(key), some(fc.oneof(member, value), 2, 6)),
  HSETNX: words(key, member, value),
  HMSET: join(words(key), some(fc.oneof(member, value), 2, 4)),
  HGET: words(everyKey, member),
  HMGET: join(words(key), some(member)),
  HGETALL: words(key),
  HDEL: join(words(key), some(member)),
  HEXISTS: words(key, member),
  HLEN: words(everyKey),
  HKEYS: words(key),
  HVALS: words(key),
  HSTRLEN: words(key, member),
  HINCRBY: words(key, member, integer),
  HINCRBYFLOAT: words(key, member, fc.oneof(decimal, shortInteger)),
  HRANDFIELD: join(words(key), fc.oneof(nothing, words(count), words(count, "WITHVALUES"), words(count, "bogus"))),
  HSCAN: join(words(key, cursor), scanOptions),
};
