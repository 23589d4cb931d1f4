/**
 * A collection: the elements of one hash, set, sorted set or list, each a cell
 * of its own.
 *
 * Elements are entries in a hash table of their own, packed like keys; a cell
 * with concurrent values or several contributions is an object. An element
 * whose cell shows nothing (a reset counter that waits for every replica to have
 * seen the reset) is in the table, but to readers it is not there, nor is a field
 * whose deadline has come. Sorted sets keep what shows in order beside the table;
 * lists have nothing but their order.
 */
import { isVisibleCell, type Seen } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { type Birth, type Deadline, NEVER } from "../../crdt/life.ts";
import type { Origin, OriginId } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { countAt, packedDeadline } from "./cell-packing.ts";
import { addElement, addPackedCell, addPlainDot } from "./cell-print.ts";
import { DeadlineQueue } from "./deadline-queue.ts";
import { createElement, needsObject, stateOfPacked } from "./element-form.ts";
import {
  deadlineOfElement,
  type ElementState,
  emptyElement,
  hasElementResidue,
  isEmptyElement,
} from "./element-state.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "./entry.ts";
import { elementPath, Fingerprint } from "./fingerprint.ts";
import { HeldDots } from "./held-dots.ts";
import type { Memory } from "./memory.ts";
import type { Elements, HashedVisitor, RankVisitor } from "./elements.ts";
import { type CollectionType, KeyType } from "./key-type.ts";
import { ListMembers } from "./list-members.ts";
import type { Members } from "./members.ts";
import { Newest } from "./newest.ts";
import { Order } from "./order.ts";
import { countPacked } from "./packed-count.ts";
import { Ranking } from "./ranking.ts";
import { scoreOfCell } from "./score.ts";
import { packedScore } from "./scored-packing.ts";
import type { Sequence } from "./sequence.ts";
import { Table } from "./table.ts";

/** Draws before a random pick among many invisible elements gives up and takes the first visible one. */
const DRAWS_MAX = 64;

export class Collection implements Elements {
  readonly type: CollectionType;
  readonly members: Members;
  /** What shows, in the order of an ordered type. */
  readonly order: Order | undefined;
  /** Keeps the order beside the members; lists have nothing but the order. */
  private readonly ranking: Ranking | undefined;
  readonly print = new Fingerprint();
  /** The lives that this collection belongs to; more than one when it was made concurrently. */
  births: readonly Birth[] = [];
  /** How many elements a reader sees. */
  live = 0;
  /** How many elements have contributions, dead ones included. */
  counted = 0;
  /** When elements die; undefined while none has a deadline. */
  deadlines: DeadlineQueue | undefined;
  private readonly newestElement: Newest;
  private readonly held: HeldDots;
  private readonly memory: Memory;
  private readonly path: number;
  private readonly scratch = new ByteRange();

  constructor(memory: Memory, type: CollectionType, path: number) {
    this.memory = memory;
    this.type = type;
    this.path = path;
    this.newestElement = new Newest(memory);
    this.held = new HeldDots(memory);
    if (type === KeyType.list) {
      const list = new ListMembers(memory.entries);
      this.members = list;
      this.order = list.order;
    } else {
      this.members = new Table(memory.entries);
      this.order = type === KeyType.zset ? new Order(memory.entries) : undefined;
      this.ranking = this.order === undefined ? undefined : new Ranking(this.order, this);
    }
  }

  // Reading

  get size(): number {
    return this.deadlines === undefined ? this.live : this.live - this.deadlines.dueCount(this.memory.clock.nowMs);
  }

  find(element: ByteRange): EntryRef {
    const ref = this.members.find(this.memory.hash(element), element.bytes, element.start, element.end);
    return ref !== 0 && this.isVisible(ref) ? ref : 0;
  }

  element(ref: EntryRef, out: ByteRange): void {
    this.memory.entries.keyOf(ref, out);
  }

  value(ref: EntryRef, out: ByteRange): void {
    if (this.memory.entries.kind(ref) === Kind.register) this.memory.entries.valueOf(ref, out);
    else this.memory.values.read(ref, this.objectCell(ref), out);
  }

  plainCount(ref: EntryRef): number | undefined {
    return this.memory.entries.kind(ref) === Kind.counter ? countAt(this.memory.entries, ref) : undefined;
  }

  /** A sorted set's score; for lists what orders them first. */
  score(ref: EntryRef): number {
    const object = this.objectCell(ref);
    return object === undefined ? packedScore(this.memory.entries, ref) : scoreOfCell(object, this.memory.origins);
  }

  /** Bytes that it takes beside its entries. */
  get tableBytes(): number {
    return this.members.tableBytes + (this.ranking?.tableBytes ?? 0) + (this.deadlines?.byteLength ?? 0);
  }

  forEach(visit: HashedVisitor): void {
    if (this.order !== undefined) this.order.sequence.walk(0, this.live, 1, (ref) => visit(ref, undefined));
    else if (this.size === this.members.size) this.members.forEach(visit);
    else this.members.forEach((ref, hash) => (this.isVisible(ref) ? visit(ref, hash) : undefined));
  }

  /** Redis's SCAN guarantee; see Table.scan. */
  scan(cursor: number, count: number, visit: (ref: EntryRef) => void): number {
    return this.members.scan(cursor, count, (ref) => {
      if (this.isVisible(ref)) visit(ref);
    });
  }

  /** A visible element, each as likely as any other; 0 when there is none. */
  random(random: () => number): EntryRef {
    if (this.size === 0) return 0;
    for (let i = 0; i < DRAWS_MAX; i++) {
      const ref = this.members.random(random);
      if (this.isVisible(ref)) return ref;
    }
    let first = 0;
    this.forEach((ref) => {
      first = ref;
      return false;
    });
    return first;
  }

  at(rank: number): EntryRef {
    return this.sequence.addressAt(rank);
  }

  rankOf(ref: EntryRef): number {
    if (this.members instanceof ListMembers) return this.members.rankOf(ref);
    return this.ordered.rankOf(ref, this.score(ref), this.scratch);
  }

  countBelow(score: number, inclusive: boolean): number {
    return this.sequence.countBelow(score, inclusive);
  }

  countBefore(member: ByteRange, inclusive: boolean): number {
    if (this.live === 0) return 0;
    const score = this.sequence.scoreAt(0);
    return this.ordered.countBefore(score, member.bytes, member.start, member.end, inclusive);
  }

  walk(rank: number, count: number, step: 1 | -1, visit: RankVisitor): void {
    this.sequence.walk(rank, count, step, visit);
  }

  /** The (stamp, origin id) of the newest element, by which types compete for a key. */
  newest(): { stamp: Time; id: OriginId } {
    return this.newestElement.of(this.members);
  }

  get stampMax(): Time {
    return this.newestElement.stampMax;
  }

  // Deadlines of fields

  deadline(ref: EntryRef): number {
    const { entries } = this.memory;
    let at = NEVER;
    if (entries.kind(ref) === Kind.object) at = this.deadlineHeld(ref)?.at ?? NEVER;
    else if ((entries.flags(ref) & HAS_DEADLINE) !== 0) at = entries.deadlineBlock(ref, 0);
    return at === NEVER ? -1 : at;
  }

  /** The deadline that counts, with the event that set it. */
  deadlineHeld(ref: EntryRef): Deadline | undefined {
    const state = this.objectCell(ref);
    if (state === undefined) return packedDeadline(this.memory.entries, ref);
    return deadlineOfElement(state, this.memory.origins);
  }

  isExpired(ref: EntryRef): boolean {
    const at = this.deadline(ref);
    return at >= 0 && at <= this.memory.clock.nowMs;
  }

  // Cells, for whoever writes

  /** The entry of an element, whether it shows anything or not. */
  raw(hash: number, element: ByteRange): EntryRef {
    return this.members.find(hash, element.bytes, element.start, element.end);
  }

  isVisible(ref: EntryRef): boolean {
    return this.shows(ref) && (this.deadlines === undefined || !this.isExpired(ref));
  }

  /** Does its cell show anything, expired or not? */
  shows(ref: EntryRef): boolean {
    const cell = this.objectCell(ref);
    return cell === undefined || isVisibleCell(cell);
  }

  /** An element's state as an object: the element's own, or a copy of a packed one, or an empty one. Changed ones go back through `write`. */
  cellAt(ref: EntryRef): ElementState {
    if (ref === 0) return emptyElement();
    const held = this.objectCell(ref);
    if (held !== undefined) return { ...held };
    return stateOfPacked(this.memory.entries, ref);
  }

  /** Is this the plain, packed form of one value, and nothing else? */
  isPlain(ref: EntryRef): boolean {
    const { entries } = this.memory;
    return entries.kind(ref) === Kind.register && entries.flags(ref) === 0;
  }

  /** Puts a plain value where nothing is, or over a plain one. */
  putPlain(hash: number, element: ByteRange, ref: EntryRef, origin: Origin, time: Time, value: ByteRange): void {
    const { entries, share } = this.memory;
    const path = elementPath(this.path, hash);
    let rankedAt = Number.NaN;
    let before = 0;
    share.clear();
    if (ref !== 0) {
      before = entries.time(ref);
      addPlainDot(share, this.memory, path, entries.origin(ref), before);
      share.negate();
      if (entries.canHold(ref, Kind.register, 0, value.length)) {
        rankedAt = this.ranking?.scoreOf(ref) ?? Number.NaN;
        entries.touch(ref, this.memory.seconds);
      } else {
        this.ranking?.remove(ref);
        const moved = entries.create(hash, element, Kind.register, 0, value.length, this.memory.seconds);
        this.members.replace(hash, ref, moved);
        entries.destroy(ref);
        ref = moved;
      }
    } else {
      ref = entries.create(hash, element, Kind.register, 0, value.length, this.memory.seconds);
      this.members.insert(hash, ref);
      this.live++;
    }
    entries.setHead(ref, Kind.register, 0, origin, time);
    entries.setValue(ref, value);
    addPlainDot(share, this.memory, path, origin, time);
    this.print.change(share, 1);
    this.newestElement.replace(before, origin, time);
    this.held.addDot(origin, time);
    this.ranking?.move(ref, rankedAt);
  }

  /** A plain element that comes into the members, or goes; `memory.share` is its share of the fingerprints then. */
  tallyPlain(hash: number, origin: Origin, time: Time, by: 1 | -1): void {
    const { share } = this.memory;
    share.clear();
    addPlainDot(share, this.memory, elementPath(this.path, hash), origin, time);
    this.print.change(share, by);
    this.live += by;
    this.newestElement.noteDot(origin, time, by);
    if (by > 0) this.held.addDot(origin, time);
  }

  /** Adds to an element that is a packed counter of one origin. */
  addPlain(hash: number, ref: EntryRef, time: Time, amount: number): void {
    const { entries, share } = this.memory;
    const before = entries.time(ref);
    const rankedAt = this.ranking?.scoreOf(ref) ?? Number.NaN;
    countPacked(this.memory, elementPath(this.path, hash), ref, time, amount);
    this.print.change(share, 1);
    this.newestElement.replace(before, entries.origin(ref), time);
    this.held.addDot(entries.origin(ref), time);
    this.ranking?.move(ref, rankedAt);
  }

  /** Has this seen all that the collection holds, and leaves a removal nothing behind? */
  leavesNothing(seen: Seen): boolean {
    if (this.counted > 0 || !this.births.every(({ support }) => seen.covers(support.origin, support.time)))
      return false;
    return this.held.areCoveredBy(seen);
  }

  /** Removes an element whatever its cell holds; its share of the fingerprint is in `memory.share` then. */
  erase(hash: number, ref: EntryRef): void {
    const { entries } = this.memory;
    if (this.isPlain(ref)) {
      this.ranking?.remove(ref);
      this.tallyPlain(hash, entries.origin(ref), entries.time(ref), -1);
    } else {
      this.uncount(hash, ref);
      if (entries.kind(ref) === Kind.object) entries.dropObject(ref);
    }
    this.members.remove(hash, ref);
    entries.destroy(ref);
  }

  /** Replaces an element's state; an empty one leaves nothing behind. */
  write(hash: number, element: ByteRange, ref: EntryRef, state: ElementState): void {
    const { entries, seconds } = this.memory;
    const isEmpty = isEmptyElement(state);
    if (ref !== 0 && !isEmpty && entries.kind(ref) === Kind.object && needsObject(this.type, state)) {
      this.uncount(hash, ref);
      entries.dropObject(ref);
      entries.setObject(ref, state);
      this.count(hash, ref);
      return;
    }
    const key = ref === 0 ? element : new ByteRange(element.copy());
    if (ref !== 0) this.erase(hash, ref);
    if (isEmpty) return;
    const made = createElement(entries, hash, key, this.type, state, seconds);
    this.members.insert(hash, made);
    this.count(hash, made);
  }

  private get ordered(): Order {
    if (this.order === undefined) throw new Error("a collection without an order");
    return this.order;
  }

  private get sequence(): Sequence {
    return this.ordered.sequence;
  }

  private objectCell(ref: EntryRef): ElementState | undefined {
    const { entries } = this.memory;
    return entries.kind(ref) === Kind.object ? (entries.object(ref) as ElementState) : undefined;
  }

  private count(hash: number, ref: EntryRef): void {
    this.tally(hash, ref, 1);
    this.newestElement.add(ref);
    this.held.add(ref);
    this.ranking?.add(ref);
  }

  private uncount(hash: number, ref: EntryRef): void {
    this.newestElement.forget(ref);
    this.ranking?.remove(ref);
    this.tally(hash, ref, -1);
  }

  private tally(hash: number, ref: EntryRef, by: 1 | -1): void {
    const object = this.objectCell(ref);
    const { share } = this.memory;
    share.clear();
    this.addShare(share, hash, ref);
    this.print.change(share, by);
    if (object === undefined) {
      this.live += by;
      if (this.memory.entries.kind(ref) !== Kind.register) this.counted += by;
    } else {
      if (isVisibleCell(object)) this.live += by;
      if (object.contributions.length > 0) this.counted += by;
    }
    const at = this.deadline(ref);
    if (at >= 0) this.expect(hash, ref, at, by);
  }

  /** Keeps in mind, or no longer, when an element dies. */
  private expect(hash: number, ref: EntryRef, at: number, by: 1 | -1): void {
    if (!(this.members instanceof Table)) throw new Error("a list whose elements have deadlines");
    const queue = (this.deadlines ??= new DeadlineQueue(this.members, this.memory.entries));
    this.memory.hasMortals = true;
    if (by > 0) queue.add(ref, at);
    else queue.remove(hash, ref);
    if (queue.size === 0) this.deadlines = undefined;
  }

  /** Adds what an element contributes to the fingerprint. */
  addShare(print: Fingerprint, hash: number, ref: EntryRef): void {
    const object = this.objectCell(ref);
    const path = elementPath(this.path, hash);
    if (object === undefined) addPackedCell(print, this.memory, path, ref);
    else addElement(print, this.memory, path, object);
  }

  /** Does an element hold what its fingerprint does not show (residue.ts)? */
  hasResidue(ref: EntryRef): boolean {
    const object = this.objectCell(ref);
    return object !== undefined && hasElementResidue(object);
  }
}
