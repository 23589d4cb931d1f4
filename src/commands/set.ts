/** The set commands: one row each, and the two that are too short for a file. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import { scanSet } from "./collection-scan.ts";
import type { Call, Command } from "./command.ts";
import { ALL_KEYS, countedKeys, ONE_KEY, TWO_KEYS } from "./command.ts";
import { GROWS, GROWS_FAST, READS, READS_FAST, WRITES_FAST } from "./command-flags.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { sdiff, sdiffstore, sinter, sintercard, sinterstore, sunion, sunionstore } from "./set-algebra.ts";
import { sadd, sismember, smismember, smove, srem } from "./set-members.ts";
import { spop, srandmember } from "./set-random.ts";

const group = "set";

export const setCommands: readonly Command[] = [
  { name: "sadd", arity: -3, flags: GROWS_FAST, keys: ONE_KEY, group, handler: sadd },
  { name: "srem", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, handler: srem },
  { name: "sismember", arity: 3, flags: READS_FAST, keys: ONE_KEY, group, handler: sismember },
  { name: "smismember", arity: -3, flags: READS_FAST, keys: ONE_KEY, group, handler: smismember },
  { name: "smembers", arity: 2, flags: READS, keys: ONE_KEY, group, handler: smembers },
  { name: "scard", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, handler: scard },
  { name: "spop", arity: -2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: spop },
  { name: "srandmember", arity: -2, flags: READS, keys: ONE_KEY, group, handler: srandmember },
  { name: "smove", arity: 4, flags: WRITES_FAST, keys: TWO_KEYS, group, handler: smove },
  { name: "sinter", arity: -2, flags: READS, keys: ALL_KEYS, group, handler: sinter },
  { name: "sinterstore", arity: -3, flags: GROWS, keys: ALL_KEYS, group, handler: sinterstore },
  { name: "sintercard", arity: -3, flags: READS, keys: countedKeys(1), group, handler: sintercard },
  { name: "sunion", arity: -2, flags: READS, keys: ALL_KEYS, group, handler: sunion },
  { name: "sunionstore", arity: -3, flags: GROWS, keys: ALL_KEYS, group, handler: sunionstore },
  { name: "sdiff", arity: -2, flags: READS, keys: ALL_KEYS, group, handler: sdiff },
  { name: "sdiffstore", arity: -3, flags: GROWS, keys: ALL_KEYS, group, handler: sdiffstore },
  { name: "sscan", arity: -3, flags: READS, keys: ONE_KEY, group, handler: scanSet },
];

function smembers(call: Call): void {
  const { reply } = call;
  const ref = readTyped(call, call.args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.set(0);
  const set = call.keyspace.collection(ref);
  const member = new ByteRange();
  reply.set(set.size);
  set.forEach((found) => {
    set.element(found, member);
    reply.bulk(member);
  });
}

function scard(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  call.reply.integer(ref === 0 ? 0 : call.keyspace.collection(ref).size);
}
