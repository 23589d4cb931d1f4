/** LMOVE, RPOPLPUSH, LMPOP: elements that leave a list, the first two for another one. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { EntryRef } from "../store/entry.ts";
import type { ListEnd } from "../store/list-effects.ts";
import type { Call } from "./command.ts";
import { NO_ROOM_IN_LIST, SYNTAX_ERROR } from "./error-texts.ts";
import { replyPopped } from "./list-ends.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { readMultiPop } from "./multi-pop.ts";
import { isOption, LEFT, RIGHT } from "./option.ts";
import type { Taking } from "./take-or-wait.ts";

export function lmove(call: Call): void {
  const from = readEnd(call, 3);
  if (from === undefined) return;
  const to = readEnd(call, 4);
  if (to !== undefined) move(call, from, to);
}

export function rpoplpush(call: Call): void {
  move(call, "tail", "head");
}

function move(call: Call, from: ListEnd, to: ListEnd): void {
  const { args, reply } = call;
  const ref = findTyped(call, args.at(1), KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  moveElement(call, args.at(1), ref, args.at(2), from, to);
}

/** Takes an element of a list to another one, or to the other end of the same, and replies with it. */
export function moveElement(
  taking: Taking,
  source: ByteRange,
  ref: EntryRef,
  target: ByteRange,
  from: ListEnd,
  to: ListEnd,
): void {
  const { client, keyspace, reply } = taking;
  const { db } = client;
  if (findTyped(taking, target, KeyType.list) === MISTYPED) return;
  const list = keyspace.lists.elements(ref);
  const rank = from === "head" ? 0 : list.size - 1;
  const value = new ByteRange();
  list.value(list.at(rank), value);
  value.set(value.copy(), 0, value.length);
  if (source.equals(target)) {
    if (!keyspace.lists.rotate(db, source, from, to, value)) return reply.error(NO_ROOM_IN_LIST);
  } else {
    if (!keyspace.lists.push(db, target, to, value, false)) return reply.error(NO_ROOM_IN_LIST);
    keyspace.lists.remove(db, source, rank);
  }
  reply.bulk(value);
}

export function lmpop(call: Call): void {
  const { args, reply } = call;
  const wish = readMultiPop(call, 1, LEFT, RIGHT);
  if (wish === undefined) return;
  for (let i = wish.from; i < wish.to; i++) {
    const key = args.at(i);
    const ref = findTyped(call, key, KeyType.list);
    if (ref === MISTYPED) return;
    if (ref === 0) continue;
    reply.array(2);
    reply.bulk(key);
    return replyPopped(call, key, ref, wish.isSecond ? "tail" : "head", wish.count);
  }
  reply.nilArray();
}

/** LEFT or RIGHT; undefined after the error reply. */
export function readEnd({ args, reply }: Call, at: number): ListEnd | undefined {
  if (isOption(args.at(at), LEFT)) return "head";
  if (isOption(args.at(at), RIGHT)) return "tail";
  reply.error(SYNTAX_ERROR);
  return undefined;
}
