/**
 * A key's content in memory of its own, for commands that carry keys elsewhere:
 * RENAME, COPY, MOVE, SWAPDB, RESTORE. Reading it is local; writing it back is
 * the puts that it amounts to, so other replicas merge those like any others.
 */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { type CollectionType, KeyType } from "../store/key-type.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { inScatteredOrder } from "../store/scatter.ts";
import { readScore, SCORE_BYTES, writeScore } from "../store/score.ts";
import { ByteList } from "./byte-list.ts";

/** The score in hand. */
const scoreBytes = new ByteRange(new Uint8Array(SCORE_BYTES));

export interface KeyCopy {
  readonly type: typeof KeyType.string | CollectionType;
  /** Absolute milliseconds; -1: none. */
  readonly deadlineMs: number;
  /**
   * A string: its value. A hash: field, value, field, value. A set: its members. A sorted set: member, score, member,
   * score. A list: its elements in order.
   */
  readonly items: ByteList;
  /** When fields of a hash die: absolute milliseconds by the number of the pair. */
  readonly fieldDeadlines: ReadonlyMap<number, number>;
}

export function copyKey(keyspace: Keyspace, ref: EntryRef): KeyCopy {
  const type = keyspace.typeOf(ref);
  const items = new ByteList();
  const fieldDeadlines = new Map<number, number>();
  const item = new ByteRange();
  if (type === KeyType.none) throw new Error("a key that is not visible cannot be copied");
  if (type === KeyType.string) {
    keyspace.stringValue(ref, item);
    items.push(item);
  } else {
    const collection = keyspace.collection(ref);
    collection.forEach((element) => {
      if (type !== KeyType.list) {
        collection.element(element, item);
        items.push(item);
      }
      if (type === KeyType.zset) pushScore(items, collection.score(element));
      if (type === KeyType.set || type === KeyType.zset) return;
      collection.value(element, item);
      items.push(item);
      const deadline = type === KeyType.hash ? collection.deadline(element) : -1;
      if (deadline !== -1) fieldDeadlines.set(items.count / 2 - 1, deadline);
    });
  }
  return { type, deadlineMs: keyspace.deadline(ref), items, fieldDeadlines };
}

/** A score as an item. */
export function pushScore(items: ByteList, score: number): void {
  writeScore(score, scoreBytes.bytes);
  items.push(scoreBytes);
}

/** Writes a copy under a key, in place of whatever is there. Of a hash whose fields are all past their deadlines nothing is. */
export function placeCopy(keyspace: Keyspace, db: number, key: ByteRange, copy: KeyCopy): void {
  const { type, items, deadlineMs } = copy;
  if (type === KeyType.string) {
    keyspace.put(db, key, items.at(0, new ByteRange()), deadlineMs);
    return;
  }
  keyspace.remove(db, key);
  if (type === KeyType.list) placeList(keyspace, db, key, items);
  else if (type === KeyType.hash) placeHash(keyspace, db, key, copy);
  else placeMembers(keyspace, db, key, type, items);
  if (deadlineMs !== -1 && keyspace.peek(db, key) !== 0) keyspace.expireAt(db, key, deadlineMs);
}

function placeList(keyspace: Keyspace, db: number, key: ByteRange, items: ByteList): void {
  const item = new ByteRange();
  for (let i = 0; i < items.count; i++) keyspace.lists.push(db, key, "tail", items.at(i, item), i > 0);
}

function placeHash(keyspace: Keyspace, db: number, key: ByteRange, { items, fieldDeadlines }: KeyCopy): void {
  const field = new ByteRange();
  const value = new ByteRange();
  inScatteredOrder(items.count / 2, (at) => {
    const deadline = fieldDeadlines.get(at) ?? -1;
    if (deadline !== -1 && deadline <= keyspace.nowMs) return;
    items.at(at * 2, field);
    keyspace.elementPut(db, key, KeyType.hash, field, items.at(at * 2 + 1, value));
    if (deadline !== -1) keyspace.fields.expireAt(db, key, field, deadline);
  });
}

function placeMembers(
  keyspace: Keyspace,
  db: number,
  key: ByteRange,
  type: typeof KeyType.set | typeof KeyType.zset,
  items: ByteList,
): void {
  const member = new ByteRange();
  const score = new ByteRange();
  if (type === KeyType.set) {
    inScatteredOrder(items.count, (at) => keyspace.elementPut(db, key, type, items.at(at, member), score));
  } else {
    // In the order of their scores, which is that of no table.
    for (let at = 0; at < items.count; at += 2) {
      items.at(at + 1, score);
      keyspace.scores.put(db, key, items.at(at, member), readScore(score.bytes, score.start));
    }
  }
}
