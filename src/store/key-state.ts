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
  greatestIdOf,
  isLiveContribution,
  isVisibleCell,
  newestSibling,
  newestStamp,
} from "../../crdt/cell.ts";
import { type Deadline, effectiveDeadline, livesOf, sameDot } from "../../crdt/life.ts";
import type { Origins } from "../../crdt/origin.ts";
import type { Collection } from "./collection.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";

export interface KeyState {
  cell: Cell;
  hash: Collection | undefined;
  set: Collection | undefined;
  deadlines: readonly Deadline[];
}

export function collectionOf(state: KeyState, type: CollectionType): Collection | undefined {
  return type === KeyType.hash ? state.hash : state.set;
}

export function setCollection(state: KeyState, type: CollectionType, collection: Collection | undefined): void {
  if (type === KeyType.hash) state.hash = collection;
  else state.set = collection;
}

/** The type a reader sees (K1). */
export function visibleType(state: KeyState, origins: Origins): KeyTypeValue {
  const string = isVisibleCell(state.cell);
  const hash = state.hash !== undefined && state.hash.live > 0;
  const set = state.set !== undefined && state.set.live > 0;
  if (Number(string) + Number(hash) + Number(set) <= 1) {
    return string ? KeyType.string : hash ? KeyType.hash : set ? KeyType.set : KeyType.none;
  }
  return newestType(state, origins, string);
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
  for (const collection of [state.hash, state.set]) {
    if (collection === undefined || collection.live === 0) continue;
    const { stamp, id } = collection.newest();
    compete(collection.type, stamp, id);
  }
  return type;
}

/** The lives that the content of one type belongs to: what an EXPIRE refers to. */
export function birthsOf(state: KeyState, type: KeyTypeValue, origins: Origins): readonly Dot[] {
  if (type === KeyType.none) return [];
  if (type !== KeyType.string) return livesOf(collectionOf(state, type)?.births ?? []);
  const base = newestSibling(state.cell, origins);
  if (base !== undefined) return [base.birth];
  return state.cell.contributions.filter(isLiveContribution).map((c) => ({ origin: c.origin, time: c.generation }));
}

/** The deadline that the visible content dies by. */
export function deadlineOf(state: KeyState, type: KeyTypeValue, origins: Origins): Deadline | undefined {
  if (state.deadlines.length === 0) return undefined;
  return effectiveDeadline(state.deadlines, birthsOf(state, type, origins), origins);
}

/** Does some content that shows, visible or hidden, belong to one of a deadline's lives? */
export function isAliveDeadline(state: KeyState, deadline: Deadline): boolean {
  return deadline.births.some(
    (birth) =>
      state.cell.siblings.some((s) => sameDot(s.birth, birth)) ||
      state.cell.contributions.some(
        (c) => isLiveContribution(c) && c.origin === birth.origin && c.generation === birth.time,
      ) ||
      isAliveIn(state.hash, birth) ||
      isAliveIn(state.set, birth),
  );
}

function isAliveIn(collection: Collection | undefined, birth: Dot): boolean {
  return collection !== undefined && collection.live > 0 && collection.births.some((b) => sameDot(b.life, birth));
}

/** Does the state hold anything that shows nothing and waits for every replica to have seen why? */
export function hasResidue(state: KeyState): boolean {
  return (
    state.cell.contributions.some((c) => !isLiveContribution(c)) ||
    (state.hash !== undefined && state.hash.live === 0) ||
    (state.set !== undefined && state.set.live === 0) ||
    state.deadlines.some((d) => !isAliveDeadline(state, d))
  );
}

/** Drops collections that hold nothing at all. */
export function dropEmptyCollections(state: KeyState): void {
  if (state.hash !== undefined && isBottom(state.hash)) state.hash = undefined;
  if (state.set !== undefined && isBottom(state.set)) state.set = undefined;
}

function isBottom(collection: Collection): boolean {
  return collection.table.size === 0 && collection.births.length === 0;
}

export function isEmptyState(state: KeyState): boolean {
  const { cell, hash, set, deadlines } = state;
  return (
    cell.siblings.length === 0 &&
    cell.contributions.length === 0 &&
    hash === undefined &&
    set === undefined &&
    deadlines.length === 0
  );
}
