/** Commands on elements anywhere in a list: LINDEX, LRANGE, LSET, LINSERT, LREM, LTRIM. */
import { ByteRange } from "../byte-range.ts";
import type { Elements } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { INDEX_OUT_OF_RANGE, NO_ROOM_IN_LIST, NO_SUCH_KEY, SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { readInteger } from "./number.ts";
import { AFTER, BEFORE, isOption } from "./option.ts";

/** A cursor on the element in hand; it carries nothing from one command to the next. */
const shown = new ByteRange();

export function lindex(call: Call): void {
  const { args, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const index = readInteger(reply, args.at(2));
  if (Number.isNaN(index)) return;
  const list = call.keyspace.lists.elements(ref);
  const rank = index < 0 ? list.size + index : index;
  if (rank < 0 || rank >= list.size) return reply.nil();
  list.value(list.at(rank), shown);
  reply.bulk(shown);
}

export function lrange(call: Call): void {
  const { args, reply } = call;
  const start = readInteger(reply, args.at(2));
  if (Number.isNaN(start)) return;
  const stop = readInteger(reply, args.at(3));
  if (Number.isNaN(stop)) return;
  const ref = readTyped(call, args.at(1), KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.array(0);
  const list = call.keyspace.lists.elements(ref);
  const first = firstRank(start, list.size);
  const count = Math.max(0, lastRank(stop, list.size) - first + 1);
  reply.array(count);
  if (count === 0) return;
  list.walk(first, count, 1, (element) => {
    list.value(element, shown);
    reply.bulk(shown);
  });
}

export function ltrim(call: Call): void {
  const { args, keyspace, reply } = call;
  const start = readInteger(reply, args.at(2));
  if (Number.isNaN(start)) return;
  const stop = readInteger(reply, args.at(3));
  if (Number.isNaN(stop)) return;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.ok();
  const db = call.client.db;
  const { size } = keyspace.lists.elements(ref);
  const first = firstRank(start, size);
  const last = lastRank(stop, size);
  if (first > last) {
    keyspace.remove(db, key);
  } else {
    keyspace.lists.remove(db, key, last + 1, size - 1 - last);
    keyspace.lists.remove(db, key, 0, first);
  }
  reply.ok();
}

/** Where a range begins that starts at this index; negative ones count from the end. */
function firstRank(index: number, size: number): number {
  return Math.max(0, index < 0 ? size + index : index);
}

function lastRank(index: number, size: number): number {
  return index < 0 ? size + index : Math.min(index, size - 1);
}

export function lset(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.error(NO_SUCH_KEY);
  const index = readInteger(reply, args.at(2));
  if (Number.isNaN(index)) return;
  const { size } = keyspace.lists.elements(ref);
  const rank = index < 0 ? size + index : index;
  if (rank < 0 || rank >= size) return reply.error(INDEX_OUT_OF_RANGE);
  keyspace.lists.set(call.client.db, key, rank, args.at(3));
  reply.ok();
}

export function linsert(call: Call): void {
  const { args, keyspace, reply } = call;
  const behind = isOption(args.at(2), AFTER);
  if (!behind && !isOption(args.at(2), BEFORE)) return reply.error(SYNTAX_ERROR);
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  const list = keyspace.lists.elements(ref);
  const { size } = list;
  const pivots = ranksOf(list, args.at(3), 1, 1);
  const pivot = pivots[0];
  if (pivot === undefined) return reply.integer(-1);
  const rank = behind ? pivot + 1 : pivot;
  if (!keyspace.lists.insert(call.client.db, key, rank, args.at(4))) return reply.error(NO_ROOM_IN_LIST);
  reply.integer(size + 1);
}

export function lrem(call: Call): void {
  const { args, keyspace, reply } = call;
  const count = readInteger(reply, args.at(2));
  if (Number.isNaN(count)) return;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  const db = call.client.db;
  const list = keyspace.lists.elements(ref);
  const ranks = ranksOf(list, args.at(3), count === 0 ? Infinity : Math.abs(count), count < 0 ? -1 : 1);
  if (count >= 0) ranks.reverse();
  // From the last one on, so that the ranks of the others stay.
  if (ranks.length === list.size) keyspace.remove(db, key);
  else for (const rank of ranks) keyspace.lists.remove(db, key, rank);
  reply.integer(ranks.length);
}

/** The ranks of the first `count` elements with a value, seen from the head or from the tail. */
function ranksOf(list: Elements, value: ByteRange, count: number, step: 1 | -1): number[] {
  const ranks: number[] = [];
  let rank = step === 1 ? 0 : list.size - 1;
  list.walk(rank, list.size, step, (element) => {
    list.value(element, shown);
    if (shown.equals(value)) ranks.push(rank);
    rank += step;
    return ranks.length < count;
  });
  return ranks;
}
