/**
 * A key's content in memory of its own, for commands that carry keys elsewhere:
 * RENAME, COPY, MOVE, SWAPDB, RESTORE. Reading it is local; writing it back is
 * the puts that it amounts to, so other replicas merge those like any others.
 */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { type CollectionType, KeyType } from "../store/key-type.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { scatterStep } from "../store/scatter.ts";
import { readScore, SCORE_BYTES, writeScore } from "../store/score.ts";
import { ByteList } from "./byte-list.ts";

export interface KeyCopy {
  readonly type: typeof KeyType.string | CollectionType;
  /** Absolute milliseconds; -1: none. */
  readonly deadlineMs: number;
  /**
   * A string: its value. A hash: field, value, field, value. A set: its members. A sorted set: member, score, member,
   * score. A list: its elements in order.
   */
  readonly items: ByteList;
}

export function copyKey(keyspace: Keyspace, ref: EntryRef): KeyCopy {
  const type = keyspace.typeOf(ref);
  const items = new ByteList();
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
    });
  }
  return { type, deadlineMs: keyspace.deadline(ref), items };
}

/** A score as an item. */
export function pushScore(items: ByteList, score: number): void {
  const bytes = new Uint8Array(SCORE_BYTES);
  writeScore(score, bytes);
  items.push(new ByteRange(bytes));
}

/** Writes a copy under a key, in place of whatever is there. */
export function placeCopy(keyspace: Keyspace, db: number, key: ByteRange, copy: KeyCopy): void {
  const { type, items, deadlineMs } = copy;
  if (type === KeyType.string) {
    keyspace.put(db, key, items.at(0, new ByteRange()), deadlineMs);
    return;
  }
  keyspace.remove(db, key);
  if (type === KeyType.list) placeList(keyspace, db, key, items);
  else placeScattered(keyspace, db, key, type, items);
  if (deadlineMs !== -1) keyspace.expireAt(db, key, deadlineMs);
}

function placeList(keyspace: Keyspace, db: number, key: ByteRange, items: ByteList): void {
  const item = new ByteRange();
  for (let i = 0; i < items.count; i++) keyspace.lists.push(db, key, "tail", items.at(i, item), i > 0);
}

function placeScattered(
  keyspace: Keyspace,
  db: number,
  key: ByteRange,
  type: Exclude<CollectionType, typeof KeyType.list>,
  items: ByteList,
): void {
  const first = new ByteRange();
  const second = new ByteRange();
  const step = type === KeyType.set ? 1 : 2;
  const count = items.count / step;
  const stride = scatterStep(count);
  for (let n = 0, at = 0; n < count; n++, at = (at + stride) % count) {
    if (step === 2) items.at(at * step + 1, second);
    items.at(at * step, first);
    if (type === KeyType.zset) keyspace.scorePut(db, key, first, readScore(second.bytes, second.start));
    else keyspace.elementPut(db, key, type, first, second);
  }
}
