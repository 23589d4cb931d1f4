/**
 * Active expiry: keys, and fields of hashes, past their deadline are invisible at
 * once, whoever looks; this removes them, by ordinary observed removals that
 * travel like any other.
 *
 * X1. The replica that set the winning deadline removes the key or field. When that one
 *     is away, any other does so after a grace.
 * X2. Nothing goes whose deadline lies after the bound that the caller gives:
 *     what the clocks of others bear out.
 */
import { ByteRange } from "../byte-range.ts";
import { EXPIRY_SWEEP_SLOTS_MAX } from "../limits/keyspace.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { mayRemove, removeDueFields } from "./field-expiry.ts";
import { removeExpired } from "./key-effects.ts";

export class Expiry {
  /** Keys removed because their deadline had come. */
  expiredCount = 0;
  /** Fields of hashes removed because theirs had. */
  expiredFieldCount = 0;
  /** Told of each of them. */
  onExpired: (db: number, key: ByteRange) => void = () => {};
  onFieldExpired: (db: number, key: ByteRange, field: ByteRange) => void = () => {};
  private readonly core: Core;
  private readonly positions: number[];

  constructor(core: Core) {
    this.core = core;
    this.positions = core.keys.databases.map(() => 0);
  }

  /** Removes about as many keys and fields as given, in an event of its own; returns how many (X2). */
  removeSome(wallMs: number, boundMs: number, keysMax: number): number {
    const { core } = this;
    core.event.begin(wallMs);
    const dueMs = Math.min(core.event.nowMs, boundMs);
    let removed = 0;
    for (const database of core.keys.databases) {
      if (database.table.deadlineCount > 0 && removed < keysMax)
        removed += this.sweep(database, dueMs, keysMax - removed);
    }
    return removed;
  }

  private sweep(database: Database, dueMs: number, keysMax: number): number {
    const { core, positions } = this;
    const { entries } = core.memory;
    const seconds = Math.floor(dueMs / 1000);
    const due: Uint8Array[] = [];
    const key = new ByteRange();
    positions[database.index] = database.table.sweep(
      positions[database.index] ?? 0,
      seconds,
      EXPIRY_SWEEP_SLOTS_MAX,
      (ref) => {
        if (due.length >= keysMax) return;
        entries.keyOf(ref, key);
        due.push(key.copy());
      },
    );
    let removed = 0;
    for (const own of due) {
      if (removed < keysMax) removed += this.removeDue(database, dueMs, new ByteRange(own), keysMax - removed);
    }
    return removed;
  }

  /** A key, or some of its fields; returns how many. */
  private removeDue(database: Database, dueMs: number, key: ByteRange, most: number): number {
    const { core } = this;
    const ref = core.keys.raw(database, core.memory.hash(key), key);
    if (ref === 0) return 0;
    const atMs = core.keys.deadlineMs(ref);
    if (atMs < 0 || !mayRemove(core, core.keys.deadlineDot(ref), atMs, dueMs))
      return this.removeFields(database, dueMs, key, most);
    removeExpired(core, database, key, ref);
    this.onExpired(database.index, key);
    this.expiredCount++;
    return 1;
  }

  private removeFields(database: Database, dueMs: number, key: ByteRange, most: number): number {
    const removed = removeDueFields(this.core, database, dueMs, key, most, this.onFieldExpired);
    this.expiredFieldCount += removed;
    return removed;
  }
}
