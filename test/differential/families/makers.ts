/** What there is at the beginning: values of every type at the keys that all share. */
import fc from "fast-check";
import { type Family, groups, join, some, words } from "../line.ts";
import { key, member, value } from "../vocabulary.ts";

const score = fc.constantFrom("1", "2", "2", "-1.5", "10", "inf", "0");

export const makers: Family = {
  SET: words(key, value),
  HSET: join(words(key), groups(words(member, value), 1, 5)),
  SADD: join(words(key), some(member, 1, 6)),
  ZADD: join(words(key), groups(words(score, member), 1, 6)),
  RPUSH: join(words(key), some(fc.oneof(member, value), 1, 8)),
};
