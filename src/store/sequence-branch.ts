/**
 * A node above the leaves of a sequence: for each child how many entries it holds
 * (for ranks) and the first of them (for places), so that a search reads this
 * node's arrays only and not the children it passes by.
 *
 *   children       | c0 | c1 | c2 |         all of the same height
 *   counts         | u32 ..                 entries beneath; never 0
 *   firstScores    | f64 ..
 *   firstAddresses | u32 ..
 */
import type { Address } from "./address.ts";
import type { Leaf } from "./sequence-leaf.ts";

export type SequenceNode = Leaf | Branch;

/** Two levels of branches reach a million entries; the counts that a search adds up stay in few cache lines. */
const FAN_OUT = 64;
/** Each child: a count, a first score and address, and a reference; and the objects around. */
export const BRANCH_BYTES = FAN_OUT * 24 + 480;

export class Branch {
  readonly height: number;
  /** How many children there are. */
  length = 0;
  /** The rank within the child that `childFor` or `childForInsertion` found. */
  rankInChild = 0;
  readonly children: SequenceNode[] = [];
  readonly counts = new Uint32Array(FAN_OUT);
  readonly firstScores = new Float64Array(FAN_OUT);
  readonly firstAddresses = new Uint32Array(FAN_OUT);

  constructor(height: number) {
    this.height = height;
  }

  get isFull(): boolean {
    return this.length === FAN_OUT;
  }

  get isSparse(): boolean {
    return this.length * 3 < FAN_OUT;
  }

  score(index: number): number {
    return this.firstScores[index] as number;
  }

  address(index: number): Address {
    return this.firstAddresses[index] as number;
  }

  /** How many entries are beneath. */
  get count(): number {
    return this.countBefore(this.length);
  }

  countBefore(index: number): number {
    let sum = 0;
    for (let child = 0; child < index; child++) sum += this.counts[child] as number;
    return sum;
  }

  /** The child that holds the entry of this rank; looks from the nearer end. */
  childFor(rank: number, total: number): number {
    const counts = this.counts;
    if (rank * 2 < total) {
      let child = 0;
      let rest = rank;
      while (rest >= (counts[child] as number)) rest -= counts[child++] as number;
      this.rankInChild = rest;
      return child;
    }
    let child = this.length - 1;
    let before = total - (counts[child] as number);
    while (before > rank) before -= counts[--child] as number;
    this.rankInChild = rank - before;
    return child;
  }

  /** The child that an entry goes to so that it gets this rank. */
  childForInsertion(rank: number, total: number): number {
    if (rank === 0) {
      this.rankInChild = 0;
      return 0;
    }
    const child = this.childFor(rank - 1, total);
    this.rankInChild++;
    return child;
  }

  insertChild(index: number, node: SequenceNode): void {
    this.children.splice(index, 0, node);
    this.counts.copyWithin(index + 1, index, this.length);
    this.firstScores.copyWithin(index + 1, index, this.length);
    this.firstAddresses.copyWithin(index + 1, index, this.length);
    this.length++;
    this.counts[index] = node.count;
    this.noteFirst(index);
  }

  removeChild(index: number): void {
    this.children.splice(index, 1);
    this.counts.copyWithin(index, index + 1, this.length);
    this.firstScores.copyWithin(index, index + 1, this.length);
    this.firstAddresses.copyWithin(index, index + 1, this.length);
    this.length--;
  }

  /** Reads the first entry of a child, which has changed. */
  noteFirst(index: number): void {
    const node = this.children[index] as SequenceNode;
    this.firstScores[index] = node.score(0);
    this.firstAddresses[index] = node.address(0);
  }

  /** The first entry of the first child is this one now. */
  setFirst(score: number, address: Address): void {
    this.firstScores[0] = score;
    this.firstAddresses[0] = address;
  }

  /** Moves the children from an index on to a new branch. */
  split(index: number): Branch {
    const right = new Branch(this.height);
    right.takeFrom(this, index);
    this.children.length = index;
    this.length = index;
    return right;
  }

  canAbsorb(next: Branch): boolean {
    return this.length + next.length <= FAN_OUT * 0.75;
  }

  absorb(next: Branch): void {
    this.takeFrom(next, 0);
  }

  private takeFrom(from: Branch, index: number): void {
    this.counts.set(from.counts.subarray(index, from.length), this.length);
    this.firstScores.set(from.firstScores.subarray(index, from.length), this.length);
    this.firstAddresses.set(from.firstAddresses.subarray(index, from.length), this.length);
    for (let child = index; child < from.length; child++) {
      // A branch holds as many children as its length says.
      this.children.push(from.children[child] as SequenceNode);
    }
    this.length += from.length - index;
  }
}
