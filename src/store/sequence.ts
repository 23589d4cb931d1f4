/**
 * Scores and entry addresses in order, with ranks: what sorted sets and lists
 * share. The caller decides the order by the ranks at which it inserts; equal
 * scores are told apart by a `Tie`, since the sequence cannot read entries.
 *
 *   scores    | f64 | f64 | f64 | ..      ascending
 *   addresses | u32 | u32 | u32 | ..      of the entry with that score
 */
import type { Address } from "./address.ts";

/** The place that is looked for among equal scores. */
export interface Tie {
  /** Does the entry at this address stand before the place that is looked for? Asked only where scores are equal. */
  isBefore(address: Address): boolean;
}

const CAPACITY_MIN = 8;
/** Roughly what the objects around the arrays weigh. */
const OVERHEAD_BYTES = 320;

export class Sequence {
  private count = 0;
  private scores = new Float64Array(CAPACITY_MIN);
  private addresses = new Uint32Array(CAPACITY_MIN);

  get size(): number {
    return this.count;
  }

  get byteLength(): number {
    return OVERHEAD_BYTES + this.scores.byteLength + this.addresses.byteLength;
  }

  addressAt(rank: number): Address {
    return this.addresses[rank] as number;
  }

  scoreAt(rank: number): number {
    return this.scores[rank] as number;
  }

  /** How many entries stand before the place (score, tie). */
  lowerBound(score: number, tie: Tie): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.scores[middle] as number;
      if (found < score || (found === score && tie.isBefore(this.addresses[middle] as number))) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many entries have a score less than this one, or at most this one. */
  countBelow(score: number, inclusive: boolean): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.scores[middle] as number;
      if (found < score || (inclusive && found === score)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  insert(rank: number, score: number, address: Address): void {
    if (this.count === this.scores.length) this.resize(this.count * 2);
    this.scores.copyWithin(rank + 1, rank, this.count);
    this.addresses.copyWithin(rank + 1, rank, this.count);
    this.scores[rank] = score;
    this.addresses[rank] = address;
    this.count++;
  }

  removeAt(rank: number): void {
    this.scores.copyWithin(rank, rank + 1, this.count);
    this.addresses.copyWithin(rank, rank + 1, this.count);
    this.count--;
    if (this.count > CAPACITY_MIN && this.count < this.scores.length / 4) this.resize(this.count * 2);
  }

  /** The entry at this rank has moved; its score is the same. */
  replaceAt(rank: number, address: Address): void {
    this.addresses[rank] = address;
  }

  /** Visits at most `count` entries from a rank on, up or down, until the visitor says false. */
  walk(rank: number, count: number, step: 1 | -1, visit: (address: Address, score: number) => boolean | void): void {
    for (let at = rank, left = count; left > 0 && at >= 0 && at < this.count; at += step, left--) {
      if (visit(this.addresses[at] as number, this.scores[at] as number) === false) return;
    }
  }

  clear(): void {
    this.count = 0;
    this.scores = new Float64Array(CAPACITY_MIN);
    this.addresses = new Uint32Array(CAPACITY_MIN);
  }

  private resize(capacity: number): void {
    const scores = new Float64Array(capacity);
    const addresses = new Uint32Array(capacity);
    scores.set(this.scores.subarray(0, this.count));
    addresses.set(this.addresses.subarray(0, this.count));
    this.scores = scores;
    this.addresses = addresses;
  }
}
