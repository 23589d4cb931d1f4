/**
 * What local effects and the join both work on, and the steps they share.
 */
import type { Amount } from "../../crdt/amount.ts";
import {
  addToCounter,
  addToScoreCounter,
  type Cell,
  type Contribution,
  isLiveContribution,
  resetCounter,
} from "../../crdt/cell.ts";
import type { HybridClock, Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import type { Exact } from "../../crdt/dyadic.ts";
import type { Origin, OriginId, Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { SMALL_COLLECTION_ELEMENTS_MAX } from "../limits/keyspace.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { Arena } from "./arena.ts";
import { Collection } from "./collection.ts";
import type { Database } from "./database.ts";
import { DeltaWriter, type Floors } from "./delta-writer.ts";
import type { Elements } from "./elements.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { RunningEvent } from "./event.ts";
import { elementPath, keyPath } from "./fingerprint.ts";
import { addCollection, collectionOf, dropCollection, type KeyState } from "./key-state.ts";
import { type CollectionType, KeyType } from "./key-type.ts";
import { Keys } from "./keys.ts";
import { Memory } from "./memory.ts";
import { RANGE_BOUNDS, type RangeBounds } from "./range-bounds.ts";
import { Residue } from "./residue.ts";
import { SmallReaders } from "./small/elements.ts";

export interface KeyspaceOptions {
  readonly originId: OriginId;
  readonly origins: Origins;
  readonly clock: HybridClock;
  /** The same on all replicas of a cluster: they agree on hash slots by it. */
  readonly hashSeed: number;
  /** Are there peers to write deltas for? */
  readonly logging: boolean;
  /** How large collections are cut into ranges, unless as usual. */
  readonly ranges?: RangeBounds;
  /** How many elements a collection may have to live in its key's entry, unless as usual. */
  readonly smallElementsMax?: number | undefined;
  /** Where memory comes from, when other keyspaces of the same process share it. */
  readonly arena?: Arena;
}

const NO_ELEMENT = new Uint8Array(0);

export class Core {
  readonly self: Origin;
  readonly clock: HybridClock;
  readonly context = new Context();
  readonly memory: Memory;
  readonly keys: Keys;
  readonly event: RunningEvent;
  readonly delta: DeltaWriter;
  readonly residue = new Residue();
  /** Readers of small collections; they last as long as an event. */
  readonly readers: SmallReaders;
  readonly ranges: RangeBounds;
  /** What is exported is put together here: made once, since snapshots and repairs export a great many pieces. */
  readonly exporting = new ByteWriter();
  /**
   * Is the running event's time above that of a plain value, so that it may be the stamp of what replaces it (cell.ts,
   * R2)? Times of two origins can be equal, and then the origins' ids would decide. The event need not have its time yet.
   */
  outranks(ref: EntryRef): boolean {
    return this.outranksDot(this.memory.entries.time(ref), this.memory.entries.origin(ref));
  }

  outranksDot(replaced: Time, origin: Origin): boolean {
    const time = this.event.upcoming();
    return replaced < time || (replaced === time && origin === this.self);
  }

  /** How often a join left more than one value where there was one. */
  conflicts = 0;
  /** Operations of others that were joined since the start. */
  operationsJoined = 0;

  constructor(options: KeyspaceOptions) {
    this.self = options.origins.intern(options.originId);
    this.clock = options.clock;
    this.ranges = options.ranges ?? RANGE_BOUNDS;
    this.memory = new Memory(options.origins, options.hashSeed, options.arena);
    this.keys = new Keys(this.memory, options.smallElementsMax ?? SMALL_COLLECTION_ELEMENTS_MAX);
    this.readers = new SmallReaders(this.keys.small, this.memory.values);
    this.event = new RunningEvent(this.self, options.clock, this.context);
    this.memory.clock = this.event;
    this.delta = new DeltaWriter(options.origins, options.logging);
  }

  /** After a recovery: own time goes on above V[self], and the running interval begins there. */
  resume(): void {
    const time = this.context.get(this.self);
    this.clock.resume(time);
    if (this.delta.enabled) this.delta.cut(time);
  }

  enableDeltas(): void {
    if (this.delta.enabled) return;
    this.delta.enabled = true;
    this.delta.cut(this.context.get(this.self));
  }

  /** Has a key's deadline come, or that of its last field? */
  isExpired(ref: EntryRef): boolean {
    const at = this.keys.deadlineMs(ref);
    return (at >= 0 && at <= this.event.nowMs) || this.keys.expiringFields(ref)?.size === 0;
  }

  /**
   * Takes the memory for a large key or element and its value, here and in the
   * delta, before the event has its time: what throws for want of memory must
   * have changed nothing.
   */
  reserve(key: ByteRange, value: ByteRange): void {
    this.delta.reserve(key, value);
    this.memory.entries.reserveBody(key, value.end - value.start);
  }

  /** Does a reader see the key? */
  isVisible(ref: EntryRef): boolean {
    const { entries } = this.memory;
    if (entries.kind(ref) === Kind.register && entries.flags(ref) === 0) return true;
    return this.keys.typeOf(ref) !== KeyType.none && !this.isExpired(ref);
  }

  /** The visible elements of a key, in whatever form; undefined when it shows no collection. */
  elementsAt(ref: EntryRef): Elements | undefined {
    if (this.memory.entries.kind(ref) === Kind.small) return this.readers.of(ref);
    const type = this.keys.typeOf(ref);
    return type === KeyType.none || type === KeyType.string ? undefined : collectionOf(this.keys.state(ref), type);
  }

  /** A collection of a key's state, made when it is missing. */
  collectionFor(database: Database, hash: number, state: KeyState, type: CollectionType): Collection {
    const held = collectionOf(state, type);
    if (held !== undefined) return held;
    const made = new Collection(this.memory, type, elementPath(keyPath(database.index, hash), type));
    addCollection(state, made);
    return made;
  }

  /**
   * Resets the counter of a cell and returns the floors raised. Where there is
   * no other replica, nothing can arrive that would need them: they are dropped.
   */
  resetCell(cell: Cell): Contribution[] {
    if (this.delta.enabled) return resetCounter(cell);
    cell.contributions = [];
    return [];
  }

  /** Adds to this origin's contribution to a cell, by the running event. */
  addToCell(cell: Cell, amount: Amount): Contribution {
    return addToCounter(cell, this.self, this.countingTime(cell), amount);
  }

  /** The same for the score of a sorted set's member. */
  addToScore(cell: Cell, amount: Exact): Contribution {
    return addToScoreCounter(cell, this.self, this.countingTime(cell), amount);
  }

  private countingTime(cell: Cell): Time {
    const { event, self } = this;
    const own = cell.contributions.find((c) => c.origin === self);
    // Reset by this very event: the new increment must lie above that floor.
    if (own !== undefined && !isLiveContribution(own) && own.time >= event.time()) event.renew();
    return event.time();
  }

  /** Removes the whole string part of an open key. */
  clearString(state: KeyState, floors: Floors[]): void {
    state.cell = { siblings: [], contributions: state.cell.contributions };
    const raised = this.resetCell(state.cell);
    if (raised.length > 0) floors.push({ type: KeyType.string, element: NO_ELEMENT, raised });
  }

  /** Removes all collections of an open key. */
  clearCollections(database: Database, state: KeyState, floors: Floors[]): void {
    for (const collection of state.collections) this.clearCollection(database, state, collection, floors);
  }

  /** Removes all of an open key's collection; what must wait for every replica stays in it. */
  clearCollection(database: Database, state: KeyState, collection: Collection, floors: Floors[]): void {
    const { type } = collection;
    if (collection.counted === 0 || !this.delta.enabled) {
      database.discard(collection.members);
      dropCollection(state, collection);
      return;
    }
    collection.births = [];
    this.eachElement(collection, (hash, element, ref) => {
      const cell = collection.cellAt(ref);
      if (cell.contributions.length === 0) {
        collection.erase(hash, ref);
        return;
      }
      cell.siblings = [];
      cell.deadlines = [];
      const raised = this.resetCell(cell);
      if (raised.length > 0) floors.push({ type, element: element.copy(), raised });
      collection.write(hash, element, ref, cell);
    });
  }

  /** Visits every element, visible or not; the visitor may change or remove the one it is given. */
  eachElement(collection: Collection, visit: (hash: number, element: ByteRange, ref: EntryRef) => void): void {
    const { entries } = this.memory;
    const refs: EntryRef[] = [];
    collection.members.forEach((ref) => void refs.push(ref));
    const element = new ByteRange();
    for (const ref of refs) {
      entries.keyOf(ref, element);
      visit(entries.hash(ref) | 0, element, ref);
    }
  }

  /** Notes the paths whose floors have just been raised, and the key whose hidden types, and perhaps their deadlines, lost their content. */
  noteResidue(db: number, key: ByteRange, floors: readonly Floors[], supersedes: boolean): void {
    if (supersedes) this.residue.noteKey(db, key);
    for (const { type, element } of floors) {
      if (type === KeyType.string) this.residue.noteKey(db, key);
      else this.residue.noteElement(db, key, type, element);
    }
  }
}
