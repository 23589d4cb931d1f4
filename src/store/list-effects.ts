/**
 * Local effects on lists. An element is put at a position (crdt/position.ts) made
 * for it, and changed and removed at that position; where it stands, readers say
 * by its rank.
 *
 * A position is made before the event has its time, as all that can fail must be:
 * its length may ask for memory, and there may be no room for it.
 */
import { placeAtEnd, placeBetween, placeNext } from "../../crdt/position.ts";
import { ByteRange } from "../byte-range.ts";
import { LIST_POSITION_BYTES_MAX } from "../limits.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { ElementTarget } from "./delta-writer.ts";
import { elementPut, NO_PARTS, putInPlace, removeElement } from "./element-effects.ts";
import type { EntryRef } from "./entry.ts";
import { currentEntry, remove } from "./key-effects.ts";
import { collectionOf } from "./key-state.ts";
import { KeyType } from "./key-type.ts";

export type ListEnd = "head" | "tail";

export class Lists {
  private readonly core: Core;
  /** The position that an effect is about, in memory of its own. */
  private readonly position = new Uint8Array(LIST_POSITION_BYTES_MAX);
  private readonly target: ElementTarget;
  private readonly left = new ByteRange();
  private readonly right = new ByteRange();
  /** The key that was pushed to last, if it is its list alone: a command's next value goes there without a search. */
  private pushed: EntryRef = 0;

  constructor(core: Core) {
    this.core = core;
    this.target = { db: 0, key: new ByteRange(), type: KeyType.list, element: new ByteRange() };
  }

  /**
   * Puts a value at an end, and makes the key when it is missing. `continued`: by the same command as the push before,
   * and behind it. `found`: the key's entry, when this event has just looked it up. False, and nothing done, where
   * positions have run out.
   */
  push(db: number, key: ByteRange, end: ListEnd, value: ByteRange, continued: boolean, found: EntryRef = 0): boolean {
    const { core } = this;
    const { keys, memory, event } = core;
    const target = this.aim(db, key);
    const database = keys.database(db);
    const known = continued && found === 0 ? this.pushed : found;
    const hash = known === 0 ? memory.hash(key) : memory.entries.hash(known) | 0;
    const ref = known === 0 ? keys.raw(database, hash, key) : known;
    const sole = ref === 0 ? undefined : keys.soleCollection(ref, KeyType.list);
    const list = sole ?? this.listAt(ref);
    if (!this.placeAtEnd(list, end === "tail", continued)) return false;
    this.pushed = sole === undefined ? 0 : ref;
    if (sole === undefined) {
      elementPut(core, target, value, 0);
      return true;
    }
    core.reserve(target.element, value);
    event.time();
    putInPlace(core, database, hash, sole, target, memory.hash(target.element), 0, value);
    return true;
  }

  /** Puts a value before the element of a rank, or behind the last; the list must be visible. False as with `push`. */
  insert(db: number, key: ByteRange, rank: number, value: ByteRange): boolean {
    const { core, left, right, position } = this;
    const target = this.aim(db, key);
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
    const target = this.aim(db, key);
    const list = this.visibleList(db, key);
    this.pointAt(list, list.at(rank));
    elementPut(this.core, target, value, 0);
  }

  /** Removes `count` elements from a rank on, and the key with its last one. */
  remove(db: number, key: ByteRange, rank: number, count = 1): void {
    const { core } = this;
    const { keys, memory, event } = core;
    const target = this.aim(db, key);
    const database = keys.database(db);
    const hash = memory.hash(key);
    const ref = currentEntry(core, database, hash, key);
    const list = this.listAt(ref);
    if (list === undefined) return;
    if (count >= list.live) {
      remove(core, db, key);
      return;
    }
    const sole = keys.soleCollection(ref, KeyType.list);
    for (let n = 0; n < count; n++) {
      const element = list.at(rank);
      const elementHash = memory.entries.hash(element) | 0;
      this.pointAt(list, element);
      if (sole === undefined || !sole.isPlain(element)) {
        const held = keys.raw(database, hash, key);
        removeElement(core, database, hash, held, target, elementHash, element);
        continue;
      }
      database.changePrint(hash, sole.print, -1);
      sole.erase(elementHash, element);
      database.changePrint(hash, sole.print, 1);
      core.delta.elementRemove(target, event.time(), NO_PARTS);
    }
  }

  /** Writes the position of a push into the scratch memory. False when there is no room for it. */
  private placeAtEnd(list: Collection | undefined, isTail: boolean, continued: boolean): boolean {
    const { core, position, left: edge } = this;
    const { element } = this.target;
    let length: number;
    if (continued) {
      length = placeNext(position, element.end, isTail);
    } else {
      edge.set(position, 0, 0);
      if (list !== undefined && list.live > 0) list.element(list.at(isTail ? list.live - 1 : 0), edge);
      length = placeAtEnd(position, isTail, edge, core.event.upcoming(), this.ownId);
    }
    if (length > 0) element.set(position, 0, length);
    return length > 0;
  }

  private get ownId(): number {
    return this.core.memory.origins.id(this.core.self);
  }

  /** The list of a key as a write finds it: what is past its deadline goes first. */
  private listAt(ref: EntryRef): Collection | undefined {
    const { core } = this;
    if (ref === 0 || core.isExpired(ref) || core.keys.typeOf(ref) !== KeyType.list) return undefined;
    return collectionOf(core.keys.state(ref), KeyType.list);
  }

  private visibleList(db: number, key: ByteRange): Collection {
    const { keys, memory } = this.core;
    const list = this.listAt(keys.raw(keys.database(db), memory.hash(key), key));
    if (list === undefined) throw new Error("no list at the key");
    return list;
  }

  /** Copies the position of an element, which may move. */
  private pointAt(list: Collection, ref: EntryRef): void {
    const { left, position } = this;
    list.element(ref, left);
    const length = left.end - left.start;
    for (let i = 0; i < length; i++) position[i] = left.bytes[left.start + i] as number;
    this.target.element.set(position, 0, length);
  }

  private aim(db: number, key: ByteRange): ElementTarget {
    const { target } = this;
    target.db = db;
    target.key = key;
    return target;
  }
}
