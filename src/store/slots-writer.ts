/**
 * Writes whole states of keys, and ranges of elements, in the format of
 * slots-format.ts. Origins are numbered as they come up, and listed before all
 * the rest when it is taken.
 */
import type { Cell, Dot, Sibling } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { type Birth, type Deadline, sameDot } from "../../crdt/life.ts";
import type { Origin, OriginId, Origins } from "../../crdt/origin.ts";
import type { ByteRange } from "../byte-range.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { ElementState } from "./element-state.ts";
import type { CollectionType } from "./key-type.ts";
import { HAS_BIRTH, HAS_GROWTH, HAS_STAMP, IS_STUB } from "./slots-format.ts";

export class SlotsWriter {
  private readonly out: ByteWriter;
  private readonly origins: Origins;
  private readonly indexes = new Map<Origin, number>();
  private readonly ids: OriginId[] = [];

  /** `out` is empty, and this writer's alone until `take`. */
  constructor(origins: Origins, out: ByteWriter) {
    this.origins = origins;
    this.out = out;
  }

  get length(): number {
    return this.out.length;
  }

  take(): Uint8Array {
    const body = this.out.lend();
    const head = new ByteWriter();
    head.varint(this.ids.length);
    for (const id of this.ids) head.origin(id);
    const prefix = head.lend();
    const all = new Uint8Array(prefix.length + body.length);
    all.set(prefix);
    all.set(body, prefix.length);
    return all;
  }

  key(db: number, key: ByteRange): void {
    this.out.byte(db);
    this.out.range(key);
  }

  /** A plain key (PlainKey): the same bytes as the general form. */
  plainKey(db: number, key: ByteRange, origin: Origin, time: Time, value: ByteRange, deadlineMs: number): void {
    this.key(db, key);
    this.out.byte(1);
    this.plainDot(origin, time);
    this.out.byte(0);
    this.out.range(value);
    this.out.byte(0);
    this.out.byte(deadlineMs < 0 ? 0 : 1);
    if (deadlineMs >= 0) {
      this.plainDot(origin, time);
      this.out.double(deadlineMs);
      this.out.byte(1);
      this.plainDot(origin, time);
    }
    this.out.byte(0);
  }

  cell(cell: Cell): void {
    this.siblings(cell);
    this.out.varint(cell.contributions.length);
    this.contributions(cell);
  }

  private siblings(cell: Cell): void {
    this.out.varint(cell.siblings.length);
    for (const s of cell.siblings) this.sibling(s);
  }

  private contributions(cell: Cell): void {
    for (const c of cell.contributions) {
      this.dot(c);
      this.out.double(c.generation);
      this.out.total(c.total);
      this.out.double(c.floorTime);
      this.out.total(c.floorTotal);
    }
  }

  deadlines(deadlines: readonly Deadline[]): void {
    this.out.varint(deadlines.length);
    for (const d of deadlines) {
      this.dot(d);
      this.out.double(d.at);
      this.dots(d.births);
    }
  }

  collections(count: number): void {
    this.out.byte(count);
  }

  /** `elements` elements follow, unless it is a stub. */
  collection(type: CollectionType, births: readonly Birth[], elements: number, isStub = false): void {
    this.out.byte(isStub ? type + IS_STUB : type);
    this.out.varint(births.length);
    for (const b of births) {
      this.dot(b.life);
      this.dot(b.support);
    }
    this.out.varint(elements);
  }

  /** Takes back all that was written behind the first `length` bytes. */
  rollback(length: number): void {
    this.out.length = length;
  }

  element(element: ByteRange, state: ElementState): void {
    const mortal = state.deadlines.length > 0;
    this.out.range(element);
    this.siblings(state);
    this.out.varint(2 * state.contributions.length + (mortal ? 1 : 0));
    this.contributions(state);
    if (mortal) this.deadlines(state.deadlines);
  }

  /** An element that is one plain value: the same bytes as the general form. */
  plainElement(element: ByteRange, origin: Origin, time: Time, value: ByteRange): void {
    this.out.range(element);
    this.out.byte(1);
    this.plainDot(origin, time);
    this.out.byte(0);
    this.out.range(value);
    this.out.byte(0);
  }

  private sibling(s: Sibling): void {
    const parts =
      (s.stamp === s.time ? 0 : HAS_STAMP) |
      (sameDot(s.birth, s) ? 0 : HAS_BIRTH) |
      (s.growth === undefined ? 0 : HAS_GROWTH);
    this.dot(s);
    this.out.byte(parts);
    if ((parts & HAS_STAMP) !== 0) this.out.double(s.stamp);
    if ((parts & HAS_BIRTH) !== 0) this.dot(s.birth);
    if (s.growth !== undefined) this.dots(s.growth);
    this.out.slice(s.value, 0, s.value.length);
  }

  private dots(dots: readonly Dot[]): void {
    this.out.varint(dots.length);
    for (const dot of dots) this.dot(dot);
  }

  private dot(dot: Dot): void {
    this.plainDot(dot.origin, dot.time);
  }

  private plainDot(origin: Origin, time: Time): void {
    this.out.varint(this.indexOf(origin));
    this.out.double(time);
  }

  private indexOf(origin: Origin): number {
    const known = this.indexes.get(origin);
    if (known !== undefined) return known;
    this.indexes.set(origin, this.ids.length);
    this.ids.push(this.origins.id(origin));
    return this.ids.length - 1;
  }
}
