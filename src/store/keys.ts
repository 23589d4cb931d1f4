/**
 * Keys: the sixteen databases and the one way in which a key's state changes.
 *
 * A key is looked up as an entry. Whoever changes more than a plain value opens
 * the key, changes its state, and closes it again; closing chooses between the
 * packed forms and an object, and keeps counts and fingerprints.
 *
 * S1. Counts (`live`, `deadlines`, `objects`) and fingerprints are those of the
 *     entries in the table, at every moment that no key is open.
 */
import type { Dot } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { NEVER } from "../../crdt/life.ts";
import type { Origin } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { packedDeadline, packedForm, packForm, unpackCell } from "./cell-packing.ts";
import { addCell, addPackedCell, addPackedDeadline } from "./cell-print.ts";
import type { Collection } from "./collection.ts";
import { Database } from "./database.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "./entry.ts";
import { elementPath, type Fingerprint, keyPath, Mark } from "./fingerprint.ts";
import {
  deadlineOf,
  dropEmptyCollections,
  emptyState,
  isAliveDeadline,
  isEmptyState,
  type KeyState,
  visibleType,
} from "./key-state.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import type { Memory } from "./memory.ts";
import { SmallChanges } from "./small/changes.ts";
import { packSmall, smallBytes, unpackSmall } from "./small/form.ts";
import { inScatteredOrder } from "./scatter.ts";

export const DATABASES = 16;

/** Slots whose staged state has still to be joined before anyone looks at them; see src/store/repair/staging.ts. */
export interface Pending {
  settle(hash: number): void;
  settleAll(): void;
}

export class Keys {
  readonly memory: Memory;
  readonly small: SmallChanges;
  readonly databases: readonly Database[];
  pending: Pending | undefined;
  private openedDue = false;

  constructor(memory: Memory, smallElementsMax: number) {
    this.memory = memory;
    this.small = new SmallChanges(memory, smallElementsMax);
    this.databases = Array.from({ length: DATABASES }, (_, index) => new Database(index, memory));
  }

  database(db: number): Database {
    const database = this.databases[db];
    if (database === undefined) throw new RangeError(`no database ${db}`);
    return database;
  }

  /** The entry of a key, whether it shows anything or not; 0 when there is none. */
  raw(database: Database, hash: number, key: ByteRange): EntryRef {
    this.settle(hash);
    return database.table.find(hash, key.bytes, key.start, key.end);
  }

  /** Joins what is staged for a hash's slot, before anyone looks at it. */
  settle(hash: number): void {
    if (this.pending !== undefined) this.pending.settle(hash);
  }

  /** Joins all that is staged, before everything is looked at. */
  settleAll(): void {
    if (this.pending !== undefined) this.pending.settleAll();
  }

  // What an entry is

  typeOf(ref: EntryRef): KeyTypeValue {
    const kind = this.memory.entries.kind(ref);
    if (kind === Kind.object) return visibleType(this.state(ref), this.memory.origins);
    return kind === Kind.small ? this.small.layout.typeOf(ref) : KeyType.string;
  }

  /** The deadline that counts: milliseconds, or -1 when the key lives for ever. */
  deadlineMs(ref: EntryRef): number {
    const { entries } = this.memory;
    if (entries.kind(ref) !== Kind.object) {
      if ((entries.flags(ref) & HAS_DEADLINE) === 0) return -1;
      const at = entries.deadlineBlock(ref, 0);
      return at === NEVER ? -1 : at;
    }
    const state = this.state(ref);
    if (state.deadlines.length === 0) return -1;
    const deadline = deadlineOf(state, visibleType(state, this.memory.origins), this.memory.origins);
    return deadline === undefined || deadline.at === NEVER ? -1 : deadline.at;
  }

  /** When active expiry must look at a key: at its deadline, or at the first of its fields'; -1 is never. */
  private dueMs(ref: EntryRef): number {
    const at = this.deadlineMs(ref);
    const fields = this.expiringFields(ref)?.deadlines;
    return fields === undefined ? at : at < 0 ? fields.nextMs : Math.min(at, fields.nextMs);
  }

  /** A visible hash some of whose fields have deadlines. */
  expiringFields(ref: EntryRef): Collection | undefined {
    if (!this.memory.hasMortals || this.memory.entries.kind(ref) !== Kind.object) return undefined;
    const state = this.state(ref);
    for (const collection of state.collections) {
      if (collection.deadlines === undefined) continue;
      return visibleType(state, this.memory.origins) === collection.type ? collection : undefined;
    }
    return undefined;
  }

  /** The event that set the deadline that counts. */
  deadlineDot(ref: EntryRef): Dot | undefined {
    const { entries, origins } = this.memory;
    if (entries.kind(ref) === Kind.object) return deadlineOf(this.state(ref), this.typeOf(ref), origins);
    if ((entries.flags(ref) & HAS_DEADLINE) === 0) return undefined;
    return { time: entries.deadlineBlock(ref, 1), origin: entries.deadlineBlock(ref, 2) };
  }

  /** The state of an entry that is an object. */
  state(ref: EntryRef): KeyState {
    return this.memory.entries.object(ref) as KeyState;
  }

  // Changing a key

  /**
   * Takes a key out for a change; 0 opens a key that is not there. The state is
   * the caller's to change until `close`.
   */
  open(database: Database, hash: number, ref: EntryRef): KeyState {
    this.openedDue = false;
    if (ref === 0) return emptyState();
    this.openedDue = this.dueMs(ref) >= 0;
    this.tally(database, hash, ref, -1);
    const kind = this.memory.entries.kind(ref);
    if (kind === Kind.object) return this.state(ref);
    return kind === Kind.small
      ? unpackSmall(this.memory, this.small, keyPath(database.index, hash), ref)
      : this.unpack(ref);
  }

  /** Puts an opened key back; an empty state leaves nothing behind. Returns its entry now. */
  close(database: Database, hash: number, key: ByteRange, ref: EntryRef, state: KeyState): EntryRef {
    dropEmptyCollections(state);
    const closed = this.rewrite(database, hash, key, ref, state);
    if (closed === 0) return 0;
    this.tally(database, hash, closed, 1);
    const at = this.dueMs(closed);
    if (at >= 0 || this.openedDue) database.setDeadline(hash, closed, at);
    return closed;
  }

  /** Makes a small collection an object, for those who walk collections as such. Returns its entry now. */
  promote(database: Database, hash: number, key: ByteRange, ref: EntryRef): EntryRef {
    const own = new ByteRange(key.copy());
    const state = this.open(database, hash, ref);
    this.release(database, hash, ref);
    const made = this.createObject(hash, own, state);
    database.table.insert(hash, made);
    this.tally(database, hash, made, 1);
    const at = this.deadlineMs(made);
    if (at >= 0) database.setDeadline(hash, made, at);
    return made;
  }

  /**
   * The collection of a key that shows it, holds nothing else and has no
   * deadline: its elements come and go without the key being opened.
   */
  soleCollection(ref: EntryRef, type: CollectionType): Collection | undefined {
    if (this.memory.entries.kind(ref) !== Kind.object) return undefined;
    const state = this.state(ref);
    const collection = state.collections[0];
    if (collection === undefined || collection.type !== type || collection.live === 0) return undefined;
    if (state.collections.length > 1 || state.deadlines.length > 0) return undefined;
    return state.cell.siblings.length === 0 && state.cell.contributions.length === 0 ? collection : undefined;
  }

  /** Lets go of every key of a database at once, but for those that `keeps` picks; returns the entries of these. */
  dropOthers(database: Database, keeps: (ref: EntryRef) => boolean): EntryRef[] {
    const { entries } = this.memory;
    const kept: EntryRef[] = [];
    database.table.forEach((ref) => {
      if (keeps(ref)) kept.push(ref);
    });
    for (const ref of kept) database.table.remove(entries.hash(ref), ref);
    database.drop();
    inScatteredOrder(kept.length, (at) => {
      const ref = kept[at] as EntryRef;
      database.table.insert(entries.hash(ref), ref);
      this.tally(database, entries.hash(ref), ref, 1);
      const dueMs = this.dueMs(ref);
      if (dueMs >= 0) database.setDeadline(entries.hash(ref), ref, dueMs);
    });
    return kept;
  }

  /** Takes a key away, whatever it holds; collections are freed by and by. */
  erase(database: Database, hash: number, ref: EntryRef): void {
    const { entries } = this.memory;
    this.tally(database, hash, ref, -1);
    if (entries.kind(ref) === Kind.object) {
      for (const { members } of this.state(ref).collections) database.discard(members);
      entries.dropObject(ref);
    }
    database.table.remove(hash, ref);
    entries.destroy(ref);
  }

  /**
   * A plain value where nothing is, or over a plain value: no state to open,
   * nothing but bytes to write.
   */
  putPlain(
    database: Database,
    hash: number,
    key: ByteRange,
    ref: EntryRef,
    origin: Origin,
    time: Time,
    value: ByteRange,
    deadlineMs: number,
  ): void {
    const { entries, seconds } = this.memory;
    const flags = deadlineMs < 0 ? 0 : HAS_DEADLINE;
    const length = value.end - value.start;
    let had = false;
    let target = ref;
    if (ref === 0) {
      target = entries.create(hash, key, Kind.register, flags, length, seconds);
      database.table.insert(hash, target);
      database.live++;
      this.memory.share.clear();
    } else {
      had = this.deadlineMs(ref) >= 0;
      if (had) database.deadlines--;
      this.unprint(database, hash, ref);
      if (entries.canHold(ref, Kind.register, flags, length)) {
        entries.touch(ref, seconds);
      } else {
        target = entries.create(hash, key, Kind.register, flags, length, seconds);
        database.table.replace(hash, ref, target);
        entries.destroy(ref);
      }
    }
    entries.setHead(target, Kind.register, flags, origin, time);
    entries.setValue(target, value);
    if (deadlineMs >= 0) {
      entries.setDeadlineBlock(target, deadlineMs, time, origin);
      database.deadlines++;
    }
    this.reprint(database, hash, target);
    if (had || deadlineMs >= 0) database.setDeadline(hash, target, deadlineMs);
  }

  private rewrite(database: Database, hash: number, key: ByteRange, ref: EntryRef, state: KeyState): EntryRef {
    const { entries } = this.memory;
    const wasObject = ref !== 0 && entries.kind(ref) === Kind.object;
    if (isEmptyState(state)) {
      if (ref !== 0) this.release(database, hash, ref);
      return 0;
    }
    const form = state.collections.length > 0 ? undefined : packedForm(state.cell, state.deadlines);
    const bytes = form === undefined ? smallBytes(this.memory, this.small, state, key.length) : 0;
    if (form === undefined && bytes === 0 && wasObject) return ref;
    const own = ref === 0 ? key : new ByteRange(key.copy());
    if (ref !== 0) this.release(database, hash, ref);
    let made: EntryRef;
    if (form !== undefined) made = packForm(entries, hash, own, state.cell, form, this.memory.seconds);
    else if (bytes === 0) made = this.createObject(hash, own, state);
    else made = packSmall(this.memory, this.small, keyPath(database.index, hash), hash, own, state, bytes);
    database.table.insert(hash, made);
    return made;
  }

  /** Frees an entry that is out for a change; its state lives on in the caller's hands. */
  private release(database: Database, hash: number, ref: EntryRef): void {
    const { entries } = this.memory;
    if (entries.kind(ref) === Kind.object) entries.dropObject(ref);
    database.table.remove(hash, ref);
    entries.destroy(ref);
  }

  private createObject(hash: number, key: ByteRange, state: KeyState): EntryRef {
    const { entries, seconds } = this.memory;
    const made = entries.create(hash, key, Kind.object, 0, 0, seconds);
    entries.setObject(made, state);
    return made;
  }

  /** The state that a packed entry stands for. */
  unpack(ref: EntryRef): KeyState {
    const { entries } = this.memory;
    const deadline = packedDeadline(entries, ref);
    return { ...emptyState(), cell: unpackCell(entries, ref), deadlines: deadline === undefined ? [] : [deadline] };
  }

  // Counts and fingerprints (S1)

  /** Does a packed key hold a counter, whose removal has floors to tell of? */
  mayLeaveFloors(ref: EntryRef): boolean {
    const kind = this.memory.entries.kind(ref);
    return kind === Kind.counter || (kind === Kind.small && this.small.layout.counted(ref) > 0);
  }

  private tally(database: Database, hash: number, ref: EntryRef, by: 1 | -1): void {
    const { entries } = this.memory;
    if (this.deadlineMs(ref) >= 0) database.deadlines += by;
    if (entries.kind(ref) !== Kind.object) {
      database.live += by;
      if (this.mayLeaveFloors(ref)) database.objects += by;
    } else {
      database.objects += by;
      if (this.expiringFields(ref) !== undefined) database.expiringHashes += by;
      if (visibleType(this.state(ref), this.memory.origins) !== KeyType.none) database.live += by;
    }
    const { share } = this.memory;
    share.clear();
    this.addShare(share, database, hash, ref);
    database.changePrint(hash, share, by);
  }

  /** Before a packed key is rewritten in place: its share of the fingerprints goes. Nothing else may happen until `reprint`. */
  unprint(database: Database, hash: number, ref: EntryRef): void {
    const { share } = this.memory;
    share.clear();
    this.addPackedShare(share, keyPath(database.index, hash), ref);
    share.negate();
  }

  /** After it: what has changed is added at once. */
  reprint(database: Database, hash: number, ref: EntryRef): void {
    const { share } = this.memory;
    this.addPackedShare(share, keyPath(database.index, hash), ref);
    database.changePrint(hash, share, 1);
  }

  /** Adds what a key contributes to the fingerprint of its slot. */
  addShare(print: Fingerprint, database: Database, hash: number, ref: EntryRef): void {
    const path = keyPath(database.index, hash);
    if (this.memory.entries.kind(ref) === Kind.object) this.addStateShare(print, path, this.state(ref));
    else this.addPackedShare(print, path, ref);
  }

  private addPackedShare(print: Fingerprint, path: number, ref: EntryRef): void {
    if (this.memory.entries.kind(ref) !== Kind.small) return addPackedCell(print, this.memory, path, ref);
    this.small.addShare(print, path, ref);
    addPackedDeadline(print, this.memory, path, ref);
  }

  private addStateShare(print: Fingerprint, path: number, state: KeyState): void {
    addCell(print, this.memory, path, state.cell);
    for (const collection of state.collections) this.addCollectionShare(print, path, collection);
    for (const d of state.deadlines) {
      if (isAliveDeadline(state, d)) print.add(path, Mark.deadline, this.memory.print(d.origin), d.time, 0);
    }
  }

  private addCollectionShare(print: Fingerprint, path: number, collection: Collection): void {
    print.change(collection.print, 1);
    if (collection.live === 0) return;
    const place = elementPath(path, collection.type);
    for (const b of collection.births) {
      print.add(place, Mark.birth, this.memory.print(b.support.origin), b.support.time, b.life.time);
    }
  }
}
