/**
 * One of the numbered databases: its hash table, what it counts, and what it has
 * thrown away but not yet freed.
 *
 * A collection of a million elements, or a whole database, is let go of in one
 * step and its memory is freed a little at a time, so that no command waits.
 */
import { type EntryRef, Kind } from "./entry.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { KeyState } from "./key-state.ts";
import type { Members } from "./members.ts";
import type { Memory } from "./memory.ts";
import { SlotPrints } from "./slot-prints.ts";
import { Table } from "./table.ts";

export class Database {
  readonly index: number;
  table: Table;
  /** The fingerprint of everything, and that of each slot. */
  readonly print = new Fingerprint();
  slotPrints = new SlotPrints();
  /** Keys that hold something visible, expired or not. */
  live = 0;
  /** Keys with a deadline. */
  deadlines = 0;
  /** Visible hashes that have fields with a deadline. */
  expiringHashes = 0;
  /** Keys that are more than one plain value. */
  objects = 0;
  private readonly memory: Memory;
  private readonly discarded: { members: Members; cursor: number }[] = [];

  constructor(index: number, memory: Memory) {
    this.index = index;
    this.memory = memory;
    this.table = new Table(memory.entries);
  }

  /** Notes when a key dies, so that the sweep finds it; -1 is never. */
  setDeadline(hash: number, ref: EntryRef, atMs: number): void {
    this.table.setDeadline(hash, ref, atMs < 0 ? 0 : Math.ceil(atMs / 1000));
  }

  /** Adds or subtracts a key's share of the fingerprints. */
  changePrint(hash: number, share: Fingerprint, by: 1 | -1): void {
    if (!this.memory.watched.isEmpty) this.memory.watched.note(hash);
    this.print.change(share, by);
    this.slotPrints.change(hash, share, by);
  }

  /** Lets go of everything at once. */
  drop(): void {
    this.discard(this.table);
    this.table = new Table(this.memory.entries);
    this.live = 0;
    this.deadlines = 0;
    this.expiringHashes = 0;
    this.objects = 0;
    this.print.clear();
    this.slotPrints = new SlotPrints();
  }

  /** Lets go of entries; `reclaim` frees them. */
  discard(members: Members): void {
    if (members.size > 0) this.discarded.push({ members, cursor: 0 });
  }

  get hasDiscarded(): boolean {
    return this.discarded.length > 0;
  }

  /** Frees about as many discarded entries as given; false when none are left. */
  reclaim(entriesMax: number): boolean {
    const { entries } = this.memory;
    let freed = 0;
    while (freed < entriesMax) {
      const last = this.discarded.at(-1);
      if (last === undefined) return false;
      const refs: EntryRef[] = [];
      last.cursor = last.members.scan(last.cursor, entriesMax - freed, (ref) => void refs.push(ref));
      freed += refs.length;
      // Nothing was added since it was taken: it is still the last.
      if (last.cursor === 0) this.discarded.pop();
      for (const ref of refs) {
        if (entries.kind(ref) === Kind.object) this.discardObject(ref);
        entries.destroy(ref);
      }
    }
    return this.discarded.length > 0;
  }

  private discardObject(ref: EntryRef): void {
    const { collections } = this.memory.entries.object(ref) as Partial<KeyState>;
    if (collections !== undefined) for (const { members } of collections) this.discard(members);
    this.memory.entries.dropObject(ref);
  }
}
