/**
 * The elements of a range of a large collection as bytes (../slots-format.ts),
 * as many as one piece may have, from the range's beginning on.
 */
import { ByteRange } from "../../byte-range.ts";
import type { Core } from "../core.ts";
import { Kind, type EntryRef } from "../entry.ts";
import type { Collection } from "../collection.ts";
import { SlotsWriter } from "../slots-writer.ts";
import { type KeyRange, OPEN, walkOf } from "./key-range.ts";
import { collectionAt, weightOf } from "./range-description.ts";
import type { RangeDescribed } from "./repairable-state.ts";

/** Elements that are taken between two looks at the bounds, unless they are large. */
const STRIDE = 16;
const LARGE_BYTES = 1024;

export function exportRange(core: Core, range: KeyRange, bytesMax: number): RangeDescribed {
  core.exporting.lend();
  const writer = new SlotsWriter(core.memory.origins, core.exporting);
  const collection = collectionAt(core, range);
  if (collection === undefined) return { bytes: writer.take(), next: OPEN };
  const walk = walkOf(core.memory, collection, range);
  let elements = 0;
  let largest = LARGE_BYTES;
  while (!walk.isDone && elements < core.ranges.elementsMax && writer.length < bytesMax) {
    const stride = largest >= LARGE_BYTES ? 1 : Math.min(STRIDE, core.ranges.elementsMax - elements);
    largest = 0;
    walk.step(stride, (ref) => {
      elements++;
      largest = Math.max(largest, weightOf(core, collection, ref));
      writeElement(core, writer, collection, ref);
    });
  }
  return { bytes: writer.take(), next: walk.isDone ? OPEN : walk.place };
}

/** Cursors on the element in hand; they carry nothing from one element to the next. */
const element = new ByteRange();
const value = new ByteRange();

export function writeElement(core: Core, writer: SlotsWriter, collection: Collection, ref: EntryRef): void {
  const { entries } = core.memory;
  entries.keyOf(ref, element);
  if (entries.kind(ref) === Kind.register && entries.flags(ref) === 0) {
    entries.valueOf(ref, value);
    writer.plainElement(element, entries.origin(ref), entries.time(ref), value);
  } else {
    writer.element(element, collection.cellAt(ref));
  }
}
