/**
 * Joins a range of a large collection as its sender held it, a bounded step at a
 * time: what it names is joined with what is here, and of what it does not name
 * everything that the sender had seen is gone.
 *
 * A key's record and the ranges of its collections may have been exported at
 * different moments, and come in any order: each speaks of other cells. Whatever
 * the sender changed between two of them comes as intervals, in the same step of
 * the replica (rule 6). So where the key was deleted, or became something else,
 * the later ranges are empty, and the intervals remove what earlier ones brought;
 * where it was made anew, they bring the elements that earlier ones lacked.
 *
 * G2. Between two steps nobody but other ranges of the same key touches it.
 */
import type { JoinScope } from "../../../crdt/cell.ts";
import { Context } from "../../../crdt/context.ts";
import { ByteRange } from "../../byte-range.ts";
import type { Collection } from "../collection.ts";
import type { Core } from "../core.ts";
import type { EntryRef } from "../entry.ts";
import { closeKey, joinElement, openKey, type OpenKey, removeSeenElement } from "../join.ts";
import { collectionOf } from "../key-state.ts";
import type { CollectionType } from "../key-type.ts";
import { PlainElement, SlotsReader } from "../slots-format.ts";
import { type KeyRange, type Place, walkOf } from "./key-range.ts";

/** Something that is done to one key by and by. */
export interface KeyWork {
  /** Does about as much as that many elements are; false when nothing is left. */
  step(elementsMax: number): boolean;
  /** Staged bytes that it holds. */
  readonly bytes: number;
}

/** Removes what the scope's writer had seen of a range, but for the elements named. */
export class RangeSweep implements KeyWork {
  readonly bytes = 0;
  private readonly core: Core;
  private readonly of: KeyRange;
  private readonly scope: JoinScope;
  private readonly named: () => ReadonlySet<string>;
  private at: Place | undefined;

  constructor(core: Core, range: KeyRange, scope: JoinScope, named: () => ReadonlySet<string>) {
    this.core = core;
    this.of = range;
    this.scope = scope;
    this.named = named;
    this.at = range.from;
  }

  step(elementsMax: number): boolean {
    const { core, of: range, at } = this;
    if (at === undefined) return false;
    const open = openRange(core, range);
    const collection = collectionOf(open.state, range.type);
    this.at = collection === undefined ? undefined : this.sweep(open, collection, at, elementsMax);
    closeKey(core, open);
    return this.at !== undefined;
  }

  private sweep(open: OpenKey, collection: Collection, at: Place, elementsMax: number): Place | undefined {
    const { core, of: range, scope } = this;
    const { entries } = core.memory;
    const refs: EntryRef[] = [];
    const walk = walkOf(core.memory, collection, { from: at, to: range.to });
    if (!walk.isDone) walk.step(elementsMax, (ref) => void refs.push(ref));
    const next = walk.isDone ? undefined : walk.place;
    if (refs.length > 0) {
      const named = this.named();
      const element = new ByteRange();
      for (const ref of refs) {
        entries.keyOf(ref, element);
        if (named.size > 0 && named.has(element.latin1())) continue;
        removeSeenElement(core, open, collection, entries.hash(ref) | 0, element, ref, scope);
      }
    }
    return next;
  }
}

/** Joins a whole range. `known` is what this replica had seen when the state that the range meets was its own. */
export class RangeJoin implements KeyWork {
  readonly bytes: number;
  private readonly core: Core;
  private readonly of: KeyRange;
  private readonly scope: JoinScope;
  private readonly reader: SlotsReader;
  private readonly sweep: RangeSweep;
  private isSwept = false;

  constructor(core: Core, range: KeyRange, context: Context, known: Context, bytes: Uint8Array) {
    this.core = core;
    this.of = range;
    this.scope = { seen: context, known, whole: true, replaces: true };
    this.bytes = bytes.length;
    this.reader = new SlotsReader(bytes, core.memory.origins);
    let named: ReadonlySet<string> | undefined;
    this.sweep = new RangeSweep(core, range, this.scope, () => (named ??= namesIn(core, range.type, bytes)));
  }

  step(elementsMax: number): boolean {
    const { core, of: range, reader } = this;
    if (!this.isSwept) {
      this.isSwept = !this.sweep.step(elementsMax);
      return !this.isSwept || !reader.atEnd;
    }
    joinNamed(core, range, reader, this.scope, elementsMax);
    return !reader.atEnd;
  }
}

/** Makes a range hold what the bytes say and nothing else. */
export function replaceRange(core: Core, range: KeyRange, bytes: Uint8Array): void {
  const { entries } = core.memory;
  const open = openRange(core, range);
  const collection = collectionOf(open.state, range.type);
  if (collection !== undefined) {
    const refs: EntryRef[] = [];
    const walk = walkOf(core.memory, collection, range);
    while (!walk.isDone) walk.step(core.ranges.stepElements, (ref) => void refs.push(ref));
    for (const ref of refs) collection.erase(entries.hash(ref) | 0, ref);
  }
  closeKey(core, open);
  const { conflicts } = core;
  const nothing = new Context(1);
  const scope: JoinScope = { seen: nothing, known: nothing, whole: true, replaces: true };
  joinNamed(core, range, new SlotsReader(bytes, core.memory.origins), scope, Infinity);
  // What concurrent writes left was counted when it happened.
  core.conflicts = conflicts;
}

function openRange(core: Core, { db, key }: KeyRange): OpenKey {
  return openKey(core, core.keys.database(db), new ByteRange(key));
}

function joinNamed(core: Core, range: KeyRange, reader: SlotsReader, scope: JoinScope, elementsMax: number): void {
  if (reader.atEnd) return;
  const { type } = range;
  const open = openRange(core, range);
  const collection = core.collectionFor(open.database, open.hash, open.state, type);
  const plain = new PlainElement();
  for (let left = elementsMax; left > 0 && !reader.atEnd; left--) {
    const place = reader.position;
    if (reader.nextPlainElement(plain, type)) {
      if (joinPlain(core, collection, plain, scope)) continue;
      reader.position = place;
    }
    const { element, cell } = reader.element(type);
    joinElement(core, open, collection, new ByteRange(element), cell, scope);
  }
  closeKey(core, open);
}

/** The shortcut for what most of a range is; it does what the general join would do. False when it is none. */
function joinPlain(core: Core, collection: Collection, plain: PlainElement, { seen, known }: JoinScope): boolean {
  const { entries } = core.memory;
  const { element, origin, time, value } = plain;
  const hash = core.memory.hash(element);
  const ref = collection.raw(hash, element);
  if (ref === 0) {
    if (!known.covers(origin, time)) collection.putPlain(hash, element, 0, origin, time, value);
    return true;
  }
  if (!collection.isPlain(ref)) return false;
  if (entries.time(ref) === time && entries.origin(ref) === origin) return true;
  if (known.covers(origin, time) || !seen.covers(entries.origin(ref), entries.time(ref))) return false;
  collection.putPlain(hash, element, ref, origin, time, value);
  return true;
}

function namesIn(core: Core, type: CollectionType, bytes: Uint8Array): ReadonlySet<string> {
  const names = new Set<string>();
  const reader = new SlotsReader(bytes, core.memory.origins);
  const plain = new PlainElement();
  while (!reader.atEnd) {
    if (reader.nextPlainElement(plain, type)) names.add(plain.element.latin1());
    else names.add(new ByteRange(reader.element(type).element).latin1());
  }
  return names;
}
