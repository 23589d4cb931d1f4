/**
 * The keyspace: what the commands read and write, what replication exchanges.
 * Commands look a key up as an entry, read through it, and change the keyspace
 * by effects; each effect is at once a local change and an operation of the
 * running delta-interval. Replication cuts that interval, applies the intervals
 * of others, and repairs what differs (`repair`). It performs no I/O, and time
 * comes with each event.
 *
 * Entries and ranges that a look-up hands out are valid until the next effect.
 */
import type { Amount } from "../../crdt/amount.ts";
import type { HybridClock, Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin, Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { RECLAIM_ENTRIES_MAX } from "../limits/keyspace.ts";
import { countAt } from "./cell-packing.ts";
import { type Conflict, conflictsAt } from "./conflicts.ts";
import { Core, type KeyspaceOptions } from "./core.ts";
import { DeltaJoin } from "./delta-join.ts";
import type { Elements } from "./elements.ts";
import { elementCount, elementPut, elementRemove } from "./element-effects.ts";
import type { ElementBatch } from "./element-batch.ts";
import { ElementTarget } from "./element-target.ts";
import { elementsPut } from "./batch-effect.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { digestOf, eachKey, randomKey, scanKeys } from "./enumeration.ts";
import { Expiry } from "./expiry.ts";
import { Fields } from "./fields.ts";
import { memoryOfEntry, usedBytes } from "./footprint.ts";
import { HyperLogLogs } from "./hyperloglogs.ts";
import { clear, clearAll, expireAt, persist, remove } from "./key-effects.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import { Lists } from "./list-effects.ts";
import { pruneResidue } from "./prune.ts";
import { RepairState } from "./repair/repair-state.ts";
import { Scores } from "./scores.ts";
import { count, put, putKeepingLife } from "./string-effects.ts";
import type { Watched } from "./watched.ts";

export class Keyspace {
  /** While set, look-ups leave the access clock alone (CLIENT NO-TOUCH). */
  quietAccess = false;
  /** What a repair is made of: descriptions, exports, and what is staged. */
  readonly repair: RepairState;
  /** Keys that clients wait at. */
  readonly watched: Watched;
  /** Effects that only one type has: on lists, on scores of sorted sets, on HyperLogLogs, on deadlines of the fields of hashes. */
  readonly lists: Lists;
  readonly scores: Scores;
  readonly hyperLogLogs: HyperLogLogs;
  readonly fields: Fields;
  protected readonly core: Core;
  private readonly expiry: Expiry;
  private readonly target = new ElementTarget(KeyType.hash);

  constructor(options: KeyspaceOptions) {
    this.core = new Core(options);
    this.expiry = new Expiry(this.core);
    this.fields = new Fields(this.core, this.expiry);
    this.repair = new RepairState(this.core);
    this.hyperLogLogs = new HyperLogLogs(this.core);
    this.watched = this.core.memory.watched;
    this.lists = new Lists(this.core);
    this.scores = new Scores(this.core);
  }

  // Events

  /** Begins an event: a command or a transaction, whose effects share one dot. */
  beginEvent(wallMs: number): void {
    this.core.readers.begin();
    this.core.event.begin(wallMs);
    this.core.memory.seconds = Math.floor(this.core.event.nowMs / 1000);
  }

  /** Did the running event change anything? */
  get eventHadEffect(): boolean {
    return this.core.event.hadEffect;
  }

  /** The hybrid clock's milliseconds at the running event: what deadlines are judged by. */
  get nowMs(): number {
    return this.core.event.nowMs;
  }

  // Looking up

  /** The entry of a visible key, 0 when there is none; counts as an access. */
  find(db: number, key: ByteRange): EntryRef {
    const ref = this.peek(db, key);
    if (ref !== 0 && !this.quietAccess) this.core.memory.entries.touch(ref, this.core.memory.seconds);
    return ref;
  }

  /** The same without counting as an access. */
  peek(db: number, key: ByteRange): EntryRef {
    const { keys, memory } = this.core;
    const ref = keys.raw(keys.database(db), memory.hash(key), key);
    return ref !== 0 && this.core.isVisible(ref) ? ref : 0;
  }

  typeOf(ref: EntryRef): KeyTypeValue {
    return this.core.keys.typeOf(ref);
  }

  /** Points `out` at a string's bytes; they may be scratch memory that the next read overwrites. */
  stringValue(ref: EntryRef, out: ByteRange): void {
    const { keys, memory } = this.core;
    memory.values.readKey(ref, memory.entries.kind(ref) === Kind.object ? keys.state(ref).cell : undefined, out);
  }

  /** What a plain counter shows; undefined for anything else, whose value is read as bytes. */
  plainCount(ref: EntryRef): number | undefined {
    const { entries } = this.core.memory;
    return entries.kind(ref) === Kind.counter ? countAt(entries, ref) : undefined;
  }

  stringLength(ref: EntryRef): number {
    const { entries } = this.core.memory;
    if (entries.kind(ref) === Kind.register) return entries.valueLength(ref);
    const value = new ByteRange();
    this.stringValue(ref, value);
    return value.length;
  }

  /** The elements of a key that holds a collection. */
  collection(ref: EntryRef): Elements {
    const elements = this.core.elementsAt(ref);
    if (elements === undefined) throw new Error("the key holds no collection");
    return elements;
  }

  /** Absolute milliseconds at which the key dies, or -1. */
  deadline(ref: EntryRef): number {
    return this.core.keys.deadlineMs(ref);
  }

  keyOf(ref: EntryRef, out: ByteRange): void {
    this.core.memory.entries.keyOf(ref, out);
  }

  /** Seconds since the key was last accessed. */
  idleSeconds(ref: EntryRef): number {
    return Math.max(0, Math.floor(this.nowMs / 1000) - this.core.memory.entries.accessSeconds(ref));
  }

  /** Everything that the regions have written to the key and no one has replaced, hidden or not. */
  siblings(db: number, key: ByteRange): Conflict[] {
    const ref = this.peek(db, key);
    return ref === 0 ? [] : conflictsAt(this.core, ref);
  }

  // Effects

  /** SET: a new life with this value, whatever the key held. `deadlineMs` is absolute, -1 for none. */
  put(db: number, key: ByteRange, value: ByteRange, deadlineMs: number): void {
    put(this.core, db, key, value, deadlineMs);
  }

  /** A new value in the life the key has, with the deadline it has. */
  putKeepingLife(db: number, key: ByteRange, value: ByteRange): void {
    putKeepingLife(this.core, db, key, value);
  }

  /** Adds to a string that shows a number, or to nothing. `found`: the key's entry, when this event has just looked it up. */
  count(db: number, key: ByteRange, amount: Amount, found: EntryRef = 0): void {
    count(this.core, db, key, amount, found);
  }

  /** False when there was nothing to see. */
  remove(db: number, key: ByteRange): boolean {
    return remove(this.core, db, key);
  }

  /** The key must be visible. */
  expireAt(db: number, key: ByteRange, deadlineMs: number): void {
    expireAt(this.core, db, key, deadlineMs);
  }

  persist(db: number, key: ByteRange): void {
    persist(this.core, db, key);
  }

  /** Puts a field's value, or a member (whose value is empty). True when the element is new. `found` as in `count`. */
  elementPut(
    db: number,
    key: ByteRange,
    type: CollectionType,
    element: ByteRange,
    value: ByteRange,
    found: EntryRef = 0,
  ): boolean {
    return elementPut(this.core, this.aim(db, key, type, element), value, found);
  }

  /** Puts several elements; returns how many are new. `found` as in `count`. */
  elementsPut(db: number, key: ByteRange, type: CollectionType, batch: ElementBatch, found: EntryRef = 0): number {
    this.target.type = type;
    return elementsPut(this.core, this.target.aim(db, key), batch, found);
  }

  /** Adds to a field that shows a number, or to nothing. `found` as in `count`. */
  elementCount(db: number, key: ByteRange, field: ByteRange, amount: Amount, found: EntryRef = 0): void {
    elementCount(this.core, this.aim(db, key, KeyType.hash, field), amount, found);
  }

  /** Removes an element, and the key with its last one. False when it was not there. `found` as in `count`; `at`: it, likewise. */
  elementRemove(db: number, key: ByteRange, type: CollectionType, element: ByteRange, found = 0, at = 0): boolean {
    return elementRemove(this.core, this.aim(db, key, type, element), found, at);
  }

  clear(db: number): void {
    clear(this.core, db);
  }

  clearAll(): void {
    clearAll(this.core);
  }

  // Enumerating

  /** Keys in a database, those past their deadline but not yet removed included. */
  size(db: number): number {
    this.core.keys.settleAll();
    return this.sizeNow(db);
  }

  /** The same without joining first what a repair has staged: for figures that must not cost anything. */
  sizeNow(db: number): number {
    return this.core.keys.database(db).live;
  }

  /** Keys with a deadline in a database. */
  expiringCount(db: number): number {
    this.core.keys.settleAll();
    return this.core.keys.database(db).deadlines;
  }

  /** Visits about that many keys from a cursor on; returns the next cursor, 0 at the end. The visitor must not write. */
  scan(db: number, cursor: number, keys: number, visit: (ref: EntryRef) => void): number {
    return scanKeys(this.core, db, cursor, keys, visit);
  }

  /** Visits all visible keys until the visitor says false. The visitor must not write. */
  forEachKey(db: number, visit: (ref: EntryRef) => boolean | void): void {
    eachKey(this.core, db, visit);
  }

  /** Some visible key, each as likely as any other; 0 when there is none. */
  randomKey(db: number, random: () => number): EntryRef {
    return randomKey(this.core, db, random);
  }

  /** Sixteen hexadecimal digits: equal on replicas whose contexts are equal. */
  digest(): string {
    return digestOf(this.core);
  }

  // Memory and upkeep

  /** Bytes that a key takes, its table slot included; by so many elements of a collection, 0 for all. */
  memoryOf(ref: EntryRef, samples = 0): number {
    return memoryOfEntry(this.core, ref, samples);
  }

  /** Bytes of keys and values: blocks in use, large values, and the tables that find them. */
  get usedBytes(): number {
    return usedBytes(this.core);
  }

  /** Bytes taken from the system for them. */
  get reservedBytes(): number {
    const { arena, entries } = this.core.memory;
    return arena.reservedBytes + entries.bodies.byteLength;
  }

  /** Removes keys whose deadline has come and is not after `boundMs`, in an event of its own; returns how many. */
  expireSome(wallMs: number, boundMs: number, keysMax: number): number {
    this.beginEvent(wallMs);
    return this.expiry.removeSome(wallMs, boundMs, keysMax);
  }

  /** Tells of every key that is removed because its deadline has come. */
  set onExpired(listener: (db: number, key: ByteRange) => void) {
    this.expiry.onExpired = listener;
  }

  /** Keys removed because their deadline had come. */
  get expiredKeys(): number {
    return this.expiry.expiredCount;
  }

  /** Does a bounded piece of deferred work: joins staged slots, frees what was dropped. False when there is none left. */
  upkeep(): boolean {
    const more = this.repair.settleSome();
    return this.core.keys.databases.some((d) => d.hasDiscarded && d.reclaim(RECLAIM_ENTRIES_MAX)) || more;
  }

  /** How often concurrent writes left more than one value. */
  get conflicts(): number {
    return this.core.conflicts;
  }
  /** How often a merged counter beyond 64 bits was read. */
  get saturations(): number {
    return this.core.memory.values.saturations;
  }

  // Replication

  get origins(): Origins {
    return this.core.memory.origins;
  }

  get clock(): HybridClock {
    return this.core.clock;
  }

  get self(): Origin {
    return this.core.self;
  }

  get context(): Context {
    return this.core.context;
  }

  /** Are effects written down for others? */
  get logging(): boolean {
    return this.core.delta.enabled;
  }

  /** From now on they are; what was before reaches others by repair. */
  enableDeltas(): void {
    this.core.enableDeltas();
  }

  resume(): void {
    this.core.resume();
  }

  /** Bytes of the running interval; 0 when there is nothing to cut. */
  get pendingBytes(): number {
    return this.core.delta.length;
  }

  /** Ends the running interval: all that this origin changed after `from` up to `to`. `body` is valid until the next effect. */
  cutInterval(): { from: Time; to: Time; body: Uint8Array } {
    const { delta, context, self } = this.core;
    const from = delta.from;
    const to = context.get(self);
    return { from, to, body: delta.cut(to) };
  }

  /** An empty interval up to now: nothing at or below `to` will ever be minted. */
  heartbeat(wallMs: number): { from: Time; to: Time } {
    const { delta, event } = this.core;
    if (delta.length > 0) throw new Error("a heartbeat within an interval");
    event.begin(wallMs);
    const from = delta.from;
    const to = event.renew();
    delta.cut(to);
    event.begin(wallMs);
    return { from, to };
  }

  /**
   * Joins another origin's interval and raises its context to `to`. The gate has
   * passed it: its start and dependencies are covered, its body is valid, and
   * the running local interval was cut first.
   */
  applyInterval(origin: Origin, from: Time, to: Time, dependencies: Context, body: Uint8Array, wallMs: number): void {
    if (this.core.delta.length > 0) throw new Error("an interval must not span a remote one");
    this.beginEvent(wallMs);
    if (body.length > 0) new DeltaJoin(this.core, origin, dependencies, body).run(from);
    this.core.context.raise(origin, to);
  }

  /** Bytes of a repair that are still to be joined. */
  get stagedBytes(): number {
    return this.repair.stagedBytes;
  }

  get residueCount(): number {
    return this.core.residue.count;
  }

  sealResidue(): boolean {
    return this.core.residue.seal();
  }

  /** Drops what was sealed: every replica has seen why it shows nothing. */
  pruneResidue(): void {
    pruneResidue(this.core);
  }

  private aim(db: number, key: ByteRange, type: CollectionType, element: ByteRange): ElementTarget {
    this.target.type = type;
    return this.target.aim(db, key, element);
  }
}
