/**
 * A run of a sequence's entries, in one piece with room on both sides, so that
 * both ends take and give entries without moving the others.
 *
 *   scores    |  .  .  | s | s | s | s |  .  .  .  |
 *   addresses |  .  .  | a | a | a | a |  .  .  .  |
 *               start ----^   count = 4
 *
 * Where the side that an entry goes to has no room left, the run slides to the
 * middle of what room there is: each slide halves it, so a leaf slides a handful
 * of times until it is full, whatever the order of the insertions.
 */
import type { Address } from "./address.ts";

/**
 * Entries of a leaf, unless it is the only one. Fewer make more objects for the
 * garbage collector and a deeper tree, more make dearer insertions; 128 to 512 are
 * about as fast.
 */
export const LEAF_CAPACITY = 256;
export const LEAF_CAPACITY_MIN = 8;
const ENTRY_BYTES = 12;
/** Roughly what the leaf's object and the heads of its arrays weigh. */
const OVERHEAD_BYTES = 320;
/** Below as many entries a loop is quicker than the engine's own copying. */
const LOOP_MAX = 24;

export class Leaf {
  readonly height = 0;
  count = 0;
  previous: Leaf | undefined = undefined;
  next: Leaf | undefined = undefined;
  /** Where the run begins in the arrays, which only this class changes. */
  start = 0;
  scores: Float64Array;
  addresses: Uint32Array;

  constructor(capacity: number) {
    this.scores = new Float64Array(capacity);
    this.addresses = new Uint32Array(capacity);
  }

  static byteLengthOf(capacity: number): number {
    return OVERHEAD_BYTES + capacity * ENTRY_BYTES;
  }

  get capacity(): number {
    return this.scores.length;
  }

  get isSparse(): boolean {
    return this.count * 3 < LEAF_CAPACITY;
  }

  score(index: number): number {
    return this.scores[this.start + index] as number;
  }

  address(index: number): Address {
    return this.addresses[this.start + index] as number;
  }

  replace(index: number, address: Address): void {
    this.addresses[this.start + index] = address;
  }

  rescore(index: number, score: number): void {
    this.scores[this.start + index] = score;
  }

  /** The leaf must have room. */
  insert(index: number, score: number, address: Address): void {
    let leftwards = index < this.count - index;
    if (leftwards ? this.start === 0 : this.start + this.count === this.scores.length) {
      if (this.count === 0) leftwards = !leftwards;
      else this.slide(leftwards);
    }
    const start = this.start;
    if (leftwards) {
      this.move(start, start - 1, index);
      this.start--;
    } else {
      this.move(start + index, start + index + 1, this.count - index);
    }
    this.scores[this.start + index] = score;
    this.addresses[this.start + index] = address;
    this.count++;
  }

  remove(index: number): void {
    const { start, count } = this;
    if (index < count - index) {
      this.move(start, start + 1, index);
      this.start++;
    } else {
      this.move(start + index + 1, start + index, count - index - 1);
    }
    this.count--;
  }

  /** Can an entry be put at this end without moving another? */
  hasRoomAtEnd(isTail: boolean): boolean {
    return isTail ? this.start + this.count < this.scores.length : this.start > 0;
  }

  insertAtEnd(isTail: boolean, score: number, address: Address): void {
    const at = isTail ? this.start + this.count : --this.start;
    this.scores[at] = score;
    this.addresses[at] = address;
    this.count++;
  }

  removeAtEnd(isTail: boolean): void {
    if (!isTail) this.start++;
    this.count--;
  }

  resize(capacity: number): void {
    const { start, count, scores, addresses } = this;
    this.scores = new Float64Array(capacity);
    this.addresses = new Uint32Array(capacity);
    this.scores.set(scores.subarray(start, start + count));
    this.addresses.set(addresses.subarray(start, start + count));
    this.start = 0;
  }

  /** Moves the entries from an index on to a new leaf, which follows this one. */
  split(index: number): Leaf {
    const right = new Leaf(LEAF_CAPACITY);
    if (index === 0) this.exchange(right);
    else this.giveFrom(index, right);
    right.next = this.next;
    right.previous = this;
    if (right.next !== undefined) right.next.previous = right;
    this.next = right;
    return right;
  }

  canAbsorb(next: Leaf): boolean {
    return this.count + next.count <= LEAF_CAPACITY * 0.75;
  }

  /** Is it at an end, and may it join its neighbour once it has an entry less? */
  joinsWhenSmaller(isTail: boolean): boolean {
    if ((this.count - 1) * 3 >= LEAF_CAPACITY) return false;
    const neighbour = isTail ? this.previous : this.next;
    return neighbour !== undefined && neighbour.count + this.count - 1 <= LEAF_CAPACITY * 0.75;
  }

  /** Takes the entries of the leaf that follows, which is dropped. */
  absorb(next: Leaf): void {
    if (this.start + this.count + next.count > this.scores.length) this.slideTo(0);
    const end = this.start + this.count;
    this.scores.set(next.scores.subarray(next.start, next.start + next.count), end);
    this.addresses.set(next.addresses.subarray(next.start, next.start + next.count), end);
    this.count += next.count;
    next.unlink();
  }

  unlink(): void {
    if (this.previous !== undefined) this.previous.next = this.next;
    if (this.next !== undefined) this.next.previous = this.previous;
  }

  /** Gives all entries away by exchanging the arrays; what comes next comes at the head, so all room is there. */
  private exchange(right: Leaf): void {
    const { scores, addresses } = this;
    right.start = this.start;
    right.count = this.count;
    this.scores = right.scores;
    this.addresses = right.addresses;
    right.scores = scores;
    right.addresses = addresses;
    this.start = LEAF_CAPACITY;
    this.count = 0;
  }

  private giveFrom(index: number, right: Leaf): void {
    const from = this.start + index;
    const to = this.start + this.count;
    right.count = to - from;
    right.start = right.count === 0 ? 0 : (LEAF_CAPACITY - right.count) >>> 1;
    right.scores.set(this.scores.subarray(from, to), right.start);
    right.addresses.set(this.addresses.subarray(from, to), right.start);
    this.count = index;
  }

  /** Shares the room between both sides; of an odd place the given side gets more. */
  private slide(leftwards: boolean): void {
    const room = this.scores.length - this.count;
    this.slideTo(leftwards ? (room + 1) >>> 1 : room >>> 1);
  }

  private slideTo(start: number): void {
    this.scores.copyWithin(start, this.start, this.start + this.count);
    this.addresses.copyWithin(start, this.start, this.start + this.count);
    this.start = start;
  }

  private move(from: number, to: number, count: number): void {
    const { scores, addresses } = this;
    if (count > LOOP_MAX) {
      scores.copyWithin(to, from, from + count);
      addresses.copyWithin(to, from, from + count);
    } else if (to < from) {
      for (let index = 0; index < count; index++) {
        scores[to + index] = scores[from + index] as number;
        addresses[to + index] = addresses[from + index] as number;
      }
    } else {
      for (let index = count - 1; index >= 0; index--) {
        scores[to + index] = scores[from + index] as number;
        addresses[to + index] = addresses[from + index] as number;
      }
    }
  }
}
