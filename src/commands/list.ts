/** The list commands: one row each. */
import { KeyType } from "../store/key-type.ts";
import type { Call, Command } from "./command.ts";
import { countedKeys, ONE_KEY, POPPED_KEYS, TWO_KEYS } from "./command.ts";
import { GROWS, GROWS_FAST, READS, READS_FAST, WRITES, WRITES_FAST } from "./command-flags.ts";
import { blmove, blmpop, blpop, brpop, brpoplpush } from "./list-blocking.ts";
import { lindex, linsert, lrange, lrem, lset, ltrim } from "./list-elements.ts";
import { lpop, lpush, lpushx, rpop, rpush, rpushx } from "./list-ends.ts";
import { lmove, lmpop, rpoplpush } from "./list-move.ts";
import { lpos } from "./list-search.ts";
import { MISTYPED, readTyped } from "./lookup.ts";

const group = "list";
const WAITS = ["write", "noscript", "blocking"] as const;
const WAITS_GROWS = ["write", "denyoom", "noscript", "blocking"] as const;

export const listCommands: readonly Command[] = [
  { name: "rpush", arity: -3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: rpush },
  { name: "lpush", arity: -3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: lpush },
  { name: "rpushx", arity: -3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: rpushx },
  { name: "lpushx", arity: -3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: lpushx },
  { name: "linsert", arity: 5, flags: GROWS, keys: ONE_KEY, group, handler: linsert },
  { name: "rpop", arity: -2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: rpop },
  { name: "lpop", arity: -2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: lpop },
  { name: "lmpop", arity: -4, flags: WRITES, keys: countedKeys(1), group, handler: lmpop },
  { name: "blpop", arity: -3, flags: WAITS, keys: POPPED_KEYS, group, handler: blpop },
  { name: "brpop", arity: -3, flags: WAITS, keys: POPPED_KEYS, group, handler: brpop },
  { name: "blmpop", arity: -5, flags: ["write", "blocking"], keys: countedKeys(2), group, handler: blmpop },
  { name: "blmove", arity: 6, flags: WAITS_GROWS, keys: TWO_KEYS, group, handler: blmove },
  { name: "brpoplpush", arity: 4, flags: WAITS_GROWS, keys: TWO_KEYS, group, handler: brpoplpush },
  { name: "llen", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, handler: llen },
  { name: "lindex", arity: 3, flags: READS, keys: ONE_KEY, group, handler: lindex },
  { name: "lset", arity: 4, flags: GROWS, keys: ONE_KEY, group, handler: lset },
  { name: "lrange", arity: 4, flags: READS, keys: ONE_KEY, group, handler: lrange },
  { name: "ltrim", arity: 4, flags: WRITES, keys: ONE_KEY, group, handler: ltrim },
  { name: "lpos", arity: -3, flags: READS, keys: ONE_KEY, group, handler: lpos },
  { name: "lrem", arity: 4, flags: WRITES, keys: ONE_KEY, group, handler: lrem },
  { name: "rpoplpush", arity: 3, flags: GROWS, keys: TWO_KEYS, group, handler: rpoplpush },
  { name: "lmove", arity: 5, flags: GROWS, keys: TWO_KEYS, group, handler: lmove },
];

function llen(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.list);
  if (ref === MISTYPED) return;
  call.reply.integer(ref === 0 ? 0 : call.keyspace.lists.elements(ref).size);
}
