/**
 * Hash slots: the keyspace in 16,384 parts, as a repair sends and receives them.
 *
 * A sender exports whole slots. A receiver stages what it gets and, when all of
 * it is there, commits: its context rises to the sender's at once, and from then
 * on each slot is joined when it is first looked at, or when the shell has time.
 * So nobody sees half a repair, no local write meets a cell that its context
 * does not cover, and no command waits for more than one chunk.
 *
 * Slots are taken in bit-reversed order, so that what comes first is spread over
 * the whole of the table that is being filled (scatter.ts); a chunk's bounds are
 * places in that order.
 *
 * P1. What is staged is joined against the context from before the commit: the
 *     state that it meets is of that time.
 * P2. Nothing reads or writes a slot between the commit and its join.
 */
import type { JoinScope } from "../../crdt/cell.ts";
import type { Context } from "../../crdt/context.ts";
import { ByteRange } from "../byte-range.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { type EntryRef, Kind } from "./entry.ts";
import {
  closeKey,
  COLLECTION_TYPES,
  joinCollectionBirths,
  joinElement,
  joinKeyDeadlines,
  joinString,
  openKey,
  type OpenKey,
  removeSeen,
  removeSeenType,
} from "./join.ts";
import type { KeyState } from "./key-state.ts";
import { KeyType } from "./key-type.ts";
import type { Pending } from "./keys.ts";
import { scatterStep } from "./scatter.ts";
import { type ElementDelta, type KeyDelta, SlotsReader, SlotsWriter } from "./slots-format.ts";

export const SLOTS = 16_384;

/** Bits of a hash that are not its slot's. */
const SLOT_SHIFT = 18;

/** The slot at each place in the bit-reversed order, and the place of each slot: it is its own inverse. */
const MIRRORED = Uint16Array.from({ length: SLOTS }, (_, slot) => {
  let mirror = 0;
  for (let bit = 1; bit < SLOTS; bit <<= 1) mirror = (mirror << 1) | ((slot & bit) === 0 ? 0 : 1);
  return mirror;
});

function mirrored(slot: number): number {
  return MIRRORED[slot] as number; // there are as many as slots
}

/** Entries up to which a walk over all of them is cheaper than a look into every slot. */
const SPARSE_ENTRIES_MAX = SLOTS / 8;

interface Chunk {
  readonly fromSlot: number;
  readonly nextSlot: number;
  /** What the sender had seen when it exported the chunk. */
  readonly context: Context;
  readonly bytes: Uint8Array;
}

/** The cells of whole slots from `fromSlot` on, at least one and about `bytesMax` bytes of them. */
export function exportSlots(core: Core, fromSlot: number, bytesMax: number): { bytes: Uint8Array; nextSlot: number } {
  const writer = new SlotsWriter(core.memory.origins);
  const databases = core.keys.databases.filter(
    (database) => database.table.size > 0 || core.keys.pending !== undefined,
  );
  const occupied = core.keys.pending === undefined ? occupiedPlaces(databases) : undefined;
  let slot = fromSlot;
  do {
    core.keys.pending?.settle(mirrored(slot) << SLOT_SHIFT);
    for (const database of databases) {
      database.table.forEachInSlot(mirrored(slot), (ref) => exportKey(core, writer, database, ref));
    }
    slot++;
    if (occupied !== undefined) slot = occupied.find((place) => place >= slot) ?? SLOTS;
  } while (slot < SLOTS && writer.length < bytesMax);
  return { bytes: writer.take(), nextSlot: slot };
}

/** The places that hold anything, rising; undefined when there may be so many that it does not pay to know. */
function occupiedPlaces(databases: readonly Database[]): number[] | undefined {
  const places = new Set<number>();
  for (const { table } of databases) {
    if (table.size > SPARSE_ENTRIES_MAX) return undefined;
    table.forEach((_, hash) => void places.add(mirrored(hash >>> SLOT_SHIFT)));
  }
  return [...places].toSorted((a, b) => a - b);
}

function exportKey(core: Core, writer: SlotsWriter, database: Database, ref: EntryRef): void {
  const { entries } = core.memory;
  const key = new ByteRange();
  entries.keyOf(ref, key);
  const state: KeyState = entries.kind(ref) === Kind.object ? core.keys.state(ref) : core.keys.unpack(ref);
  writer.key(database.index, key);
  writer.cell(state.cell);
  writer.deadlines(state.deadlines);
  const collections = [state.hash, state.set].filter((c) => c !== undefined);
  writer.collections(collections.length);
  for (const collection of collections) {
    writer.collection(collection.type, collection.births, collection.table.size);
    const element = new ByteRange();
    collection.table.forEach((at) => {
      entries.keyOf(at, element);
      writer.element(element, collection.cellAt(at));
    });
  }
}

const NO_SLOTS = new Uint16Array(0);

export class Staging implements Pending {
  stagedBytes = 0;
  private readonly core: Core;
  private chunks: Chunk[] = [];
  /** After the commit: for each slot the chunk that is still to be joined, by its number; 0 is none. */
  private bySlot = NO_SLOTS;
  private byNumber: readonly Chunk[] = [];
  private known: Context | undefined;

  constructor(core: Core) {
    this.core = core;
  }

  stage(chunk: Chunk): void {
    this.settleAll();
    this.chunks.push(chunk);
    this.stagedBytes += chunk.bytes.length;
  }

  /** Forgets what was staged; what was committed is part of the state and stays. */
  drop(): void {
    if (this.known !== undefined) return;
    this.chunks = [];
    this.stagedBytes = 0;
  }

  /** Raises the context; from now on the staged slots are joined as they are needed. */
  commit(context: Context): void {
    const { core, chunks } = this;
    if (chunks.length > 0) {
      this.known = core.context.copy();
      this.bySlot = new Uint16Array(SLOTS);
      this.byNumber = chunks;
      for (const [i, chunk] of chunks.entries()) this.place(chunk, i + 1);
      core.keys.pending = this;
    }
    core.context.merge(context);
  }

  private place(chunk: Chunk, number: number): void {
    for (let slot = chunk.fromSlot; slot < chunk.nextSlot; slot++) this.bySlot[mirrored(slot)] = number;
  }

  settle(hash: number): void {
    const number = this.bySlot[hash >>> SLOT_SHIFT];
    const chunk = number === undefined ? undefined : this.byNumber[number - 1];
    if (chunk !== undefined) this.join(chunk);
  }

  settleAll(): void {
    while (this.settleSome());
  }

  /** Joins one chunk; false when none is left. */
  settleSome(): boolean {
    const last = this.chunks.at(-1);
    if (this.known === undefined || last === undefined) return false;
    this.join(last);
    return true;
  }

  private join(chunk: Chunk): void {
    const { core, known } = this;
    if (known === undefined) return;
    this.place(chunk, 0);
    this.chunks = this.chunks.filter((other) => other !== chunk);
    this.stagedBytes -= chunk.bytes.length;
    joinSlots(core, chunk, known);
    if (this.chunks.length > 0) return;
    this.bySlot = NO_SLOTS;
    this.byNumber = [];
    this.known = undefined;
    core.keys.pending = undefined;
  }
}

function joinSlots(core: Core, chunk: Chunk, known: Context): void {
  const scope: JoinScope = { seen: chunk.context, known, whole: true, replaces: true };
  const named = new Set<string>();
  const reader = new SlotsReader(chunk.bytes, core.memory.origins);
  while (!reader.atEnd) {
    const delta = reader.next();
    named.add(nameOf(delta.db, new ByteRange(delta.key)));
    joinKey(core, delta, scope);
  }
  removeUnnamed(core, chunk, named, scope);
}

function joinKey(core: Core, delta: KeyDelta, scope: JoinScope): void {
  const database = core.keys.database(delta.db);
  const key = new ByteRange(delta.key);
  if (holdsAlready(core, database, key, delta)) return;
  const open = openKey(core, database, key);
  joinString(core, open.state, delta.cell, scope);
  joinKeyDeadlines(open.state, delta.deadlines, scope);
  for (const type of COLLECTION_TYPES) {
    const theirs = delta.collections.find((c) => c.type === type);
    if (theirs === undefined) {
      removeSeenType(core, open, type, scope);
      continue;
    }
    const collection = core.collectionFor(database, open.hash, open.state, type);
    joinCollectionBirths(collection, theirs.births, scope);
    if (collection.table.size > 0) {
      removeSeen(core, open, type, scope, new Set(theirs.elements.map((e) => new ByteRange(e.element).latin1())));
    }
    joinElements(core, open, collection, theirs.elements, scope);
  }
  closeKey(core, open);
}

function joinElements(
  core: Core,
  open: OpenKey,
  collection: Collection,
  elements: readonly ElementDelta[],
  scope: JoinScope,
): void {
  const step = scatterStep(elements.length);
  for (let n = 0, at = 0; n < elements.length; n++, at = (at + step) % elements.length) {
    const { element, cell } = elements[at] as ElementDelta;
    joinElement(core, open, collection, new ByteRange(element), cell, scope);
  }
}

/** The shortcut for what most of a repair finds: the same plain value on both sides (join.ts, J1). */
function holdsAlready(core: Core, database: Database, key: ByteRange, delta: KeyDelta): boolean {
  const { entries } = core.memory;
  const sibling = delta.cell.siblings[0];
  if (sibling === undefined || delta.cell.siblings.length > 1 || delta.cell.contributions.length > 0) return false;
  if (delta.deadlines.length > 0 || delta.collections.length > 0) return false;
  const ref = core.keys.raw(database, core.memory.hash(key), key);
  if (ref === 0 || entries.kind(ref) !== Kind.register || entries.flags(ref) !== 0) return false;
  return entries.time(ref) === sibling.time && entries.origin(ref) === sibling.origin;
}

/** What the sender did not name, it does not have: of that, all that it had seen is gone. */
function removeUnnamed(core: Core, chunk: Chunk, named: ReadonlySet<string>, scope: JoinScope): void {
  const { entries } = core.memory;
  const key = new ByteRange();
  for (const database of core.keys.databases) {
    if (database.table.size === 0) continue;
    const unnamed: Uint8Array[] = [];
    eachEntry(database, chunk, (ref) => {
      entries.keyOf(ref, key);
      if (!named.has(nameOf(database.index, key))) unnamed.push(key.copy());
    });
    for (const own of unnamed) {
      const open = openKey(core, database, new ByteRange(own));
      for (const type of [KeyType.string, ...COLLECTION_TYPES]) removeSeenType(core, open, type, scope);
      joinKeyDeadlines(open.state, [], scope);
      closeKey(core, open);
    }
  }
}

function eachEntry({ table }: Database, { fromSlot, nextSlot }: Chunk, visit: (ref: EntryRef) => void): void {
  if (table.size > SPARSE_ENTRIES_MAX) {
    for (let slot = fromSlot; slot < nextSlot; slot++) table.forEachInSlot(mirrored(slot), visit);
    return;
  }
  table.forEach((ref, hash) => {
    const place = mirrored(hash >>> SLOT_SHIFT);
    if (place >= fromSlot && place < nextSlot) visit(ref);
  });
}

function nameOf(db: number, key: ByteRange): string {
  return `${db}:${key.latin1()}`;
}
