/** Sets. */
import fc from "fast-check";
import { anyCase, type Family, join, nothing, numbered, salad, some, words } from "../line.ts";
import { count, cursor, everyKey, key, member, pattern } from "../vocabulary.ts";

const scanOptions = salad(
  join(anyCase("MATCH"), words(pattern)),
  join(anyCase("COUNT"), words(count)),
  words("bogus"),
  words("MATCH"),
);

export const sets: Family = {
  SADD: join(words(key), some(member, 1, 5)),
  SREM: join(words(key), some(member)),
  SISMEMBER: words(key, member),
  SMISMEMBER: join(words(key), some(member)),
  SMEMBERS: words(key),
  SCARD: words(everyKey),
  SPOP: join(words(key), fc.oneof(nothing, words(count))),
  SRANDMEMBER: join(words(key), fc.oneof(nothing, words(count))),
  SMOVE: words(key, key, member),
  SINTER: some(key),
  SINTERSTORE: some(key, 2, 4),
  SINTERCARD: join(numbered(key), fc.oneof(nothing, join(anyCase("LIMIT"), words(count)), words("bogus"))),
  SUNION: some(key),
  SUNIONSTORE: some(key, 2, 4),
  SDIFF: some(key),
  SDIFFSTORE: some(key, 2, 4),
  SSCAN: join(words(key, cursor), scanOptions),
};
