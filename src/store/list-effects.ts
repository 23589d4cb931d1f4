/**
 * Local effects on lists. An element is put at a position (crdt/position.ts) made
 * for it, and changed and removed at that position; where it stands, readers say
 * by its rank.
 *
 * A position is made before the event has its time, as all that can fail must be:
 * its length may ask for memory, and there may be no room for it.
 */
import { numberBeyond, placeAtEnd, placeAtNumber, placeBetween, placeNext } from "../../crdt/position.ts";
import { ByteRange } from "../byte-range.ts";
import { LIST_POSITION_BYTES_MAX } from "../limits/keyspace.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { NO_PARTS } from "./delta-writer.ts";
import { elementPut, elementRemove } from "./element-effects.ts";
import { ElementTarget } from "./element-target.ts";
import type { ElementRef, Elements } from "./elements.ts";
import type { EntryRef } from "./entry.ts";
import { currentEntry, remove } from "./key-effects.ts";
import { KeyType } from "./key-type.ts";
import { ListMembers } from "./list-members.ts";

export type ListEnd = "head" | "tail";

export class Lists {
  private readonly core: Core;
  /** The position that an effect is about, in memory of its own. */
  private readonly position = new Uint8Array(LIST_POSITION_BYTES_MAX);
  private readonly target = new ElementTarget(KeyType.list);
  private readonly left = new ByteRange();
  private readonly right = new ByteRange();
  /** The key that was pushed to last, if it is its list alone: a command's next value goes there without a search. */
  private pushed: EntryRef = 0;

  constructor(core: Core) {
    this.core = core;
  }

  /** The elements of a visible key that is a list. */
  elements(ref: EntryRef): Elements {
    const elements = this.core.keys.soleCollection(ref, KeyType.list) ?? this.core.elementsAt(ref);
    if (elements === undefined) throw new Error("the key holds no list");
    return elements;
  }

  /**
   * Puts a value at an end, and makes the key when it is missing. `continued`: by the same command as the push before,
   * and behind it. `found`: the key's entry, when this event has just looked it up. False, and nothing done, where
   * positions have run out.
   */
  push(db: number, key: ByteRange, end: ListEnd, value: ByteRange, continued: boolean, found: EntryRef = 0): boolean {
    const { core } = this;
    const { keys, memory } = core;
    const target = this.target.aim(db, key);
    const database = keys.database(db);
    const known = continued && found === 0 ? this.pushed : found;
    const hash = known === 0 ? memory.hash(key) : memory.entries.hash(known) | 0;
    const ref = known === 0 ? keys.raw(database, hash, key) : known;
    const sole = ref === 0 ? undefined : keys.soleCollection(ref, KeyType.list);
    this.pushed = sole === undefined ? 0 : ref;
    const isTail = end === "tail";
    if (sole !== undefined && sole.members instanceof ListMembers) {
      return this.pushInPlace(database, hash, sole, sole.members, isTail, value, continued);
    }
    if (!(continued ? this.placeNext(isTail) : this.placeAtEnd(this.listAt(ref), isTail))) return false;
    elementPut(core, target, value, known);
    return true;
  }

  /** The common case: at the end of a list that is all of its key, whose order knows the number there. */
  private pushInPlace(
    database: Database,
    keyHash: number,
    list: Collection,
    members: ListMembers,
    isTail: boolean,
    value: ByteRange,
    continued: boolean,
  ): boolean {
    const { core, target, position } = this;
    const { memory, event, self } = core;
    const edge = members.order.sequence.scoreAtEnd(isTail);
    const number = continued ? edge : numberBeyond(edge, isTail);
    const isPlaced = continued
      ? this.placeNext(isTail)
      : Number.isNaN(number)
        ? this.placeAtEnd(list, isTail)
        : this.pointed(placeAtNumber(position, number, isTail, event.upcoming(), this.ownId));
    if (!isPlaced) return false;
    core.reserve(target.element, value);
    const time = event.time();
    const hash = memory.hash(target.element);
    members.putAtEnd(hash, target.element, isTail, self, time, value, memory.seconds);
    list.tallyPlain(hash, self, time, 1);
    database.changePrint(keyHash, memory.share, 1);
    core.delta.elementPut(target, time, value, time, NO_PARTS);
    return true;
  }

  /** Puts a value before the element of a rank, or behind the last; the list must be visible. False as with `push`. */
  insert(db: number, key: ByteRange, rank: number, value: ByteRange): boolean {
    const { core, left, right, position } = this;
    const target = this.target.aim(db, key);
    const list = this.visibleList(db, key);
    left.set(position, 0, 0);
    right.set(position, 0, 0);
    if (rank > 0) list.element(list.at(rank - 1), left);
    if (rank < list.size) list.element(list.at(rank), right);
    const length = placeBetween(position, left, right, core.event.upcoming(), this.ownId, 0);
    if (length === 0) return false;
    target.element.set(position, 0, length);
    elementPut(core, target, value, 0);
    return true;
  }

  /** Gives the element of a rank another value. */
  set(db: number, key: ByteRange, rank: number, value: ByteRange): void {
    const target = this.target.aim(db, key);
    const list = this.visibleList(db, key);
    this.pointAt(list, list.at(rank));
    elementPut(this.core, target, value, 0);
  }

  /**
   * Takes the element at an end away and puts its value at an end of the same list, as if it had never been there; a lone
   * one is only put anew. False as with `push`.
   */
  rotate(db: number, key: ByteRange, from: ListEnd, to: ListEnd, value: ByteRange): boolean {
    const { core, left, position } = this;
    const target = this.target.aim(db, key);
    const list = this.visibleList(db, key);
    const last = list.size - 1;
    if (last === 0) {
      this.set(db, key, 0, value);
      return true;
    }
    const isTail = to === "tail";
    const edge = isTail ? (from === to ? last - 1 : last) : from === to ? 1 : 0;
    list.element(list.at(edge), left);
    const length = placeAtEnd(position, isTail, left, core.event.upcoming(), this.ownId);
    if (length === 0) return false;
    const made = position.slice(0, length);
    this.remove(db, key, from === "tail" ? last : 0);
    target.element.set(made, 0, length);
    elementPut(core, target, value, 0);
    return true;
  }

  /** Removes `count` elements from a rank on, or as many as there are, and the key with its last one. `found` as with `push`. */
  remove(db: number, key: ByteRange, rank: number, count = 1, found: EntryRef = 0): void {
    const { core } = this;
    const { keys, memory } = core;
    const target = this.target.aim(db, key);
    const database = keys.database(db);
    const hash = found === 0 ? memory.hash(key) : memory.entries.hash(found) | 0;
    const ref = found === 0 ? currentEntry(core, database, hash, key) : found;
    let sole = ref === 0 ? undefined : keys.soleCollection(ref, KeyType.list);
    const size = sole === undefined ? (this.listAt(ref)?.size ?? 0) : sole.size;
    const removed = Math.min(count, size - rank);
    if (removed === size) {
      if (size > 0) remove(core, db, key);
      return;
    }
    // Of several at the tail the last goes first: what comes and goes at an end is quick.
    const isTail = rank > 0 && rank + removed === size;
    for (let n = 0; n < removed; n++) {
      const list = sole ?? this.visibleList(db, key);
      const element = list.at(isTail ? size - 1 - n : rank);
      if (sole !== undefined && sole.isPlain(element)) {
        this.removeInPlace(database, hash, sole, element);
      } else {
        this.pointAt(list, element);
        elementRemove(core, target, n === 0 ? ref : 0);
        // The key may have another form now.
        sole = keys.soleCollection(keys.raw(database, hash, key), KeyType.list);
      }
    }
  }

  private removeInPlace(database: Database, keyHash: number, list: Collection, element: ElementRef): void {
    const { core, target } = this;
    const { entries, share } = core.memory;
    const time = core.event.time();
    if (core.delta.enabled) {
      list.element(element, target.element);
      core.delta.elementRemove(target, time, NO_PARTS);
    }
    list.erase(entries.hash(element) | 0, element);
    database.changePrint(keyHash, share, -1);
  }

  /** Makes the position of a push in the scratch memory. False when there is no room for it. */
  private placeAtEnd(list: Elements | undefined, isTail: boolean): boolean {
    const { core, position, left: edge } = this;
    edge.set(position, 0, 0);
    if (list !== undefined) list.element(list.at(isTail ? list.size - 1 : 0), edge);
    return this.pointed(placeAtEnd(position, isTail, edge, core.event.upcoming(), this.ownId));
  }

  private placeNext(isTail: boolean): boolean {
    return this.pointed(placeNext(this.position, this.target.element.end, isTail));
  }

  private pointed(length: number): boolean {
    if (length > 0) this.target.element.set(this.position, 0, length);
    return length > 0;
  }

  private get ownId(): number {
    return this.core.memory.origins.id(this.core.self);
  }

  /** The list of a key as a write finds it: what is past its deadline goes first. */
  private listAt(ref: EntryRef): Elements | undefined {
    const { core } = this;
    if (ref === 0 || core.isExpired(ref) || core.keys.typeOf(ref) !== KeyType.list) return undefined;
    return core.elementsAt(ref);
  }

  private visibleList(db: number, key: ByteRange): Elements {
    const { keys, memory } = this.core;
    const list = this.listAt(keys.raw(keys.database(db), memory.hash(key), key));
    if (list === undefined) throw new Error("no list at the key");
    return list;
  }

  /** Copies the position of an element, which may move. */
  private pointAt(list: Elements, ref: ElementRef): void {
    const { left, position } = this;
    list.element(ref, left);
    const length = left.end - left.start;
    for (let i = 0; i < length; i++) position[i] = left.bytes[left.start + i] as number;
    this.target.element.set(position, 0, length);
  }
}
