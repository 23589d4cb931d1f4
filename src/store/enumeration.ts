/**
 * Looking at many keys: everything staged is joined first, and what is expired
 * or shows nothing is passed over.
 */
import { RANDOM_KEY_DRAWS_MAX } from "../limits/keyspace.ts";
import type { Core } from "./core.ts";
import type { EntryRef } from "./entry.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { Table } from "./table.ts";

export function scanKeys(
  core: Core,
  db: number,
  cursor: number,
  count: number,
  visit: (ref: EntryRef) => void,
): number {
  return settledTable(core, db).scan(cursor, count, (ref) => {
    if (core.isVisible(ref)) visit(ref);
  });
}

export function eachKey(core: Core, db: number, visit: (ref: EntryRef) => boolean | void): void {
  settledTable(core, db).forEach((ref) => (core.isVisible(ref) ? visit(ref) : undefined));
}

/** Some visible key; where nearly all have expired, the first one. */
export function randomKey(core: Core, db: number, random: () => number): EntryRef {
  const table = settledTable(core, db);
  for (let i = 0; i < RANDOM_KEY_DRAWS_MAX && table.size > 0; i++) {
    const ref = table.random(random);
    if (core.isVisible(ref)) return ref;
  }
  let first = 0;
  eachKey(core, db, (ref) => {
    first = ref;
    return false;
  });
  return first;
}

export function digestOf(core: Core): string {
  core.keys.settleAll();
  const all = new Fingerprint();
  for (const database of core.keys.databases) all.change(database.print, 1);
  return all.toString();
}

function settledTable(core: Core, db: number): Table {
  core.keys.settleAll();
  return core.keys.database(db).table;
}
