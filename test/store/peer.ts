/**
 * A keyspace with just enough replication around it to test the join: intervals
 * with their dependencies, delivered in the order of the sender's log, and
 * whole-state repair. No gate, no links, no time but what the test passes.
 */
import { HybridClock } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { type OriginId, Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { validateDelta } from "../../src/store/delta-format.ts";
import { audit } from "../../src/store/audit.ts";
import { ROOT_BITS, ROOTS, scatteredSlots, SLOT_BITS } from "../../src/store/hash-node.ts";
import { isOrdered, KeyType } from "../../src/store/key-type.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import type { RangeBounds } from "../../src/store/range-bounds.ts";
import { type KeyRange, wholeOf } from "../../src/store/repair/key-range.ts";

export type Times = [OriginId, number][];

interface Interval {
  readonly origin: OriginId;
  readonly from: number;
  readonly to: number;
  readonly dependencies: Times;
  readonly body: Uint8Array;
}

/** How many elements a collection packed into its key's entry may have, by origin: nobody must notice the difference. */
const SMALL_MAXIMA = [0, 2, 32] as const;

const SLOT_NODES = scatteredSlots();

/** A hash for keys and elements, in the place of the real one. */
export type KeyHash = (key: ByteRange) => number;

class OpenKeyspace extends Keyspace {
  hashBy(hash: KeyHash): void {
    Object.assign(this.core.memory, { hash });
  }

  audit(): string[] {
    return audit(this.core);
  }
}

export class Peer {
  readonly keyspace: OpenKeyspace;
  readonly origins = new Origins();
  readonly log: Interval[] = [];
  /** What the repair that runs will have brought: until its commit no interval within it may be applied (repairable-state.ts, R2). */
  awaited: Context | undefined;
  private dependencies: Times = [];
  private sealed: Times = [];

  /** `ranges`: how its collections are cut, unless as usual. */
  constructor(originId: OriginId, known: readonly OriginId[] = [], hash?: KeyHash, ranges?: RangeBounds) {
    for (const id of known) this.origins.intern(id);
    const clock = new HybridClock(500);
    const smallElementsMax = ranges === undefined ? SMALL_MAXIMA[originId % SMALL_MAXIMA.length] : 2;
    const options = { originId, origins: this.origins, clock, hashSeed: 7, logging: true, smallElementsMax };
    this.keyspace = new OpenKeyspace(ranges === undefined ? options : { ...options, ranges });
    if (hash !== undefined) this.keyspace.hashBy(hash);
    this.dependencies = this.times();
  }

  /** One event. */
  run(nowMs: number, effect: (keyspace: Keyspace) => void): void {
    this.keyspace.beginEvent(nowMs);
    effect(this.keyspace);
  }

  /** Ends the running interval. */
  cut(): void {
    if (this.keyspace.pendingBytes === 0) return;
    const { from, to, body: lent } = this.keyspace.cutInterval();
    const body = lent.slice();
    validateDelta(body, from, to);
    const origin = this.origins.id(this.keyspace.self);
    this.log.push({ origin, from, to, dependencies: this.dependencies, body });
    this.dependencies = this.times();
  }

  /** Takes from another up to `most` intervals that it lacks. */
  pull(from: Peer, nowMs: number, most = Number.POSITIVE_INFINITY): void {
    this.cut();
    from.cut();
    let left = most;
    for (const interval of from.log) {
      const origin = this.origins.intern(interval.origin);
      if (left <= 0) break;
      if (this.keyspace.context.covers(origin, interval.to)) continue;
      if (this.awaited?.covers(origin, interval.to) === true) break;
      this.keyspace.applyInterval(
        origin,
        interval.from,
        interval.to,
        this.context(interval.dependencies),
        interval.body,
        nowMs,
      );
      this.keyspace.clock.observe(interval.to, nowMs);
      this.log.push(interval);
      left--;
    }
    this.dependencies = this.times();
  }

  /** Takes the whole state of another. What it had logged since is not passed on. */
  repair(from: Peer, slotBytes = 64): void {
    this.cut();
    from.cut();
    while (from.keyspace.upkeep());
    for (let nodes: readonly number[] = SLOT_NODES; nodes.length > 0;) {
      const { bytes: exported, done } = from.keyspace.repair.export(SLOT_BITS, nodes, 0, slotBytes);
      const stubs = this.keyspace.repair.stage(SLOT_BITS, nodes.slice(0, done), this.context(from.times()), exported);
      for (const { db, key, type } of stubs) this.repairRange(from, wholeOf(db, key, type), slotBytes);
      nodes = nodes.slice(done);
    }
    this.commit(from, from.times());
  }

  private repairRange(from: Peer, whole: KeyRange, bytesMax: number): void {
    for (let rest = whole; ;) {
      const { bytes: exported, next } = from.keyspace.repair.exportRange(rest, bytesMax);
      const isLast = next.length === 0;
      this.keyspace.repair.stageRange(isLast ? rest : { ...rest, to: next }, this.context(from.times()), exported);
      if (isLast) return;
      rest = { ...rest, from: next };
    }
  }

  /** Commits what was staged of another's state, which it had at `start`. */
  commit(from: Peer, start: Times): void {
    this.cut();
    this.awaited = undefined;
    this.keyspace.repair.commit(this.context(start));
    const have = new Set(this.log.map((i) => `${i.origin}:${i.to}`));
    const within = this.context(start);
    const covered = (i: Interval): boolean => within.covers(this.origins.intern(i.origin), i.to);
    this.log.push(...from.log.filter((i) => covered(i) && !have.has(`${i.origin}:${i.to}`)));
    this.dependencies = this.times();
  }

  /** Seals the residue; or prunes what was sealed, once everybody has seen all there was then and this peer all they did since. */
  sealOrPrune(all: readonly Peer[]): void {
    if (this.keyspace.sealResidue()) this.sealed = this.times();
    else if (all.every((p) => p.hasSeen(this.sealed) && this.hasSeen(p.times()))) this.keyspace.pruneResidue();
  }

  private hasSeen(times: Times): boolean {
    return this.keyspace.context.includes(this.context(times));
  }

  times(): Times {
    const times: Times = [];
    this.keyspace.context.each((origin, time) => times.push([this.origins.id(origin), time]));
    return times;
  }

  context(times: Times): Context {
    const context = new Context();
    for (const [id, time] of times) context.raise(this.origins.intern(id), time);
    return context;
  }
}

/** The whole content of a keyspace. */
export function contentOf({ repair }: Keyspace): Uint8Array {
  return repair.export(ROOT_BITS, ROOTS, 0, Infinity).bytes;
}

/** Stages the whole content of a keyspace. */
export function stageContent({ repair }: Keyspace, context: Context, content: Uint8Array): void {
  repair.stage(ROOT_BITS, ROOTS, context, content);
}

export function bytes(text: string): ByteRange {
  return ByteRange.ofText(text);
}

const TYPE_NAMES = ["none", "string", "hash", "set", "zset", "list"];

/** What a reader sees of a whole keyspace, as text. */
export function picture(keyspace: Keyspace, nowMs: number): Record<string, unknown> {
  keyspace.beginEvent(nowMs);
  const shown: Record<string, unknown> = {};
  const key = new ByteRange();
  const value = new ByteRange();
  for (let db = 0; db < 16; db++) {
    keyspace.forEachKey(db, (ref) => {
      keyspace.keyOf(ref, key);
      const name = `${db}:${key.utf8()}`;
      const type = keyspace.typeOf(ref);
      let content: unknown;
      if (type === 1) {
        keyspace.stringValue(ref, value);
        content = value.latin1();
      } else {
        const collection = keyspace.collection(ref);
        const elements: string[] = [];
        collection.forEach((at) => {
          collection.element(at, key);
          if (collection.type === KeyType.zset) return void elements.push(`${key.latin1()}=${collection.score(at)}`);
          collection.value(at, value);
          const deadline = collection.deadline(at);
          elements.push(`${key.latin1()}=${value.utf8()}${deadline < 0 ? "" : ` until ${deadline}`}`);
        });
        if (elements.length !== collection.size)
          throw new Error(`size ${collection.size}, but ${elements.length} elements`);
        content = [TYPE_NAMES[type], ...(isOrdered(collection.type) ? elements : elements.toSorted())];
      }
      shown[name] = [content, keyspace.deadline(ref)];
    });
  }
  return Object.fromEntries(Object.entries(shown).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
