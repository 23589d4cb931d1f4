/**
 * Writes the running interval: every local effect appends its operation here,
 * in the format of delta-format.ts, as it happens.
 */
import type { Contribution, Dot, Growth } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { sameDot } from "../../crdt/life.ts";
import type { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { ByteWriter } from "./byte-writer.ts";
import { ALL_DATABASES, Operation, Part } from "./delta-format.ts";
import type { ElementTarget } from "./element-target.ts";
import { KeyType, type KeyTypeValue } from "./key-type.ts";

/** The counters at one path that a reset found, with what it saw of them. */
export interface Floors {
  readonly type: KeyTypeValue;
  readonly element: Uint8Array;
  readonly raised: readonly Contribution[];
}

interface KeptPut {
  readonly start: number;
  /** -1 when there is none. */
  end: number;
  readonly keyAt: number;
  readonly keyLength: number;
  readonly db: number;
  readonly birth: Dot;
}

const NO_KEY = new ByteRange();

/** What a plain put has beside its key and value: operation, database, time, lengths and deadline; see delta-format.ts. */
const PUT_BYTES_MAX = 64;

export class DeltaWriter {
  /** Without readers nothing is written. */
  enabled: boolean;
  /** The end of the last interval; offsets count from here. */
  from: Time = 0;
  /** Operations written since the start. */
  operations = 0;
  private readonly out = new ByteWriter();
  /**
   * Where the last operation stands, when it was a put that went on with a life and reset nothing. The next like it takes its
   * place: many changes to one long value, a SETBIT each, travel as the last of them.
   */
  private kept: KeptPut = { start: 0, end: -1, keyAt: 0, keyLength: 0, db: 0, birth: { origin: 0, time: 0 } };
  private readonly origins: Origins;

  constructor(origins: Origins, enabled: boolean) {
    this.origins = origins;
    this.enabled = enabled;
  }

  get length(): number {
    return this.out.length;
  }

  /** Ends the interval at a time and returns its body, valid until the next operation. */
  cut(to: Time): Uint8Array {
    this.from = to;
    this.kept.end = -1;
    return this.out.lend();
  }

  /** Takes the memory for a put in advance. Throws RangeError when there is none. */
  reserve(key: ByteRange, value: ByteRange): void {
    if (this.enabled) this.out.reserve(key.end - key.start + (value.end - value.start) + PUT_BYTES_MAX);
  }

  /** A plain put: the hot case. */
  putPlain(db: number, key: ByteRange, time: Time, value: ByteRange, deadlineMs: number): void {
    if (!this.enabled) return;
    this.head(Operation.put, deadlineMs < 0 ? 0 : Part.deadline, db, key, time);
    this.out.range(value);
    if (deadlineMs >= 0) this.out.double(deadlineMs);
  }

  put(db: number, key: ByteRange, time: Time, value: ByteRange, extra: PutParts): void {
    if (!this.enabled) return;
    const { deadlineMs, stamp, birth, floors } = extra;
    const parts =
      (deadlineMs < 0 ? 0 : Part.deadline) |
      (stamp === time ? 0 : Part.stamp) |
      (birth === undefined ? 0 : Part.birth) |
      (floors.length === 0 ? 0 : Part.floors);
    const keeps = birth !== undefined && floors.length === 0;
    if (keeps && this.isKept(db, key, birth)) this.out.length = this.kept.start;
    const start = this.out.length;
    this.head(Operation.put, parts, db, key, time);
    const keyAt = this.out.length - (key.end - key.start);
    this.out.range(value);
    if (deadlineMs >= 0) this.out.double(deadlineMs);
    if (stamp !== time) this.out.double(stamp);
    if (birth !== undefined) this.dot(birth);
    this.floors(floors);
    if (keeps) this.kept = { start, end: this.out.length, keyAt, keyLength: key.end - key.start, db, birth };
  }

  /** Would a put of this key, going on with this life, replace all that the last operation says? */
  private isKept(db: number, key: ByteRange, birth: Dot): boolean {
    const { end, keyAt, keyLength, db: keptDb, birth: keptBirth } = this.kept;
    if (end !== this.out.length || keptDb !== db || keyLength !== key.end - key.start) return false;
    return sameDot(keptBirth, birth) && this.out.holds(key, keyAt);
  }

  count(
    db: number,
    key: ByteRange,
    time: Time,
    contribution: Contribution,
    supersedes: boolean,
    floors: readonly Floors[],
  ): void {
    if (!this.enabled) return;
    const parts = (supersedes ? Part.supersedes : 0) | (floors.length === 0 ? 0 : Part.floors);
    this.head(Operation.count, parts, db, key, time);
    this.contribution(contribution.generation, contribution);
    this.floors(floors);
  }

  remove(db: number, key: ByteRange, time: Time, floors: readonly Floors[]): void {
    if (!this.enabled) return;
    this.head(Operation.remove, floors.length === 0 ? 0 : Part.floors, db, key, time);
    this.floors(floors);
  }

  expire(db: number, key: ByteRange, time: Time, type: KeyTypeValue, at: number, births: readonly Dot[]): void {
    if (!this.enabled) return;
    this.head(Operation.expire, 0, db, key, time);
    this.out.byte(type);
    this.out.double(at);
    this.dots(births);
  }

  elementPut(target: ElementTarget, time: Time, value: ByteRange, stamp: Time, extra: ElementParts): void {
    if (!this.enabled) return;
    const { birth } = extra;
    const parts = (stamp === time ? 0 : Part.stamp) | (birth === undefined ? 0 : Part.birth);
    this.elementHead(Operation.elementPut, parts, target, time, extra);
    this.out.range(value);
    if (stamp !== time) this.out.double(stamp);
    if (birth !== undefined) this.dot(birth);
    this.elementTail(extra);
  }

  elementCount(target: ElementTarget, time: Time, contribution: Contribution, extra: ElementParts): void {
    if (!this.enabled) return;
    this.elementHead(Operation.elementCount, 0, target, time, extra);
    this.contribution(contribution.generation, contribution);
    this.elementTail(extra);
  }

  elementRemove(target: ElementTarget, time: Time, extra: ElementParts): void {
    if (!this.enabled) return;
    this.elementHead(Operation.elementRemove, 0, target, time, extra);
    this.elementTail(extra);
  }

  grow(db: number, key: ByteRange, life: Dot, growth: Growth, supersedes: boolean, floors: readonly Floors[]): void {
    if (!this.enabled) return;
    const { by, rises, dense } = growth;
    const parts = (supersedes ? Part.supersedes : 0) | (floors.length === 0 ? 0 : Part.floors);
    this.head(Operation.grow, parts, db, key, by.time);
    this.dot(life);
    this.out.byte(dense ? 1 : 0);
    this.out.varint(rises.count);
    for (let n = 0; n < rises.count; n++) {
      this.out.varint(rises.index(n));
      this.out.byte(rises.value(n));
    }
    this.floors(floors);
  }

  elementExpire(target: ElementTarget, time: Time, at: number, lives: readonly Dot[]): void {
    if (!this.enabled) return;
    this.head(Operation.elementExpire, 0, target.db, target.key, time);
    this.out.byte(target.type);
    this.out.range(target.element);
    this.out.double(at);
    this.dots(lives);
  }

  clear(db: number | undefined, time: Time): void {
    if (!this.enabled) return;
    this.head(Operation.clear, 0, db ?? ALL_DATABASES, NO_KEY, time);
  }

  private head(code: number, parts: number, db: number, key: ByteRange, time: Time): void {
    const { out } = this;
    this.operations++;
    out.byte(code);
    out.byte(parts);
    out.byte(db);
    out.varint(time - this.from);
    out.range(key);
  }

  private elementHead(code: number, parts: number, target: ElementTarget, time: Time, extra: ElementParts): void {
    const all =
      parts |
      (extra.lives.length === 0 ? 0 : Part.lives) |
      (extra.supersedes ? Part.supersedes : 0) |
      (extra.floors.length === 0 ? 0 : Part.floors);
    this.head(code, all, target.db, target.key, time);
    this.out.byte(target.type);
    this.out.range(target.element);
  }

  private elementTail(extra: ElementParts): void {
    if (extra.lives.length > 0) this.dots(extra.lives);
    this.floors(extra.floors);
  }

  private contribution(generation: Time, c: Contribution): void {
    this.out.double(generation);
    this.out.total(c.total);
    this.out.double(c.floorTime);
    this.out.total(c.floorTotal);
  }

  private dot(dot: Dot): void {
    this.out.origin(this.origins.id(dot.origin));
    this.out.double(dot.time);
  }

  private dots(dots: readonly Dot[]): void {
    this.out.varint(dots.length);
    for (const dot of dots) this.dot(dot);
  }

  private floors(groups: readonly Floors[]): void {
    if (groups.length === 0) return;
    this.out.varint(groups.length);
    for (const { type, element, raised } of groups) {
      this.out.byte(type);
      if (type !== KeyType.string) this.out.slice(element, 0, element.length);
      this.out.varint(raised.length);
      for (const c of raised) {
        this.dot(c);
        this.out.double(c.generation);
        this.out.total(c.total);
      }
    }
  }
}

export interface PutParts {
  /** Absolute milliseconds; -1 for none. */
  readonly deadlineMs: number;
  readonly stamp: Time;
  /** Given when the value continues an older life. */
  readonly birth: Dot | undefined;
  readonly floors: readonly Floors[];
}

export const NO_LIVES: readonly Dot[] = [];
export const NO_PARTS: ElementParts = { lives: NO_LIVES, supersedes: false, floors: [] };

export interface ElementParts {
  /** Given when the value continues an older life. */
  readonly birth?: Dot;
  /** The lives that the write supports. */
  readonly lives: readonly Dot[];
  readonly supersedes: boolean;
  readonly floors: readonly Floors[];
}
