/**
 * The local effect of a batch of puts on a small collection (layout.ts) at once:
 * its entry is laid out for all of them before the first is written. They are
 * told to others one by one, as if they had come so.
 */
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import { type ElementParts, NO_PARTS } from "../delta-writer.ts";
import type { ElementBatch } from "../element-batch.ts";
import type { ElementTarget } from "../element-target.ts";
import type { EntryRef } from "../entry.ts";
import { isSmall, mayReplace, supported, supportOf } from "./effects.ts";
import { SmallLayout } from "./layout.ts";
import { createAll, putAll } from "./batch-changes.ts";

/** Not all of the elements fit: nothing was changed. */
const UNFIT = -1;

/** Puts elements at a key that is missing (0), or holds a small collection. Returns how many are new, or UNFIT. */
export function putAllSmall(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  target: ElementTarget,
  batch: ElementBatch,
): number {
  const { memory } = core;
  const { small } = core.keys;
  const { key, type } = target;
  const bytes = ref === 0 ? bytesOfNew(core, key.length, batch) : bytesMore(core, ref, target, batch);
  if (bytes === UNFIT) return UNFIT;
  const dot = { origin: core.self, time: core.event.time() };
  if (ref === 0) {
    const added = createAll(memory, small, database, hash, key, type, batch, bytes, dot);
    tell(core, target, batch, { ...NO_PARTS, lives: [dot] }, NO_PARTS);
    return added;
  }
  const parts = supported(core, ref);
  const added = putAll(memory, small, database, hash, ref, batch, bytes, dot, supportOf(core, parts));
  tell(core, target, batch, parts, parts);
  return added;
}

/** The bytes of a new collection of these elements, were no two the same. */
function bytesOfNew(core: Core, keyLength: number, batch: ElementBatch): number {
  const { layout } = core.keys.small;
  if (batch.count > layout.elementsMax) return UNFIT;
  let bytes = SmallLayout.bytesOfNone;
  for (let i = 0; i < batch.count; i++) {
    bytes += SmallLayout.bytesOf(batch.element(i).length, batch.value(i).length, false);
  }
  return layout.fits(batch.count, bytes, keyLength) ? bytes : UNFIT;
}

/** What the elements add to a collection at most, whatever comes first. */
function bytesMore(core: Core, ref: EntryRef, target: ElementTarget, batch: ElementBatch): number {
  const { small } = core.keys;
  const { layout } = small;
  const { entries } = core.memory;
  if (!isSmall(core, ref, target) || !small.canSupport(ref)) return UNFIT;
  const elementsMax = layout.elementsMax - layout.size(ref);
  let more = 0;
  let elements = 0;
  for (let i = 0; i < batch.count; i++) {
    const element = batch.element(i);
    const at = layout.find(ref, element);
    if (at === 0 ? ++elements > elementsMax : !mayReplace(core, ref, at)) return UNFIT;
    more += Math.max(0, layout.bytesMore(ref, at, element.length, batch.value(i).length, false));
  }
  return layout.fits(layout.size(ref) + elements, entries.valueLength(ref) + more, 0) ? more : UNFIT;
}

/** Writes them down for others: the first with these parts, the others with those. */
function tell(core: Core, target: ElementTarget, batch: ElementBatch, first: ElementParts, others: ElementParts): void {
  if (!core.delta.enabled) return;
  const time = core.event.time();
  for (let i = 0; i < batch.count; i++) {
    target.element = batch.element(i);
    core.delta.elementPut(target, time, batch.value(i), time, i === 0 ? first : others);
  }
}
