/**
 * Joins a part of a repair: the content of whole nodes as their sender held it.
 * What the sender named is joined with what is here; what it did not name, it
 * did not have, and of that everything that it had seen is gone.
 *
 * Of a collection of which there is a stub here, the elements are said by ranges
 * (range-join.ts): it brings its lives, and neither drops nor makes an element.
 * What has to be removed from a collection that is large here is removed by and
 * by, as that is.
 *
 * J1. A shortcut over plain values does what the general join would do (../join.ts).
 */
import type { JoinScope } from "../../../crdt/cell.ts";
import { Context } from "../../../crdt/context.ts";
import { ByteRange } from "../../byte-range.ts";
import type { Collection } from "../collection.ts";
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "../entry.ts";
import {
  closeKey,
  joinCollectionBirths,
  joinElement,
  joinKeyDeadlines,
  joinString,
  openKey,
  type OpenKey,
  removeSeen,
  removeSeenType,
  sawPlain,
} from "../join.ts";
import { collectionOf } from "../key-state.ts";
import { COLLECTION_TYPES, type CollectionType, KeyType } from "../key-type.ts";
import { inScatteredOrder } from "../scatter.ts";
import { NamedKeys } from "./named-keys.ts";
import { type CollectionDelta, type ElementDelta, type KeyDelta, PlainKey, SlotsReader } from "../slots-format.ts";
import { wholeOf } from "./key-range.ts";
import { type KeyWork, RangeSweep } from "./range-join.ts";
import { eachEntryIn } from "./walk.ts";

const NOTHING: ReadonlySet<string> = new Set();

export interface Part {
  readonly bits: number;
  readonly nodes: readonly number[];
  /** What the sender had seen when it exported the part. */
  readonly context: Context;
  readonly bytes: Uint8Array;
}

/** Takes what is left to be done to a key before anybody looks at it. */
export type Defer = (hash: number, work: KeyWork) => void;

/** `known` is what this replica had seen when the state that the part meets was its own. */
export function joinPart(core: Core, part: Part, known: Context, defer: Defer): void {
  const scope: JoinScope = { seen: part.context, known, whole: true, replaces: true };
  const named = new NamedKeys(part.bytes);
  joinNamed(core, part.bytes, scope, named, defer);
  removeUnnamed(core, part, named, scope, defer);
}

/** Makes some nodes hold what the bytes say and nothing else. */
export function replaceNodes(core: Core, bits: number, nodes: readonly number[], bytes: Uint8Array): void {
  for (const database of core.keys.databases) {
    const refs: EntryRef[] = [];
    eachEntryIn(database, bits, nodes, (ref) => void refs.push(ref));
    for (const ref of refs) core.keys.erase(database, core.memory.entries.hash(ref), ref);
  }
  const { conflicts } = core;
  const nothing = new Context(1);
  joinNamed(core, bytes, { seen: nothing, known: nothing, whole: true, replaces: true }, undefined, notDeferred);
  // What concurrent writes left was counted when it happened.
  core.conflicts = conflicts;
}

function notDeferred(): void {
  throw new Error("what replaces has nothing to remove by and by");
}

function joinNamed(core: Core, bytes: Uint8Array, scope: JoinScope, named: NamedKeys | undefined, defer: Defer): void {
  const reader = new SlotsReader(bytes, core.memory.origins);
  const plain = new PlainKey();
  while (!reader.atEnd) {
    const place = reader.position;
    if (reader.nextPlain(plain)) {
      const hash = core.memory.hash(plain.key);
      if (joinPlain(core, plain, hash, scope)) {
        named?.add(hash, place);
        continue;
      }
      reader.position = place;
    }
    const delta = reader.next();
    const key = new ByteRange(delta.key);
    named?.add(core.memory.hash(key), place);
    joinKey(core, key, delta, scope, defer);
  }
}

/** The shortcut for what most of a repair finds (J1). False when it is none. */
function joinPlain(core: Core, plain: PlainKey, hash: number, scope: JoinScope): boolean {
  const { entries } = core.memory;
  const { key, origin, time } = plain;
  const database = core.keys.database(plain.db);
  const ref = core.keys.raw(database, hash, key);
  const known = scope.known.covers(origin, time);
  if (ref === 0) {
    if (!known) core.keys.putPlain(database, hash, key, 0, origin, time, plain.value, plain.deadlineMs);
    return true;
  }
  if (entries.kind(ref) !== Kind.register) return false;
  if (entries.time(ref) === time && entries.origin(ref) === origin && hasDeadlineOf(core, ref, plain)) return true;
  if (known || !sawPlain(core, ref, scope)) return false;
  core.keys.putPlain(database, hash, key, ref, origin, time, plain.value, plain.deadlineMs);
  return true;
}

function hasDeadlineOf({ memory: { entries } }: Core, ref: EntryRef, { origin, time, deadlineMs }: PlainKey): boolean {
  if (deadlineMs < 0) return entries.flags(ref) === 0;
  if (entries.flags(ref) !== HAS_DEADLINE || entries.deadlineBlock(ref, 0) !== deadlineMs) return false;
  return entries.deadlineBlock(ref, 1) === time && entries.deadlineBlock(ref, 2) === origin;
}

function joinKey(core: Core, key: ByteRange, delta: KeyDelta, scope: JoinScope, defer: Defer): void {
  const database = core.keys.database(delta.db);
  const open = openKey(core, database, key);
  joinString(core, open.state, delta.cell, scope);
  joinKeyDeadlines(open.state, delta.deadlines, scope);
  for (const type of COLLECTION_TYPES) {
    const theirs = delta.collections.find((c) => c.type === type);
    if (theirs === undefined) removeType(core, open, type, scope, defer);
    else joinCollection(core, open, theirs, scope, defer);
  }
  closeKey(core, open);
}

function joinCollection(core: Core, open: OpenKey, theirs: CollectionDelta, scope: JoinScope, defer: Defer): void {
  const { type, births, elements, stubOf } = theirs;
  const collection = core.collectionFor(open.database, open.hash, open.state, type);
  joinCollectionBirths(collection, births, scope);
  if (stubOf !== undefined) return;
  if (collection.members.size > 0) {
    const named = new Set(elements.map((e) => new ByteRange(e.element).latin1()));
    if (isLarge(core, collection)) sweepLater(core, open, type, scope, defer, named);
    else removeSeen(core, open, type, scope, named);
  }
  joinElements(core, open, collection, elements, scope);
}

/** Removes what the scope's writer had seen of one type. */
function removeType(core: Core, open: OpenKey, type: CollectionType, scope: JoinScope, defer: Defer): void {
  const collection = collectionOf(open.state, type);
  if (collection === undefined) return;
  if (!isLarge(core, collection) || collection.leavesNothing(scope.seen))
    return removeSeenType(core, open, type, scope);
  joinCollectionBirths(collection, [], scope);
  sweepLater(core, open, type, scope, defer, NOTHING);
}

function isLarge({ ranges }: Core, { members }: Collection): boolean {
  return members.size > ranges.stepElements;
}

function sweepLater(
  core: Core,
  { database, hash, key }: OpenKey,
  type: CollectionType,
  scope: JoinScope,
  defer: Defer,
  named: ReadonlySet<string>,
): void {
  defer(hash, new RangeSweep(core, wholeOf(database.index, key.copy(), type), scope, () => named));
}

function joinElements(
  core: Core,
  open: OpenKey,
  collection: Collection,
  elements: readonly ElementDelta[],
  scope: JoinScope,
): void {
  inScatteredOrder(elements.length, (at) => {
    const { element, cell } = elements[at] as ElementDelta;
    joinElement(core, open, collection, new ByteRange(element), cell, scope);
  });
}

function removeUnnamed(core: Core, { bits, nodes }: Part, named: NamedKeys, scope: JoinScope, defer: Defer): void {
  const { entries } = core.memory;
  for (const database of core.keys.databases) {
    const unnamed: EntryRef[] = [];
    eachEntryIn(database, bits, nodes, (ref, hash) => {
      if (!named.has(entries, ref, hash, database.index)) unnamed.push(ref);
    });
    // An entry stays where it is while others are removed or written anew.
    for (const ref of unnamed) removeSeenKey(core, database, ref, scope, defer);
  }
}

function removeSeenKey(core: Core, database: Database, ref: EntryRef, scope: JoinScope, defer: Defer): void {
  const { entries } = core.memory;
  if (sawPlain(core, ref, scope)) {
    core.keys.erase(database, entries.hash(ref), ref);
    return;
  }
  // A plain value that the sender had not seen stays.
  if (entries.kind(ref) === Kind.register && entries.flags(ref) === 0) return;
  const key = new ByteRange();
  entries.keyOf(ref, key);
  const open = openKey(core, database, new ByteRange(key.copy()));
  removeSeenType(core, open, KeyType.string, scope);
  for (const { type } of open.state.collections) removeType(core, open, type, scope, defer);
  joinKeyDeadlines(open.state, [], scope);
  closeKey(core, open);
}
