/** LMOVE, RPOPLPUSH, LMPOP: elements that leave a list, the first two for another one. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { ListEnd } from "../store/list-effects.ts";
import type { Call } from "./command.ts";
import { NO_ROOM_IN_LIST, SYNTAX_ERROR } from "./error-texts.ts";
import { replyPopped } from "./list-ends.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { readAtLeast } from "./number.ts";
import { COUNT, isOption, LEFT, RIGHT } from "./option.ts";

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
  const { args, keyspace, reply } = call;
  const db = call.client.db;
  const source = args.at(1);
  const target = args.at(2);
  const ref = findTyped(call, source, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  if (findTyped(call, target, KeyType.list) === MISTYPED) return;
  const list = keyspace.collection(ref);
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
  const keys = readAtLeast(reply, args.at(1), 1, "ERR numkeys should be greater than 0");
  if (Number.isNaN(keys)) return;
  if (keys + 2 >= args.count) return reply.error(SYNTAX_ERROR);
  const end = readEnd(call, keys + 2);
  if (end === undefined) return;
  const count = readPopCount(call, keys + 3);
  if (Number.isNaN(count)) return;
  for (let i = 2; i < keys + 2; i++) {
    const key = args.at(i);
    const ref = findTyped(call, key, KeyType.list);
    if (ref === MISTYPED) return;
    if (ref === 0) continue;
    reply.array(2);
    reply.bulk(key);
    return replyPopped(call, key, ref, end, count);
  }
  reply.nilArray();
}

/** LEFT or RIGHT; undefined after the error reply. */
function readEnd({ args, reply }: Call, at: number): ListEnd | undefined {
  if (isOption(args.at(at), LEFT)) return "head";
  if (isOption(args.at(at), RIGHT)) return "tail";
  reply.error(SYNTAX_ERROR);
  return undefined;
}

/** What follows `COUNT`, 1 where nothing does; NaN after the error reply. */
function readPopCount({ args, reply }: Call, from: number): number {
  if (from === args.count) return 1;
  let count = Number.NaN;
  if (from + 1 < args.count && isOption(args.at(from), COUNT)) {
    count = readAtLeast(reply, args.at(from + 1), 1, "ERR count should be greater than 0");
    if (from + 2 === args.count || Number.isNaN(count)) return count;
  }
  reply.error(SYNTAX_ERROR);
  return Number.NaN;
}
