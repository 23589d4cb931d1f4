/** Keys of any type. */
import { PAYLOADS } from "../../spec/dumps.ts";
import { anyKey, keyed, onKeys, optional, waitMs, type Draw, type Draws } from "./words.ts";

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

export const KEY_DRAWS: Draws = {
  DEL: onKeys("DEL", anyKey),
  UNLINK: keyed("UNLINK", anyKey),
  EXISTS: onKeys("EXISTS", anyKey),
  TOUCH: keyed("TOUCH", anyKey),
  TYPE: keyed("TYPE", anyKey),
  RENAME: (r, v) => ["RENAME", anyKey(r, v), anyKey(r, v)],
  RENAMENX: (r, v) => ["RENAMENX", anyKey(r, v), anyKey(r, v)],
  COPY: (r, v) => ["COPY", anyKey(r, v), anyKey(r, v), ...optional(r, ["REPLACE"], ["DB", "1"])],
  MOVE: (r, v) => ["MOVE", anyKey(r, v), "1"],
  DUMP: keyed("DUMP", anyKey),
  RESTORE: (r, v) => [
    "RESTORE",
    anyKey(r, v),
    r.chance(0.3) ? String(waitMs(r, v)) : "0",
    r.pick(PAYLOADS),
    ...(r.chance(0.7) ? ["REPLACE"] : []),
  ],
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
