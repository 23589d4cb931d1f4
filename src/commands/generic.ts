/** The commands on keys of any type: one row each, and the shortest of them. */
import type { Call, Command } from "./command.ts";
import { ALL_KEYS, NO_KEYS, ONE_KEY, TWO_KEYS } from "./command.ts";
import { GROWS, READS, READS_FAST, WRITES, WRITES_FAST } from "./command-flags.ts";
import { dump } from "./dump.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl } from "./expire.ts";
import { findToRead, peekToRead } from "./lookup.ts";
import { ASYNC, isOption, SYNC } from "./option.ts";
import { copy, move, rename, renamenx, swapdb } from "./relocate.ts";
import { restore } from "./restore.ts";
import { dbsize, keys, randomkey, scan, TYPE_NAMES } from "./scan.ts";

const group = "generic";
/** What every command on keys belongs to besides. */
const categories = ["keyspace"] as const;
const risky = ["keyspace", "dangerous"] as const;

export const genericCommands: readonly Command[] = [
  { name: "del", arity: -2, flags: WRITES, keys: ALL_KEYS, group, categories, handler: del },
  { name: "unlink", arity: -2, flags: WRITES_FAST, keys: ALL_KEYS, group, categories, handler: del },
  { name: "exists", arity: -2, flags: READS_FAST, keys: ALL_KEYS, group, categories, handler: exists },
  { name: "type", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, categories, handler: type },
  { name: "touch", arity: -2, flags: READS_FAST, keys: ALL_KEYS, group, categories, handler: touch },
  { name: "rename", arity: 3, flags: WRITES, keys: TWO_KEYS, group, categories, handler: rename },
  { name: "renamenx", arity: 3, flags: WRITES_FAST, keys: TWO_KEYS, group, categories, handler: renamenx },
  { name: "copy", arity: -3, flags: GROWS, keys: TWO_KEYS, group, categories, handler: copy },
  { name: "dump", arity: 2, flags: READS, keys: ONE_KEY, group, categories, handler: dump },
  { name: "restore", arity: -4, flags: GROWS, keys: ONE_KEY, group, categories: risky, handler: restore },
  { name: "move", arity: 3, flags: WRITES_FAST, keys: ONE_KEY, group, categories, handler: move },
  { name: "randomkey", arity: 1, flags: READS, keys: NO_KEYS, group, categories, handler: randomkey },
  { name: "keys", arity: 2, flags: READS, keys: NO_KEYS, group, categories: risky, handler: keys },
  { name: "scan", arity: -2, flags: READS, keys: NO_KEYS, group, categories, handler: scan },
  { name: "dbsize", arity: 1, flags: READS_FAST, keys: NO_KEYS, group: "server", categories, handler: dbsize },
  { name: "flushdb", arity: -1, flags: WRITES, keys: NO_KEYS, group: "server", categories: risky, handler: flushdb },
  { name: "flushall", arity: -1, flags: WRITES, keys: NO_KEYS, group: "server", categories: risky, handler: flushall },
  { name: "swapdb", arity: 3, flags: WRITES_FAST, keys: NO_KEYS, group: "server", categories: risky, handler: swapdb },
  { name: "expire", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, categories, handler: expire },
  { name: "pexpire", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, categories, handler: pexpire },
  { name: "expireat", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, categories, handler: expireat },
  { name: "pexpireat", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, categories, handler: pexpireat },
  { name: "ttl", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, categories, handler: ttl },
  { name: "pttl", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, categories, handler: pttl },
  { name: "expiretime", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, categories, handler: expiretime },
  { name: "pexpiretime", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, categories, handler: pexpiretime },
  { name: "persist", arity: 2, flags: WRITES_FAST, keys: ONE_KEY, group, categories, handler: persist },
];

function del(call: Call): void {
  const { args, keyspace, reply } = call;
  let removed = 0;
  for (let i = 1; i < args.count; i++) if (keyspace.remove(call.client.db, args.at(i))) removed++;
  reply.integer(removed);
}

function exists(call: Call): void {
  const { args, reply } = call;
  let found = 0;
  for (let i = 1; i < args.count; i++) if (peekToRead(call, args.at(i)) !== 0) found++;
  reply.integer(found);
}

function touch(call: Call): void {
  const { args, reply } = call;
  let found = 0;
  for (let i = 1; i < args.count; i++) if (findToRead(call, args.at(i)) !== 0) found++;
  reply.integer(found);
}

function type(call: Call): void {
  const ref = peekToRead(call, call.args.at(1));
  call.reply.simple(TYPE_NAMES[ref === 0 ? 0 : call.keyspace.typeOf(ref)] as string); // one name a type
}

function flushdb(call: Call): void {
  if (!readFlushMode(call)) return;
  call.keyspace.clear(call.client.db);
  call.reply.ok();
}

function flushall(call: Call): void {
  if (!readFlushMode(call)) return;
  call.keyspace.clearAll();
  call.reply.ok();
}

/** ASYNC and SYNC are the same here: memory is freed a little at a time in any case. False after the error reply. */
function readFlushMode(call: Call): boolean {
  const { args, reply } = call;
  if (args.count === 1 || (args.count === 2 && (isOption(args.at(1), ASYNC) || isOption(args.at(1), SYNC))))
    return true;
  reply.error(SYNTAX_ERROR);
  return false;
}
