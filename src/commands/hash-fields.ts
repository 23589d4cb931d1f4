/** Commands on single fields of a hash: HSET, HSETNX, HMSET, HGET, HMGET, HDEL, HEXISTS, HSTRLEN. */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import { ArgumentElements } from "./argument-elements.ts";
import type { Call } from "./command.ts";
import { wrongArity } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";

/** The fields and values of the running command. */
const fields = new ArgumentElements();

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function hset(call: Call): void {
  const added = putFields(call);
  if (added >= 0) call.reply.integer(added);
}

export function hmset(call: Call): void {
  if (putFields(call) >= 0) call.reply.ok();
}

/** How many fields are new; negative after an error reply. */
function putFields(call: Call): number {
  const { args, keyspace, reply } = call;
  if (args.count % 2 === 1) {
    reply.error(wrongArity(args.at(0).latin1()));
    return -1;
  }
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.hash);
  if (ref === MISTYPED) return -1;
  return keyspace.elementsPut(call.client.db, key, KeyType.hash, fields.aim(args, 2, 2), ref);
}

export function hsetnx(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref !== 0 && keyspace.collection(ref).find(args.at(2)) !== 0) return reply.integer(0);
  keyspace.elementPut(call.client.db, key, KeyType.hash, args.at(2), args.at(3));
  reply.integer(1);
}

export function hget(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref !== MISTYPED) replyField(call, ref, call.args.at(2));
}

export function hmget(call: Call): void {
  const { args, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  reply.array(args.count - 2);
  for (let i = 2; i < args.count; i++) replyField(call, ref, args.at(i));
}

function replyField(call: Call, ref: EntryRef, field: ByteRange): void {
  if (ref === 0) return call.reply.nil();
  const hash = call.keyspace.collection(ref);
  const found = hash.find(field);
  if (found === 0) return call.reply.nil();
  hash.value(found, value);
  call.reply.bulk(value);
}

export function hdel(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  let ref = findTyped(call, key, KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  let removed = 0;
  for (let i = 2; i < args.count; i++) {
    if (keyspace.elementRemove(call.client.db, key, KeyType.hash, args.at(i), ref)) removed++;
    ref = 0; // a write may have moved the entry
  }
  reply.integer(removed);
}

export function hexists(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  const found = ref !== 0 && call.keyspace.collection(ref).find(call.args.at(2)) !== 0;
  call.reply.integer(found ? 1 : 0);
}

export function hstrlen(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0) return call.reply.integer(0);
  const hash = call.keyspace.collection(ref);
  const found = hash.find(call.args.at(2));
  if (found === 0) return call.reply.integer(0);
  hash.value(found, value);
  call.reply.integer(value.length);
}
