/**
 * Local effects on the elements of collections; what only one type has is in files of its own.
 */
import type { Amount } from "../../crdt/amount.ts";
import { type Dot, stampOver } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { livesOf } from "../../crdt/life.ts";
import type { ByteRange } from "../byte-range.ts";
import { unpackContribution } from "./cell-packing.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { type Floors, NO_LIVES, NO_PARTS } from "./delta-writer.ts";
import type { ElementTarget } from "./element-target.ts";
import type { ElementRef } from "./elements.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { currentEntry, remove, supersedeOthers } from "./key-effects.ts";
import { collectionOf, type KeyState } from "./key-state.ts";
import { canAdd } from "./packed-count.ts";
import { countSmall, putSmall, removeSmall, SmallPut } from "./small/effects.ts";

/** HSET, SADD. Makes the key when it is missing. True when the element is new. */
export function elementPut(core: Core, target: ElementTarget, value: ByteRange, found: EntryRef): boolean {
  const { keys, memory, event, self } = core;
  const database = keys.database(target.db);
  core.reserve(target.element, value);
  const hash = found === 0 ? memory.hash(target.key) : memory.entries.hash(found) | 0;
  const ref = found === 0 ? currentEntry(core, database, hash, target.key) : found;
  const sole = ref === 0 ? undefined : keys.soleCollection(ref, target.type);
  const small = sole === undefined ? putSmall(core, database, hash, ref, target, value) : SmallPut.unfit;
  if (small !== SmallPut.unfit) return small === SmallPut.added;
  if (sole !== undefined) {
    const elementHash = memory.hash(target.element);
    const element = sole.raw(elementHash, target.element);
    if (element === 0 || (sole.isPlain(element) && core.outranks(element))) {
      putInPlace(core, database, hash, sole, target, elementHash, element, value);
      return element === 0;
    }
  }
  const state = keys.open(database, hash, ref);
  const floors: Floors[] = [];
  const supersedes = supersedeOthers(core, database, state, target.type, floors);
  const collection = core.collectionFor(database, hash, state, target.type);
  const time = event.time();
  const lives = supportLives(state, collection, { origin: self, time });
  const elementHash = memory.hash(target.element);
  const element = collection.raw(elementHash, target.element);
  const isNew = element === 0 || !collection.isVisible(element);
  let stamp = time;
  if (element === 0 || (collection.isPlain(element) && core.outranks(element))) {
    collection.putPlain(elementHash, target.element, element, self, time, value);
  } else {
    stamp = putOver(core, collection, target, elementHash, element, value, floors);
  }
  memory.entries.bodies.releaseReserved();
  keys.close(database, hash, target.key, ref, state);
  core.delta.elementPut(target, time, value, stamp, { lives, supersedes, floors });
  core.noteResidue(target.db, target.key, floors, supersedes);
  return isNew;
}

/** The common case: a plain element in a collection that is all of its key. */
function putInPlace(
  core: Core,
  database: Database,
  keyHash: number,
  collection: Collection,
  target: ElementTarget,
  hash: number,
  ref: EntryRef,
  value: ByteRange,
): void {
  const time = core.event.time();
  collection.putPlain(hash, target.element, ref, core.self, time, value);
  database.changePrint(keyHash, core.memory.share, 1);
  core.delta.elementPut(target, time, value, time, NO_PARTS);
}

/** The common case of a count: a field that only this origin has counted, in plain numbers, in a hash that is all of its key. */
function countInPlace(
  core: Core,
  database: Database,
  keyHash: number,
  ref: EntryRef,
  target: ElementTarget,
  amount: Amount,
): boolean {
  const collection = ref === 0 ? undefined : core.keys.soleCollection(ref, target.type);
  if (collection === undefined || typeof amount !== "number") return false;
  const hash = core.memory.hash(target.element);
  const field = collection.raw(hash, target.element);
  if (field === 0 || !canAdd(core.memory.entries, field, core.self, amount)) return false;
  addInPlace(core, database, keyHash, collection, target, hash, field, amount);
  return true;
}

/** Adds to what only this origin has counted, in plain numbers, in a collection that is all of its key. */
export function addInPlace(
  core: Core,
  database: Database,
  keyHash: number,
  collection: Collection,
  target: ElementTarget,
  hash: number,
  ref: EntryRef,
  amount: number,
): void {
  const time = core.event.time();
  collection.addPlain(hash, ref, time, amount);
  database.changePrint(keyHash, core.memory.share, 1);
  if (core.delta.enabled) core.delta.elementCount(target, time, unpackContribution(core.memory.entries, ref), NO_PARTS);
}

/** Over a counter or concurrent values. Returns the stamp. */
function putOver(
  core: Core,
  collection: Collection,
  target: ElementTarget,
  hash: number,
  ref: EntryRef,
  value: ByteRange,
  floors: Floors[],
): Time {
  const { self } = core;
  const time = core.event.time();
  const cell = collection.cellAt(ref);
  const stamp = stampOver(cell, { origin: self, time });
  const raised = core.resetCell(cell);
  if (raised.length > 0) floors.push({ type: target.type, element: target.element.copy(), raised });
  cell.siblings = [{ origin: self, time, stamp, birth: { origin: self, time }, value: value.copy() }];
  cell.deadlines = [];
  collection.write(hash, target.element, ref, cell);
  return stamp;
}

/** The key's entry, without the element if its deadline has come: a count must not go on with what has expired. */
function currentElement(core: Core, database: Database, hash: number, target: ElementTarget, ref: EntryRef): EntryRef {
  const collection = ref === 0 ? undefined : core.keys.expiringFields(ref);
  if (collection === undefined || collection.type !== target.type) return ref;
  const elementHash = core.memory.hash(target.element);
  const element = collection.raw(elementHash, target.element);
  if (element === 0 || !collection.isExpired(element)) return ref;
  removeElement(core, database, hash, ref, target, elementHash);
  return core.keys.raw(database, hash, target.key);
}

/** HINCRBY. The caller has checked that the field shows a number or is missing. */
export function elementCount(core: Core, target: ElementTarget, amount: Amount, found: EntryRef): void {
  const { keys, memory, self } = core;
  const database = keys.database(target.db);
  const hash = found === 0 ? memory.hash(target.key) : memory.entries.hash(found) | 0;
  const current = found === 0 ? currentEntry(core, database, hash, target.key) : found;
  const ref = currentElement(core, database, hash, target, current);
  if (typeof amount === "number" && countSmall(core, database, hash, ref, target, amount)) return;
  if (countInPlace(core, database, hash, ref, target, amount)) return;
  const state = keys.open(database, hash, ref);
  const floors: Floors[] = [];
  const supersedes = supersedeOthers(core, database, state, target.type, floors);
  const collection = core.collectionFor(database, hash, state, target.type);
  const elementHash = memory.hash(target.element);
  const element = collection.raw(elementHash, target.element);
  const cell = collection.cellAt(element);
  const contribution = core.addToCell(cell, amount);
  const { time } = contribution;
  const lives = supportLives(state, collection, { origin: self, time });
  collection.write(elementHash, target.element, element, cell);
  keys.close(database, hash, target.key, ref, state);
  core.delta.elementCount(target, time, contribution, { lives, supersedes, floors });
  core.noteResidue(target.db, target.key, floors, supersedes);
}

/**
 * HDEL, SREM. The last element takes the key with it. False when the element was not there. `foundElement`: its reference,
 * when this event has just found it, too.
 */
export function elementRemove(
  core: Core,
  target: ElementTarget,
  found: EntryRef = 0,
  foundElement: ElementRef = 0,
): boolean {
  const { keys, memory } = core;
  const database = keys.database(target.db);
  const hash = found === 0 ? memory.hash(target.key) : memory.entries.hash(found) | 0;
  const ref = found === 0 ? currentEntry(core, database, hash, target.key) : found;
  if (ref === 0 || keys.typeOf(ref) !== target.type) return false;
  if (memory.entries.kind(ref) === Kind.small) return removeFromSmall(core, database, hash, ref, target);
  const collection = collectionOf(keys.state(ref), target.type);
  if (collection === undefined) return false;
  const elementHash = foundElement === 0 ? memory.hash(target.element) : memory.entries.hash(foundElement) | 0;
  const element = foundElement === 0 ? collection.raw(elementHash, target.element) : foundElement;
  if (element === 0 || !collection.isVisible(element)) return false;
  if (collection.size === 1) return remove(core, target.db, target.key);
  if (collection.isPlain(element) && keys.soleCollection(ref, target.type) !== undefined) {
    collection.erase(elementHash, element);
    database.changePrint(hash, memory.share, -1);
    core.delta.elementRemove(target, core.event.time(), NO_PARTS);
  } else {
    removeElement(core, database, hash, ref, target, elementHash);
  }
  return true;
}

/** Removes an element of a small collection. False when it is not there. */
function removeFromSmall(core: Core, database: Database, hash: number, ref: EntryRef, target: ElementTarget): boolean {
  const { layout } = core.keys.small;
  if (removeSmall(core, database, hash, ref, target)) return true;
  if (layout.find(ref, target.element) === 0) return false;
  if (layout.size(ref) === 1) return remove(core, target.db, target.key);
  removeElement(core, database, hash, ref, target, core.memory.hash(target.element));
  return true;
}

/** The general case of a removal: of a visible element that is not the last. */
export function removeElement(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  target: ElementTarget,
  elementHash: number,
): void {
  const { keys } = core;
  const state = keys.open(database, hash, ref);
  const floors: Floors[] = [];
  const supersedes = supersedeOthers(core, database, state, target.type, floors);
  const collection = core.collectionFor(database, hash, state, target.type);
  const element = collection.raw(elementHash, target.element);
  if (collection.isPlain(element)) {
    collection.erase(elementHash, element);
  } else {
    const cell = collection.cellAt(element);
    cell.siblings = [];
    cell.deadlines = [];
    const raised = core.resetCell(cell);
    if (raised.length > 0) floors.push({ type: target.type, element: target.element.copy(), raised });
    collection.write(elementHash, target.element, element, cell);
  }
  keys.close(database, hash, target.key, ref, state);
  core.delta.elementRemove(target, core.event.time(), { lives: NO_LIVES, supersedes, floors });
  core.noteResidue(target.db, target.key, floors, supersedes);
}

/**
 * The lives that a write to a collection supports: a new one when the
 * collection shows nothing yet; all it has when a deadline hangs on them
 * (life.ts, L3); none otherwise, which is the common case.
 */
export function supportLives(state: KeyState, collection: Collection, own: Dot): readonly Dot[] {
  if (collection.live === 0) {
    collection.births = [{ life: own, support: own }];
    return [own];
  }
  if (state.deadlines.length === 0) return NO_LIVES;
  const lives = livesOf(collection.births);
  collection.births = lives.map((life) => ({ life, support: own }));
  return lives;
}
