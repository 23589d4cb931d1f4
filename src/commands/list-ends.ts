/** What happens at the two ends of a list: LPUSH, RPUSH, LPUSHX, RPUSHX, LPOP, RPOP. */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { ListEnd } from "../store/list-effects.ts";
import type { Call } from "./command.ts";
import { NO_ROOM_IN_LIST, wrongArity } from "./error-texts.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { readCount } from "./number.ts";
import type { Taking } from "./take-or-wait.ts";

/** A cursor on the element in hand; it carries nothing from one command to the next. */
const popped = new ByteRange();

export function lpush(call: Call): void {
  push(call, "head", false);
}

export function rpush(call: Call): void {
  push(call, "tail", false);
}

export function lpushx(call: Call): void {
  push(call, "head", true);
}

export function rpushx(call: Call): void {
  push(call, "tail", true);
}

function push(call: Call, end: ListEnd, mustExist: boolean): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  const db = call.client.db;
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0 && mustExist) return reply.integer(0);
  const size = ref === 0 ? 0 : keyspace.lists.elements(ref).size;
  if (!keyspace.lists.push(db, key, end, args.at(2), false, ref)) return reply.error(NO_ROOM_IN_LIST);
  for (let i = 3; i < args.count; i++) keyspace.lists.push(db, key, end, args.at(i), true);
  reply.integer(size + args.count - 2);
}

export function lpop(call: Call): void {
  pop(call, "head");
}

export function rpop(call: Call): void {
  pop(call, "tail");
}

function pop(call: Call, end: ListEnd): void {
  const { args, keyspace, reply } = call;
  if (args.count > 2) return popMany(call, end);
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const list = keyspace.lists.elements(ref);
  const rank = end === "head" ? 0 : list.size - 1;
  list.value(list.at(rank), popped);
  reply.bulk(popped);
  keyspace.lists.remove(call.client.db, key, rank, 1, ref);
}

function popMany(call: Call, end: ListEnd): void {
  const { args, reply } = call;
  if (args.count > 3) return reply.error(wrongArity(end === "head" ? "lpop" : "rpop"));
  const count = readCount(reply, args.at(2));
  if (Number.isNaN(count)) return;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nilArray();
  replyPopped(call, key, ref, end, count);
}

/** Removes up to `count` elements at an end and replies with them, the outermost first. */
export function replyPopped(taking: Taking, key: ByteRange, ref: EntryRef, end: ListEnd, count: number): void {
  const { client, keyspace, reply } = taking;
  const list = keyspace.lists.elements(ref);
  const { size } = list;
  const taken = Math.min(count, size);
  reply.array(taken);
  if (taken === 0) return;
  list.walk(end === "head" ? 0 : size - 1, taken, end === "head" ? 1 : -1, (element) => {
    list.value(element, popped);
    reply.bulk(popped);
  });
  keyspace.lists.remove(client.db, key, end === "head" ? 0 : size - taken, taken, ref);
}
