/**
 * The one join: how what others did becomes part of this replica's state.
 *
 * Live intervals, chunks of a repair, and whatever will be loaded from a file
 * all end here, in the same few steps over parts of a key: its string, its
 * collections, their elements, its deadlines. A part is joined with a delta and
 * a scope; the scope says what the delta's writer had seen, which is what it
 * removed where the delta lacks it (crdt/cell.ts).
 *
 * J1. A shortcut over packed bytes does what the general join would do.
 */
import { type Cell, emptyCell, joinCell, type JoinScope } from "../../crdt/cell.ts";
import { type Birth, type Deadline, joinBirths, joinDeadlines } from "../../crdt/life.ts";
import { ByteRange } from "../byte-range.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import type { Floors } from "./delta-writer.ts";
import { type ElementState, hasDeadDeadlines, hasElementResidue } from "./element-state.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "./entry.ts";
import { forgetCardinalities } from "./hyperloglog-values.ts";
import { collectionOf, hasResidue, type KeyState } from "./key-state.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import { sawSmall } from "./small/join.ts";

const NO_DEADLINES: readonly Deadline[] = [];

/** An opened key on its way through a join. */
export interface OpenKey {
  readonly database: Database;
  readonly hash: number;
  readonly key: ByteRange;
  readonly ref: EntryRef;
  readonly state: KeyState;
}

export function openKey(core: Core, database: Database, key: ByteRange): OpenKey {
  const hash = core.memory.hash(key);
  const ref = core.keys.raw(database, hash, key);
  return { database, hash, key, ref, state: core.keys.open(database, hash, ref) };
}

/** Puts a key back without noting what it leaves behind. */
export function closeKeyQuietly(core: Core, open: OpenKey): void {
  core.keys.close(open.database, open.hash, open.key, open.ref, open.state);
}

export function closeKey(core: Core, open: OpenKey): void {
  const residue = hasResidue(open.state);
  closeKeyQuietly(core, open);
  if (residue) core.residue.noteKey(open.database.index, open.key);
}

/** Had the scope's writer seen all that a plain value or a small collection holds? Then a put or a removal leaves nothing of it (J1). */
export function sawPlain(core: Core, ref: EntryRef, scope: JoinScope): boolean {
  const { entries } = core.memory;
  if (entries.kind(ref) === Kind.small) return sawSmall(core, ref, scope.seen);
  if (entries.kind(ref) !== Kind.register || !scope.seen.covers(entries.origin(ref), entries.time(ref))) return false;
  if ((entries.flags(ref) & HAS_DEADLINE) === 0) return true;
  return scope.seen.covers(entries.deadlineBlock(ref, 2), entries.deadlineBlock(ref, 1));
}

export function joinString(core: Core, state: KeyState, delta: Cell, scope: JoinScope): void {
  const cell = { ...state.cell };
  joinCell(cell, delta, scope);
  countConflict(core, state.cell, cell);
  forgetCardinalities(cell, state.cell, delta);
  state.cell = cell;
}

function countConflict(core: Core, before: Cell, after: Cell): void {
  if (after.siblings.length > 1 && after.siblings.length > before.siblings.length) core.conflicts++;
}

export function joinKeyDeadlines(state: KeyState, delta: readonly Deadline[], scope: JoinScope): void {
  if (state.deadlines.length > 0 || delta.length > 0) state.deadlines = joinDeadlines(state.deadlines, delta, scope);
}

export function joinCollectionBirths(collection: Collection, delta: readonly Birth[], scope: JoinScope): void {
  if (collection.births.length > 0 || delta.length > 0) collection.births = joinBirths(collection.births, delta, scope);
}

/** What is joined with an element; deadlines stay as they are where it has none to say. */
export interface ElementPart extends Cell {
  readonly deadlines?: readonly Deadline[];
}

/** Joins one element. */
export function joinElement(
  core: Core,
  open: OpenKey,
  collection: Collection,
  element: ByteRange,
  delta: ElementPart,
  scope: JoinScope,
): void {
  const hash = core.memory.hash(element);
  const ref = collection.raw(hash, element);
  const { deadlines = NO_DEADLINES } = delta;
  if (ref === 0 && delta.siblings.length === 0 && delta.contributions.length === 0 && deadlines.length === 0) return;
  const state = collection.cellAt(ref);
  const before = { ...state };
  joinCell(state, delta, scope);
  if (delta.deadlines !== undefined) joinElementDeadlines(state, delta.deadlines, scope);
  if (collection.type !== KeyType.set) countConflict(core, before, state);
  putElement(core, open, collection, hash, element, ref, state);
}

/** Joins a deadline alone. */
export function joinElementDeadline(
  core: Core,
  open: OpenKey,
  collection: Collection,
  element: ByteRange,
  deadline: Deadline,
  scope: JoinScope,
): void {
  const hash = core.memory.hash(element);
  const ref = collection.raw(hash, element);
  const state = collection.cellAt(ref);
  joinElementDeadlines(state, [deadline], scope);
  putElement(core, open, collection, hash, element, ref, state);
}

function joinElementDeadlines(state: ElementState, delta: readonly Deadline[], scope: JoinScope): void {
  if (state.deadlines.length > 0 || delta.length > 0) state.deadlines = joinDeadlines(state.deadlines, delta, scope);
}

function putElement(
  core: Core,
  open: OpenKey,
  collection: Collection,
  hash: number,
  element: ByteRange,
  ref: EntryRef,
  state: ElementState,
): void {
  collection.write(hash, element, ref, state);
  if (hasElementResidue(state))
    core.residue.noteElement(open.database.index, open.key, collection.type, element.copy());
}

/** Removes from a collection what the scope's writer had seen of it, but for the elements named. */
export function removeSeen(
  core: Core,
  open: OpenKey,
  type: CollectionType,
  scope: JoinScope,
  except?: ReadonlySet<string>,
): void {
  const collection = collectionOf(open.state, type);
  if (collection === undefined) return;
  core.eachElement(collection, (hash, element, ref) => {
    if (except === undefined || !except.has(element.latin1()))
      removeSeenElement(core, open, collection, hash, element, ref, scope);
  });
}

/** The same of one element. */
export function removeSeenElement(
  core: Core,
  open: OpenKey,
  collection: Collection,
  hash: number,
  element: ByteRange,
  ref: EntryRef,
  scope: JoinScope,
): void {
  const { entries } = core.memory;
  if (collection.isPlain(ref)) {
    if (scope.seen.covers(entries.origin(ref), entries.time(ref))) collection.erase(hash, ref);
    return;
  }
  const state = collection.cellAt(ref);
  joinCell(state, emptyCell(), scope);
  joinElementDeadlines(state, NO_DEADLINES, scope);
  // Floors are told apart; a deadline that the writer had not seen is left here.
  if (hasDeadDeadlines(state)) core.residue.noteElement(open.database.index, open.key, collection.type, element.copy());
  collection.write(hash, element, ref, state);
}

/** Removes what the scope's writer had seen of one type; floors are told apart. */
export function removeSeenType(core: Core, open: OpenKey, type: KeyTypeValue, scope: JoinScope): void {
  if (type === KeyType.string) {
    joinString(core, open.state, emptyCell(), scope);
  } else if (type !== KeyType.none) {
    const collection = collectionOf(open.state, type);
    if (collection === undefined) return;
    // At once, however large it is.
    if (collection.leavesNothing(scope.seen)) return core.clearCollection(open.database, open.state, collection, []);
    removeSeen(core, open, type, scope);
    joinCollectionBirths(collection, [], scope);
  }
}

/** Raises the floors that a reset tells of. A floor never removes a value. */
export function joinFloors(core: Core, open: OpenKey, floors: readonly Floors[], scope: JoinScope): void {
  if (floors.length === 0) return;
  const raise: JoinScope = { ...scope, replaces: false, whole: false };
  for (const { type, element, raised } of floors) {
    const delta: Cell = { siblings: [], contributions: [...raised] };
    if (type === KeyType.string) {
      joinString(core, open.state, delta, raise);
      continue;
    }
    const collection = type === KeyType.none ? undefined : collectionOf(open.state, type);
    if (collection !== undefined) joinElement(core, open, collection, new ByteRange(element), delta, raise);
  }
}
