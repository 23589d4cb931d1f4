/**
 * A small world for replica scenarios: replicas over fake states, memory links
 * between them, one virtual clock. Nothing moves but in `run`. After every
 * delivered message each state is checked against all that was ever written.
 */
import { expect } from "vitest";
import type { Context } from "../../crdt/context.ts";
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import type { Link } from "../../src/replica/link.ts";
import { Replica } from "../../src/replica/replica.ts";
import { memoryLink, type MemoryPort } from "../../transport/memory.ts";
import { type FakeEvent, nameOf } from "./fake-event.ts";
import { FakeState, fakeChecks } from "./fake-state.ts";

export interface WorldOptions {
  readonly limits?: Partial<ReplicaLimits>;
  readonly peersExpected?: number;
  readonly clusterId?: string;
  readonly region?: string;
  readonly originId?: number;
  readonly skewMs?: number;
  /** What the node has on disk; nothing unless given. */
  readonly durable?: () => Context | undefined;
}

export interface Node {
  readonly name: string;
  readonly state: FakeState;
  readonly replica: Replica<FakeState>;
  readonly logged: string[];
  readonly skewMs: number;
}

export interface Wire {
  readonly ends: readonly [MemoryPort, MemoryPort];
  readonly names: readonly [string, string];
  readonly links: readonly [Link, Link];
  /** Codes with which it was closed. */
  readonly closes: { code: number; reason: string }[];
  /** Nothing is delivered while true. */
  jammed: boolean;
}

const TIMER_MS = 10;

export class World {
  nowMs = 1_000_000;
  readonly written: FakeEvent[] = [];
  readonly nodes = new Map<string, Node>();
  wires: Wire[] = [];
  private originIds = 0xabc0;
  private seed = 1;

  constructor(names: readonly string[], options: WorldOptions = {}) {
    for (const name of names) this.add(name, { peersExpected: names.length - 1, ...options });
  }

  add(name: string, options: WorldOptions = {}): Node {
    const state = new FakeState(options.originId ?? ++this.originIds, this.written);
    const logged: string[] = [];
    const replica = new Replica({
      nodeId: name,
      region: options.region ?? `region-${name}`,
      clusterId: options.clusterId ?? "test",
      address: `${name}:7946`,
      peersExpected: options.peersExpected ?? 2,
      keyspace: state,
      random: () => this.random(),
      log: (level, message) => logged.push(`${level}: ${message}`),
      checks: fakeChecks,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.durable === undefined ? {} : { durable: options.durable }),
    });
    const node = { name, state, replica, logged, skewMs: options.skewMs ?? 0 };
    this.nodes.set(name, node);
    return node;
  }

  /** Kills a node: its links break, its state is gone. */
  kill(name: string): void {
    for (const wire of this.wiresOf(name)) this.sever(wire);
    this.nodes.delete(name);
  }

  node(name: string): Node {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  wallMs(node: Node): number {
    return this.nowMs + node.skewMs;
  }

  connect(a: string, b: string): Wire {
    const ends = memoryLink();
    const closes: { code: number; reason: string }[] = [];
    const links = [this.attach(ends[0], a, closes), this.attach(ends[1], b, closes)] as const;
    const wire = { ends, names: [a, b] as const, links, closes, jammed: false };
    this.wires.push(wire);
    return wire;
  }

  connectAll(): void {
    const names = [...this.nodes.keys()];
    names.forEach((a, i) => names.slice(i + 1).forEach((b) => this.connect(a, b)));
  }

  wire(a: string, b: string): Wire {
    const wire = this.wiresOf(a).find(({ names, ends }) => names.includes(b) && ends[0].open);
    if (wire === undefined) throw new Error(`no wire between ${a} and ${b}`);
    return wire;
  }

  wiresOf(name: string): Wire[] {
    return this.wires.filter(({ names }) => names.includes(name));
  }

  /** Breaks a wire; what is on the way is lost. */
  sever(wire: Wire): void {
    wire.ends[0].sever();
    this.wires = this.wires.filter((other) => other !== wire);
  }

  write(name: string, text: string): void {
    const node = this.node(name);
    node.state.write(text, this.wallMs(node));
  }

  /** Takes away an event that the node shows; by its text. */
  remove(name: string, text: string): void {
    const node = this.node(name);
    const event = [...node.state.events.values()].find((shown) => shown.text === text);
    if (event === undefined) throw new Error(`${name} does not show ${text}`);
    node.state.write(`without ${text}`, this.wallMs(node), nameOf(event));
    node.replica.endTick(this.wallMs(node));
  }

  /** Writes and ends the tick, so that it leaves. */
  tick(name: string, ...texts: string[]): void {
    for (const text of texts) this.write(name, text);
    const node = this.node(name);
    node.replica.endTick(this.wallMs(node));
  }

  /** Lets time pass; each millisecond every wire delivers what was on the way when it began. */
  run(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.nowMs++;
      for (const node of this.nodes.values()) {
        if (this.nowMs % TIMER_MS === 0) node.replica.timer(this.wallMs(node));
      }
      for (const { ends, jammed } of this.wires) if (!jammed) ends.forEach((end) => this.deliver(end));
    }
  }

  runUntil(done: () => boolean, msMax = 60_000): void {
    for (let i = 0; !done(); i++) {
      if (i > msMax) throw new Error(`not within ${msMax} ms`);
      this.run(1);
    }
  }

  /** What was written and not taken away. */
  get shownCount(): number {
    return this.written.length - new Set(this.written.flatMap(({ removes }) => removes ?? [])).size;
  }

  converged(): boolean {
    const all = this.shownCount;
    return [...this.nodes.values()].every(({ state }) => state.events.size === all && !state.repair.isCopying);
  }

  /** Everything that was ever written must come to be everywhere. */
  expectConverged(msMax = 60_000): void {
    this.runUntil(() => this.converged(), msMax);
    for (const { state } of this.nodes.values()) expect(state.events.size).toBe(this.shownCount);
  }

  private attach(port: MemoryPort, name: string, closes: { code: number; reason: string }[]): Link {
    const node = this.node(name);
    const link = node.replica.connected(port, this.wallMs(node));
    port.attach({
      received: (message) => {
        node.replica.receive(link, message, this.wallMs(node));
        node.state.check();
      },
      closed: (code, reason) => {
        closes.push({ code, reason });
        node.replica.closed(link, this.wallMs(node));
      },
      drained: () => node.replica.drained(link, this.wallMs(node)),
    });
    return link;
  }

  private deliver(end: MemoryPort): void {
    const waiting = end.pending;
    for (let i = 0; i < waiting; i++) if (!end.deliver()) return;
    if (waiting === 0) end.deliver();
  }

  private random(): number {
    this.seed = (this.seed * 48_271) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  }
}
