/**
 * Active expiry: keys past their deadline are invisible at once, whoever looks;
 * this removes them, by ordinary observed removals that travel like any other.
 *
 * X1. The replica that set the winning deadline removes the key. When that one
 *     is away, any other does so after a grace.
 * X2. Nothing goes whose deadline lies after the bound that the caller gives:
 *     what the clocks of others bear out.
 */
import { ByteRange } from "../byte-range.ts";
import { EXPIRY_GRACE_MS, EXPIRY_SWEEP_SLOTS_MAX } from "../limits.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { removeExpired } from "./key-effects.ts";

export class Expiry {
  /** Keys removed because their deadline had come. */
  expiredCount = 0;
  /** Told of each of them. */
  onExpired: (db: number, key: ByteRange) => void = () => {};
  private readonly core: Core;
  private readonly positions: number[];

  constructor(core: Core) {
    this.core = core;
    this.positions = core.keys.databases.map(() => 0);
  }

  /** Removes about as many keys as given, in an event of its own; returns how many (X2). */
  removeSome(wallMs: number, boundMs: number, keysMax: number): number {
    const { core } = this;
    core.event.begin(wallMs);
    const dueMs = Math.min(core.event.nowMs, boundMs);
    let removed = 0;
    for (const database of core.keys.databases) {
      if (database.deadlines > 0 && removed < keysMax) removed += this.sweep(database, dueMs, keysMax - removed);
    }
    this.expiredCount += removed;
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
    for (const own of due) if (this.removeDue(database, dueMs, new ByteRange(own))) removed++;
    return removed;
  }

  private removeDue(database: Database, dueMs: number, key: ByteRange): boolean {
    const { core } = this;
    const ref = core.keys.raw(database, core.memory.hash(key), key);
    if (ref === 0 || !core.isExpired(ref)) return false;
    const graceMs = core.keys.deadlineDot(ref)?.origin === core.self ? 0 : EXPIRY_GRACE_MS;
    if (core.keys.deadlineMs(ref) + graceMs > dueMs) return false;
    removeExpired(core, database, key, ref);
    this.onExpired(database.index, key);
    return true;
  }
}
