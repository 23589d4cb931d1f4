/**
 * Active expiry of the fields of one hash, by the rules of active expiry (expiry.ts,
 * X1 and X2). The last field takes the key with it.
 */
import type { Dot } from "../../crdt/cell.ts";
import { ByteRange } from "../byte-range.ts";
import { EXPIRY_GRACE_MS } from "../limits/keyspace.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { removeElement } from "./element-effects.ts";
import { ElementTarget } from "./element-target.ts";
import { removeExpired } from "./key-effects.ts";

/** May this replica remove what a deadline has ended, given the time up to which it may (X1, X2)? */
export function mayRemove(core: Core, setBy: Dot | undefined, atMs: number, dueMs: number): boolean {
  return atMs + (setBy?.origin === core.self ? 0 : EXPIRY_GRACE_MS) <= dueMs;
}

/** Removes some fields whose deadline has come; returns how many. `told` hears of each. */
export function removeDueFields(
  core: Core,
  database: Database,
  dueMs: number,
  key: ByteRange,
  most: number,
  told: (db: number, key: ByteRange, field: ByteRange) => void,
): number {
  const due = dueFields(core, database, dueMs, key, most);
  for (const own of due) {
    const field = new ByteRange(own);
    removeField(core, database, key, field);
    told(database.index, key, field);
  }
  return due.length;
}

function dueFields(core: Core, database: Database, dueMs: number, key: ByteRange, most: number): Uint8Array[] {
  const due: Uint8Array[] = [];
  const collection = core.keys.expiringFields(core.keys.raw(database, core.memory.hash(key), key));
  if (collection?.deadlines === undefined) return due;
  const field = new ByteRange();
  collection.deadlines.sweep(core.event.nowMs, (at) => {
    if (!mayRemove(core, collection.deadlineHeld(at), collection.deadline(at), dueMs)) return true;
    collection.element(at, field);
    due.push(field.copy());
    return due.length < most;
  });
  return due;
}

function removeField(core: Core, database: Database, key: ByteRange, field: ByteRange): void {
  const hash = core.memory.hash(key);
  const ref = core.keys.raw(database, hash, key);
  const collection = core.keys.expiringFields(ref);
  if (collection === undefined) throw new Error("a field expires in a hash without deadlines");
  if (collection.live === 1) return removeExpired(core, database, key, ref);
  const target = new ElementTarget(collection.type).aim(database.index, key, field);
  removeElement(core, database, hash, ref, target, core.memory.hash(field));
}
