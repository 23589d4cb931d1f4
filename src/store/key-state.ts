/**
 * The state of a key that is more than one plain value: everything that the
 * regions have written to it and no one has removed, of whatever type.
 *
 * K1. The type that holds the newest write is visible; the others are hidden,
 *     not destroyed, until a write that has seen them.
 */
import {
  type Cell,
  type Dot,
  emptyCell,
  greatestIdOf,
  isLiveContribution,
  isVisibleCell,
  newestStamp,
} from "../../crdt/cell.ts";
import { type Deadline, effectiveDeadline, livesIn, livesOf, livesOfCell, sameDot } from "../../crdt/life.ts";
import type { Origins } from "../../crdt/origin.ts";
import type { Collection } from "./collection.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";

export interface KeyState {
  cell: Cell;
  /** One of a type at the most, in the order of their types. */
  collections: readonly Collection[];
  deadlines: readonly Deadline[];
}

const NO_COLLECTIONS: readonly Collection[] = [];

export function emptyState(): KeyState {
  return { cell: emptyCell(), collections: NO_COLLECTIONS, deadlines: [] };
}

export function collectionOf(state: KeyState, type: CollectionType): Collection | undefined {
  for (const collection of state.collections) if (collection.type === type) return collection;
  return undefined;
}

/** Adds a collection of a type that the key does not hold yet. */
export function addCollection(state: KeyState, collection: Collection): void {
  state.collections = [...state.collections, collection].toSorted((a, b) => a.type - b.type);
}

export function dropCollection(state: KeyState, collection: Collection): void {
  state.collections = state.collections.filter((held) => held !== collection);
}

/** The type a reader sees (K1). */
export function visibleType(state: KeyState, origins: Origins): KeyTypeValue {
  const { cell, collections } = state;
  const only = collections[0];
  // The common case; asked several times with every command.
  if (collections.length === 1 && only !== undefined && cell.siblings.length + cell.contributions.length === 0)
    return only.live === 0 ? KeyType.none : only.type;
  const string = isVisibleCell(cell);
  let type: KeyTypeValue = string ? KeyType.string : KeyType.none;
  for (const collection of collections) {
    if (collection.live === 0) continue;
    if (type !== KeyType.none) return newestType(state, origins, string);
    type = collection.type;
  }
  return type;
}

function newestType(state: KeyState, origins: Origins, string: boolean): KeyTypeValue {
  let type: KeyTypeValue = KeyType.none;
  let newest = { stamp: -1, id: -1 };
  const compete = (candidate: KeyTypeValue, stamp: number, id: number): void => {
    if (stamp < newest.stamp || (stamp === newest.stamp && id <= newest.id)) return;
    type = candidate;
    newest = { stamp, id };
  };
  if (string) {
    const stamp = newestStamp(state.cell);
    compete(KeyType.string, stamp, greatestIdOf(state.cell, stamp, origins));
  }
  for (const collection of state.collections) {
    if (collection.live === 0) continue;
    const { stamp, id } = collection.newest();
    compete(collection.type, stamp, id);
  }
  return type;
}

/** The lives that the content of one type belongs to: what an EXPIRE refers to. */
export function birthsOf(state: KeyState, type: KeyTypeValue, origins: Origins): readonly Dot[] {
  if (type === KeyType.none) return [];
  if (type !== KeyType.string) return livesOf(collectionOf(state, type)?.births ?? []);
  return livesOfCell(state.cell, origins);
}

/** The deadline that the visible content dies by. */
export function deadlineOf(state: KeyState, type: KeyTypeValue, origins: Origins): Deadline | undefined {
  if (state.deadlines.length === 0) return undefined;
  return effectiveDeadline(state.deadlines, birthsOf(state, type, origins), origins);
}

/** Does some content that shows, visible or hidden, belong to one of a deadline's lives? */
export function isAliveDeadline(state: KeyState, deadline: Deadline): boolean {
  return deadline.births.some(
    (birth) => livesIn(state.cell, birth) || state.collections.some((collection) => isAliveIn(collection, birth)),
  );
}

function isAliveIn(collection: Collection, birth: Dot): boolean {
  return collection.live > 0 && collection.births.some((b) => sameDot(b.life, birth));
}

/** Does the state hold anything that shows nothing and waits for every replica to have seen why? */
export function hasResidue(state: KeyState): boolean {
  return (
    state.cell.contributions.some((c) => !isLiveContribution(c)) ||
    state.collections.some((collection) => collection.live === 0) ||
    state.deadlines.some((d) => !isAliveDeadline(state, d))
  );
}

/** Drops collections that hold nothing at all. */
export function dropEmptyCollections(state: KeyState): void {
  if (state.collections.some(isBottom)) state.collections = state.collections.filter((c) => !isBottom(c));
}

function isBottom(collection: Collection): boolean {
  return collection.members.size === 0 && collection.births.length === 0;
}

export function isEmptyState(state: KeyState): boolean {
  const { cell, collections, deadlines } = state;
  return (
    cell.siblings.length === 0 && cell.contributions.length === 0 && collections.length === 0 && deadlines.length === 0
  );
}
