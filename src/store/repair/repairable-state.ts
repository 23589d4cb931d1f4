/**
 * What a repair asks of the state: to describe what it holds, to compare itself
 * with such a description, to export content, and to take content in.
 *
 * Everything is said of nodes of the hash space (src/store/hash-node.ts): all
 * hashes with the same first `bits` bits, named by the least of them. A node's
 * children are the 16 nodes with four bits more. At 14 bits nodes are the slots
 * whose fingerprints run along with every change.
 *
 * A collection that is too large for one piece is only mentioned by the record
 * of its key, a *stub*; its elements are described, exported and taken in by
 * ranges (key-range.ts).
 *
 * R1. A state describes and exports only when it is settled.
 * R2. What is equal when it is compared stays out of the repair, because all
 *     that happens to it later comes as intervals after V1, the sender's context
 *     at the start. So from the first comparison to the commit the receiver must
 *     apply no interval that V1 covers, wherever it comes from: its sender may
 *     have undone long ago what such an interval does, and V jumps over that.
 * R3. Of a collection of which a stub was taken in, all ranges are compared or
 *     taken in before the commit, each of a moment of its own after V1.
 */
import type { Context } from "../../../crdt/context.ts";
import type { CollectionName, KeyRange, Place, PlaceRange } from "./key-range.ts";

export interface DescriptionBounds {
  /** Entries that may be walked for it. */
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export interface Described {
  readonly bytes: Uint8Array;
  /** How many of the nodes, from the first one asked for, are in it. */
  readonly done: number;
}

/** A collection of which an export holds no elements. */
export interface Stub extends CollectionName {
  /** How many there are, about. */
  readonly elements: number;
}

export interface Exported extends Described {
  readonly stubs: readonly Stub[];
}

/** The range of a collection up to `next`, or where that is open as far as was asked for. */
export interface RangeDescribed {
  readonly bytes: Uint8Array;
  readonly next: Place;
}

/** What differs between a description and what is here. */
export interface Differences {
  /** Nodes four bits deeper, to be described in turn. */
  readonly deeper: readonly number[];
  /** Nodes four bits deeper of which nothing is here: to be fetched whole. */
  readonly fetchNodes: readonly number[];
  /** Single hashes (nodes of 32 bits) to be fetched. */
  readonly fetchHashes: readonly number[];
}

export interface RepairableState {
  /** Is nothing left to be joined of what was committed? */
  readonly isSettled: boolean;
  /** Changes to keys and elements since the start, own (those that were written down) and others'. */
  readonly changes: number;
  /** Joins what is left, however much that is. */
  settle(): void;
  readonly isEmpty: boolean;
  /** Hashes of the keys that hold what fingerprints do not show (src/store/residue.ts). */
  residueHashes(): readonly number[];
  /**
   * Describes whole nodes from the one at `from` on, at least one: the fingerprints of their children, or the keys where
   * there are few. `salt` makes what is below the slots differ from repair to repair.
   */
  describe(bits: number, nodes: readonly number[], from: number, salt: number, bounds: DescriptionBounds): Described;
  /** `bytes` describe `nodes`, all of them. Throws MalformedDelta. */
  compare(bits: number, nodes: readonly number[], salt: number, bytes: Uint8Array): Differences;
  /** The content of whole nodes from the one at `from` on, at least one and about `bytesMax` bytes. */
  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Exported;
  readonly stagedBytes: number;
  /**
   * Keeps the content of nodes aside until the commit: what it lacks is gone where `context` covers it. Returns the
   * collections of which the ranges are still to come (R3). Throws MalformedDelta.
   */
  stage(bits: number, nodes: readonly number[], context: Context, bytes: Uint8Array): readonly Stub[];
  /** Raises V and makes what was staged part of the state, in one step. */
  commit(context: Context): void;
  drop(): void;
  /** Makes the nodes hold exactly this. V covers it already. Returns what `stage` does. Throws MalformedDelta. */
  load(bits: number, nodes: readonly number[], bytes: Uint8Array): readonly Stub[];

  // Ranges of large collections

  /** How many elements a collection has here. */
  elementCount(name: CollectionName): number;
  /** Describes a range from its beginning on, in parts; large ones, or small ones where those differ (`isFine`). */
  describeRange(range: KeyRange, isFine: boolean, salt: number, bounds: DescriptionBounds): RangeDescribed;
  /** `bytes` describe all of the range. The parts that differ. Throws MalformedDelta. */
  compareRange(range: KeyRange, salt: number, bytes: Uint8Array): readonly PlaceRange[];
  /** The elements of a range from its beginning on: one place at least, about `bytesMax` bytes, and not too many. */
  exportRange(range: KeyRange, bytesMax: number): RangeDescribed;
  /** As `stage`, for the elements of a range. Throws MalformedDelta. */
  stageRange(range: KeyRange, context: Context, bytes: Uint8Array): void;
  /** As `load`. Throws MalformedDelta. */
  loadRange(range: KeyRange, bytes: Uint8Array): void;
}
