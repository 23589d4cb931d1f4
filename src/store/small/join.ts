/**
 * Joins operations of others with small collections in place (layout.ts), where
 * that does what the general join would do (../join.ts, J1): the writer had seen
 * the plain element that it replaces or removes.
 */
import type { Contribution, Dot, Seen } from "../../../crdt/cell.ts";
import { sameDot } from "../../../crdt/life.ts";
import type { ByteRange } from "../../byte-range.ts";
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import type { ElementTarget } from "../element-target.ts";
import { type EntryRef, HAS_BIRTH, HAS_DEADLINE, Kind } from "../entry.ts";

/** An operation on one element, its dot, and the lives it supports (undefined: none). */
export interface SmallOperation {
  readonly target: ElementTarget;
  readonly dot: Dot;
  readonly lives: readonly Dot[] | undefined;
}

/** Does the operation begin the only life of a key that is missing? */
function begins({ dot, lives }: SmallOperation): boolean {
  const [life] = lives ?? [];
  return lives?.length === 1 && life !== undefined && sameDot(life, dot);
}

/** Holds the entry a small collection of that type, and can it take what lives the operation supports? */
function takes(core: Core, ref: EntryRef, { target, lives }: SmallOperation): boolean {
  const { entries } = core.memory;
  const { small } = core.keys;
  if (entries.kind(ref) !== Kind.small || small.layout.typeOf(ref) !== target.type) return false;
  if (lives === undefined) return true;
  const [life] = lives;
  return (
    (entries.flags(ref) & HAS_BIRTH) !== 0 && lives.length === 1 && life !== undefined && sameDot(life, small.life(ref))
  );
}

/** What the operation leaves as the support of the life, where it names one: the latest, if its writer had seen the other. */
function support(core: Core, ref: EntryRef, operation: SmallOperation, seen: Seen): Dot | undefined | false {
  if (operation.lives === undefined) return undefined;
  const held = core.keys.small.support(ref);
  return seen.covers(held.origin, held.time) ? operation.dot : false;
}

export function joinSmallPut(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  operation: SmallOperation,
  value: ByteRange,
  seen: Seen,
): boolean {
  const { small } = core.keys;
  const { layout } = small;
  const { target, dot } = operation;
  const { key, type, element } = target;
  const bytes = element.length + value.length;
  if (ref === 0) {
    if (!begins(operation) || !layout.fitsOne(key.length, bytes)) return false;
    small.create(database, hash, key, type, element, dot.origin, dot.time, value);
    return true;
  }
  if (!takes(core, ref, operation)) return false;
  const at = layout.find(ref, element);
  if (at !== 0 && (layout.isCounter(ref, at) || !seen.covers(layout.origin(ref, at), layout.time(ref, at))))
    return false;
  const supported = support(core, ref, operation, seen);
  if (supported === false || !layout.canTake(ref, at, bytes, false)) return false;
  small.put(database, hash, ref, at, element, dot.origin, dot.time, value, supported);
  return true;
}

export function joinSmallCount(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  operation: SmallOperation,
  counted: Contribution,
  seen: Seen,
): boolean {
  const { small } = core.keys;
  const { layout } = small;
  const { target } = operation;
  const { key, type, element } = target;
  if (!isPlainCount(counted)) return false;
  if (ref === 0) {
    if (!begins(operation) || !layout.fitsOne(key.length, element.length)) return false;
    small.createCounter(database, hash, key, type, element, counted);
    return true;
  }
  if (!takes(core, ref, operation)) return false;
  const at = layout.find(ref, element);
  if (at === 0 ? !layout.canTake(ref, 0, element.length, true) : !grows(core, ref, at, counted)) return false;
  const supported = support(core, ref, operation, seen);
  if (supported === false) return false;
  small.putCounter(database, hash, ref, at, element, counted, supported);
  return true;
}

/** Does it show, in plain numbers? */
function isPlainCount({ time, total, floorTime, floorTotal }: Contribution): boolean {
  if (typeof total !== "number" || typeof floorTotal !== "number") return false;
  return floorTime < time && Number.isSafeInteger(total - floorTotal);
}

/** The same origin's counter of the same generation, later: the greater time has it all. */
function grows(core: Core, ref: EntryRef, at: number, c: Contribution): boolean {
  const { layout } = core.keys.small;
  return (
    layout.isCounter(ref, at) &&
    layout.origin(ref, at) === c.origin &&
    layout.counterField(ref, at, 0) === c.generation &&
    layout.counterField(ref, at, 2) === c.floorTime &&
    layout.time(ref, at) <= c.time
  );
}

/** True when the element is gone, or was not there. */
export function joinSmallRemove(
  core: Core,
  database: Database,
  hash: number,
  ref: EntryRef,
  operation: SmallOperation,
  seen: Seen,
): boolean {
  const { layout } = core.keys.small;
  if (ref === 0) return true;
  if (!takes(core, ref, operation)) return false;
  const at = layout.find(ref, operation.target.element);
  if (at === 0) return true;
  if (layout.isCounter(ref, at) || layout.size(ref) === 1) return false;
  if (!seen.covers(layout.origin(ref, at), layout.time(ref, at))) return false;
  core.keys.small.remove(database, hash, ref, at);
  return true;
}

/** Had the scope's writer seen all that a small collection holds, so that a put or a removal of the key leaves nothing of it? */
export function sawSmall(core: Core, ref: EntryRef, seen: Seen): boolean {
  const { entries } = core.memory;
  const { small } = core.keys;
  const { layout } = small;
  if (layout.counted(ref) > 0) return false;
  const supported = small.support(ref);
  if (!seen.covers(supported.origin, supported.time)) return false;
  if (
    (entries.flags(ref) & HAS_DEADLINE) !== 0 &&
    !seen.covers(entries.deadlineBlock(ref, 2), entries.deadlineBlock(ref, 1))
  )
    return false;
  const end = layout.end(ref);
  for (let at = layout.first; at < end; at = layout.next(ref, at)) {
    if (!seen.covers(layout.origin(ref, at), layout.time(ref, at))) return false;
  }
  return true;
}
