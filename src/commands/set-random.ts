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

export function spop(call: Call): void {
  const { args, keyspace, reply } = call;
  if (args.count > 2) return popMany(call);
  const ref = findTyped(call, args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const member = pickOne(call, ref);
  reply.bulk(member);
  keyspace.elementRemove(call.client.db, args.at(1), KeyType.set, new ByteRange(member.copy()));
}

/** A member at random, in the store's memory: valid until the next write. */
function pickOne({ keyspace, host }: Call, ref: EntryRef): ByteRange {
  const set = keyspace.collection(ref);
  const member = new ByteRange();
  set.element(
    set.random(() => host.random()),
    member,
  );
  return member;
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
  const member = new ByteRange();
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
  const { args, reply } = call;
  if (args.count > 2) return manyRandomMembers(call);
  const ref = readTyped(call, args.at(1), KeyType.set);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  reply.bulk(pickOne(call, ref));
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
  const member = new ByteRange();
  const random = (): number => host.random();
  reply.array(count < 0 ? -count : Math.min(count, set.size));
  const one = (picked: EntryRef): void => {
    set.element(picked, member);
    reply.bulk(member);
  };
  if (count < 0) for (let i = 0; i < -count; i++) one(set.random(random));
  else for (const picked of pickDistinct(set, count, random)) one(picked);
}
