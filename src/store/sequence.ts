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
 *
 * Q4. Entries at an end come and go without a way being noted, where no node has to
 *     be split, joined or dropped for it.
 *
 * Whatever else changes goes down first, by rank or by place, and notes its way; then
 * it changes the leaf and comes back up to count, split and join.
 */
import type { Address } from "./address.ts";
import { Branch, BRANCH_BYTES, type SequenceNode } from "./sequence-branch.ts";
import { Leaf, LEAF_CAPACITY, LEAF_CAPACITY_MIN } from "./sequence-leaf.ts";
import { countAtEnd, type Edge, edgeOf, leafAtEnd, splitIndex } from "./sequence-end.ts";
import { AFTER_EQUALS, BEFORE_EQUALS, childAt, indexIn, type Tie } from "./sequence-place.ts";

/** Roughly what this object weighs. */
const OVERHEAD_BYTES = 160;

export class Sequence {
  private count = 0;
  private leafCount = 1;
  private branchCount = 0;
  private root: SequenceNode = new Leaf(LEAF_CAPACITY_MIN);
  // Where the latest descent has led: the branches with the child taken in each, the leaf and the index in it.
  private readonly way: Branch[] = [];
  private readonly turns: number[] = [];
  private leaf: Leaf = this.root as Leaf;
  private index = 0;

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
    this.lookAtRank(rank);
    return this.leaf.address(this.index);
  }

  scoreAt(rank: number): number {
    this.lookAtRank(rank);
    return this.leaf.score(this.index);
  }

  /** The address at an end of what is not empty. */
  addressAtEnd(isTail: boolean): Address {
    const leaf = leafAtEnd(this.root, isTail);
    return leaf.address(isTail ? leaf.count - 1 : 0);
  }

  scoreAtEnd(isTail: boolean): number {
    const leaf = leafAtEnd(this.root, isTail);
    return leaf.score(isTail ? leaf.count - 1 : 0);
  }

  /** How many entries stand before the place (score, tie). */
  lowerBound(score: number, tie: Tie): number {
    let node = this.root;
    let before = 0;
    while (node.height > 0) {
      const branch = node as Branch;
      const child = childAt(branch, score, tie);
      before += branch.countBefore(child);
      node = branch.children[child] as SequenceNode;
    }
    return before + indexIn(node as Leaf, score, tie);
  }

  /** How many entries have a score less than this one, or at most this one. */
  countBelow(score: number, inclusive: boolean): number {
    return this.lowerBound(score, inclusive ? AFTER_EQUALS : BEFORE_EQUALS);
  }

  insert(rank: number, score: number, address: Address): void {
    this.goToGap(rank);
    this.insertHere(score, address);
  }

  /** Inserts at an end (Q4). */
  insertAtEnd(isTail: boolean, score: number, address: Address): void {
    const leaf = leafAtEnd(this.root, isTail);
    if (!leaf.hasRoomAtEnd(isTail)) {
      this.insert(isTail ? this.count : 0, score, address);
      return;
    }
    leaf.insertAtEnd(isTail, score, address);
    this.count++;
    countAtEnd(this.root, isTail, 1);
  }

  /** Removes the entry at an end of what is not empty (Q4). */
  removeAtEnd(isTail: boolean): void {
    const leaf = leafAtEnd(this.root, isTail);
    if (leaf === this.root || leaf.count === 1 || leaf.joinsWhenSmaller(isTail)) {
      this.removeAt(isTail ? this.count - 1 : 0);
      return;
    }
    leaf.removeAtEnd(isTail);
    this.count--;
    countAtEnd(this.root, isTail, -1);
  }

  /** Inserts at the place (score, tie), which costs less than asking for its rank first. */
  put(score: number, tie: Tie, address: Address): void {
    this.goToPlace(score, tie);
    this.insertHere(score, address);
  }

  removeAt(rank: number): void {
    this.goToRank(rank);
    this.removeHere();
  }

  /** Removes the first entry that does not stand before the place (score, tie); it must be this one. */
  take(score: number, tie: Tie, address: Address): void {
    this.goToEntry(score, tie, address);
    this.removeHere();
  }

  /** Gives the entry that `take` would remove another score; between its old neighbours it need not move. */
  rescore(score: number, tie: Tie, address: Address, newScore: number): void {
    this.goToEntry(score, tie, address);
    const { leaf, index } = this;
    const isInside = index > 0 && index + 1 < leaf.count;
    if (isInside && leaf.score(index - 1) < newScore && newScore < leaf.score(index + 1)) {
      leaf.rescore(index, newScore);
      return;
    }
    this.removeHere();
    this.put(newScore, tie, address);
  }

  /** The entry at this rank has moved; its score is the same. */
  replaceAt(rank: number, address: Address): void {
    this.goToRank(rank);
    this.leaf.replace(this.index, address);
    if (this.index === 0) this.noteFirstAbove(this.root.height);
  }

  /** Visits at most `count` entries from a rank on, up or down, until the visitor says false. */
  walk(rank: number, count: number, step: 1 | -1, visit: (address: Address, score: number) => boolean | void): void {
    if (rank < 0 || rank >= this.count) return;
    this.lookAtRank(rank);
    let leaf: Leaf | undefined = this.leaf;
    let index = this.index;
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
    this.leaf = new Leaf(LEAF_CAPACITY_MIN);
    this.root = this.leaf;
    this.way.length = 0;
    this.turns.length = 0;
  }

  // Going down

  /** To the leaf and the index of a rank, without noting the way. */
  private lookAtRank(rank: number): void {
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
    this.leaf = node as Leaf;
    this.index = rest;
  }

  private goToRank(rank: number): void {
    let node = this.root;
    let total = this.count;
    let rest = rank;
    for (let depth = 0; node.height > 0; depth++) {
      const branch = node as Branch;
      const child = branch.childFor(rest, total);
      this.way[depth] = branch;
      this.turns[depth] = child;
      rest = branch.rankInChild;
      total = branch.counts[child] as number;
      node = branch.children[child] as SequenceNode;
    }
    this.leaf = node as Leaf;
    this.index = rest;
  }

  /** To where an entry is inserted so that it gets this rank: behind the one before it. */
  private goToGap(rank: number): void {
    this.goToRank(rank === 0 ? 0 : rank - 1);
    if (rank > 0) this.index++;
  }

  private goToPlace(score: number, tie: Tie): void {
    let node = this.root;
    for (let depth = 0; node.height > 0; depth++) {
      const branch = node as Branch;
      const child = childAt(branch, score, tie);
      this.way[depth] = branch;
      this.turns[depth] = child;
      node = branch.children[child] as SequenceNode;
    }
    this.leaf = node as Leaf;
    this.index = indexIn(this.leaf, score, tie);
  }

  /** To the first entry that does not stand before the place, which must be this one. */
  private goToEntry(score: number, tie: Tie, address: Address): void {
    this.goToPlace(score, tie);
    if (this.index === this.leaf.count) this.goToNextLeaf();
    if (this.leaf.address(this.index) !== address) throw new Error("an entry is not where its order says");
  }

  /** From behind the last entry of a leaf to the first of the next one. */
  private goToNextLeaf(): void {
    let depth = this.root.height - 1;
    while (depth >= 0 && this.turn(depth) + 1 === this.branch(depth).length) depth--;
    if (depth < 0) throw new Error("there is no entry at or behind the place");
    this.turns[depth] = this.turn(depth) + 1;
    for (; depth + 1 < this.root.height; depth++) {
      this.way[depth + 1] = this.branch(depth).children[this.turn(depth)] as Branch;
      this.turns[depth + 1] = 0;
    }
    this.leaf = this.branch(depth).children[this.turn(depth)] as Leaf;
    this.index = 0;
  }

  private branch(depth: number): Branch {
    return this.way[depth] as Branch;
  }

  private turn(depth: number): number {
    return this.turns[depth] as number;
  }

  // Changing the leaf and coming up

  private insertHere(score: number, address: Address): void {
    const { leaf, index } = this;
    const edge = edgeOf(leaf, index);
    let right: SequenceNode | undefined = this.insertIntoLeaf(leaf, index, score, address, edge);
    this.count++;
    if (index === 0) this.noteFirstAbove(this.root.height);
    for (let depth = this.root.height - 1; depth >= 0; depth--) {
      const branch = this.branch(depth);
      const child = this.turn(depth);
      if (right === undefined) {
        branch.counts[child] = (branch.counts[child] as number) + 1;
      } else {
        branch.counts[child] = (branch.children[child] as SequenceNode).count;
        right = this.insertChild(branch, child + 1, right, edge);
      }
    }
    if (right !== undefined) this.growRoot(right);
  }

  /** Returns the leaf that must follow this one, where it had to be split. */
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

  /** Returns the branch that must follow this one, where it had to be split. */
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

  private growRoot(right: SequenceNode): void {
    const branch = new Branch(this.root.height + 1);
    this.branchCount++;
    branch.insertChild(0, this.root);
    branch.insertChild(1, right);
    this.root = branch;
  }

  private removeHere(): void {
    const { leaf, index } = this;
    leaf.remove(index);
    this.count--;
    if (leaf === this.root) {
      if (leaf.capacity > LEAF_CAPACITY_MIN && leaf.count * 4 < leaf.capacity) leaf.resize(leaf.capacity >>> 1);
      return;
    }
    const height = this.root.height;
    for (let depth = 0; depth < height; depth++) {
      const counts = this.branch(depth).counts;
      counts[this.turn(depth)] = (counts[this.turn(depth)] as number) - 1;
    }
    if (index === 0 && leaf.count > 0) this.noteFirstAbove(height);
    for (let depth = height - 1; depth >= 0; depth--) this.tidy(this.branch(depth), this.turn(depth), depth);
    while (this.root.height > 0 && (this.root as Branch).length === 1) {
      this.root = (this.root as Branch).children[0] as SequenceNode;
      this.branchCount--;
      this.way.length = this.root.height;
    }
  }

  /** Drops an empty child, joins a sparse one with a neighbour. */
  private tidy(branch: Branch, child: number, depth: number): void {
    const node = branch.children[child] as SequenceNode;
    if (branch.counts[child] === 0) {
      this.drop(branch, child);
      if (child === 0 && branch.length > 0) this.noteFirstAbove(depth);
    } else if (node.isSparse && !this.join(branch, child)) {
      this.join(branch, child - 1);
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

  /** The first entry beneath the way at this depth has changed: the branches above know it, up to where the way turns. */
  private noteFirstAbove(depthBelow: number): void {
    for (let depth = depthBelow - 1; depth >= 0; depth--) {
      this.branch(depth).noteFirst(this.turn(depth));
      if (this.turn(depth) > 0) return;
    }
  }
}
