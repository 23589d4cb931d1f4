/** Strings, as texts, numbers, bits and HyperLogLogs. */
import type { Random } from "../../world/random.ts";
import {
  between,
  decimal,
  element,
  integer,
  keyed,
  lifetime,
  onElements,
  onKeys,
  onRange,
  optional,
  several,
  sketchKey,
  stringKey,
  value,
  waitMs,
  type Draw,
  type Draws,
} from "./words.ts";

const pairs =
  (name: string): Draw =>
  (r, v) => [name, ...several(r, () => [stringKey(r, v), value(r, v)]).flat()];

const setCommand: Draw = (r, v, wallMs) => [
  "SET",
  stringKey(r, v),
  value(r, v),
  ...optional(r, lifetime(r, v, wallMs), lifetime(r, v, wallMs), ["KEEPTTL"]),
  ...(r.chance(0.15) ? [r.pick(["NX", "XX"])] : []),
  ...(r.chance(0.1) ? ["GET"] : []),
];

export const STRING_DRAWS: Draws = {
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
  GETRANGE: onRange("GETRANGE", stringKey),
  SUBSTR: onRange("SUBSTR", stringKey),
  LCS: (r, v) => ["LCS", stringKey(r, v), stringKey(r, v), ...optional(r, ["LEN"], ["IDX"])],
  SETRANGE: (r, v) => ["SETRANGE", stringKey(r, v), between(r, 0, 4), value(r, v)],
  INCR: keyed("INCR", stringKey),
  DECR: keyed("DECR", stringKey),
  INCRBY: (r, v) => ["INCRBY", stringKey(r, v), integer(r, v)],
  "INCRBY again": (r, v) => ["INCRBY", stringKey(r, v), integer(r, v)],
  DECRBY: (r, v) => ["DECRBY", stringKey(r, v), integer(r, v)],
  INCRBYFLOAT: (r, v) => ["INCRBYFLOAT", stringKey(r, v), decimal(r)],
};

const offset = (r: Random): string => between(r, 0, 20);
const unit = (r: Random): string[] => (r.chance(0.5) ? [] : [r.pick(["BYTE", "BIT"])]);
const field = (r: Random): string[] => [r.pick(["u8", "i5", "u3", "i64", "u63"]), r.pick(["0", "3", "#1", "17"])];
const change = (r: Random): string[] =>
  r.pick([
    ["GET", ...field(r)],
    ["SET", ...field(r), r.pick(["0", "1", "-1", "300"])],
    ["INCRBY", ...field(r), r.pick(["1", "-2", "200"])],
    ["OVERFLOW", r.pick(["WRAP", "SAT", "FAIL"]), "INCRBY", ...field(r), r.pick(["100", "-100"])],
  ]);

export const BITMAP_DRAWS: Draws = {
  SETBIT: (r, v) => ["SETBIT", stringKey(r, v), offset(r), r.pick(["0", "1", "1"])],
  GETBIT: (r, v) => ["GETBIT", stringKey(r, v), offset(r)],
  BITCOUNT: (r, v) => [
    "BITCOUNT",
    stringKey(r, v),
    ...(r.chance(0.5) ? [] : [between(r, -3, 4), between(r, -3, 20), ...unit(r)]),
  ],
  BITPOS: (r, v) => [
    "BITPOS",
    stringKey(r, v),
    r.pick(["0", "1"]),
    ...r.pick([[], [between(r, -2, 3)], [between(r, -9, 3), between(r, -2, 20), ...unit(r)]]),
  ],
  BITOP: (r, v) =>
    r.chance(0.2)
      ? ["BITOP", "NOT", stringKey(r, v), stringKey(r, v)]
      : ["BITOP", r.pick(["AND", "OR", "XOR"]), stringKey(r, v), ...several(r, () => stringKey(r, v))],
  BITFIELD: (r, v) => ["BITFIELD", stringKey(r, v), ...several(r, () => change(r)).flat()],
  BITFIELD_RO: (r, v) => ["BITFIELD_RO", stringKey(r, v), ...several(r, () => ["GET", ...field(r)]).flat()],
};

/** Sometimes as many as let the registers take another form. */
const added: Draw = (r, v) => [
  "PFADD",
  sketchKey(r, v),
  ...(r.chance(0.02) ? Array.from({ length: 300 }, (_, i) => `e${i}`) : several(r, () => element(r, v))),
];

export const SKETCH_DRAWS: Draws = {
  PFADD: added,
  "PFADD again": onElements("PFADD", sketchKey),
  PFCOUNT: onKeys("PFCOUNT", sketchKey),
  PFMERGE: (r, v) => ["PFMERGE", sketchKey(r, v), ...several(r, () => sketchKey(r, v))],
};
