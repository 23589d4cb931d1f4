/**
 * Local effects on strings: put and count.
 */
import type { Amount } from "../../crdt/amount.ts";
import { type Dot, stampAbove, stampOver } from "../../crdt/cell.ts";
import { continuedLife, sameDot } from "../../crdt/life.ts";
import type { Time } from "../../crdt/clock.ts";
import type { ByteRange } from "../byte-range.ts";
import { packedBirth, unpackContribution } from "./cell-packing.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import type { Floors } from "./delta-writer.ts";
import { type EntryRef, HAS_BIRTH, Kind } from "./entry.ts";
import { keyPath } from "./fingerprint.ts";
import { birthsOf, deadlineOf, hasResidue, type KeyState } from "./key-state.ts";
import { KeyType } from "./key-type.ts";
import { currentEntry, supersedeOthers } from "./key-effects.ts";
import { canAdd, countPacked } from "./packed-count.ts";

const NO_FLOORS: readonly Floors[] = [];

/** SET: begins a new life, replaces every type. `deadlineMs` is absolute, -1 for none. */
export function put(core: Core, db: number, key: ByteRange, value: ByteRange, deadlineMs: number): void {
  const { keys, event, memory } = core;
  const database = keys.database(db);
  const hash = memory.hash(key);
  const ref = keys.raw(database, hash, key);
  core.reserve(key, value);
  if (ref === 0 || (memory.entries.kind(ref) === Kind.register && core.outranks(ref))) {
    const time = event.time();
    core.keys.putPlain(database, hash, key, ref, core.self, time, value, deadlineMs);
    core.delta.putPlain(db, key, time, value, deadlineMs);
  } else {
    putOver(core, database, hash, key, ref, value, deadlineMs, undefined);
    memory.entries.bodies.releaseReserved();
  }
}

/** A new value in the life that the key has: SET KEEPTTL, APPEND, SETRANGE. */
export function putKeepingLife(core: Core, db: number, key: ByteRange, value: ByteRange): void {
  const { keys, memory } = core;
  const database = keys.database(db);
  const hash = memory.hash(key);
  const ref = keys.raw(database, hash, key);
  // A life that has ended does not go on. SET replaces what is left of it, and takes a stamp above it.
  if (ref !== 0 && core.isExpired(ref)) return put(core, db, key, value, -1);
  const birth = ref === 0 ? undefined : lifeOf(core, ref);
  if (birth === undefined) return put(core, db, key, value, ref === 0 ? -1 : keys.deadlineMs(ref));
  if (keepInPlace(core, database, hash, key, ref, value, birth)) return;
  core.reserve(key, value);
  putOver(core, database, hash, key, ref, value, -1, birth);
  memory.entries.bodies.releaseReserved();
}

/** In place: the life and its deadline stay as they are. */
function keepInPlace(
  core: Core,
  database: Database,
  hash: number,
  key: ByteRange,
  ref: EntryRef,
  value: ByteRange,
  birth: Dot,
): boolean {
  if (!fitsInLife(core, ref, value, birth) || !core.outranks(ref)) return false;
  core.delta.reserve(key, value);
  const time = core.event.time();
  rewriteInLife(core, database, hash, ref, { origin: core.self, time }, value);
  core.delta.put(database.index, key, time, value, { deadlineMs: -1, stamp: time, birth, floors: NO_FLOORS });
  return true;
}

/** Has a packed value named this life before, and room for the new one? */
export function fitsInLife(core: Core, ref: EntryRef, value: ByteRange, birth: Dot): boolean {
  const { entries } = core.memory;
  const flags = entries.flags(ref);
  if (entries.kind(ref) !== Kind.register || (flags & HAS_BIRTH) === 0) return false;
  if (!sameDot(packedBirth(entries, ref), birth)) return false;
  return entries.valueLength(ref) === value.length || entries.canHold(ref, Kind.register, flags, value.length);
}

/** Writes the next value of a life over the one that fits it. */
export function rewriteInLife(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  own: Dot,
  value: ByteRange,
): void {
  const { entries, seconds } = core.memory;
  core.keys.unprint(database, hash, ref);
  entries.touch(ref, seconds);
  entries.setHead(ref, Kind.register, entries.flags(ref), own.origin, own.time);
  entries.setValue(ref, value);
  core.keys.reprint(database, hash, ref);
}

/** The life of a string that goes on. */
function lifeOf(core: Core, ref: EntryRef): Dot | undefined {
  const { keys, memory } = core;
  const { origins } = memory;
  if (keys.typeOf(ref) !== KeyType.string) return undefined;
  if (memory.entries.kind(ref) !== Kind.object) return packedBirth(memory.entries, ref);
  const state = keys.state(ref);
  const births = birthsOf(state, KeyType.string, origins);
  return continuedLife(births, deadlineOf(state, KeyType.string, origins), origins);
}

/** The general put: over counters, concurrent values, other types, or into a life that goes on. */
function putOver(
  core: Core,
  database: Database,
  hash: number,
  key: ByteRange,
  ref: EntryRef,
  value: ByteRange,
  deadlineMs: number,
  birth: Dot | undefined,
): void {
  const { keys, event, self } = core;
  const bytes = value.copy();
  const state = keys.open(database, hash, ref);
  const time = event.time();
  const stamp = stampOverKey(state, { origin: self, time });
  const floors: Floors[] = [];
  core.clearString(state, floors);
  core.clearCollections(database, state, floors);
  const own: Dot = { origin: self, time };
  state.cell.siblings = [{ origin: self, time, stamp, birth: birth ?? own, value: bytes }];
  if (birth === undefined) {
    state.deadlines = deadlineMs < 0 ? [] : [{ origin: self, time, at: deadlineMs, births: [own] }];
  }
  const residue = hasResidue(state);
  keys.close(database, hash, key, ref, state);
  core.delta.put(database.index, key, time, value, { deadlineMs, stamp, birth, floors });
  // A deadline of a life that the value does not continue is left behind, too.
  core.noteResidue(database.index, key, floors, residue && core.delta.enabled);
}

/** A stamp above every value that is replaced, so that the order of values extends causality (cell.ts, R2). */
function stampOverKey(state: KeyState, own: Dot): Time {
  let stamp = stampOver(state.cell, own);
  for (const collection of state.collections) {
    // The bound is cheap but counts elements that are gone; only what is replaced may raise a stamp.
    if (collection.live === 0 || collection.stampMax < stamp) continue;
    stamp = Math.max(stamp, stampAbove(collection.newest().stamp));
  }
  return stamp;
}

/** INCR: adds to what the string shows. The caller has checked that it shows a number. */
export function count(core: Core, db: number, key: ByteRange, amount: Amount, found: EntryRef): void {
  const { keys, memory } = core;
  const database = keys.database(db);
  const hash = found === 0 ? memory.hash(key) : memory.entries.hash(found) | 0;
  const ref = found === 0 ? currentEntry(core, database, hash, key) : found;
  if (ref !== 0 && countInPlace(core, database, hash, key, ref, amount)) return;
  const state = keys.open(database, hash, ref);
  const floors: Floors[] = [];
  const supersedes = supersedeOthers(core, database, state, KeyType.string, floors);
  const contribution = core.addToCell(state.cell, amount);
  keys.close(database, hash, key, ref, state);
  core.delta.count(db, key, contribution.time, contribution, supersedes, floors);
  core.noteResidue(db, key, floors, supersedes);
}

/** The common case: a counter that only this origin has counted, in plain numbers. */
function countInPlace(
  core: Core,
  database: Database,
  hash: number,
  key: ByteRange,
  ref: EntryRef,
  amount: Amount,
): boolean {
  const { entries } = core.memory;
  if (typeof amount !== "number" || !canAdd(entries, ref, core.self, amount)) return false;
  const time = core.event.time();
  countPacked(core.memory, keyPath(database.index, hash), ref, time, amount);
  database.changePrint(hash, core.memory.share, 1);
  if (core.delta.enabled) core.delta.count(database.index, key, time, unpackContribution(entries, ref), false, []);
  return true;
}
