/** The virtual network: what arrives, in which order, and what each kind of fault takes away. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../sim/world/clock.ts";
import type { SimulatedPort } from "../../sim/world/connection.ts";
import { Network, type NetworkNode } from "../../sim/world/network.ts";
import { Random } from "../../sim/world/random.ts";
import type { Scenario } from "../../sim/scenario/scenario.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";

/** A node that remembers what reaches it. */
class Listener implements NetworkNode {
  readonly id: string;
  isUp = true;
  dials = true;
  readonly ports: SimulatedPort[] = [];
  readonly heard: number[] = [];
  closedCount = 0;
  drainedCount = 0;

  constructor(id: string) {
    this.id = id;
  }

  wants(): boolean {
    return this.dials && this.openPort() === undefined;
  }

  openPort(): SimulatedPort | undefined {
    return this.ports.find((port) => !port.isClosed);
  }

  opened(port: SimulatedPort): void {
    this.ports.push(port);
  }

  receive(_port: SimulatedPort, message: Uint8Array): void {
    this.heard.push(message[0] ?? -1);
  }

  closed(): void {
    this.closedCount++;
  }

  drained(): void {
    this.drainedCount++;
  }
}

interface World {
  clock: VirtualClock;
  network: Network;
  a: Listener;
  b: Listener;
}

/** Two nodes with one connection, that `a` has dialed. */
function connected(seed = 1, jitterMs = 20): World {
  const clock = new VirtualClock();
  const [a, b] = [new Listener("a"), new Listener("b")];
  b.dials = false;
  const scenario: Scenario = { ...parseScenario("network", "replicas a b"), delay: { baseMs: 10, jitterMs } };
  const network = new Network(clock, new Random(seed, "network"), [a, b], scenario);
  network.start();
  while (a.openPort() === undefined) clock.step();
  return { clock, network, a, b };
}

function send(node: Listener, ...numbers: number[]): void {
  for (const number of numbers) node.openPort()?.send(Uint8Array.of(number));
}

describe("the virtual network", () => {
  it("delivers whole messages in order, each after its delay", () => {
    const { clock, a, b } = connected();
    send(a, 1, 2, 3, 4, 5);
    clock.runUntil(clock.nowMs + 5);
    expect(b.heard).toEqual([]);
    clock.runUntil(clock.nowMs + 1000);
    expect(b.heard).toEqual([1, 2, 3, 4, 5]);
  });

  it("loses a suffix, and only a suffix, when a connection breaks", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(60), (seed, waitMs) => {
        const { clock, network, a, b } = connected(seed);
        a.dials = false;
        const sent = Array.from({ length: 20 }, (_, i) => i);
        send(a, ...sent.slice(0, 10));
        clock.runUntil(clock.nowMs + waitMs);
        send(a, ...sent.slice(10));
        network.breakBetween("a", "b", "test");
        send(a, 99);
        clock.runUntil(clock.nowMs + 5000);
        expect(b.heard).toEqual(sent.slice(0, b.heard.length));
        expect([a.closedCount, b.closedCount]).toEqual([1, 1]);
      }),
    );
  });

  it("dials again after a break", () => {
    const { clock, network, a, b } = connected();
    network.breakBetween("a", "b", "test");
    clock.runUntil(clock.nowMs + 5000);
    send(a, 7);
    clock.runUntil(clock.nowMs + 1000);
    expect(b.heard).toEqual([7]);
  });

  it("keeps what is sent into a one-way cut, unseen by the sender, and delivers it afterwards", () => {
    const { clock, network, a, b } = connected();
    const mend = network.cut("a", "b", false);
    send(a, 1, 2);
    send(b, 3);
    clock.runUntil(clock.nowMs + 1000);
    expect([a.heard, b.heard, a.openPort()?.bufferedBytes]).toEqual([[3], [], 0]);
    mend();
    clock.runUntil(clock.nowMs + 1000);
    expect(b.heard).toEqual([1, 2]);
  });

  it("shows the sender of a jammed direction a growing buffer, and tells it when that has drained", () => {
    const { clock, network, a, b } = connected();
    const mend = network.cut("a", "b", true);
    send(a, 1, 2, 3);
    expect(a.openPort()?.bufferedBytes).toBe(3);
    mend();
    clock.runUntil(clock.nowMs + 1000);
    expect([b.heard, a.openPort()?.bufferedBytes, a.drainedCount]).toEqual([[1, 2, 3], 0, 1]);
  });

  it("carries no more than its rate through a slow direction", () => {
    const { clock, network, a, b } = connected(1, 0);
    const mend = network.slow("a", "b", 0.01);
    send(a, 1, 2, 3);
    clock.runUntil(clock.nowMs + 215);
    expect(b.heard).toEqual([1, 2]);
    mend();
    clock.runUntil(clock.nowMs + 1000);
    expect(b.heard).toEqual([1, 2, 3]);
  });

  it("connects nobody across a partition until it has mended", () => {
    const { clock, network, a } = connected();
    const mend = network.partition({ groups: [["a"], ["b"]], silent: false, oneWay: false });
    clock.runUntil(clock.nowMs + 5000);
    expect(a.openPort()).toBeUndefined();
    mend();
    clock.runUntil(clock.nowMs + 5000);
    expect(a.openPort()).toBeDefined();
  });

  it("keeps a direction cut until the last of the faults that cut it has mended", () => {
    const { clock, network, a, b } = connected();
    const mends = [network.cut("a", "b", false), network.cut("a", "b", true)];
    send(a, 1);
    mends[0]?.();
    clock.runUntil(clock.nowMs + 1000);
    expect(b.heard).toEqual([]);
    mends[1]?.();
    clock.runUntil(clock.nowMs + 1000);
    expect(b.heard).toEqual([1]);
  });

  it("delivers what was sent before a process closes, and nothing after", () => {
    const { clock, a, b } = connected();
    a.dials = false;
    send(a, 1, 2);
    const port = a.openPort();
    port?.close(4000, "enough");
    clock.runUntil(clock.nowMs + 1);
    port?.send(Uint8Array.of(3));
    clock.runUntil(clock.nowMs + 1000);
    expect([b.heard, a.closedCount, b.closedCount]).toEqual([[1, 2], 1, 1]);
  });
});
