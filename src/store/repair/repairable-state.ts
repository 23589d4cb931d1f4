/**
 * What a repair asks of the state: to describe what it holds, to compare itself
 * with such a description, to export content, and to take content in.
 *
 * Everything is said of nodes of the hash space (src/store/hash-node.ts): all
 * hashes with the same first `bits` bits, named by the least of them. A node's
 * children are the 16 nodes with four bits more. At 14 bits nodes are the slots
 * whose fingerprints run along with every change.
 *
 * R1. A state describes and exports only when it is settled.
 * R2. What is equal when it is compared stays out of the repair, because all
 *     that happens to it later comes as intervals after V1, the sender's context
 *     at the start. So from the first comparison to the commit the receiver must
 *     apply no interval that V1 covers, wherever it comes from: its sender may
 *     have undone long ago what such an interval does, and V jumps over that.
 */
import type { Context } from "../../../crdt/context.ts";

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
  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Described;
  readonly stagedBytes: number;
  /** Keeps the content of nodes aside until the commit: what it lacks is gone where `context` covers it. Throws MalformedDelta. */
  stage(bits: number, nodes: readonly number[], context: Context, bytes: Uint8Array): void;
  /** Raises V and makes what was staged part of the state, in one step. */
  commit(context: Context): void;
  drop(): void;
  /** Makes the nodes hold exactly this. V covers it already. Throws MalformedDelta. */
  load(bits: number, nodes: readonly number[], bytes: Uint8Array): void;
}
