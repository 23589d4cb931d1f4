/**
 * Local effects on small collections (layout.ts): the common cases, in place.
 * Whatever does not fit is left to the general way, which opens the key.
 */
import type { Contribution, Dot } from "../../../crdt/cell.ts";
import type { ByteRange } from "../../byte-range.ts";
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import { type ElementParts, NO_PARTS } from "../delta-writer.ts";
import type { ElementTarget } from "../element-target.ts";
import type { ElementRef } from "../elements.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "../entry.ts";

/** What became of a put. */
export const SmallPut = { unfit: 0, added: 1, replaced: 2 } as const;
type SmallPutValue = (typeof SmallPut)[keyof typeof SmallPut];

/** Does the entry hold a small collection of the target's type? */
export function isSmall(core: Core, ref: EntryRef, target: ElementTarget): boolean {
  const { entries } = core.memory;
  const { small } = core.keys;
  return entries.kind(ref) === Kind.small && small.layout.typeOf(ref) === target.type;
}

/** The life that a write to this entry supports: only where a deadline hangs on it (crdt/life.ts, L3). */
export function supported(core: Core, ref: EntryRef): ElementParts {
  const { entries } = core.memory;
  const { small } = core.keys;
  return (entries.flags(ref) & HAS_DEADLINE) === 0 ? NO_PARTS : { ...NO_PARTS, lives: [small.life(ref)] };
}

/** Is it a plain element that the running event may replace? */
export function mayReplace(core: Core, ref: EntryRef, at: ElementRef): boolean {
  const { layout } = core.keys.small;
  return !layout.isCounter(ref, at) && core.outranksDot(layout.time(ref, at), layout.origin(ref, at));
}

/** Puts an element at a key that is missing (0), or holds a small collection. */
export function putSmall(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  target: ElementTarget,
  value: ByteRange,
): SmallPutValue {
  const { self } = core;
  const { small } = core.keys;
  const { layout } = small;
  const { key, type, element } = target;
  const bytes = element.length + value.length;
  if (ref === 0) {
    if (!layout.fitsOne(key.length, bytes)) return SmallPut.unfit;
    const time = core.event.time();
    small.create(database, hash, key, type, element, self, time, value);
    core.delta.elementPut(target, time, value, time, { ...NO_PARTS, lives: [{ origin: self, time }] });
    return SmallPut.added;
  }
  if (!isSmall(core, ref, target)) return SmallPut.unfit;
  const at = layout.find(ref, element);
  if (at !== 0 && !mayReplace(core, ref, at)) return SmallPut.unfit;
  if (!layout.canTake(ref, at, bytes, false) || !small.canSupport(ref)) return SmallPut.unfit;
  const time = core.event.time();
  const parts = supported(core, ref);
  small.put(database, hash, ref, at, element, self, time, value, supportOf(core, parts));
  core.delta.elementPut(target, time, value, time, parts);
  return at === 0 ? SmallPut.added : SmallPut.replaced;
}

/** Counts at a key that is missing (0), or holds a small collection. False when it does not fit. */
export function countSmall(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  target: ElementTarget,
  amount: number,
): boolean {
  const { self } = core;
  const { small } = core.keys;
  const { key, type, element } = target;
  const at = ref === 0 || !isSmall(core, ref, target) ? 0 : small.layout.find(ref, element);
  if (ref === 0 ? !small.layout.fitsOne(key.length, element.length) : !canCount(core, ref, at, target, amount))
    return false;
  const time = core.event.time();
  const counted: Contribution =
    at === 0
      ? { origin: self, time, generation: time, total: amount, floorTime: 0, floorTotal: 0 }
      : grown(small.contribution(ref, at), time, amount);
  const parts = ref === 0 ? { ...NO_PARTS, lives: [{ origin: self, time }] } : supported(core, ref);
  if (ref === 0) small.createCounter(database, hash, key, type, element, counted);
  else small.putCounter(database, hash, ref, at, element, counted, supportOf(core, parts));
  core.delta.elementCount(target, time, counted, parts);
  return true;
}

function grown(c: Contribution, time: number, amount: number): Contribution {
  return { ...c, time, total: Number(c.total) + amount };
}

function canCount(core: Core, ref: EntryRef, at: number, target: ElementTarget, amount: number): boolean {
  const { small } = core.keys;
  const { layout } = small;
  if (!isSmall(core, ref, target) || !small.canSupport(ref)) return false;
  if (at === 0) return layout.canTake(ref, 0, target.element.length, true);
  if (!layout.isCounter(ref, at) || layout.origin(ref, at) !== core.self) return false;
  const total = layout.counterField(ref, at, 1) + amount;
  return Number.isSafeInteger(total) && Number.isSafeInteger(total - layout.counterField(ref, at, 3));
}

/** Removes a plain element of several. False when it is not there or does not fit. */
export function removeSmall(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  target: ElementTarget,
): boolean {
  const { small } = core.keys;
  if (!isSmall(core, ref, target) || small.layout.size(ref) === 1) return false;
  const at = small.layout.find(ref, target.element);
  if (at === 0 || small.layout.isCounter(ref, at)) return false;
  const time = core.event.time();
  small.remove(database, hash, ref, at);
  core.delta.elementRemove(target, time, NO_PARTS);
  return true;
}

/** What a write supports a life with that it tells of in its parts. */
export function supportOf(core: Core, { lives }: ElementParts): Dot | undefined {
  return lives.length === 0 ? undefined : { origin: core.self, time: core.event.time() };
}
