/** The string commands: one row each. */
import type { Command } from "./command.ts";
import { ALL_KEYS, ONE_KEY, PAIRED_KEYS, TWO_KEYS } from "./command.ts";
import { GROWS, GROWS_FAST, READS, READS_FAST, WRITES_FAST } from "./command-flags.ts";
import { decr, decrby, incr, incrby, incrbyfloat } from "./counter.ts";
import { lcs } from "./lcs.ts";
import { append, getrange, setrange, strlen } from "./string-range.ts";
import { get, getdel, getex, getset, mget, mset, msetnx, psetex, set, setex, setnx } from "./string-value.ts";

const group = "string";

export const stringCommands: readonly Command[] = [
  { name: "set", arity: -3, flags: GROWS, keys: ONE_KEY, group, handler: set },
  { name: "get", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, handler: get },
  { name: "getset", arity: 3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: getset },
  { name: "getdel", arity: 2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: getdel },
  { name: "getex", arity: -2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: getex },
  { name: "setnx", arity: 3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: setnx },
  { name: "setex", arity: 4, flags: GROWS, keys: ONE_KEY, group, handler: setex },
  { name: "psetex", arity: 4, flags: GROWS, keys: ONE_KEY, group, handler: psetex },
  { name: "mset", arity: -3, flags: GROWS, keys: PAIRED_KEYS, group, handler: mset },
  { name: "msetnx", arity: -3, flags: GROWS, keys: PAIRED_KEYS, group, handler: msetnx },
  { name: "mget", arity: -2, flags: READS_FAST, keys: ALL_KEYS, group, handler: mget },
  { name: "append", arity: 3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: append },
  { name: "strlen", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, handler: strlen },
  { name: "getrange", arity: 4, flags: READS, keys: ONE_KEY, group, handler: getrange },
  { name: "substr", arity: 4, flags: READS, keys: ONE_KEY, group, handler: getrange },
  { name: "setrange", arity: 4, flags: GROWS, keys: ONE_KEY, group, handler: setrange },
  { name: "incr", arity: 2, flags: GROWS_FAST, keys: ONE_KEY, group, handler: incr },
  { name: "decr", arity: 2, flags: GROWS_FAST, keys: ONE_KEY, group, handler: decr },
  { name: "incrby", arity: 3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: incrby },
  { name: "decrby", arity: 3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: decrby },
  { name: "incrbyfloat", arity: 3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: incrbyfloat },
  { name: "lcs", arity: -3, flags: READS, keys: TWO_KEYS, group, handler: lcs },
];
