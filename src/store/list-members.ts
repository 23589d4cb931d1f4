/**
 * The elements of a list: found by their positions in the list's order, which is
 * all that there is; no hash table.
 */
import { leadingNumber } from "../../crdt/position.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Origin } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import type { Address } from "./address.ts";
import type { Entries } from "./entry.ts";
import type { Members } from "./members.ts";
import { Order } from "./order.ts";
import type { EntryVisitor } from "./segment.ts";

export class ListMembers implements Members {
  readonly order: Order;
  private readonly entries: Entries;
  private readonly scratch = new ByteRange();

  constructor(entries: Entries) {
    this.entries = entries;
    this.order = new Order(entries);
  }

  get size(): number {
    return this.order.sequence.size;
  }

  get tableBytes(): number {
    return this.order.sequence.byteLength;
  }

  find(_hash: number, bytes: Uint8Array, start: number, end: number): Address {
    const rank = this.rankFor(leadingNumber(bytes, start), bytes, start, end);
    if (rank === this.size) return 0;
    const address = this.order.sequence.addressAt(rank);
    return this.entries.keyEquals(address, bytes, start, end) ? address : 0;
  }

  /** Hashes are not looked for in lists. */
  mayHave(): boolean {
    return true;
  }

  insert(_hash: number, address: Address): void {
    const number = this.numberOf(address);
    const { bytes, start, end } = this.scratch;
    const rank = this.endFor(number, bytes, start, end);
    if (rank >= 0) this.order.sequence.insert(rank, number, address);
    else this.order.insert(address, number, this.scratch);
  }

  replace(_hash: number, oldAddress: Address, newAddress: Address): void {
    this.order.sequence.replaceAt(this.rankOf(oldAddress), newAddress);
  }

  /** Makes an entry of a plain value at the end that its position belongs to. */
  putAtEnd(
    hash: number,
    position: ByteRange,
    isTail: boolean,
    origin: Origin,
    time: Time,
    value: ByteRange,
    seconds: number,
  ): void {
    const made = this.entries.createPlain(hash, position, origin, time, value, seconds);
    this.order.sequence.insertAtEnd(isTail, leadingNumber(position.bytes, position.start), made);
  }

  remove(_hash: number, address: Address): void {
    const { sequence } = this.order;
    if (sequence.addressAtEnd(false) === address) sequence.removeAtEnd(false);
    else if (sequence.addressAtEnd(true) === address) sequence.removeAtEnd(true);
    else this.order.remove(address, this.numberOf(address), this.scratch);
  }

  rankOf(address: Address): number {
    const rank = this.endOf(address);
    return rank >= 0 ? rank : this.order.rankOf(address, this.numberOf(address), this.scratch);
  }

  forEach(visit: EntryVisitor): void {
    this.order.sequence.walk(0, this.size, 1, (address) => visit(address, this.entries.hash(address) | 0));
  }

  /** The cursor is a rank: good only while nothing changes, which is what letting go of a list needs. */
  scan(cursor: number, count: number, visit: EntryVisitor): number {
    this.order.sequence.walk(cursor, count, 1, (address) => visit(address, this.entries.hash(address) | 0));
    return cursor + count < this.size ? cursor + count : 0;
  }

  random(random: () => number): Address {
    return this.size === 0 ? 0 : this.order.sequence.addressAt(Math.floor(random() * this.size));
  }

  private rankFor(number: number, bytes: Uint8Array, start: number, end: number): number {
    const rank = this.endFor(number, bytes, start, end);
    return rank >= 0 ? rank : this.order.countBefore(number, bytes, start, end, false);
  }

  // Most pushes and pops are at the ends, which are looked at first.

  /** The rank that an element at an end has; -1 for the others. */
  private endOf(address: Address): number {
    const { sequence } = this.order;
    if (sequence.addressAtEnd(false) === address) return 0;
    return sequence.addressAtEnd(true) === address ? this.size - 1 : -1;
  }

  /** How many elements stand before a position beyond an end; -1 for the others. */
  private endFor(number: number, bytes: Uint8Array, start: number, end: number): number {
    const { order, entries, size } = this;
    const { sequence } = order;
    if (size === 0) return 0;
    const last = sequence.scoreAtEnd(true);
    if (number > last) return size;
    if (number === last && entries.compareKey(sequence.addressAtEnd(true), bytes, start, end) < 0) return size;
    return number < sequence.scoreAtEnd(false) ? 0 : -1;
  }

  private numberOf(address: Address): number {
    this.entries.keyOf(address, this.scratch);
    return leadingNumber(this.scratch.bytes, this.scratch.start);
  }
}
