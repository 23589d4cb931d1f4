/**
 * The local effect of a command that puts several elements: one look-up and one
 * layout of the entry where the collection is small, element by element elsewhere.
 */
import type { Core } from "./core.ts";
import { elementPut } from "./element-effects.ts";
import type { ElementBatch } from "./element-batch.ts";
import type { ElementTarget } from "./element-target.ts";
import type { EntryRef } from "./entry.ts";
import { currentEntry } from "./key-effects.ts";
import { putAllSmall } from "./small/batch-effects.ts";

/** HSET, SADD, ZADD. Makes the key when it is missing. Returns how many elements are new. */
export function elementsPut(core: Core, target: ElementTarget, batch: ElementBatch, found: EntryRef): number {
  let ref = found;
  if (batch.count > 1) {
    const database = core.keys.database(target.db);
    const hash = found === 0 ? core.memory.hash(target.key) : core.memory.entries.hash(found) | 0;
    if (found === 0) ref = currentEntry(core, database, hash, target.key);
    const added = putAllSmall(core, database, hash, ref, target, batch);
    if (added >= 0) return added;
  }
  let added = 0;
  for (let i = 0; i < batch.count; i++) {
    target.element = batch.element(i);
    if (elementPut(core, target, batch.value(i), ref)) added++;
    ref = 0; // a write may have moved the entry
  }
  return added;
}
