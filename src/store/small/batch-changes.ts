/**
 * Several plain elements on their way into a small collection (layout.ts) at
 * once: the entry is given its size before the first is written, and the running
 * fingerprints move when the last one is (changes.ts, S1).
 */
import type { Dot } from "../../../crdt/cell.ts";
import type { ByteRange } from "../../byte-range.ts";
import type { Database } from "../database.ts";
import type { ElementBatch } from "../element-batch.ts";
import type { EntryRef } from "../entry.ts";
import { elementPath, keyPath, Mark } from "../fingerprint.ts";
import type { CollectionType } from "../key-type.ts";
import type { Memory } from "../memory.ts";
import type { SmallChanges } from "./changes.ts";

/** A new key with these elements, which take so many bytes at most; their event begins its life. Returns how many there are. */
export function createAll(
  memory: Memory,
  small: SmallChanges,
  database: Database,
  hash: number,
  key: ByteRange,
  type: CollectionType,
  batch: ElementBatch,
  bytes: number,
  dot: Dot,
): number {
  const { share } = memory;
  const ref = small.createEmpty(database, hash, key, type, bytes, dot.origin, dot.time);
  const path = elementPath(keyPath(database.index, hash), type);
  writeAll(memory, small, path, ref, batch, dot);
  small.addToBlock(ref, share);
  small.addBirth(share, path, ref);
  database.live++;
  database.changePrint(hash, share, 1);
  return small.layout.size(ref);
}

/** Puts elements that take so many bytes more at most. `support`: the write supports the life. Returns how many are new. */
export function putAll(
  memory: Memory,
  small: SmallChanges,
  database: Database,
  hash: number,
  ref: EntryRef,
  batch: ElementBatch,
  bytes: number,
  dot: Dot,
  support: Dot | undefined,
): number {
  const { layout } = small;
  const before = layout.size(ref);
  let made = bytes > 0 ? small.widen(database, ref, bytes) : ref;
  writeAll(memory, small, elementPath(keyPath(database.index, hash), layout.typeOf(made)), made, batch, dot);
  made = small.widen(database, made, 0);
  small.apply(database, hash, made, support);
  return layout.size(made) - before;
}

/** Leaves in `share` what the fingerprints change by. `path`: the collection's. */
function writeAll(
  memory: Memory,
  small: SmallChanges,
  path: number,
  ref: EntryRef,
  batch: ElementBatch,
  { origin, time }: Dot,
): void {
  const { share } = memory;
  const { layout } = small;
  const print = memory.print(origin);
  share.clear();
  for (let i = 0; i < batch.count; i++) {
    const element = batch.element(i);
    const own = elementPath(path, memory.hash(element));
    const at = layout.find(ref, element);
    if (at !== 0) {
      share.negate();
      small.addElement(share, own, ref, at);
      share.negate();
    }
    small.set(ref, at, element, origin, time, batch.value(i));
    share.add(own, Mark.sibling, print, time, 0);
  }
}
