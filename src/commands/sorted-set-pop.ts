/** ZPOPMIN, ZPOPMAX, ZMPOP: what is replied is removed, as it was seen here. */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { beginMembers, pairShape, replyMember, type Shape } from "./member-replies.ts";
import { type MultiPop, readMultiPop } from "./multi-pop.ts";
import { readCount } from "./number.ts";
import { MAX, MIN } from "./option.ts";
import { ScoredMembers } from "./scored-members.ts";
import { removeMembers } from "./sorted-set-remove.ts";
import { copyTaken } from "./taken.ts";
import type { Taking } from "./take-or-wait.ts";

export function zpopmin(call: Call): void {
  pop(call, false);
}

export function zpopmax(call: Call): void {
  pop(call, true);
}

function pop(call: Call, fromTop: boolean): void {
  const { args, reply } = call;
  if (args.count > 3) return reply.error(SYNTAX_ERROR);
  const isOne = args.count === 2;
  const count = isOne ? 1 : readCount(reply, args.at(2));
  if (Number.isNaN(count)) return;
  const ref = findTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0 || count === 0) return reply.array(0);
  // A pair that was asked for without a count stands alone in RESP3, too.
  popSome(call, args.at(1), ref, fromTop, count, isOne ? "flat" : pairShape(reply));
}

export function zmpop(call: Call): void {
  const { args, reply } = call;
  const wish = readMultiPop(call, 1, MIN, MAX);
  if (wish === undefined) return;
  for (let i = wish.from; i < wish.to; i++) {
    const ref = findTyped(call, args.at(i), KeyType.zset);
    if (ref === MISTYPED) return;
    if (ref !== 0) return replyMultiPop(call, args.at(i), ref, wish);
  }
  reply.nilArray();
}

/** ZMPOP's reply: the key, and what was taken from it. */
export function replyMultiPop(taking: Taking, key: ByteRange, ref: EntryRef, wish: MultiPop): void {
  taking.reply.array(2);
  taking.reply.bulk(key);
  popSome(taking, key, ref, wish.isSecond, wish.count, "nested");
}

function popSome(taking: Taking, key: ByteRange, ref: EntryRef, fromTop: boolean, count: number, shape: Shape): void {
  const { keyspace, reply } = taking;
  const set = keyspace.collection(ref);
  const popped = Math.min(count, set.size);
  beginMembers(reply, popped, shape);
  if (popped === 1) return popOne(taking, key, ref, fromTop, shape);
  const rank = fromTop ? set.size - 1 : 0;
  const found = new ScoredMembers().collect(set, rank, popped, fromTop ? -1 : 1);
  const member = new ByteRange();
  for (let i = 0; i < popped; i++) replyMember(reply, found.members.at(i, member), found.score(i), shape);
  removeMembers(taking, key, popped === set.size, found);
}

/** A cursor on the member in hand; it carries nothing from one command to the next. */
const popped = new ByteRange();

/** Takes the first or the last member and replies with it. */
export function popOne(taking: Taking, key: ByteRange, ref: EntryRef, fromTop: boolean, shape: Shape): void {
  const { client, keyspace, reply } = taking;
  const set = keyspace.collection(ref);
  const found = set.at(fromTop ? set.size - 1 : 0);
  set.element(found, popped);
  replyMember(reply, popped, set.score(found), shape);
  keyspace.elementRemove(client.db, key, KeyType.zset, copyTaken(popped), ref, found);
}
