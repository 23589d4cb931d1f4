/**
 * One piece of a table: the entries whose hashes share their first `depth` bits,
 * in an array with open addressing.
 *
 *   slots      | hash, address | hash, address | 0, 0 | ..     address 0 = empty
 *   deadlines  | seconds       | 0             | 0    | ..     absent while all are 0
 *
 * S1. An entry's home is its bucket: the hash bits after the prefix, scaled to
 *     the number of buckets, so homes rise with hashes whatever the capacity.
 * S2. An entry lies at its home or after it, wrapping, with no gap between; and
 *     in every run entries lie in the order of their homes ("Robin Hood
 *     hashing", Celis 1986). A removal shifts back what follows: no tombstones.
 * S3. Whatever moves a slot moves its deadline.
 */
import type { Address } from "./address.ts";

/** How the table compares keys without knowing how entries are laid out. */
export interface EntryKeys {
  keyEquals(address: Address, bytes: Uint8Array, start: number, end: number): boolean;
}

/** Gets an entry and its hash (as a signed integer); false ends the walk. Must not change the table. */
export type EntryVisitor = (address: Address, hash: number) => boolean | void;

/** What a walk may still do; `stopped` once the visitor has said false. */
export interface WalkBudget {
  entries: number;
  slots: number;
  stopped: boolean;
}

const LOAD_MAX = 0.875;
/** The load after a rebuild: far enough from both full and sparse. */
const LOAD_REBUILT_MAX = 0.6;
const LOAD_MIN = 0.2;
const CAPACITY_MIN = 8;
/** What is due later than 32 bits can say is noted as due at the end of their range. */
const DEADLINE_MAX = 0xffff_ffff;
/** Homes have 16 bits; slots beyond as many buckets only take overflow. */
const BUCKETS_MAX = 65_536;
/** Roughly what the objects around the slots weigh. */
const OVERHEAD_BYTES = 320;

/** Shared by all empty segments, never written: one slot, which is already too full for an entry. */
const NO_SLOTS = new Uint32Array(2);

export class Segment {
  /** Bits of the hash that all entries share. */
  depth: number;
  count = 0;
  /** Entries with a deadline. */
  deadlineCount = 0;
  capacity = 1;
  buckets = 1;
  private countMax = 0;
  private slots = NO_SLOTS;
  private deadlines: Uint32Array | undefined = undefined;

  constructor(depth: number) {
    this.depth = depth;
  }

  get isFull(): boolean {
    return this.count >= this.countMax;
  }

  get isSparse(): boolean {
    return this.count < this.capacity * LOAD_MIN && this.capacity > (this.count === 0 ? 1 : CAPACITY_MIN);
  }

  get byteLength(): number {
    return OVERHEAD_BYTES + this.slots.byteLength + (this.deadlines?.byteLength ?? 0);
  }

  find(hash: number, keys: EntryKeys, bytes: Uint8Array, start: number, end: number): Address {
    const slots = this.slots;
    const wanted = hash >>> 0;
    let slot = this.homeOf(hash);
    for (let distance = 0; ; distance++) {
      const address = slots[slot * 2 + 1] as number;
      if (address === 0) return 0;
      const found = slots[slot * 2] as number;
      if (found === wanted) {
        if (keys.keyEquals(address, bytes, start, end)) return address;
      } else if (this.distanceOf(slot) < distance) {
        return 0; // S2: ours would have come before.
      }
      if (++slot === this.capacity) slot = 0;
    }
  }

  hasHash(hash: number): boolean {
    const slots = this.slots;
    const wanted = hash >>> 0;
    let slot = this.homeOf(hash);
    for (let distance = 0; ; distance++) {
      if (slots[slot * 2 + 1] === 0) return false;
      if (slots[slot * 2] === wanted) return true;
      if (this.distanceOf(slot) < distance) return false; // S2: ours would have come before.
      if (++slot === this.capacity) slot = 0;
    }
  }

  /** The slot of an entry, -1 when it is not here. */
  slotOf(hash: number, address: Address): number {
    const slots = this.slots;
    for (let slot = this.homeOf(hash); ;) {
      const found = slots[slot * 2 + 1] as number;
      if (found === address) return slot;
      if (found === 0) return -1;
      if (++slot === this.capacity) slot = 0;
    }
  }

  addressAt(slot: number): Address {
    return this.slots[slot * 2 + 1] as number;
  }

  setAddressAt(slot: number, address: Address): void {
    this.slots[slot * 2 + 1] = address;
  }

  hashAt(slot: number): number {
    return (this.slots[slot * 2] as number) | 0;
  }

  deadlineAt(slot: number): number {
    return this.deadlines === undefined ? 0 : (this.deadlines[slot] as number);
  }

  setDeadlineAt(slot: number, seconds: number): void {
    const before = this.deadlineAt(slot);
    if (before === seconds) return;
    this.deadlines ??= new Uint32Array(this.capacity);
    this.deadlines[slot] = Math.min(seconds, DEADLINE_MAX);
    if (before === 0) this.deadlineCount++;
    else if (seconds === 0) this.deadlineCount--;
  }

  /** Adds an entry; the caller has seen to it that the segment is not full. */
  add(hash: number, address: Address, deadline: number): void {
    const { slots, capacity } = this;
    let slot = this.homeOf(hash);
    for (let distance = 0; slots[slot * 2 + 1] !== 0 && this.distanceOf(slot) >= distance; distance++) {
      if (++slot === capacity) slot = 0;
    }
    this.shiftForward(slot);
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = address;
    if (deadline !== 0) this.setDeadlineAt(slot, deadline);
    this.count++;
  }

  removeAt(slot: number): void {
    const { slots, capacity } = this;
    this.setDeadlineAt(slot, 0);
    for (;;) {
      const next = slot + 1 === capacity ? 0 : slot + 1;
      if (slots[next * 2 + 1] === 0 || this.distanceOf(next) === 0) break;
      this.copySlot(next, slot);
      slot = next;
    }
    this.clearSlot(slot);
    this.count--;
  }

  /** Takes the next capacity up. */
  grow(): void {
    this.rebuild(capacityAfter(this.capacity));
  }

  /** Takes the capacity that suits the entries there are. */
  fit(): void {
    this.rebuild(capacityFor(this.count));
  }

  /** Keeps the entries whose next hash bit is 0, and returns the segment of the others. */
  split(): Segment {
    const { slots, deadlines } = this;
    const bit = 1 << (31 - this.depth);
    let ones = 0;
    for (let i = 0; i < slots.length; i += 2) {
      if (slots[i + 1] !== 0 && ((slots[i] as number) & bit) !== 0) ones++;
    }
    const sibling = new Segment(this.depth + 1);
    sibling.reset(capacityFor(ones));
    const zeros = this.count - ones;
    this.depth++;
    this.reset(capacityFor(zeros));
    pour(slots, deadlines, this, sibling, bit);
    return sibling;
  }

  /** Undoes a split: takes in the entries of the other half. */
  absorb(buddy: Segment): void {
    const { slots, deadlines, count } = this;
    this.depth--;
    this.reset(capacityFor(count + buddy.count));
    pour(slots, deadlines, this, this, 0);
    pour(buddy.slots, buddy.deadlines, this, this, 0);
  }

  /** The bucket of a hash that belongs to this segment (S1). */
  homeOf(hash: number): number {
    return Math.imul((hash << this.depth) >>> 16, this.buckets) >>> 16;
  }

  /** The least hash of a bucket, counted from the segment's own least hash. */
  bucketStart(bucket: number): number {
    return Math.ceil((Math.ceil((bucket * 65_536) / this.buckets) * 65_536) / 2 ** this.depth);
  }

  /**
   * Visits whole buckets from one on, up to another (exclusive) or as far as the
   * budget lasts; returns the bucket to go on with. Entries come in the order of
   * their homes (S2), so a bucket is complete when a later one's entry or an
   * empty slot appears.
   */
  visitBuckets(from: number, end: number, budget: WalkBudget, visit: EntryVisitor): number {
    // Counts on beyond the last slot where the walk wraps.
    let position = from;
    let bucket = from;
    for (let slot = from; ; position++, slot++) {
      if (slot === this.capacity) slot = 0;
      const address = this.addressAt(slot);
      const home = address === 0 ? position : position - this.distanceOf(slot);
      if (home > bucket || address === 0) {
        bucket = address === 0 ? home + 1 : home;
        if (bucket >= end || budget.entries <= 0 || budget.slots <= 0) return Math.min(bucket, end);
      }
      budget.slots--;
      if (address === 0 || home < from) continue;
      budget.entries--;
      if (visit(address, this.hashAt(slot)) === false) {
        budget.stopped = true;
        return bucket;
      }
    }
  }

  /** How far from its home the entry in a slot lies. */
  private distanceOf(slot: number): number {
    const distance = slot - this.homeOf(this.slots[slot * 2] as number);
    return distance < 0 ? distance + this.capacity : distance;
  }

  /** Frees a slot by moving what lies from it to the next empty slot. */
  private shiftForward(slot: number): void {
    const { slots, capacity } = this;
    let empty = slot;
    while (slots[empty * 2 + 1] !== 0) if (++empty === capacity) empty = 0;
    if (empty === slot) return;
    while (empty !== slot) {
      const previous = empty === 0 ? capacity - 1 : empty - 1;
      this.copySlot(previous, empty);
      empty = previous;
    }
    if (this.deadlines !== undefined) this.deadlines[slot] = 0;
  }

  private copySlot(from: number, to: number): void {
    const { slots, deadlines } = this;
    slots[to * 2] = slots[from * 2] as number;
    slots[to * 2 + 1] = slots[from * 2 + 1] as number;
    if (deadlines !== undefined) deadlines[to] = deadlines[from] as number;
  }

  private clearSlot(slot: number): void {
    this.slots[slot * 2] = 0;
    this.slots[slot * 2 + 1] = 0;
    if (this.deadlines !== undefined) this.deadlines[slot] = 0;
  }

  private rebuild(capacity: number): void {
    const { slots, deadlines } = this;
    this.reset(capacity);
    pour(slots, deadlines, this, this, 0);
  }

  private reset(capacity: number): void {
    this.slots = capacity === 1 ? NO_SLOTS : new Uint32Array(capacity * 2);
    this.deadlines = undefined;
    this.capacity = capacity;
    this.buckets = Math.min(capacity, BUCKETS_MAX);
    this.countMax = Math.floor(capacity * LOAD_MAX);
    this.count = 0;
    this.deadlineCount = 0;
  }
}

/**
 * Adds all entries of some slots to `zeros`, or to `ones` where the hash has the bit. It begins
 * after an empty slot, so that they come in the order of their homes and few of them must shift.
 */
function pour(
  slots: Uint32Array,
  deadlines: Uint32Array | undefined,
  zeros: Segment,
  ones: Segment,
  bit: number,
): void {
  const capacity = slots.length / 2;
  let first = 0;
  while (slots[first * 2 + 1] !== 0) first++;
  for (let passed = 0, slot = first; passed < capacity; passed++) {
    const address = slots[slot * 2 + 1] as number;
    if (address !== 0) {
      const hash = slots[slot * 2] as number;
      const deadline = deadlines === undefined ? 0 : (deadlines[slot] as number);
      ((hash & bit) === 0 ? zeros : ones).add(hash, address, deadline);
    }
    if (++slot === capacity) slot = 0;
  }
}

/** Capacities: 8, 12, 16, 24, 32, 48 .. so that a growing segment is never less than half full. */
function capacityAfter(capacity: number): number {
  if (capacity < CAPACITY_MIN) return CAPACITY_MIN;
  const isPowerOfTwo = (capacity & (capacity - 1)) === 0;
  return isPowerOfTwo ? capacity * 1.5 : (capacity / 3) * 4;
}

function capacityFor(count: number): number {
  let capacity = count === 0 ? 1 : CAPACITY_MIN;
  while (count > capacity * LOAD_REBUILT_MAX) capacity = capacityAfter(capacity);
  return capacity;
}
