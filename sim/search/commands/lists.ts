/** Lists. */
import type { Random } from "../../world/random.ts";
import {
  between,
  keyed,
  listKey,
  onRange,
  optional,
  setKey,
  stringKey,
  value,
  zsetKey,
  type Draw,
  type Draws,
  type Vocabulary,
} from "./words.ts";

/** An own name each now and then: what is pushed once only shows whether order holds. */
const pushed = (r: Random, v: Vocabulary): string => (r.chance(0.5) ? value(r, v) : `n${r.below(1_000_000)}`);
const pushing =
  (name: string): Draw =>
  (r, v) => [name, listKey(r, v), ...Array.from({ length: r.between(1, v.pushedMax) }, () => pushed(r, v))];
const popping =
  (name: string): Draw =>
  (r, v) => [name, listKey(r, v), ...optional(r, ["2"])];
const end = (r: Random): string => r.pick(["LEFT", "RIGHT"]);
const sorted = (r: Random, v: Vocabulary): string[] => [
  r.pick([listKey, setKey, zsetKey])(r, v),
  ...(r.chance(0.2) ? ["BY", r.pick(["string:*", "hash:*->a", "nothing"])] : []),
  ...(r.chance(0.3) ? ["LIMIT", "0", "3"] : []),
  ...(r.chance(0.2) ? ["GET", r.pick(["#", "string:*"])] : []),
  ...(r.chance(0.5) ? [r.pick(["ASC", "DESC"])] : []),
];

export const LIST_DRAWS: Draws = {
  LPUSH: pushing("LPUSH"),
  RPUSH: pushing("RPUSH"),
  "RPUSH again": pushing("RPUSH"),
  LPUSHX: pushing("LPUSHX"),
  RPUSHX: pushing("RPUSHX"),
  LPOP: popping("LPOP"),
  RPOP: popping("RPOP"),
  LLEN: keyed("LLEN", listKey),
  LINDEX: (r, v) => ["LINDEX", listKey(r, v), between(r, -3, 3)],
  LSET: (r, v) => ["LSET", listKey(r, v), between(r, -2, 2), pushed(r, v)],
  LRANGE: onRange("LRANGE", listKey),
  "LRANGE again": (r, v) => ["LRANGE", listKey(r, v), "0", "-1"],
  LINSERT: (r, v) => ["LINSERT", listKey(r, v), r.pick(["BEFORE", "AFTER"]), value(r, v), pushed(r, v)],
  LREM: (r, v) => ["LREM", listKey(r, v), between(r, -2, 2), value(r, v)],
  LTRIM: (r, v) => ["LTRIM", listKey(r, v), between(r, -6, 1), between(r, -2, 8)],
  LPOS: (r, v) => [
    "LPOS",
    listKey(r, v),
    value(r, v),
    ...optional(r, ["RANK", "-1"], ["RANK", "2"]),
    ...optional(r, ["COUNT", "0"], ["COUNT", "2"]),
    ...optional(r, ["MAXLEN", "3"]),
  ],
  LMOVE: (r, v) => ["LMOVE", listKey(r, v), listKey(r, v), end(r), end(r)],
  RPOPLPUSH: (r, v) => ["RPOPLPUSH", listKey(r, v), listKey(r, v)],
  BLPOP: (r, v) => ["BLPOP", listKey(r, v), listKey(r, v), "1"],
  BRPOP: (r, v) => ["BRPOP", listKey(r, v), "1"],
  BLMOVE: (r, v) => ["BLMOVE", listKey(r, v), listKey(r, v), end(r), end(r), "1"],
  BRPOPLPUSH: (r, v) => ["BRPOPLPUSH", listKey(r, v), listKey(r, v), "1"],
  BLMPOP: (r, v) => ["BLMPOP", "1", "2", listKey(r, v), listKey(r, v), end(r), ...optional(r, ["COUNT", "3"])],
  LMPOP: (r, v) => ["LMPOP", "2", listKey(r, v), listKey(r, v), end(r), ...optional(r, ["COUNT", "3"])],
};

export const SORT_DRAWS: Draws = {
  SORT: (r, v) => [
    "SORT",
    ...sorted(r, v),
    ...optional(r, ["ALPHA"]),
    ...(r.chance(0.4) ? ["STORE", r.pick([listKey, listKey, stringKey])(r, v)] : []),
  ],
  SORT_RO: (r, v) => ["SORT_RO", ...sorted(r, v), ...optional(r, ["ALPHA"])],
};
