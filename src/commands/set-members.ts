/** Commands on single members of sets: SADD, SREM, SISMEMBER, SMISMEMBER, SMOVE. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import { ArgumentElements } from "./argument-elements.ts";
import type { Call } from "./command.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";

/** What the store keeps for a member besides its bytes. */
const NOTHING = new ByteRange();

/** The members of the running command. */
const members = new ArgumentElements();

export function sadd(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.set);
  if (ref === MISTYPED) return;
  // A member already there is put again: its add then beats a concurrent SREM.
  reply.integer(keyspace.elementsPut(call.client.db, key, KeyType.set, members.aim(args, 2, 1), ref));
}

export function srem(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  let ref = findTyped(call, key, KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  let removed = 0;
  for (let i = 2; i < args.count; i++) {
    if (keyspace.elementRemove(call.client.db, key, KeyType.set, args.at(i), ref)) removed++;
    ref = 0; // a write may have moved the entry
  }
  reply.integer(removed);
}

export function sismember(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  const found = ref !== 0 && call.keyspace.collection(ref).find(call.args.at(2)) !== 0;
  call.reply.integer(found ? 1 : 0);
}

export function smismember(call: Call): void {
  const { args, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  const set = ref === 0 ? undefined : call.keyspace.collection(ref);
  reply.array(args.count - 2);
  for (let i = 2; i < args.count; i++) reply.integer(set !== undefined && set.find(args.at(i)) !== 0 ? 1 : 0);
}

export function smove(call: Call): void {
  const { args, keyspace, reply } = call;
  const db = call.client.db;
  const source = args.at(1);
  const target = args.at(2);
  const member = args.at(3);
  const ref = keyspace.find(db, source);
  if (ref === 0) return reply.integer(0);
  if (findTyped(call, source, KeyType.set) === MISTYPED || findTyped(call, target, KeyType.set) === MISTYPED) return;
  const found = keyspace.collection(ref).find(member) !== 0;
  if (found && !source.equals(target)) {
    keyspace.elementRemove(db, source, KeyType.set, member);
    keyspace.elementPut(db, target, KeyType.set, member, NOTHING);
  }
  reply.integer(found ? 1 : 0);
}
