/**
 * A set of byte strings that lives for one command: what SUNION and ZUNION collect.
 *
 * The members stand in a ByteList; an open-addressed table of positions finds
 * them by a seeded hash, so that nobody can choose members that collide. Table
 * and comparison work on bytes: no string is made of a member.
 */
import { ByteRange } from "../byte-range.ts";
import { hashBytes } from "../store/hash.ts";
import { ByteList } from "./byte-list.ts";

const SLOTS_INITIAL = 32;

/** A seed of a random number in [0, 1). */
export function seedOf(random: number): number {
  return Math.floor(random * 2 ** 32) | 0;
}

export class ByteSet {
  readonly members = new ByteList();
  /** Position in `members` plus one; 0 is free. At most half are taken. */
  private slots = new Int32Array(SLOTS_INITIAL);
  private readonly seed: number;
  private readonly member = new ByteRange();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** False when it was there already. */
  add(item: ByteRange): boolean {
    const before = this.members.count;
    return this.place(item) === before;
  }

  /** Adds it where it is missing. Its index among the members: their count before, when it is new. */
  place(item: ByteRange): number {
    const slot = this.slotOf(item);
    const position = this.slots[slot] as number; // slotOf stays within
    if (position !== 0) return position - 1;
    this.members.push(item);
    this.slots[slot] = this.members.count;
    if (this.members.count * 2 > this.slots.length) this.grow();
    return this.members.count - 1;
  }

  /** Where the item is, or the free slot where it belongs. */
  private slotOf(item: ByteRange): number {
    const mask = this.slots.length - 1;
    let slot = hashBytes(item.bytes, item.start, item.end, this.seed) & mask;
    for (;;) {
      const position = this.slots[slot] as number; // slot <= mask
      if (position === 0 || this.members.at(position - 1, this.member).equals(item)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const item = new ByteRange();
    for (let i = 0; i < this.members.count; i++) this.slots[this.slotOf(this.members.at(i, item))] = i + 1;
  }
}
