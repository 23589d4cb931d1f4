/**
 * Changes of small collections in place (layout.ts): elements come, go and
 * count, and the running fingerprints move with them. Every change may move the
 * entry; who makes it goes on with the one returned.
 *
 * S1. The small block holds the fingerprint of the elements; the database's
 *     holds that, and the marks of the one life and of the deadline (keys.ts).
 */
import type { Contribution, Dot } from "../../../crdt/cell.ts";
import type { Time } from "../../../crdt/clock.ts";
import type { Origin } from "../../../crdt/origin.ts";
import { ByteRange } from "../../byte-range.ts";
import { addCount } from "../cell-print.ts";
import type { Database } from "../database.ts";
import type { ElementRef } from "../elements.ts";
import { type EntryRef, HAS_BIRTH, HAS_DEADLINE, Kind } from "../entry.ts";
import { elementPath, type Fingerprint, keyPath, Mark } from "../fingerprint.ts";
import { type CollectionType, KeyType } from "../key-type.ts";
import type { Memory } from "../memory.ts";
import { readScore } from "../score.ts";
import { SmallLayout } from "./layout.ts";

const NO_VALUE = new ByteRange();

export class SmallChanges {
  readonly layout: SmallLayout;
  private readonly memory: Memory;
  private readonly value = new ByteRange();

  constructor(memory: Memory, elementsMax: number) {
    this.memory = memory;
    this.layout = new SmallLayout(memory.entries, elementsMax);
  }

  // Reading

  score(ref: EntryRef, at: ElementRef): number {
    return this.layout.score(ref, at);
  }

  /** The life of a collection, and the event that supports it last (crdt/life.ts, L3). */
  life(ref: EntryRef): Dot {
    const { entries } = this.memory;
    return { origin: entries.origin(ref), time: entries.time(ref) };
  }

  support(ref: EntryRef): Dot {
    const { entries } = this.memory;
    if ((entries.flags(ref) & HAS_BIRTH) === 0) return this.life(ref);
    return { origin: entries.birthBlock(ref, 1), time: entries.birthBlock(ref, 0) };
  }

  /** A write to a collection with a deadline supports its life; is there room for that dot? */
  canSupport(ref: EntryRef): boolean {
    const flags = this.memory.entries.flags(ref);
    return (flags & HAS_DEADLINE) === 0 || (flags & HAS_BIRTH) !== 0;
  }

  contribution(ref: EntryRef, at: ElementRef): Contribution {
    const { layout } = this;
    return {
      origin: layout.origin(ref, at),
      time: layout.time(ref, at),
      generation: layout.counterField(ref, at, 0),
      total: layout.counterField(ref, at, 1),
      floorTime: layout.counterField(ref, at, 2),
      floorTotal: layout.counterField(ref, at, 3),
    };
  }

  // Fingerprints

  /** Adds what a small collection and its life contribute; the deadline is the caller's. */
  addShare(print: Fingerprint, path: number, ref: EntryRef): void {
    const { entries } = this.memory;
    const words = entries.wordsOf(ref);
    const at = entries.smallAt(ref);
    print.low = (print.low + (words[at] as number)) | 0;
    print.high = (print.high + (words[at + 1] as number)) | 0;
    this.addBirth(print, elementPath(path, this.layout.typeOf(ref)), ref);
  }

  addBirth(print: Fingerprint, place: number, ref: EntryRef): void {
    const { origin, time } = this.support(ref);
    print.add(place, Mark.birth, this.memory.print(origin), time, this.memory.entries.time(ref));
  }

  /** Adds what an element contributes: equal to `addCell` of what it stands for. */
  addElement(print: Fingerprint, path: number, ref: EntryRef, at: ElementRef): void {
    const { layout } = this;
    const origin = this.memory.print(layout.origin(ref, at));
    const time = layout.time(ref, at);
    if (!layout.isCounter(ref, at)) {
      print.add(path, Mark.sibling, origin, time, 0);
      return;
    }
    addCount(print, path, origin, time, layout.counterField(ref, at, 0), layout.counterField(ref, at, 2));
  }

  // Changes

  /** A new key with one plain element, whose event begins its life. */
  create(
    database: Database,
    hash: number,
    key: ByteRange,
    type: CollectionType,
    element: ByteRange,
    origin: Origin,
    time: Time,
    value: ByteRange,
  ): EntryRef {
    const bytes = SmallLayout.bytesOfNone + SmallLayout.bytesOf(element.length, value.length, false);
    const ref = this.createEmpty(database, hash, key, type, bytes, origin, time);
    const made = this.put(database, hash, ref, 0, element, origin, time, value, undefined);
    this.count(database, hash, made);
    return made;
  }

  /** A new key with one counter. */
  createCounter(
    database: Database,
    hash: number,
    key: ByteRange,
    type: CollectionType,
    element: ByteRange,
    c: Contribution,
  ): EntryRef {
    const bytes = SmallLayout.bytesOfNone + SmallLayout.bytesOf(element.length, 0, true);
    const ref = this.createEmpty(database, hash, key, type, bytes, c.origin, c.time);
    const made = this.putCounter(database, hash, ref, 0, element, c, undefined);
    this.count(database, hash, made);
    return made;
  }

  /** Puts a plain element in the place of one, or, at 0, where its order wants it. `support`: the write supports the life. */
  put(
    database: Database,
    hash: number,
    ref: EntryRef,
    at: ElementRef,
    element: ByteRange,
    origin: Origin,
    time: Time,
    value: ByteRange,
    support: Dot | undefined,
  ): EntryRef {
    const { layout } = this;
    const path = this.begin(database, hash, ref, at, element);
    const bytes = layout.bytesMore(ref, at, element.length, value.length, false);
    let made = bytes > 0 ? this.widen(database, ref, bytes) : ref;
    const place = this.set(made, at, element, origin, time, value);
    if (bytes < 0) made = this.widen(database, made, 0);
    this.finish(database, hash, made, place, path, support);
    return made;
  }

  /** Writes a plain element into an entry that has the room. Returns its place. */
  set(ref: EntryRef, at: ElementRef, element: ByteRange, origin: Origin, time: Time, value: ByteRange): ElementRef {
    const { layout } = this;
    const type = layout.typeOf(ref);
    if (at === 0 && (type === KeyType.hash || type === KeyType.set))
      return layout.append(ref, origin, time, element, value);
    const score = type === KeyType.zset ? readScore(value.bytes, value.start) : 0;
    const stays = at !== 0 && (type !== KeyType.zset || layout.score(ref, at) === score);
    if (stays && layout.valueLength(ref, at) === value.length) {
      layout.overwrite(ref, at, origin, time, value);
      return at;
    }
    if (at !== 0 && !stays) layout.remove(ref, at);
    const place = stays ? at : this.placeOf(ref, element, score);
    layout.makeGap(ref, place, stays, element.length + value.length, false);
    layout.write(ref, place, false, origin, time, element, value);
    return place;
  }

  /** Makes room for so many bytes more, or gives back what is left of a larger collection. The entry may move; returns it. */
  widen(database: Database, ref: EntryRef, bytes: number): EntryRef {
    return this.layout.resize(database, ref, this.memory.entries.valueLength(ref) + bytes);
  }

  /** The same for a counter, which never takes the place of a plain element. */
  putCounter(
    database: Database,
    hash: number,
    ref: EntryRef,
    at: ElementRef,
    element: ByteRange,
    c: Contribution,
    support: Dot | undefined,
  ): EntryRef {
    const { layout } = this;
    const path = this.begin(database, hash, ref, at, element);
    // From the first counter on, its removal may leave floors.
    if (layout.counted(ref) === 0) database.objects++;
    let made = ref;
    let place = at;
    if (at === 0 || layout.typeOf(ref) === KeyType.zset) {
      if (at === 0) made = this.widen(database, ref, SmallLayout.bytesOf(element.length, 0, true));
      else layout.remove(made, at);
      place = this.placeOf(made, element, Number(c.total) - Number(c.floorTotal));
      layout.makeGap(made, place, false, element.length, true);
      layout.write(made, place, true, c.origin, c.time, element, NO_VALUE);
    }
    layout.setCounter(made, place, c);
    this.finish(database, hash, made, place, path, support);
    return made;
  }

  /** Removes a plain element that is not the last one. */
  remove(database: Database, hash: number, ref: EntryRef, at: ElementRef): EntryRef {
    const element = this.value;
    this.layout.element(ref, at, element);
    this.begin(database, hash, ref, at, element);
    this.layout.remove(ref, at);
    const made = this.widen(database, ref, 0);
    this.apply(database, hash, made, undefined);
    return made;
  }

  /** Adds an element to a collection that is being packed, behind the others. */
  append(
    ref: EntryRef,
    path: number,
    element: ByteRange,
    origin: Origin,
    time: Time,
    value: ByteRange,
    counter?: Contribution,
  ): void {
    const { layout } = this;
    const at = layout.end(ref);
    layout.makeGap(ref, at, false, element.length + value.length, counter !== undefined);
    layout.write(ref, at, counter !== undefined, origin, time, element, value);
    if (counter !== undefined) layout.setCounter(ref, at, counter);
    const { share } = this.memory;
    share.clear();
    this.addElement(share, elementPath(path, this.memory.hash(element)), ref, at);
    this.addToBlock(ref, share);
  }

  /** Where an element belongs; `score`: of a sorted set's member. */
  private placeOf(ref: EntryRef, element: ByteRange, score: number): ElementRef {
    const type = this.layout.typeOf(ref);
    if (type === KeyType.zset) return this.layout.placeOfScore(ref, score, element);
    return type === KeyType.list ? this.layout.placeOfPosition(ref, element) : this.layout.end(ref);
  }

  /** A new key, with room for so many bytes, which is not counted yet. */
  createEmpty(
    database: Database,
    hash: number,
    key: ByteRange,
    type: CollectionType,
    bytes: number,
    origin: Origin,
    time: Time,
  ): EntryRef {
    const { entries, seconds } = this.memory;
    const ref = this.layout.create(hash, key, type, 0, bytes, seconds);
    entries.setHead(ref, Kind.small, 0, origin, time);
    database.table.insert(hash, ref);
    return ref;
  }

  /** A key is there that was not (keys.ts, S1). */
  private count(database: Database, hash: number, ref: EntryRef): void {
    database.live++;
    const { share } = this.memory;
    share.clear();
    this.addBirth(share, elementPath(keyPath(database.index, hash), this.layout.typeOf(ref)), ref);
    database.changePrint(hash, share, 1);
  }

  /** Before an element changes: its share goes. Returns its path. */
  private begin(database: Database, hash: number, ref: EntryRef, at: ElementRef, element: ByteRange): number {
    const { share } = this.memory;
    const collection = elementPath(keyPath(database.index, hash), this.layout.typeOf(ref));
    const path = elementPath(collection, this.memory.hash(element));
    share.clear();
    if (at === 0) return path;
    this.addElement(share, path, ref, at);
    share.negate();
    return path;
  }

  /** After it: what has changed is added at once, and the support of the life. */
  private finish(
    database: Database,
    hash: number,
    ref: EntryRef,
    at: ElementRef,
    path: number,
    support: Dot | undefined,
  ): void {
    this.addElement(this.memory.share, path, ref, at);
    this.apply(database, hash, ref, support);
  }

  /** The elements have changed by what `share` holds. */
  apply(database: Database, hash: number, ref: EntryRef, support: Dot | undefined): void {
    const { share, entries } = this.memory;
    this.addToBlock(ref, share);
    database.changePrint(hash, share, 1);
    if (support === undefined) return;
    const place = elementPath(keyPath(database.index, hash), this.layout.typeOf(ref));
    share.clear();
    this.addBirth(share, place, ref);
    share.negate();
    entries.setBirthBlock(ref, support.time, support.origin);
    this.addBirth(share, place, ref);
    database.changePrint(hash, share, 1);
  }

  addToBlock(ref: EntryRef, share: Fingerprint): void {
    const { entries } = this.memory;
    const words = entries.wordsOf(ref);
    const at = entries.smallAt(ref);
    words[at] = (words[at] as number) + share.low;
    words[at + 1] = (words[at + 1] as number) + share.high;
  }
}
