/**
 * The order of a sorted set's members, or of a list's elements: a sequence of
 * their entries with ranks (sequence.ts).
 *
 * A sorted set is ordered by score, a list by the first number of its positions;
 * between equals, the bytes of member or position decide.
 */
import type { ByteRange } from "../byte-range.ts";
import type { Address } from "./address.ts";
import type { Entries } from "./entry.ts";
import { Sequence } from "./sequence.ts";
import type { Tie } from "./sequence-place.ts";

export class Order implements Tie {
  readonly sequence = new Sequence();
  private readonly entries: Entries;
  /** The place that is looked for: these bytes, or just behind them. */
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;
  private behind = false;
  /** The entry whose own place is looked for, or 0: its bytes need not be compared. */
  private sought: Address = 0;

  constructor(entries: Entries) {
    this.entries = entries;
  }

  /** How many entries stand before these bytes at this score; `inclusive`: or at them. */
  countBefore(score: number, bytes: Uint8Array, start: number, end: number, inclusive: boolean): number {
    this.aim(bytes, start, end, inclusive, 0);
    return this.sequence.lowerBound(score, this);
  }

  isBefore(address: Address): boolean {
    if (address === this.sought) return false;
    const compared = this.entries.compareKey(address, this.bytes, this.start, this.end);
    return compared < 0 || (compared === 0 && this.behind);
  }

  rankOf(address: Address, score: number, scratch: ByteRange): number {
    this.entries.keyOf(address, scratch);
    this.aim(scratch.bytes, scratch.start, scratch.end, false, address);
    return this.sequence.lowerBound(score, this);
  }

  insert(address: Address, score: number, scratch: ByteRange): void {
    this.entries.keyOf(address, scratch);
    this.aim(scratch.bytes, scratch.start, scratch.end, false, address);
    this.sequence.put(score, this, address);
  }

  remove(address: Address, score: number, scratch: ByteRange): void {
    this.entries.keyOf(address, scratch);
    this.aim(scratch.bytes, scratch.start, scratch.end, false, address);
    this.sequence.take(score, this, address);
  }

  /** An entry where it was in memory has another score. */
  rescore(address: Address, score: number, newScore: number, scratch: ByteRange): void {
    if (score === newScore) return;
    this.entries.keyOf(address, scratch);
    this.aim(scratch.bytes, scratch.start, scratch.end, false, address);
    this.sequence.rescore(score, this, address, newScore);
  }

  private aim(bytes: Uint8Array, start: number, end: number, behind: boolean, sought: Address): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.behind = behind;
    this.sought = sought;
  }
}
