/**
 * Growth of HyperLogLogs: the local effect, and what others did.
 *
 * PFADD on a key that holds one is no put: it raises registers of the newest
 * life, in place, and tells others of what rose and nothing else. Whoever does
 * not hold that life any more has seen it removed, and the growth with it
 * (crdt/cell.ts, G1).
 */
import { type Dot, type Growth, growSibling, newestSibling, type Sibling } from "../../crdt/cell.ts";
import { isUsable, type Rises } from "../../crdt/hyperloglog.ts";
import { isDense } from "../../crdt/hyperloglog-format.ts";
import { sameDot } from "../../crdt/life.ts";
import type { ByteRange } from "../byte-range.ts";
import { addGrowth } from "./cell-print.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import type { Floors } from "./delta-writer.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { keyPath } from "./fingerprint.ts";
import { forgetCardinalities } from "./hyperloglog-values.ts";
import { currentEntry, supersedeOthers } from "./key-effects.ts";
import type { KeyState } from "./key-state.ts";
import { KeyType } from "./key-type.ts";

/**
 * Raises registers of the key's newest life; `dense`: and makes it dense. The key must show a usable HyperLogLog.
 * Longer than `sparseBytesMax` it is not left sparse.
 */
export function grow(
  core: Core,
  db: number,
  key: ByteRange,
  rises: Rises,
  dense: boolean,
  sparseBytesMax: number,
): void {
  const { keys, memory, event, self } = core;
  const database = keys.database(db);
  const hash = memory.hash(key);
  const ref = currentEntry(core, database, hash, key);
  const by: Dot = { origin: self, time: event.time() };
  const held = soleString(core, ref);
  const state = held ?? keys.open(database, hash, ref);
  const newest = newestSibling(state.cell, memory.origins);
  if (newest === undefined) throw new Error("there is no value to grow");
  const grown = growSibling(newest, { by, rises, dense }, sparseBytesMax);
  replaceSibling(state, newest, grown);
  const floors: Floors[] = [];
  let supersedes = false;
  if (held === undefined) {
    supersedes = supersedeOthers(core, database, state, KeyType.string, floors);
    keys.close(database, hash, key, ref, state);
  } else {
    reprint(core, database, hash, newest, grown);
  }
  core.delta.grow(db, key, newest, { by, rises, dense: isDense(grown.value, 0) }, supersedes, floors);
  core.noteResidue(db, key, floors, supersedes);
}

/** What another origin's event has raised, in place; false where the key must be opened for it. */
export function joinGrowthInPlace(core: Core, db: number, key: ByteRange, life: Dot, growth: Growth): boolean {
  const { keys, memory } = core;
  const database = keys.database(db);
  const hash = memory.hash(key);
  const state = soleString(core, keys.raw(database, hash, key));
  if (state === undefined) return false;
  const old = growable(state, life);
  if (old !== undefined) reprint(core, database, hash, old, joinGrowth(state, old, growth));
  return true;
}

/** The same in a state that was opened. Growth of a life that is not held is none. */
export function joinGrowthInState(state: KeyState, life: Dot, growth: Growth): void {
  const old = growable(state, life);
  if (old !== undefined) joinGrowth(state, old, growth);
}

/** Whether it is to be dense, its writer has decided. */
function joinGrowth(state: KeyState, old: Sibling, growth: Growth): Sibling {
  const grown = growSibling(old, growth, Number.POSITIVE_INFINITY);
  replaceSibling(state, old, grown);
  return grown;
}

/** The life, if it is held and can grow: a peer may say that anything has grown. */
function growable(state: KeyState, life: Dot): Sibling | undefined {
  const held = state.cell.siblings.find((s) => sameDot(s, life));
  if (held === undefined || held.growth !== undefined) return held;
  return isUsable(held.value, 0, held.value.length) ? held : undefined;
}

/** The state of a key that holds strings and nothing else: its growth changes neither counts nor what shows beside it. */
function soleString(core: Core, ref: EntryRef): KeyState | undefined {
  if (ref === 0 || core.memory.entries.kind(ref) !== Kind.object) return undefined;
  const state = core.keys.state(ref);
  return state.collections.length === 0 ? state : undefined;
}

function replaceSibling(state: KeyState, old: Sibling, grown: Sibling): void {
  const { siblings, contributions } = state.cell;
  state.cell = { siblings: siblings.map((s) => (s === old ? grown : s)), contributions };
  forgetCardinalities(state.cell);
}

/** Brings the fingerprints up to date with a sibling that has grown in place. */
function reprint(core: Core, database: Database, hash: number, old: Sibling, grown: Sibling): void {
  const { memory } = core;
  const { share } = memory;
  const path = keyPath(database.index, hash);
  share.clear();
  addGrowth(share, memory, path, old);
  share.negate();
  addGrowth(share, memory, path, grown);
  database.changePrint(hash, share, 1);
}
