/** How each command of the workload is drawn: one row per command. */
import type { Random } from "../world/random.ts";

export interface Vocabulary {
  readonly keys: readonly string[];
  /** Fields and members. */
  readonly elements: readonly string[];
  readonly values: readonly string[];
  /** One key for all types, so that types conflict; else a key's name says its type. */
  readonly mixesTypes: boolean;
  /** About how far deadlines are away. */
  readonly deadlineMs: number;
}

/** `wallMs`: true time when the command runs, for deadlines that are points in time. */
type Draw = (random: Random, vocabulary: Vocabulary, wallMs: number) => string[];

const key =
  (prefix: string): ((random: Random, vocabulary: Vocabulary) => string) =>
  (random, { keys, mixesTypes }) =>
    mixesTypes ? random.pick(keys) : `${prefix}:${random.pick(keys)}`;

const stringKey = key("string");
const hashKey = key("hash");
const setKey = key("set");
const anyKey: typeof stringKey = (random, vocabulary) => random.pick([stringKey, hashKey, setKey])(random, vocabulary);

const element = (random: Random, { elements }: Vocabulary): string => random.pick(elements);
const value = (random: Random, { values }: Vocabulary): string => random.pick(values);
/** An amount to add; near the ends of 64 bits where the values are. */
const integer = (random: Random, { values }: Vocabulary): string =>
  random.pick(["0", "1", "1", "2", "5", "-1", "-7", "100", ...values.filter((text) => /^-?\d{18,}$/.test(text))]);
const decimal = (random: Random): string => random.pick(["0.5", "-1.25", "3", "10.1", "0.001"]);
const waitMs = (random: Random, { deadlineMs }: Vocabulary): number => 1 + Math.floor(random.exponential(deadlineMs));
const several = <T>(random: Random, draw: () => T): T[] => Array.from({ length: random.pick([1, 1, 2, 3]) }, draw);
const optional = (random: Random, ...choices: readonly (readonly string[])[]): string[] =>
  random.chance(0.5) ? [] : [...random.pick(choices)];

/** `NAME key` */
const keyed =
  (name: string, drawKey: typeof stringKey): Draw =>
  (r, v) => [name, drawKey(r, v)];
/** `NAME key element` */
const onElement =
  (name: string, drawKey: typeof stringKey): Draw =>
  (r, v) => [name, drawKey(r, v), element(r, v)];
/** `NAME key element [element...]` */
const onElements =
  (name: string, drawKey: typeof stringKey): Draw =>
  (r, v) => [name, drawKey(r, v), ...several(r, () => element(r, v))];
/** `NAME key [key...]` */
const onKeys =
  (name: string, drawKey: typeof stringKey): Draw =>
  (r, v) => [name, ...several(r, () => drawKey(r, v))];
const pairs =
  (name: string): Draw =>
  (r, v) => [name, ...several(r, () => [stringKey(r, v), value(r, v)]).flat()];
const fields =
  (name: string): Draw =>
  (r, v) => [name, hashKey(r, v), ...several(r, () => [element(r, v), value(r, v)]).flat()];
const expiring =
  (name: string, unitMs: number): Draw =>
  (r, v) => [
    name,
    anyKey(r, v),
    String(r.chance(0.03) ? -1 : Math.ceil(waitMs(r, v) / unitMs)),
    ...(r.chance(0.3) ? [r.pick(["NX", "XX", "GT", "LT"])] : []),
  ];
const expiringAt =
  (name: string, unitMs: number): Draw =>
  (r, v, wallMs) => [
    name,
    anyKey(r, v),
    String(Math.ceil((wallMs + (r.chance(0.03) ? -1000 : waitMs(r, v))) / unitMs)),
    ...(r.chance(0.3) ? [r.pick(["NX", "XX", "GT", "LT"])] : []),
  ];
/** The ways to say when a value dies. */
const lifetime = (r: Random, v: Vocabulary, wallMs: number): string[] =>
  r.pick([
    ["EX", "1"],
    ["PX", String(waitMs(r, v))],
    ["EXAT", String(Math.ceil((wallMs + waitMs(r, v)) / 1000))],
    ["PXAT", String(wallMs + waitMs(r, v))],
  ]);

const setCommand: Draw = (r, v, wallMs) => [
  "SET",
  stringKey(r, v),
  value(r, v),
  ...optional(r, lifetime(r, v, wallMs), lifetime(r, v, wallMs), ["KEEPTTL"]),
  ...(r.chance(0.15) ? [r.pick(["NX", "XX"])] : []),
  ...(r.chance(0.1) ? ["GET"] : []),
];

export const COMMAND_GENERATORS: Readonly<Record<string, Draw>> = {
  SET: setCommand,
  "SET again": setCommand,
  GET: keyed("GET", stringKey),
  GETSET: (r, v) => ["GETSET", stringKey(r, v), value(r, v)],
  GETDEL: keyed("GETDEL", stringKey),
  GETEX: (r, v, wallMs) => ["GETEX", stringKey(r, v), ...optional(r, lifetime(r, v, wallMs), ["PERSIST"])],
  SETNX: (r, v) => ["SETNX", stringKey(r, v), value(r, v)],
  SETEX: (r, v) => ["SETEX", stringKey(r, v), "1", value(r, v)],
  PSETEX: (r, v) => ["PSETEX", stringKey(r, v), String(waitMs(r, v)), value(r, v)],
  MSET: pairs("MSET"),
  MSETNX: pairs("MSETNX"),
  MGET: onKeys("MGET", stringKey),
  APPEND: (r, v) => ["APPEND", stringKey(r, v), value(r, v)],
  STRLEN: keyed("STRLEN", stringKey),
  GETRANGE: (r, v) => ["GETRANGE", stringKey(r, v), String(r.between(-3, 2)), String(r.between(-2, 4))],
  SUBSTR: (r, v) => ["SUBSTR", stringKey(r, v), String(r.between(-3, 2)), String(r.between(-2, 4))],
  LCS: (r, v) => ["LCS", stringKey(r, v), stringKey(r, v), ...optional(r, ["LEN"], ["IDX"])],
  SETRANGE: (r, v) => ["SETRANGE", stringKey(r, v), String(r.between(0, 4)), value(r, v)],
  INCR: keyed("INCR", stringKey),
  DECR: keyed("DECR", stringKey),
  INCRBY: (r, v) => ["INCRBY", stringKey(r, v), integer(r, v)],
  "INCRBY again": (r, v) => ["INCRBY", stringKey(r, v), integer(r, v)],
  DECRBY: (r, v) => ["DECRBY", stringKey(r, v), integer(r, v)],
  INCRBYFLOAT: (r, v) => ["INCRBYFLOAT", stringKey(r, v), decimal(r)],

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

  DEL: onKeys("DEL", anyKey),
  UNLINK: keyed("UNLINK", anyKey),
  EXISTS: onKeys("EXISTS", anyKey),
  TOUCH: keyed("TOUCH", anyKey),
  TYPE: keyed("TYPE", anyKey),
  RENAME: (r, v) => ["RENAME", anyKey(r, v), anyKey(r, v)],
  RENAMENX: (r, v) => ["RENAMENX", anyKey(r, v), anyKey(r, v)],
  COPY: (r, v) => ["COPY", anyKey(r, v), anyKey(r, v), ...optional(r, ["REPLACE"], ["DB", "1"])],
  MOVE: (r, v) => ["MOVE", anyKey(r, v), "1"],
  KEYS: () => ["KEYS", "*"],
  SCAN: () => ["SCAN", "0", "COUNT", "1000"],
  RANDOMKEY: () => ["RANDOMKEY"],
  DBSIZE: () => ["DBSIZE"],
  SWAPDB: () => ["SWAPDB", "0", "1"],
  FLUSHDB: () => ["FLUSHDB"],
  FLUSHALL: () => ["FLUSHALL"],

  EXPIRE: expiring("EXPIRE", 1000),
  PEXPIRE: expiring("PEXPIRE", 1),
  EXPIREAT: expiringAt("EXPIREAT", 1000),
  PEXPIREAT: expiringAt("PEXPIREAT", 1),
  PERSIST: keyed("PERSIST", anyKey),
  TTL: keyed("TTL", anyKey),
  PTTL: keyed("PTTL", anyKey),
  EXPIRETIME: keyed("EXPIRETIME", anyKey),
  PEXPIRETIME: keyed("PEXPIRETIME", anyKey),
};
