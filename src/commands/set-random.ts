/** SPOP and SRANDMEMBER. */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { readCount } from "./number.ts";
import { mayRepeat, pickDistinct, readSignedCount } from "./random-pick.ts";
import { copyTaken } from "./taken.ts";

/** A cursor on the member in hand; it carries nothing from one command to the next. */
const member = new ByteRange();

export function spop(call: Call): void {
  const { args, keyspace, reply, host } = call;
  if (args.count > 2) return popMany(call);
  const ref = findTyped(call, args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const set = keyspace.collection(ref);
  const found = set.random(() => host.random());
  set.element(found, member);
  reply.bulk(member);
  keyspace.elementRemove(call.client.db, args.at(1), KeyType.set, copyTaken(member), ref, found);
}

function popMany(call: Call): void {
  const { args, keyspace, reply, host } = call;
  if (args.count > 3) return reply.error(SYNTAX_ERROR);
  const count = readCount(reply, args.at(2));
  if (Number.isNaN(count)) return;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0 || count === 0) return reply.set(0);
  const set = keyspace.collection(ref);
  const popped = new ByteList();
  for (const picked of pickDistinct(set, count, () => host.random())) {
    set.element(picked, member);
    popped.push(member);
  }
  reply.set(popped.count);
  for (let i = 0; i < popped.count; i++) {
    reply.bulk(popped.at(i, member));
    keyspace.elementRemove(call.client.db, key, KeyType.set, member);
  }
}

export function srandmember(call: Call): void {
  const { args, reply, host } = call;
  if (args.count > 2) return manyRandomMembers(call);
  const ref = readTyped(call, args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const set = call.keyspace.collection(ref);
  const found = set.random(() => host.random());
  set.element(found, member);
  reply.bulk(member);
}

function manyRandomMembers(call: Call): void {
  const { args, keyspace, reply, host } = call;
  if (args.count > 3) return reply.error(SYNTAX_ERROR);
  const count = readSignedCount(call, args.at(2));
  if (Number.isNaN(count)) return;
  const ref = readTyped(call, args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0 || count === 0) return reply.array(0);
  if (!mayRepeat(call, count)) return;
  const set = keyspace.collection(ref);
  const random = (): number => host.random();
  reply.array(count < 0 ? -count : Math.min(count, set.size));
  const one = (picked: EntryRef): void => {
    set.element(picked, member);
    reply.bulk(member);
  };
  if (count < 0) for (let i = 0; i < -count; i++) one(set.random(random));
  else for (const picked of pickDistinct(set, count, random)) one(picked);
}
