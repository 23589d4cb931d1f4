/**
 * A keyspace reduced to what the replica promises it: a set of events, some of
 * which take away another that their writer had seen. Every promise is asserted
 * as it is used: no gap, dependencies covered, nothing applied twice, nothing of
 * its own running meanwhile, and what V covers is exactly what is there.
 */
import { HybridClock, type Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { Origins, type Origin, type OriginId } from "../../crdt/origin.ts";
import type { CutInterval, ReplicatedState, StateChecks } from "../../src/replica/state.ts";
import { decodeEvents, encodeEvents, type FakeEvent, hashOf, nameOf } from "./fake-event.ts";
import { FakeRepair } from "./fake-repair.ts";

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
  readonly repair: FakeRepair;
  private readonly world: FakeEvent[];

  /** `world` is where all replicas of a test note what was ever written. */
  constructor(originId: OriginId, world: FakeEvent[]) {
    this.self = this.origins.intern(originId);
    this.world = world;
    this.repair = new FakeRepair(this.origins, this.context, this.events);
  }

  /** `removes` is the name of an event that is here. */
  write(text: string, wallMs: number, removes?: string): FakeEvent {
    const time = this.clock.mint(wallMs);
    const event = { originId: this.origins.id(this.self), time, text, removes };
    this.pending.push(event);
    this.world.push(event);
    this.show(event);
    this.context.raise(this.self, time);
    return event;
  }

  private show(event: FakeEvent): void {
    this.events.set(nameOf(event), event);
    if (event.removes !== undefined) this.events.delete(event.removes);
  }

  get pendingBytes(): number {
    return this.pending.length;
  }

  cutInterval(): CutInterval {
    assert(this.pending.length > 0, "nothing to cut");
    const from = this.cutTo;
    const to = this.context.get(this.self);
    const body = encodeEvents(this.pending);
    this.pending = [];
    this.cutTo = to;
    return { from, to, body };
  }

  readonly logging = true;
  enableDeltas(): void {}
  resume(): void {}

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
    for (const event of body.length === 0 ? [] : decodeEvents(body)) {
      assert(event.time > from && event.time <= to, "an event outside its interval");
      assert(event.originId === this.origins.id(origin), "an event of somebody else");
      this.show(event);
    }
    this.context.raise(origin, to);
  }

  digest(): string {
    let digest = 0;
    for (const event of this.events.values()) digest ^= hashOf(event);
    return String(digest >>> 0);
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

  /** What V covers and nothing that V covers has taken away is what is there: neither more nor less. */
  check(): void {
    if (this.repair.isCopying) return;
    const covered = this.world.filter((event) => this.covers(event));
    const removed = new Set(covered.map(({ removes }) => removes));
    const expected = new Set(covered.map(nameOf).filter((name) => !removed.has(name)));
    for (const event of this.world) {
      const name = nameOf(event);
      if (expected.has(name) === this.events.has(name)) continue;
      throw new Error(
        `${event.text} is ${expected.has(name) ? "covered and lost" : "shown although it should not be"}`,
      );
    }
  }

  private covers({ originId, time }: FakeEvent): boolean {
    const origin = this.origins.find(originId);
    return origin !== undefined && this.context.covers(origin, time);
  }

  texts(): string[] {
    return [...this.events.values()].map(({ text }) => text).toSorted();
  }
}

export const fakeChecks: StateChecks = {
  delta: (body, from, to) => {
    for (const event of decodeEvents(body)) {
      assert(event.time > from && event.time <= to, "an event outside its interval");
    }
  },
};

function assert(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
