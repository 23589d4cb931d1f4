/**
 * When the elements of a collection die: those whose deadline lies ahead in a
 * heap, the next one first, and those whose deadline has come in a list, until
 * they are removed or are given another. So it is known at any moment how many
 * have expired, at a cost that follows how many do.
 *
 *   atMs, refs   ahead, a binary heap by atMs; due, in no order
 *   the table    notes with each entry where it stands: 2 i + 1 ahead, 2 i + 2 due, 0 in neither
 *
 * Q1. At `nowMs`, what is due has deadlines up to it and what is ahead later ones.
 */
import { EXPIRY_DUE_ELEMENTS_MAX } from "../limits/keyspace.ts";
import type { Entries, EntryRef } from "./entry.ts";
import type { Table } from "./table.ts";

class Place {
  readonly atMs: number[] = [];
  readonly refs: EntryRef[] = [];
}

const AHEAD = 1;
const DUE = 2;
/** Two numbers for each element. */
const ELEMENT_BYTES = 16;

export class DeadlineQueue {
  private readonly table: Table;
  private readonly entries: Entries;
  private readonly ahead = new Place();
  private readonly due = new Place();
  private nowMs = Number.NEGATIVE_INFINITY;
  private sweptTo = 0;

  constructor(table: Table, entries: Entries) {
    this.table = table;
    this.entries = entries;
  }

  get size(): number {
    return this.ahead.refs.length + this.due.refs.length;
  }

  get byteLength(): number {
    return this.size * ELEMENT_BYTES;
  }

  /** The next deadline, or, where some have come, a time up to which they have; it is not empty. */
  get nextMs(): number {
    return this.due.refs.length > 0 ? this.nowMs : (this.ahead.atMs[0] as number);
  }

  /** How many elements have expired (Q1). */
  dueCount(nowMs: number): number {
    if (nowMs < this.nowMs) this.goBack(nowMs);
    this.nowMs = nowMs;
    const { atMs, refs } = this.ahead;
    while (refs.length > 0 && (atMs[0] as number) <= nowMs) {
      const [at, ref] = [atMs[0] as number, refs[0] as EntryRef];
      this.takeAhead(0);
      this.putDue(ref, at);
    }
    return this.due.refs.length;
  }

  /** The entry is in the table and not yet here. */
  add(ref: EntryRef, atMs: number): void {
    if (atMs <= this.nowMs) this.putDue(ref, atMs);
    else this.putAhead(ref, atMs);
  }

  /** The entry is here, and still in the table. */
  remove(hash: number, ref: EntryRef): void {
    const note = this.table.deadlineOf(hash, ref);
    this.table.setDeadline(hash, ref, 0);
    const index = Math.floor((note - 1) / 2);
    if (note % 2 === AHEAD) this.takeAhead(index);
    else this.takeDue(index);
  }

  /** Visits some of those that have expired, others each time, until the visitor says false. The visitor must not write. */
  sweep(nowMs: number, visit: (ref: EntryRef) => boolean): void {
    const count = this.dueCount(nowMs);
    if (this.sweptTo >= count) this.sweptTo = 0;
    const end = Math.min(count, this.sweptTo + EXPIRY_DUE_ELEMENTS_MAX);
    while (this.sweptTo < end) if (!visit(this.due.refs[this.sweptTo++] as EntryRef)) return;
  }

  /** The clock of a reader may be behind that of the one before: what is due then is looked at again. */
  private goBack(nowMs: number): void {
    this.nowMs = nowMs;
    for (let i = this.due.refs.length - 1; i >= 0; i--) {
      const [at, ref] = [this.due.atMs[i] as number, this.due.refs[i] as EntryRef];
      if (at <= nowMs) continue;
      this.takeDue(i);
      this.putAhead(ref, at);
    }
  }

  private putDue(ref: EntryRef, atMs: number): void {
    this.set(this.due, DUE, this.due.refs.length, ref, atMs);
  }

  private takeDue(index: number): void {
    const { atMs, refs } = this.due;
    const [at, ref] = [atMs.pop() as number, refs.pop() as EntryRef]; // It is not empty.
    if (index < refs.length) this.set(this.due, DUE, index, ref, at);
  }

  private putAhead(ref: EntryRef, atMs: number): void {
    this.rise(this.ahead.refs.length, ref, atMs);
  }

  private takeAhead(index: number): void {
    const { atMs, refs } = this.ahead;
    const [at, ref] = [atMs.pop() as number, refs.pop() as EntryRef]; // It is not empty.
    if (index === refs.length) return;
    if (index > 0 && at < (atMs[(index - 1) >> 1] as number)) this.rise(index, ref, at);
    else this.sink(index, ref, at);
  }

  /** Puts an element at a place of the heap or above it. */
  private rise(from: number, ref: EntryRef, at: number): void {
    const { ahead } = this;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentAt = ahead.atMs[parent] as number;
      if (parentAt <= at) break;
      this.set(ahead, AHEAD, index, ahead.refs[parent] as EntryRef, parentAt);
      index = parent;
    }
    this.set(ahead, AHEAD, index, ref, at);
  }

  /** Puts an element at a place of the heap or below it. */
  private sink(from: number, ref: EntryRef, at: number): void {
    const { ahead } = this;
    const { atMs, refs } = ahead;
    let index = from;
    for (let child = 2 * index + 1; child < refs.length; child = 2 * index + 1) {
      if (child + 1 < refs.length && (atMs[child + 1] as number) < (atMs[child] as number)) child++;
      const childAt = atMs[child] as number;
      if (childAt >= at) break;
      this.set(ahead, AHEAD, index, refs[child] as EntryRef, childAt);
      index = child;
    }
    this.set(ahead, AHEAD, index, ref, at);
  }

  private set(place: Place, kind: typeof AHEAD | typeof DUE, index: number, ref: EntryRef, at: number): void {
    place.atMs[index] = at;
    place.refs[index] = ref;
    this.table.setDeadline(this.entries.hash(ref), ref, 2 * index + kind);
  }
}
