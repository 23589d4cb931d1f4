/**
 * A keyspace reduced to what the replica promises it: a grow-only set of
 * events. Every promise is asserted as it is used: no gap, dependencies
 * covered, nothing applied twice, nothing of its own running meanwhile, and
 * what V covers is exactly what is there.
 */
import { HybridClock, type Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { Origins, type Origin, type OriginId } from "../../crdt/origin.ts";
import type { CutInterval, ReplicatedState, StateChecks } from "../../src/replica/state.ts";
import { SLOTS } from "../../src/store/slots.ts";

export interface FakeEvent {
  readonly originId: OriginId;
  readonly time: Time;
  readonly text: string;
}

const nameOf = ({ originId, time }: { originId: OriginId; time: Time }): string => `${originId}@${time}`;

export class FakeState implements ReplicatedState {
  readonly origins = new Origins();
  readonly clock = new HybridClock(500);
  readonly self: Origin;
  readonly context = new Context();
  readonly events = new Map<string, FakeEvent>();
  residueCount = 0;
  sealed = 0;
  pruned = 0;
  applied = 0;
  private pending: FakeEvent[] = [];
  private cutTo: Time = 0;
  private staged: FakeEvent[] = [];
  private stagedNextSlot = 0;
  stagedBytes = 0;
  private readonly world: FakeEvent[];

  /** `world` is where all replicas of a test note what was ever written. */
  constructor(originId: OriginId, world: FakeEvent[]) {
    this.self = this.origins.intern(originId);
    this.world = world;
  }

  write(text: string, wallMs: number): FakeEvent {
    const time = this.clock.mint(wallMs);
    const event = { originId: this.origins.id(this.self), time, text };
    this.pending.push(event);
    this.world.push(event);
    this.events.set(nameOf(event), event);
    this.context.raise(this.self, time);
    return event;
  }

  get pendingBytes(): number {
    return this.pending.length;
  }

  cutInterval(): CutInterval {
    assert(this.pending.length > 0, "nothing to cut");
    const from = this.cutTo;
    const to = this.context.get(this.self);
    const body = encode(this.pending);
    this.pending = [];
    this.cutTo = to;
    return { from, to, body };
  }

  readonly logging = true;
  enableDeltas(): void {}

  heartbeat(wallMs: number): { from: Time; to: Time } {
    assert(this.pending.length === 0, "a heartbeat over a running interval");
    const from = this.cutTo;
    this.cutTo = this.clock.mint(wallMs);
    this.context.raise(this.self, this.cutTo);
    return { from, to: this.cutTo };
  }

  applyInterval(origin: Origin, from: Time, to: Time, dependencies: Context, body: Uint8Array): void {
    assert(this.pending.length === 0, "rule 4: an interval was running");
    assert(this.context.get(origin) === from, "rule 2: a gap");
    assert(this.context.includes(dependencies), "rule 5: a dependency is missing");
    this.applied++;
    for (const event of body.length === 0 ? [] : decode(body)) {
      assert(event.time > from && event.time <= to, "an event outside its interval");
      assert(event.originId === this.origins.id(origin), "an event of somebody else");
      this.events.set(nameOf(event), event);
    }
    this.context.raise(origin, to);
  }

  exportSlots(fromSlot: number, bytesMax: number): { bytes: Uint8Array; nextSlot: number } {
    assert(this.pending.length === 0, "an export over a running interval");
    const events: FakeEvent[] = [];
    const bySlot = Map.groupBy(this.events.values(), slotOf);
    let slot = fromSlot;
    for (let bytes = 0; slot < SLOTS && bytes < bytesMax; slot++) {
      for (const event of bySlot.get(slot) ?? []) {
        events.push(event);
        bytes += 40 + event.text.length;
      }
    }
    return { bytes: encode(events), nextSlot: slot };
  }

  stage(fromSlot: number, nextSlot: number, context: Context, bytes: Uint8Array): void {
    assert(fromSlot === this.stagedNextSlot, "a slot was left out");
    this.stagedNextSlot = nextSlot;
    this.stagedBytes += bytes.length;
    for (const event of decode(bytes)) {
      assert(context.covers(this.origins.intern(event.originId), event.time), "a chunk beyond its own context");
      this.staged.push(event);
    }
  }

  commitStage(context: Context): void {
    assert(this.stagedNextSlot === SLOTS, "an unfinished repair was joined");
    assert(this.pending.length === 0, "rule 4: an interval was running");
    for (const event of this.staged) this.events.set(nameOf(event), event);
    this.dropStage();
    this.context.merge(context);
  }

  dropStage(): void {
    this.staged = [];
    this.stagedNextSlot = 0;
    this.stagedBytes = 0;
  }

  sealResidue(): boolean {
    this.sealed = this.residueCount;
    return this.sealed > 0;
  }

  pruneResidue(): void {
    this.residueCount -= this.sealed;
    this.pruned += this.sealed;
  }

  expireSome(): number {
    return 0;
  }

  /** What V covers is what is there: neither more nor less. */
  check(): void {
    for (const event of this.world) {
      const origin = this.origins.find(event.originId);
      const covered = origin !== undefined && this.context.covers(origin, event.time);
      assert(
        covered === this.events.has(nameOf(event)),
        `${event.text} is ${covered ? "covered and lost" : "shown early"}`,
      );
    }
  }

  texts(): string[] {
    return [...this.events.values()].map(({ text }) => text).toSorted();
  }
}

export const fakeChecks: StateChecks = {
  delta: (body, from, to) => {
    for (const event of decode(body)) assert(event.time > from && event.time <= to, "an event outside its interval");
  },
  slots: (bytes) => void decode(bytes),
};

function slotOf(event: FakeEvent): number {
  return event.time % SLOTS;
}

function encode(events: readonly FakeEvent[]): Uint8Array {
  return Buffer.from(JSON.stringify(events.map(({ originId, time, text }) => [originId, time, text])));
}

function decode(bytes: Uint8Array): FakeEvent[] {
  const rows = JSON.parse(Buffer.from(bytes).toString()) as [number, number, string][];
  return rows.map(([originId, time, text]) => ({ originId, time, text }));
}

function assert(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
