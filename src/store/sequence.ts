/**
 * Scores and entry addresses in order, with ranks: what sorted sets and lists
 * share. The caller decides the order by the ranks at which it inserts; equal
 * scores are told apart by a `Tie`, since the sequence cannot read entries.
 *
 * A counted B+-tree: entries lie in leaves, which are linked for walks; branches
 * above them count (see sequence-leaf.ts, sequence-branch.ts). A small sequence is
 * one leaf that grows and shrinks with it.
 *
 * Q1. A leaf that is not the root has the full capacity and at least one entry.
 * Q2. A node that has become sparse joins a neighbour where both fit with room to
 *     spare, so memory shrinks with what it holds.
 * Q3. A full node at either end of the sequence is not halved when an entry is
 *     pushed there; the entry begins a new one. Lists are dense that way.
 */
import type { Address } from "./address.ts";
import { Branch, BRANCH_BYTES, type SequenceNode } from "./sequence-branch.ts";
import { Leaf, LEAF_CAPACITY, LEAF_CAPACITY_MIN } from "./sequence-leaf.ts";

/** The place that is looked for among equal scores. */
export interface Tie {
  /** Does the entry at this address stand before the place that is looked for? Asked only where scores are equal. */
  isBefore(address: Address): boolean;
}

/** Which end of the sequence an entry is pushed to, if any. */
type Edge = -1 | 0 | 1;

const BEFORE_EQUALS: Tie = { isBefore: () => false };
const AFTER_EQUALS: Tie = { isBefore: () => true };
/** Roughly what this object weighs. */
const OVERHEAD_BYTES = 96;

export class Sequence {
  private count = 0;
  private leafCount = 1;
  private branchCount = 0;
  private root: SequenceNode = new Leaf(LEAF_CAPACITY_MIN);
  /** The index in the leaf that `leafOf` found. */
  private indexInLeaf = 0;

  get size(): number {
    return this.count;
  }

  /** The memory it takes. */
  get byteLength(): number {
    const root = this.root;
    if (root.height === 0) return OVERHEAD_BYTES + Leaf.byteLengthOf((root as Leaf).capacity);
    return OVERHEAD_BYTES + this.leafCount * Leaf.byteLengthOf(LEAF_CAPACITY) + this.branchCount * BRANCH_BYTES;
  }

  addressAt(rank: number): Address {
    return this.leafOf(rank).address(this.indexInLeaf);
  }

  scoreAt(rank: number): number {
    return this.leafOf(rank).score(this.indexInLeaf);
  }

  /** How many entries stand before the place (score, tie). */
  lowerBound(score: number, tie: Tie): number {
    let node = this.root;
    let before = 0;
    while (node.height > 0) {
      const branch = node as Branch;
      // The place is in the last child whose first entry stands before it.
      const child = Math.max(0, positionIn(branch, branch.length, score, tie) - 1);
      before += branch.countBefore(child);
      node = branch.children[child] as SequenceNode;
    }
    return before + positionIn(node, node.count, score, tie);
  }

  /** How many entries have a score less than this one, or at most this one. */
  countBelow(score: number, inclusive: boolean): number {
    return this.lowerBound(score, inclusive ? AFTER_EQUALS : BEFORE_EQUALS);
  }

  insert(rank: number, score: number, address: Address): void {
    const edge = rank === this.count ? 1 : rank === 0 ? -1 : 0;
    const root = this.root;
    const right = this.insertInto(root, this.count, rank, score, address, edge);
    this.count++;
    if (right === undefined) return;
    const branch = new Branch(root.height + 1);
    this.branchCount++;
    branch.insertChild(0, root);
    branch.insertChild(1, right);
    this.root = branch;
  }

  removeAt(rank: number): void {
    const root = this.root;
    this.count--;
    if (root.height === 0) {
      this.removeFromOnlyLeaf(root as Leaf, rank);
      return;
    }
    this.removeFrom(root as Branch, this.count + 1, rank);
    while (this.root.height > 0 && (this.root as Branch).length === 1) {
      this.root = (this.root as Branch).children[0] as SequenceNode;
      this.branchCount--;
    }
  }

  /** The entry at this rank has moved; its score is the same. */
  replaceAt(rank: number, address: Address): void {
    let node = this.root;
    let total = this.count;
    let rest = rank;
    while (node.height > 0) {
      const branch = node as Branch;
      const child = branch.childFor(rest, total);
      rest = branch.rankInChild;
      total = branch.counts[child] as number;
      if (rest === 0) branch.firstAddresses[child] = address;
      node = branch.children[child] as SequenceNode;
    }
    (node as Leaf).replace(rest, address);
  }

  /** Visits at most `count` entries from a rank on, up or down, until the visitor says false. */
  walk(rank: number, count: number, step: 1 | -1, visit: (address: Address, score: number) => boolean | void): void {
    if (rank < 0 || rank >= this.count) return;
    let leaf: Leaf | undefined = this.leafOf(rank);
    let index = this.indexInLeaf;
    let left = count;
    while (leaf !== undefined) {
      for (; index >= 0 && index < leaf.count; index += step) {
        if (left-- <= 0 || visit(leaf.address(index), leaf.score(index)) === false) return;
      }
      leaf = step > 0 ? leaf.next : leaf.previous;
      index = step > 0 || leaf === undefined ? 0 : leaf.count - 1;
    }
  }

  clear(): void {
    this.count = 0;
    this.leafCount = 1;
    this.branchCount = 0;
    this.root = new Leaf(LEAF_CAPACITY_MIN);
  }

  private leafOf(rank: number): Leaf {
    let node = this.root;
    let total = this.count;
    let rest = rank;
    while (node.height > 0) {
      const branch = node as Branch;
      const child = branch.childFor(rest, total);
      rest = branch.rankInChild;
      total = branch.counts[child] as number;
      node = branch.children[child] as SequenceNode;
    }
    this.indexInLeaf = rest;
    return node as Leaf;
  }

  /** Returns the node that must follow this one, where it had to be split. */
  private insertInto(
    node: SequenceNode,
    total: number,
    rank: number,
    score: number,
    address: Address,
    edge: Edge,
  ): SequenceNode | undefined {
    if (node.height === 0) return this.insertIntoLeaf(node as Leaf, rank, score, address, edge);
    const branch = node as Branch;
    const child = branch.childForInsertion(rank, total);
    const rankInChild = branch.rankInChild;
    const childNode = branch.children[child] as SequenceNode;
    const right = this.insertInto(childNode, branch.counts[child] as number, rankInChild, score, address, edge);
    if (rankInChild === 0) branch.noteFirst(child);
    if (right === undefined) {
      branch.counts[child] = (branch.counts[child] as number) + 1;
      return undefined;
    }
    branch.counts[child] = childNode.count;
    return this.insertChild(branch, child + 1, right, edge);
  }

  private insertIntoLeaf(leaf: Leaf, index: number, score: number, address: Address, edge: Edge): Leaf | undefined {
    if (leaf.count === leaf.capacity) {
      if (leaf.capacity === LEAF_CAPACITY) {
        const right = leaf.split(splitIndex(leaf.count, edge));
        this.leafCount++;
        if (edge > 0 || index > leaf.count) right.insert(index - leaf.count, score, address);
        else leaf.insert(index, score, address);
        return right;
      }
      leaf.resize(leaf.capacity * 2);
    }
    leaf.insert(index, score, address);
    return undefined;
  }

  private insertChild(branch: Branch, index: number, node: SequenceNode, edge: Edge): Branch | undefined {
    if (!branch.isFull) {
      branch.insertChild(index, node);
      return undefined;
    }
    // A child is put after one that exists, so at the head one has to stay for it.
    const right = branch.split(Math.max(1, splitIndex(branch.length, edge)));
    this.branchCount++;
    if (index > branch.length || (edge > 0 && index === branch.length)) {
      right.insertChild(index - branch.length, node);
    } else {
      branch.insertChild(index, node);
    }
    return right;
  }

  private removeFromOnlyLeaf(leaf: Leaf, rank: number): void {
    leaf.remove(rank);
    if (leaf.capacity > LEAF_CAPACITY_MIN && leaf.count * 4 < leaf.capacity) leaf.resize(leaf.capacity >>> 1);
  }

  private removeFrom(branch: Branch, total: number, rank: number): void {
    const child = branch.childFor(rank, total);
    const rankInChild = branch.rankInChild;
    const node = branch.children[child] as SequenceNode;
    const count = branch.counts[child] as number;
    if (node.height === 0) (node as Leaf).remove(rankInChild);
    else this.removeFrom(node as Branch, count, rankInChild);
    branch.counts[child] = count - 1;
    if (count === 1) {
      this.drop(branch, child);
    } else {
      if (rankInChild === 0) branch.noteFirst(child);
      if (node.isSparse && !this.join(branch, child)) this.join(branch, child - 1);
    }
  }

  private drop(branch: Branch, child: number): void {
    const node = branch.children[child] as SequenceNode;
    branch.removeChild(child);
    if (node.height > 0) {
      this.branchCount--;
    } else {
      (node as Leaf).unlink();
      this.leafCount--;
    }
  }

  /** Joins a child with the one after it, where there are both and there is room. */
  private join(branch: Branch, child: number): boolean {
    if (child < 0 || child + 1 >= branch.length) return false;
    const left = branch.children[child] as SequenceNode;
    const right = branch.children[child + 1] as SequenceNode;
    // Children of a branch are of one height, so what fits the left one fits the right one.
    if (left.height > 0) {
      if (!(left as Branch).canAbsorb(right as Branch)) return false;
      (left as Branch).absorb(right as Branch);
      this.branchCount--;
    } else {
      if (!(left as Leaf).canAbsorb(right as Leaf)) return false;
      (left as Leaf).absorb(right as Leaf);
      this.leafCount--;
    }
    branch.counts[child] = (branch.counts[child] as number) + (branch.counts[child + 1] as number);
    branch.removeChild(child + 1);
    return true;
  }
}

/** How many of a leaf's entries, or of a branch's firsts, stand before the place. */
function positionIn(node: SequenceNode, length: number, score: number, tie: Tie): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = node.score(middle);
    if (found < score || (found === score && tie.isBefore(node.address(middle)))) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Q3: how much stays in the left one of the two. */
function splitIndex(length: number, edge: Edge): number {
  return edge > 0 ? length : edge < 0 ? 0 : length >>> 1;
}
