/**
 * Whole states of keys, as a repair carries them: the cells of every key of a
 * run of hash slots, with all their dots. Of a collection that is too large for
 * one piece the key has a stub, and its elements come in ranges.
 *
 *   slots        varint n, n x origin; then keys until the end
 *   range        varint n, n x origin; then elements until the end
 *   key          u8 db, range key, cell, deadlines, u8 n, n x collection
 *   cell         varint n, n x sibling, varint n, n x contribution
 *   sibling      dot, u8 parts (1 stamp, 2 birth, 4 growth), [f64 stamp], [dot birth], [varint n, n x dot], range value
 *   contribution dot, f64 generation, total, f64 floor time, total at the floor
 *   deadlines    varint n, n x (dot, f64 at, varint m, m x dot)
 *   collection   u8 type, varint n, n x (dot life, dot support), varint n, n x element
 *   stub         u8 type + 128, varint n, n x (dot life, dot support), varint number of elements
 *   element      range element, varint n, n x sibling, varint 2 n (+ 1 with deadlines), n x contribution, [deadlines]
 *   dot          varint index into the origins, f64 time
 */
import type { Cell, Contribution, Dot, Sibling } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { isUsable } from "../../crdt/hyperloglog.ts";
import { type Birth, type Deadline, NEVER } from "../../crdt/life.ts";
import type { Origin, Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { ByteReader, MalformedDelta } from "./byte-reader.ts";
import { checkElement, checkTotal, checkValue } from "./element-check.ts";
import type { ElementState } from "./element-state.ts";
import { COLLECTION_TYPES, type CollectionType, isCollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import { DATABASES } from "./keys.ts";

export const HAS_STAMP = 1;
export const HAS_BIRTH = 2;
export const HAS_GROWTH = 4;
export const IS_STUB = 128;
const ORIGIN_BYTES = 6;
const DOT_BYTES = 9;

export interface ElementDelta {
  readonly element: Uint8Array;
  readonly cell: ElementState;
}

export interface CollectionDelta {
  readonly type: CollectionType;
  readonly births: readonly Birth[];
  /** None for a stub. */
  readonly elements: readonly ElementDelta[];
  /** How many elements there are that come in ranges; undefined when all of them are here. */
  readonly stubOf: number | undefined;
}

export interface KeyDelta {
  readonly db: number;
  readonly key: Uint8Array;
  readonly cell: Cell;
  readonly deadlines: readonly Deadline[];
  readonly collections: readonly CollectionDelta[];
}

const NO_ELEMENTS: readonly ElementDelta[] = [];

/** A key that holds nothing but one plain value, and perhaps the deadline that was set with it, as it stands in the bytes. */
export class PlainKey {
  db = 0;
  readonly key = new ByteRange();
  origin: Origin = 0;
  time: Time = 0;
  readonly value = new ByteRange();
  /** -1 is none. */
  deadlineMs = -1;
}

/** An element that is one plain value, as it stands in the bytes. */
export class PlainElement {
  readonly element = new ByteRange();
  origin: Origin = 0;
  time: Time = 0;
  readonly value = new ByteRange();
}

/** Reads exported slots key by key, or a range element by element. Throws MalformedDelta. */
export class SlotsReader {
  private readonly reader: ByteReader;
  private readonly origins: Origin[] = [];

  constructor(bytes: Uint8Array, origins: Origins) {
    this.reader = new ByteReader(bytes);
    for (let n = this.reader.count(ORIGIN_BYTES); n > 0; n--) this.origins.push(origins.intern(this.reader.origin()));
  }

  get atEnd(): boolean {
    return this.reader.atEnd;
  }

  /** Where the next key begins; set it to an earlier key to read from there again. */
  get position(): number {
    return this.reader.position;
  }

  set position(position: number) {
    this.reader.position = position;
  }

  /** Reads the next key without making objects if it is plain; false when it is not, and then nothing is read. */
  nextPlain(out: PlainKey): boolean {
    const { position } = this.reader;
    if (this.readPlain(out)) return true;
    this.reader.position = position;
    return false;
  }

  private readPlain(out: PlainKey): boolean {
    const { reader } = this;
    out.db = reader.byte();
    reader.range(out.key);
    if (out.db >= DATABASES || reader.byte() !== 1) return false;
    const origin = this.origins[reader.varint()];
    if (origin === undefined) return false;
    out.origin = origin;
    out.time = reader.time();
    if (reader.byte() !== 0) return false;
    reader.range(out.value);
    if (reader.byte() !== 0) return false;
    const deadlines = reader.byte();
    out.deadlineMs = -1;
    return (deadlines === 0 || (deadlines === 1 && this.readPlainDeadline(out))) && reader.byte() === 0;
  }

  /** Was the deadline set by the same event as the value, for the life that this began? */
  private readPlainDeadline(out: PlainKey): boolean {
    const { reader } = this;
    if (this.origins[reader.varint()] !== out.origin || reader.time() !== out.time) return false;
    out.deadlineMs = reader.deadline();
    if (out.deadlineMs === NEVER || reader.byte() !== 1) return false;
    return this.origins[reader.varint()] === out.origin && reader.time() === out.time;
  }

  next(): KeyDelta {
    const { reader } = this;
    const db = reader.byte();
    if (db >= DATABASES) throw new MalformedDelta(`no database ${db}`);
    const key = reader.copy();
    const cell = this.cell(KeyType.string);
    const deadlines = this.deadlines();
    const collections: CollectionDelta[] = [];
    const count = reader.byte();
    if (count > COLLECTION_TYPES.length) throw new MalformedDelta("a key has one collection of a type");
    for (let n = count; n > 0; n--) collections.push(this.collection());
    return { db, key, cell, deadlines, collections };
  }

  private collection(): CollectionDelta {
    const code = this.reader.byte();
    const type = code & ~IS_STUB;
    if (!isCollectionType(type)) throw new MalformedDelta(`no collection type ${type}`);
    const births = this.list(2 * DOT_BYTES, () => ({ life: this.dot(), support: this.dot() }));
    if (type !== code) return { type, births, elements: NO_ELEMENTS, stubOf: this.reader.varint() };
    return { type, births, elements: this.list(3, () => this.element(type)), stubOf: undefined };
  }

  /** Reads a range's next element without making objects if it is plain; false when it is not, and then nothing is read. */
  nextPlainElement(out: PlainElement, type: CollectionType): boolean {
    const { reader } = this;
    const { position } = reader;
    if (this.readPlainElement(out)) {
      checkElement(out.element, type);
      checkValue(out.value, type);
      return true;
    }
    reader.position = position;
    return false;
  }

  private readPlainElement(out: PlainElement): boolean {
    const { reader } = this;
    reader.range(out.element);
    if (reader.byte() !== 1) return false;
    const origin = this.origins[reader.varint()];
    if (origin === undefined) return false;
    out.origin = origin;
    out.time = reader.time();
    if (reader.byte() !== 0) return false;
    reader.range(out.value);
    return reader.byte() === 0;
  }

  /** The next element of a range. */
  element(type: CollectionType): ElementDelta {
    const element = this.reader.copy();
    checkElement(new ByteRange(element), type);
    const siblings = this.list(DOT_BYTES + 2, () => this.sibling(type));
    for (const { value } of siblings) checkValue(new ByteRange(value), type);
    const code = this.reader.varint();
    const contributions = this.listOf(Math.floor(code / 2), () => this.contribution(type));
    if (code % 2 === 0) return { element, cell: { siblings, contributions, deadlines: [] } };
    if (type !== KeyType.hash) throw new MalformedDelta(`elements of type ${type} have no deadlines`);
    return { element, cell: { siblings, contributions, deadlines: this.deadlines() } };
  }

  private cell(type: KeyTypeValue): Cell {
    const siblings = this.list(DOT_BYTES + 2, () => this.sibling(type));
    const contributions = this.list(DOT_BYTES + 20, () => this.contribution(type));
    return { siblings, contributions };
  }

  private sibling(type: KeyTypeValue): Sibling {
    const dot = this.dot();
    const parts = this.reader.byte();
    const stamp = (parts & HAS_STAMP) !== 0 ? this.reader.time() : dot.time;
    const birth = (parts & HAS_BIRTH) !== 0 ? this.dot() : dot;
    if ((parts & HAS_GROWTH) === 0) return { ...dot, stamp, birth, value: this.reader.copy() };
    const growth = this.list(DOT_BYTES, () => this.dot());
    const value = this.reader.copy();
    if (type !== KeyType.string || !isUsable(value, 0, value.length))
      throw new MalformedDelta("growth of what cannot grow");
    return { ...dot, stamp, birth, value, growth };
  }

  private contribution(type: KeyTypeValue): Contribution {
    const dot = this.dot();
    const generation = this.reader.time();
    const total = checkTotal(this.reader.total(), type);
    const floorTime = this.reader.timeOrZero();
    return { ...dot, generation, total, floorTime, floorTotal: checkTotal(this.reader.total(), type) };
  }

  private deadlines(): Deadline[] {
    return this.list(DOT_BYTES + 9, () => this.deadline());
  }

  private deadline(): Deadline {
    const dot = this.dot();
    const at = this.reader.deadline();
    return { ...dot, at, births: this.list(DOT_BYTES, () => this.dot()) };
  }

  private dot(): Dot {
    const origin = this.origins[this.reader.varint()];
    if (origin === undefined) throw new MalformedDelta("an origin that was not listed");
    return { origin, time: this.reader.time() };
  }

  private list<T>(bytesEach: number, read: () => T): T[] {
    return this.listOf(this.reader.count(bytesEach), read);
  }

  /** So many, of which each takes a byte at the least: what a count promises beyond the bytes ends the reading. */
  private listOf<T>(count: number, read: () => T): T[] {
    const list: T[] = [];
    for (let n = count; n > 0; n--) list.push(read());
    return list;
  }
}

/** Throws MalformedDelta unless the bytes are exported slots. */
export function validateSlots(bytes: Uint8Array, origins: Origins): void {
  const reader = new SlotsReader(bytes, origins);
  while (!reader.atEnd) reader.next();
}

/** Throws MalformedDelta unless the bytes are the elements of a range of such a collection. */
export function validateRange(bytes: Uint8Array, type: CollectionType, origins: Origins): void {
  const reader = new SlotsReader(bytes, origins);
  while (!reader.atEnd) reader.element(type);
}
