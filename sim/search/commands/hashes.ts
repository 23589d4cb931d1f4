/** Hashes, their fields with deadlines, and sets. */
import type { Random } from "../../world/random.ts";
import {
  decimal,
  element,
  hashKey,
  integer,
  keyed,
  lifetime,
  many,
  onElement,
  onElements,
  onKeys,
  optional,
  setKey,
  several,
  value,
  waitMs,
  type Draw,
  type Draws,
  type Vocabulary,
} from "./words.ts";

const fields =
  (name: string): Draw =>
  (r, v) => [name, hashKey(r, v), ...many(r, v, () => [element(r, v), value(r, v)]).flat()];

export const HASH_DRAWS: Draws = {
  HSET: fields("HSET"),
  HMSET: fields("HMSET"),
  HSETNX: (r, v) => ["HSETNX", hashKey(r, v), element(r, v), value(r, v)],
  HGET: onElement("HGET", hashKey),
  HMGET: onElements("HMGET", hashKey),
  HGETALL: keyed("HGETALL", hashKey),
  HDEL: onElements("HDEL", hashKey),
  HEXISTS: onElement("HEXISTS", hashKey),
  HLEN: keyed("HLEN", hashKey),
  HKEYS: keyed("HKEYS", hashKey),
  HVALS: keyed("HVALS", hashKey),
  HSTRLEN: onElement("HSTRLEN", hashKey),
  HINCRBY: (r, v) => ["HINCRBY", hashKey(r, v), element(r, v), integer(r, v)],
  HINCRBYFLOAT: (r, v) => ["HINCRBYFLOAT", hashKey(r, v), element(r, v), decimal(r)],
  HRANDFIELD: (r, v) => ["HRANDFIELD", hashKey(r, v), ...optional(r, ["2"], ["-3"])],
  HSCAN: (r, v) => ["HSCAN", hashKey(r, v), "0", "COUNT", "1000"],
};

/** `FIELDS n field...`: no field twice. */
const named = (r: Random, v: Vocabulary): string[] => {
  const names = [...new Set(several(r, () => element(r, v)))];
  return ["FIELDS", String(names.length), ...names];
};
const condition = (r: Random): string[] => (r.chance(0.3) ? [r.pick(["NX", "XX", "GT", "LT"])] : []);
const expiring =
  (name: string, unitMs: number): Draw =>
  (r, v) => [
    name,
    hashKey(r, v),
    String(r.chance(0.03) ? 0 : Math.ceil(waitMs(r, v) / unitMs)),
    ...condition(r),
    ...named(r, v),
  ];
const expiringAt =
  (name: string, unitMs: number): Draw =>
  (r, v, wallMs) => [
    name,
    hashKey(r, v),
    String(Math.ceil((wallMs + (r.chance(0.03) ? -1000 : waitMs(r, v))) / unitMs)),
    ...condition(r),
    ...named(r, v),
  ];
const onFields =
  (name: string): Draw =>
  (r, v) => [name, hashKey(r, v), ...named(r, v)];

export const FIELD_DRAWS: Draws = {
  HEXPIRE: expiring("HEXPIRE", 1000),
  HPEXPIRE: expiring("HPEXPIRE", 1),
  HEXPIREAT: expiringAt("HEXPIREAT", 1000),
  HPEXPIREAT: expiringAt("HPEXPIREAT", 1),
  HPERSIST: onFields("HPERSIST"),
  HTTL: onFields("HTTL"),
  HPTTL: onFields("HPTTL"),
  HEXPIRETIME: onFields("HEXPIRETIME"),
  HPEXPIRETIME: onFields("HPEXPIRETIME"),
  HGETDEL: onFields("HGETDEL"),
  HGETEX: (r, v, wallMs) => [
    "HGETEX",
    hashKey(r, v),
    ...optional(r, lifetime(r, v, wallMs), ["PERSIST"]),
    ...named(r, v),
  ],
  HSETEX: (r, v, wallMs) => {
    const names = [...new Set(several(r, () => element(r, v)))];
    return [
      "HSETEX",
      hashKey(r, v),
      ...(r.chance(0.2) ? [r.pick(["FNX", "FXX"])] : []),
      ...optional(r, lifetime(r, v, wallMs), ["KEEPTTL"]),
      "FIELDS",
      String(names.length),
      ...names.flatMap((name) => [name, value(r, v)]),
    ];
  },
};

export const SET_DRAWS: Draws = {
  SADD: onElements("SADD", setKey),
  SREM: onElements("SREM", setKey),
  SISMEMBER: onElement("SISMEMBER", setKey),
  SMISMEMBER: onElements("SMISMEMBER", setKey),
  SMEMBERS: keyed("SMEMBERS", setKey),
  SCARD: keyed("SCARD", setKey),
  SPOP: (r, v) => ["SPOP", setKey(r, v), ...optional(r, ["2"])],
  SRANDMEMBER: (r, v) => ["SRANDMEMBER", setKey(r, v), ...optional(r, ["2"], ["-3"])],
  SSCAN: (r, v) => ["SSCAN", setKey(r, v), "0", "COUNT", "1000"],
  SMOVE: (r, v) => ["SMOVE", setKey(r, v), setKey(r, v), element(r, v)],
  SINTER: onKeys("SINTER", setKey),
  SUNION: onKeys("SUNION", setKey),
  SDIFF: onKeys("SDIFF", setKey),
  SINTERSTORE: (r, v) => ["SINTERSTORE", setKey(r, v), ...several(r, () => setKey(r, v))],
  SUNIONSTORE: (r, v) => ["SUNIONSTORE", setKey(r, v), ...several(r, () => setKey(r, v))],
  SDIFFSTORE: (r, v) => ["SDIFFSTORE", setKey(r, v), ...several(r, () => setKey(r, v))],
  SINTERCARD: (r, v) => ["SINTERCARD", "2", setKey(r, v), setKey(r, v)],
};
