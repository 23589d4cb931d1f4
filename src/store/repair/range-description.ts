/**
 * Descriptions of ranges of large collections, by which two replicas find in
 * which of its parts a collection differs.
 *
 *   description  parts until the end, each
 *     u8 residue, u32 salted fingerprint, range end
 *
 * A part begins where the one before it ends; the end of the last is not told,
 * it is where the answer goes to. Parts have about as many elements as was asked
 * for, and never a part of a place (key-range.ts, G1).
 *
 * Y1. What shows nothing takes no part in fingerprints. A part in which the
 *     sender holds such residue is said to differ, for it must travel.
 * Y2. To say that something differs is never wrong, only dear.
 */
import { COMPARED_ELEMENTS_MAX } from "../../limits/keyspace.ts";
import { ByteRange } from "../../byte-range.ts";
import { ByteReader, MalformedDelta } from "../byte-reader.ts";
import { ByteWriter } from "../byte-writer.ts";
import type { Collection } from "../collection.ts";
import type { Core } from "../core.ts";
import { type EntryRef, Kind } from "../entry.ts";
import { Fingerprint, saltedPrint } from "../fingerprint.ts";
import { collectionOf } from "../key-state.ts";
import { type CollectionName, type KeyRange, OPEN, parts, type Place, type PlaceRange, walkOf } from "./key-range.ts";
import type { DescriptionBounds, RangeDescribed } from "./repairable-state.ts";

/** Elements that are looked at between two looks at the bounds. */
const STRIDE = 16;
const LARGE_BYTES = 1024;

/** The collection that a range is of, if there is any. */
export function collectionAt(core: Core, { db, key, type }: CollectionName): Collection | undefined {
  const { keys, memory } = core;
  const range = new ByteRange(key);
  const ref = keys.raw(keys.database(db), memory.hash(range), range);
  if (ref === 0) return undefined;
  const kind = memory.entries.kind(ref);
  if (kind === Kind.register || kind === Kind.counter) return undefined;
  const object = kind === Kind.small ? keys.promote(keys.database(db), memory.hash(range), range, ref) : ref;
  return collectionOf(keys.state(object), type);
}

/** What an element weighs in a range, about. */
export function weightOf({ memory: { entries } }: Core, collection: Collection, ref: EntryRef): number {
  if (entries.kind(ref) !== Kind.object) return entries.footprint(ref);
  let bytes = entries.footprint(ref);
  for (const { value } of collection.cellAt(ref).siblings) bytes += value.length;
  return bytes;
}

export function describeRange(
  core: Core,
  range: KeyRange,
  isFine: boolean,
  salt: number,
  bounds: DescriptionBounds,
): RangeDescribed {
  const writer = new ByteWriter();
  const collection = collectionAt(core, range);
  if (collection === undefined) {
    writePart(writer, false, new Fingerprint(), salt, OPEN);
    return { bytes: writer.take(), next: OPEN };
  }
  const grain = isFine ? core.ranges.fine : core.ranges.coarse;
  const walk = walkOf(core.memory, collection, range);
  const print = new Fingerprint();
  let walked = 0;
  for (;;) {
    let [elements, bytes, residue] = [0, 0, false];
    print.clear();
    while (!walk.isDone && elements < grain.elements && bytes < grain.bytes) {
      // One at a time where they may be large.
      const stride = bytes < elements * LARGE_BYTES ? STRIDE : 1;
      walk.step(Math.min(stride, grain.elements - elements), (ref, hash) => {
        elements++;
        bytes += weightOf(core, collection, ref);
        residue ||= collection.hasResidue(ref);
        collection.addShare(print, hash, ref);
      });
    }
    walked += Math.max(1, elements);
    const isLast = walk.isDone || walked >= bounds.entriesMax || writer.length >= bounds.bytesMax;
    writePart(writer, residue, print, salt, isLast ? OPEN : walk.place);
    if (isLast) return { bytes: writer.take(), next: walk.isDone ? OPEN : walk.place };
  }
}

function writePart(writer: ByteWriter, residue: boolean, print: Fingerprint, salt: number, end: Place): void {
  writer.byte(residue ? 1 : 0);
  writer.word(saltOf(print, salt));
  writer.slice(end, 0, end.length);
}

/** Nothing is nothing under any salt. */
function saltOf(print: Fingerprint, salt: number): number {
  return print.low === 0 && print.high === 0 ? 0 : saltedPrint(print, salt) >>> 0;
}

/** The parts of a range in which what is described is not what is here, those that touch as one. Throws MalformedDelta. */
export function compareRange(core: Core, range: KeyRange, salt: number, bytes: Uint8Array): PlaceRange[] {
  const collection = collectionAt(core, range);
  const reader = new ByteReader(bytes);
  const differing: PlaceRange[] = [];
  const budget = { elements: COMPARED_ELEMENTS_MAX };
  let from = range.from;
  let isLast = false;
  do {
    const residue = reader.byte();
    const theirs = reader.word();
    const end = reader.copy();
    isLast = end.length === 0;
    if (residue > 1 || (!isLast && !parts({ ...range, from }, end))) throw new MalformedDelta("no part of a range");
    const part = { from, to: isLast ? range.to : end };
    from = part.to;
    if (residue === 1 || printOf(core, collection, part, salt, budget) !== theirs) differing.push(part);
  } while (!isLast);
  if (!reader.atEnd) throw new MalformedDelta("a description goes on after its last part");
  return merged(differing);
}

/** Undefined when there is too much to look at (Y2). */
function printOf(
  core: Core,
  collection: Collection | undefined,
  part: PlaceRange,
  salt: number,
  budget: { elements: number },
): number | undefined {
  if (collection === undefined) return 0;
  const walk = walkOf(core.memory, collection, part);
  const print = new Fingerprint();
  while (!walk.isDone) {
    if (budget.elements <= 0) return undefined;
    walk.step(STRIDE, (ref, hash) => {
      budget.elements--;
      collection.addShare(print, hash, ref);
    });
  }
  return saltOf(print, salt);
}

function merged(differing: readonly PlaceRange[]): PlaceRange[] {
  const all: PlaceRange[] = [];
  for (const part of differing) {
    const last = all.at(-1);
    if (last !== undefined && last.to === part.from) all[all.length - 1] = { from: last.from, to: part.to };
    else all.push(part);
  }
  return all;
}
