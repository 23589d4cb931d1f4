/**
 * Applies the body of a delta-interval, operation by operation, through the one
 * join (join.ts). The body was validated when it came in (delta-format.ts, D1),
 * and the causal gate has passed it.
 */
import { type Cell, type Contribution, type Dot, type JoinScope, type Seen } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import { Rises } from "../../crdt/hyperloglog.ts";
import type { Origin } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { ByteReader } from "./byte-reader.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { ALL_DATABASES, Operation, Part } from "./delta-format.ts";
import type { Floors } from "./delta-writer.ts";
import { joinElementInPlace } from "./element-join.ts";
import { ElementTarget } from "./element-target.ts";
import { Kind } from "./entry.ts";
import { joinGrowthInPlace, joinGrowthInState } from "./hyperloglog-effects.ts";
import {
  closeKey,
  joinCollectionBirths,
  joinElement,
  joinElementDeadline,
  joinFloors,
  joinKeyDeadlines,
  joinString,
  openKey,
  type OpenKey,
  removeSeenType,
  sawPlain,
} from "./join.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import { fitsInLife, rewriteInLife } from "./string-effects.ts";

/** What the writer of an operation had seen: its interval's dependencies, and itself up to that operation. */
class WriterSeen implements Seen {
  origin: Origin = 0;
  time: Time = 0;
  dependencies: Context;

  constructor(origin: Origin, dependencies: Context) {
    this.origin = origin;
    this.dependencies = dependencies;
  }

  covers(origin: Origin, time: Time): boolean {
    return origin === this.origin ? time <= this.time : this.dependencies.covers(origin, time);
  }
}

const NO_FLOORS: readonly Floors[] = [];

export class DeltaJoin {
  private readonly core: Core;
  private readonly reader: ByteReader;
  private readonly seen: WriterSeen;
  private readonly origin: Origin;
  /** A write that has seen what it replaces. */
  private readonly replacing: JoinScope;
  /** A write that only adds. */
  private readonly adding: JoinScope;
  private readonly key = new ByteRange();
  private readonly value = new ByteRange();
  private readonly element = new ByteRange();
  private readonly rises = new Rises();
  private readonly target = new ElementTarget(KeyType.hash);

  constructor(core: Core, origin: Origin, dependencies: Context, body: Uint8Array) {
    this.core = core;
    this.origin = origin;
    this.target.aim(0, this.key, this.element);
    this.reader = new ByteReader(body);
    this.seen = new WriterSeen(origin, dependencies);
    this.replacing = { seen: this.seen, known: core.context, whole: false, replaces: true };
    this.adding = { ...this.replacing, replaces: false };
  }

  run(from: Time): void {
    const { reader } = this;
    while (!reader.atEnd) {
      const code = reader.byte();
      const parts = reader.byte();
      const db = reader.byte();
      this.seen.time = from + reader.varint();
      reader.range(this.key);
      this.core.operationsJoined++;
      this.apply(code, parts, db);
    }
  }

  private apply(code: number, parts: number, db: number): void {
    switch (code) {
      case Operation.put:
        return this.put(parts, db);
      case Operation.count:
        return this.count(parts, db);
      case Operation.remove:
        return this.remove(parts, db);
      case Operation.expire:
        return this.expire(db);
      case Operation.elementPut:
      case Operation.elementCount:
      case Operation.elementRemove:
        return this.changeElement(code, parts, db);
      case Operation.clear:
        return this.clear(db);
      case Operation.grow:
        return this.grow(parts, db);
      case Operation.elementExpire:
        return this.expireElement(db);
      default:
        throw new Error(`operation ${code} passed validation`);
    }
  }

  private put(parts: number, db: number): void {
    const { core, reader, value, key } = this;
    const { time } = this.seen;
    const database = core.keys.database(db);
    reader.range(value);
    const deadlineMs = (parts & Part.deadline) !== 0 ? reader.double() : -1;
    if ((parts & ~Part.deadline) === 0) {
      const hash = core.memory.hash(key);
      const ref = core.keys.raw(database, hash, key);
      if (ref === 0 || sawPlain(core, ref, this.replacing)) {
        core.keys.putPlain(database, hash, key, ref, this.origin, time, value, deadlineMs);
        return;
      }
    }
    const own = this.dot();
    const stamp = (parts & Part.stamp) !== 0 ? reader.double() : time;
    const birth = (parts & Part.birth) !== 0 ? this.readDot() : undefined;
    const floors = this.readFloors(parts);
    if (parts === Part.birth && birth !== undefined && this.putInPlace(database, own, birth)) return;
    const open = openKey(core, database, key);
    const sibling = { ...own, stamp, birth: birth ?? own, value: value.copy() };
    joinString(core, open.state, { siblings: [sibling], contributions: [] }, this.replacing);
    for (const { type } of open.state.collections) removeSeenType(core, open, type, this.replacing);
    joinFloors(core, open, floors, this.replacing);
    if (birth === undefined) {
      joinKeyDeadlines(open.state, deadlineMs < 0 ? [] : [{ ...own, at: deadlineMs, births: [own] }], this.replacing);
    }
    closeKey(core, open);
  }

  /** A value of the life that a plain one belongs to, which its writer had seen. */
  private putInPlace(database: Database, own: Dot, birth: Dot): boolean {
    const { core, value, key } = this;
    const hash = core.memory.hash(key);
    const ref = core.keys.raw(database, hash, key);
    if (ref === 0 || !fitsInLife(core, ref, value, birth) || !sawPlain(core, ref, this.replacing)) return false;
    rewriteInLife(core, database, hash, ref, own, value);
    return true;
  }

  private count(parts: number, db: number): void {
    const { core, key } = this;
    const database = core.keys.database(db);
    const contribution = this.readContribution();
    const floors = this.readFloors(parts);
    if (parts === 0 && this.countInPlace(db, contribution)) return;
    const open = openKey(core, database, key);
    joinString(core, open.state, { siblings: [], contributions: [contribution] }, this.adding);
    this.supersede(open, parts, KeyType.string);
    joinFloors(core, open, floors, this.replacing);
    closeKey(core, open);
  }

  /** A packed counter of the same origin and generation: the greater time has it all. */
  private countInPlace(db: number, c: Contribution): boolean {
    const { core, key } = this;
    const { entries } = core.memory;
    const database = core.keys.database(db);
    const hash = core.memory.hash(key);
    const ref = core.keys.raw(database, hash, key);
    if (ref === 0 || entries.kind(ref) !== Kind.counter || entries.origin(ref) !== c.origin) return false;
    if (c.time < entries.time(ref)) return false;
    if (entries.counterBlock(ref, 0) !== c.generation || entries.counterBlock(ref, 2) !== c.floorTime) return false;
    const { total, floorTotal } = c;
    if (typeof total !== "number" || typeof floorTotal !== "number" || !Number.isSafeInteger(total - floorTotal))
      return false;
    core.keys.unprint(database, hash, ref);
    entries.setHead(ref, Kind.counter, entries.flags(ref), c.origin, c.time);
    entries.setCounterBlock(ref, c.generation, total, c.floorTime, floorTotal);
    core.keys.reprint(database, hash, ref);
    return true;
  }

  private remove(parts: number, db: number): void {
    const { core, key } = this;
    const database = core.keys.database(db);
    const floors = this.readFloors(parts);
    const hash = core.memory.hash(key);
    const ref = core.keys.raw(database, hash, key);
    if (ref === 0) return;
    if (sawPlain(core, ref, this.replacing)) {
      core.keys.erase(database, hash, ref);
      return;
    }
    this.removeAll(openKey(core, database, key), floors);
  }

  private removeAll(open: OpenKey, floors: readonly Floors[]): void {
    removeSeenType(this.core, open, KeyType.string, this.replacing);
    const all = this.sawEverything();
    for (const collection of open.state.collections) {
      if (all && collection.counted === 0) this.core.clearCollection(open.database, open.state, collection, []);
      else removeSeenType(this.core, open, collection.type, this.replacing);
    }
    joinFloors(this.core, open, floors, this.replacing);
    joinKeyDeadlines(open.state, [], this.replacing);
    closeKey(this.core, open);
  }

  private expire(db: number): void {
    const { core, reader } = this;
    const type = reader.byte() as KeyTypeValue;
    const at = reader.double();
    const births = this.readDots();
    const own = this.dot();
    const open = openKey(core, core.keys.database(db), this.key);
    joinKeyDeadlines(open.state, [{ ...own, at, births }], this.replacing);
    if (type !== KeyType.none && type !== KeyType.string) this.support(open, type, births);
    closeKey(core, open);
  }

  /** The write supports these lives of a collection, in place of the support that it had seen (crdt/life.ts, L3). */
  private support(open: OpenKey, type: CollectionType, lives: readonly Dot[]): void {
    const support = this.dot();
    const collection = this.core.collectionFor(open.database, open.hash, open.state, type);
    const births = lives.map((life) => ({ life, support }));
    joinCollectionBirths(collection, births, this.replacing);
  }

  private changeElement(code: number, parts: number, db: number): void {
    const { core, reader, element, value } = this;
    const type = reader.byte() as CollectionType;
    reader.range(element);
    const dot = this.dot();
    if (code === Operation.elementPut) reader.range(value);
    const counted = code === Operation.elementCount ? this.readContribution() : undefined;
    const stamp = (parts & Part.stamp) !== 0 ? reader.double() : dot.time;
    const birth = (parts & Part.birth) !== 0 ? this.readDot() : undefined;
    const lives = (parts & Part.lives) !== 0 ? this.readDots() : undefined;
    const floors = this.readFloors(parts);
    const { target, seen } = this;
    target.db = db;
    target.type = type;
    if ((parts & ~Part.lives) === 0 && joinElementInPlace(core, { code, target, dot, lives, value, counted }, seen))
      return;
    const sibling = { ...dot, stamp, birth: birth ?? dot, value: value.copy() };
    const part: Cell = {
      siblings: code === Operation.elementPut ? [sibling] : [],
      contributions: counted === undefined ? [] : [counted],
    };
    // A count, and a value that continues a life, leave the deadlines as they are.
    const delta = counted === undefined && birth === undefined ? { ...part, deadlines: [] } : part;
    const open = openKey(core, core.keys.database(db), this.key);
    const collection = core.collectionFor(open.database, open.hash, open.state, type);
    if (lives !== undefined) this.support(open, type, lives);
    joinElement(core, open, collection, element, delta, code === Operation.elementCount ? this.adding : this.replacing);
    this.supersede(open, parts, type);
    joinFloors(core, open, floors, this.replacing);
    closeKey(core, open);
  }

  private expireElement(db: number): void {
    const { core, reader, element } = this;
    const type = reader.byte() as CollectionType;
    reader.range(element);
    const at = reader.double();
    const deadline = { ...this.dot(), at, births: this.readDots() };
    const open = openKey(core, core.keys.database(db), this.key);
    const collection = core.collectionFor(open.database, open.hash, open.state, type);
    joinElementDeadline(core, open, collection, element, deadline, this.replacing);
    closeKey(core, open);
  }

  private supersede(open: OpenKey, parts: number, type: KeyTypeValue): void {
    if ((parts & Part.supersedes) === 0) return;
    if (type !== KeyType.string) removeSeenType(this.core, open, KeyType.string, this.replacing);
    for (const other of open.state.collections) {
      if (other.type !== type) removeSeenType(this.core, open, other.type, this.replacing);
    }
  }

  private grow(parts: number, db: number): void {
    const { core, reader, rises, key } = this;
    const life = this.readDot();
    const dense = reader.byte() === 1;
    rises.clear();
    for (let n = reader.varint(); n > 0; n--) rises.add(reader.varint(), reader.byte());
    const floors = this.readFloors(parts);
    const growth = { by: this.dot(), rises, dense };
    if (parts === 0 && joinGrowthInPlace(core, db, key, life, growth)) return;
    const open = openKey(core, core.keys.database(db), key);
    joinGrowthInState(open.state, life, growth);
    this.supersede(open, parts, KeyType.string);
    joinFloors(core, open, floors, this.replacing);
    closeKey(core, open);
  }

  private clear(db: number): void {
    const { core } = this;
    core.keys.settleAll();
    const { entries } = core.memory;
    for (const database of db === ALL_DATABASES ? core.keys.databases : [core.keys.database(db)]) {
      if (database.objects === 0 && this.sawEverything()) {
        database.drop();
        continue;
      }
      for (const ref of core.keys.dropOthers(database, (at) => !sawPlain(core, at, this.replacing))) {
        entries.keyOf(ref, this.key);
        this.removeAll(openKey(core, database, new ByteRange(this.key.copy())), NO_FLOORS);
      }
    }
  }

  private sawEverything(): boolean {
    let all = true;
    this.core.context.each((origin, time) => {
      if (!this.seen.covers(origin, time)) all = false;
    });
    return all;
  }

  private dot(): Dot {
    return { origin: this.origin, time: this.seen.time };
  }

  private readDot(): Dot {
    return { origin: this.core.memory.origins.intern(this.reader.origin()), time: this.reader.time() };
  }

  private readDots(): Dot[] {
    const dots: Dot[] = [];
    for (let n = this.reader.varint(); n > 0; n--) dots.push(this.readDot());
    return dots;
  }

  private readContribution(): Contribution {
    const { reader } = this;
    const generation = reader.time();
    const total = reader.total();
    const floorTime = reader.timeOrZero();
    const floorTotal = reader.total();
    return { ...this.dot(), generation, total, floorTime, floorTotal };
  }

  private readFloors(parts: number): readonly Floors[] {
    if ((parts & Part.floors) === 0) return NO_FLOORS;
    const { reader } = this;
    const floors: Floors[] = [];
    for (let groups = reader.varint(); groups > 0; groups--) {
      const type = reader.byte() as KeyTypeValue;
      const element = type === KeyType.string ? new Uint8Array(0) : reader.copy();
      const raised: Contribution[] = [];
      for (let n = reader.varint(); n > 0; n--) {
        const dot = this.readDot();
        const generation = reader.time();
        const total = reader.total();
        raised.push({ ...dot, generation, total, floorTime: dot.time, floorTotal: total });
      }
      floors.push({ type, element, raised });
    }
    return floors;
  }
}
