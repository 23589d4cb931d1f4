/**
 * Replicas over real keyspaces with memory links between them, for repairs of
 * large collections: their ranges need a store that has some.
 */
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import { Replica } from "../../src/replica/replica.ts";
import { audit } from "../../src/store/audit.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import type { RangeBounds } from "../../src/store/range-bounds.ts";
import { memoryLink, type MemoryPort } from "../../transport/memory.ts";
import { act } from "../store/acts.ts";

class OpenKeyspace extends Keyspace {
  audit(): string[] {
    return audit(this.core);
  }
}

export class LargeNode {
  readonly keyspace: OpenKeyspace;
  readonly replica: Replica<OpenKeyspace>;

  constructor(world: LargeWorld, name: string, originId: number, peersExpected: number) {
    this.keyspace = new OpenKeyspace({
      originId,
      origins: new Origins(),
      clock: new HybridClock(500),
      hashSeed: 7,
      logging: true,
      ranges: world.ranges,
    });
    this.replica = new Replica({
      nodeId: name,
      region: name,
      clusterId: "test",
      address: `${name}:7946`,
      peersExpected,
      keyspace: this.keyspace,
      random: () => 0.5,
      log: () => {},
      limits: world.limits,
    });
  }

  run(nowMs: number, effect: (keyspace: Keyspace) => void): void {
    this.keyspace.beginEvent(nowMs);
    effect(this.keyspace);
  }

  /** Joins and frees what is left to be. */
  settle(): void {
    while (this.keyspace.upkeep());
  }
}

/** Deferred work that is done at every turn of the timer. */
const UPKEEP_STEPS = 5;

interface Wire {
  readonly ends: readonly [MemoryPort, MemoryPort];
  readonly names: string;
}

export class LargeWorld {
  nowMs = 1_700_000_000_000;
  readonly nodes = new Map<string, LargeNode>();
  readonly ranges: RangeBounds;
  readonly limits: Partial<ReplicaLimits>;
  private wires: Wire[] = [];

  constructor(names: readonly string[], ranges: RangeBounds, limits: Partial<ReplicaLimits>) {
    this.ranges = ranges;
    this.limits = limits;
    for (const name of names) this.add(name, names.length - 1);
  }

  add(name: string, peersExpected: number): LargeNode {
    const node = new LargeNode(this, name, 0xabc0 + this.nodes.size, peersExpected);
    this.nodes.set(name, node);
    return node;
  }

  node(name: string): LargeNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  connect(a: string, b: string): void {
    const ends = memoryLink();
    [a, b].forEach((name, i) => {
      const { replica } = this.node(name);
      const port = ends[i] as MemoryPort; // there are two
      const link = replica.connected(port, this.nowMs);
      port.attach({
        received: (message) => replica.receive(link, message, this.nowMs),
        closed: () => replica.closed(link, this.nowMs),
        drained: () => replica.drained(link, this.nowMs),
      });
    });
    this.wires.push({ ends, names: `${a} ${b}` });
  }

  sever(a: string, b: string): void {
    for (const { ends, names } of this.wires) if (names === `${a} ${b}`) ends[0].sever();
    this.wires = this.wires.filter(({ names }) => names !== `${a} ${b}`);
  }

  /** One event of such lines as of ../store/acts.ts. */
  act(name: string, ...lines: readonly string[]): void {
    act(this.node(name), this.nowMs, ...lines);
    this.node(name).replica.endTick(this.nowMs);
  }

  run(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.nowMs++;
      if (this.nowMs % 10 === 0) {
        for (const { replica, keyspace } of this.nodes.values()) {
          replica.timer(this.nowMs);
          for (let steps = UPKEEP_STEPS; steps > 0 && keyspace.upkeep(); steps--);
          while (replica.work(this.nowMs));
        }
      }
      for (const { ends } of this.wires) for (const end of ends) this.deliver(end);
    }
  }

  runUntil(done: () => boolean, msMax = 60_000): void {
    for (let i = 0; !done(); i++) {
      if (i > msMax) throw new Error(`not within ${msMax} ms`);
      this.run(1);
    }
  }

  private deliver(end: MemoryPort): void {
    for (let i = end.pending; i >= 0; i--) if (!end.deliver()) return;
  }
}
