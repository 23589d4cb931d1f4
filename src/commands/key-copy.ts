/**
 * A key's content in memory of its own, for commands that carry keys elsewhere:
 * RENAME, COPY, MOVE, SWAPDB. Reading it is local; writing it back is the puts
 * that it amounts to, so other replicas merge those like any others.
 */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { type CollectionType, KeyType } from "../store/key-type.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { scatterStep } from "../store/scatter.ts";
import { ByteList } from "./byte-list.ts";

export interface KeyCopy {
  readonly type: typeof KeyType.string | CollectionType;
  /** Absolute milliseconds; -1: none. */
  readonly deadlineMs: number;
  /** A string: its value. A hash: field, value, field, value. A set: its members. */
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
      collection.element(element, item);
      items.push(item);
      if (type === KeyType.set) return;
      collection.value(element, item);
      items.push(item);
    });
  }
  return { type, deadlineMs: keyspace.deadline(ref), items };
}

/** Writes a copy under a key, in place of whatever is there. */
export function placeCopy(keyspace: Keyspace, db: number, key: ByteRange, copy: KeyCopy): void {
  const { type, items, deadlineMs } = copy;
  const first = new ByteRange();
  const second = new ByteRange();
  if (type === KeyType.string) {
    keyspace.put(db, key, items.at(0, first), deadlineMs);
    return;
  }
  keyspace.remove(db, key);
  const step = type === KeyType.hash ? 2 : 1;
  const count = items.count / step;
  const stride = scatterStep(count);
  for (let n = 0, at = 0; n < count; n++, at = (at + stride) % count) {
    if (step === 2) items.at(at * step + 1, second);
    keyspace.elementPut(db, key, type, items.at(at * step, first), second);
  }
  if (deadlineMs !== -1) keyspace.expireAt(db, key, deadlineMs);
}
