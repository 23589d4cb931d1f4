/**
 * Local effects on whole keys: removal, deadlines, clearing, and what every
 * write does first.
 */
import type { Dot } from "../../crdt/cell.ts";
import { NEVER } from "../../crdt/life.ts";
import { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import type { Floors } from "./delta-writer.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { birthsOf, hasResidue, type KeyState, visibleType } from "./key-state.ts";
import { KeyType, type KeyTypeValue } from "./key-type.ts";

/** The entry that a write finds. A key past its deadline is removed first, by an event that others see too. */
export function currentEntry(core: Core, database: Database, hash: number, key: ByteRange): EntryRef {
  const ref = core.keys.raw(database, hash, key);
  if (ref === 0 || !core.isExpired(ref)) return ref;
  removeEntry(core, database, hash, key, ref);
  return core.keys.raw(database, hash, key);
}

/** DEL: removes everything at the key that this replica has seen. False when the key was not visible. */
export function remove(core: Core, db: number, key: ByteRange): boolean {
  const { keys, memory } = core;
  const database = keys.database(db);
  const hash = memory.hash(key);
  const ref = keys.raw(database, hash, key);
  if (ref === 0 || keys.typeOf(ref) === KeyType.none) return false;
  const expired = core.isExpired(ref);
  removeEntry(core, database, hash, key, ref);
  return !expired;
}

/** Removes a key whose deadline has come. */
export function removeExpired(core: Core, database: Database, key: ByteRange, ref: EntryRef): void {
  removeEntry(core, database, core.memory.hash(key), key, ref);
}

/** `quiet`: tell others only of floors, since a clear that follows tells them the rest. */
function removeEntry(core: Core, database: Database, hash: number, key: ByteRange, ref: EntryRef, quiet = false): void {
  const { keys, event, memory } = core;
  const time = event.time();
  const floors: Floors[] = [];
  if (memory.entries.kind(ref) !== Kind.object && !keys.mayLeaveFloors(ref)) {
    core.delta.remove(database.index, key, time, floors);
    keys.erase(database, hash, ref);
    return;
  }
  const state = keys.open(database, hash, ref);
  clearState(core, database, state, floors);
  if (!quiet || floors.length > 0) core.delta.remove(database.index, key, time, floors);
  core.noteResidue(database.index, key, floors, false);
  keys.close(database, hash, key, ref, state);
}

function clearState(core: Core, database: Database, state: KeyState, floors: Floors[]): void {
  core.clearString(state, floors);
  core.clearCollections(database, state, floors);
  state.deadlines = [];
}

/**
 * Removes the content of other types from an open key that a write to one type
 * has seen (key-state.ts, K1). True when there was any.
 */
export function supersedeOthers(
  core: Core,
  database: Database,
  state: KeyState,
  type: KeyTypeValue,
  floors: Floors[],
): boolean {
  let superseded = false;
  if (type !== KeyType.string && (state.cell.siblings.length > 0 || state.cell.contributions.length > 0)) {
    core.clearString(state, floors);
    superseded = true;
  }
  for (const collection of state.collections) {
    if (collection.type === type) continue;
    core.clearCollection(database, state, collection, floors);
    superseded = true;
  }
  return superseded;
}

/** EXPIRE: the key dies at `at`, absolute milliseconds; NEVER is PERSIST. The key must be visible. */
export function expireAt(core: Core, db: number, key: ByteRange, at: number): void {
  const { keys, event, memory, self } = core;
  const database = keys.database(db);
  const hash = memory.hash(key);
  const ref = currentEntry(core, database, hash, key);
  if (ref === 0) return;
  const state = keys.open(database, hash, ref);
  const type = visibleType(state, memory.origins);
  const time = event.time();
  const own: Dot = { origin: self, time };
  const alive = birthsOf(state, type, memory.origins);
  // A collection may have outlived its lives: elements survive a removal that had seen only others.
  const births = alive.length > 0 ? alive : [own];
  state.deadlines = [{ ...own, at, births }];
  if (type !== KeyType.none && type !== KeyType.string) {
    const collection = core.collectionFor(database, hash, state, type);
    collection.births = births.map((life) => ({ life, support: own }));
  }
  const residue = hasResidue(state);
  keys.close(database, hash, key, ref, state);
  core.delta.expire(db, key, time, type, at, births);
  if (residue && core.delta.enabled) core.residue.noteKey(db, key);
}

export function persist(core: Core, db: number, key: ByteRange): void {
  expireAt(core, db, key, NEVER);
}

/** FLUSHDB: removes everything this replica has seen in a database; plain values go at once, however many they are. */
export function clear(core: Core, db: number): void {
  core.keys.settleAll();
  const database = core.keys.database(db);
  if (database.table.size === 0) return;
  clearDatabase(core, database);
  core.delta.clear(db, core.event.time());
}

/** FLUSHALL. */
export function clearAll(core: Core): void {
  core.keys.settleAll();
  if (core.keys.databases.every((database) => database.table.size === 0)) return;
  for (const database of core.keys.databases) clearDatabase(core, database);
  core.delta.clear(undefined, core.event.time());
}

/** Counters are removed one by one, since each has floors to tell of; the rest goes at once. */
function clearDatabase(core: Core, database: Database): void {
  if (database.objects === 0 || !core.delta.enabled) {
    database.drop();
    return;
  }
  const { entries } = core.memory;
  const key = new ByteRange();
  for (const ref of core.keys.dropOthers(
    database,
    (at) => entries.kind(at) === Kind.object || core.keys.mayLeaveFloors(at),
  )) {
    entries.keyOf(ref, key);
    removeEntry(core, database, entries.hash(ref), new ByteRange(key.copy()), ref, true);
  }
}
