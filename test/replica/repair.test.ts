/**
 * Scenarios of repairs: new replicas, replicas that the log has
 * lapped, writes on all sides while a repair runs, and repairs that break. The
 * fake state asserts that V never covers what is not there, nor shows more.
 */
import { describe, expect, it } from "vitest";
import { REPAIR_TOO_LARGE_RETRY_MS } from "../../src/limits/replication.ts";
import { PROTOCOL_VERSION, type ControlMessage } from "../../transport/message.ts";
import { MessageCodec } from "../../transport/message-codec.ts";
import { memoryLink } from "../../transport/memory.ts";
import { awayWorld, lappedWorld, SMALL, writeMany } from "./repair-worlds.ts";
import { World } from "./world.ts";

describe("a new replica", () => {
  it("is loading until a peer's state has been joined", () => {
    const world = lappedWorld();
    const { replica, state } = world.node("c");
    world.run(100);
    expect(replica.loading).toBe(true);
    world.connect("c", "a");
    world.run(2);
    expect(replica.loading).toBe(true);
    expect(state.events.size).toBe(0);
    world.runUntil(() => !replica.loading);
    expect(state.events.size).toBe(world.written.length);
    expect(replica.counters.repairsCommitted).toBe(1);
  });

  it("serves after the join time when no peer has anything", () => {
    const world = new World(["a"], { peersExpected: 2 });
    world.run(900);
    expect(world.node("a").replica.loading).toBe(true);
    world.run(200);
    expect(world.node("a").replica.loading).toBe(false);
  });

  it("serves as soon as all peers have said hello and their logs serve it", () => {
    const world = new World(["a", "b"]);
    world.connect("a", "b");
    world.tick("a", "young");
    world.run(15);
    expect(world.node("b").replica.loading).toBe(false);
    world.expectConverged(100);
  });

  it("joins writes that are made on all sides while it fills", () => {
    const world = lappedWorld();
    world.connect("c", "a");
    world.connect("c", "b");
    const { replica } = world.node("c");
    for (let i = 0; replica.loading; i++) {
      world.tick("a", `new a${i}`);
      world.tick("b", `new b${i}`);
      world.run(1);
      expect(i).toBeLessThan(300);
    }
    world.expectConverged();
    world.tick("c", "and goes on");
    world.expectConverged(500);
    expect(replica.counters.intervalsHeld).toBeGreaterThan(0);
    expect(replica.counters.repairsAborted).toBe(0);
  });
});

describe("a replica that was away", () => {
  it("and the others repair each other in both directions when the logs have lapped both", () => {
    const world = awayWorld();
    world.connect("a", "c");
    world.connect("b", "c");
    for (let i = 0; i < 300; i++) {
      for (const name of ["a", "b", "c"]) world.tick(name, `${name} meanwhile ${i}`);
      world.run(2);
    }
    world.expectConverged();
    expect(world.node("c").replica.counters.repairsCommitted).toBeGreaterThan(0);
    expect(world.node("a").replica.counters.repairsCommitted).toBeGreaterThan(0);
    expect(world.node("c").replica.loading).toBe(false);
  });

  it("gives up when there is no room, says so, keeps what it has, and tries again much later", () => {
    const world = awayWorld({ stagedBytesMax: 1500 });
    const before = world.node("c").state.events.size;
    world.connect("a", "c");
    world.run(3000);
    const { replica, state, logged } = world.node("c");
    expect(replica.counters).toMatchObject({ repairsTooLarge: 1, repairsAborted: 1, repairsCommitted: 0 });
    expect(logged.filter((line) => line.startsWith("error: a repair needs more"))).toHaveLength(1);
    expect(state.repair.stagedBytes).toBe(0);
    expect(state.events.size).toBeGreaterThanOrEqual(before);
    world.run(REPAIR_TOO_LARGE_RETRY_MS);
    expect(replica.counters.repairsTooLarge).toBe(2);
  });

  it("is served by the peer whose log reaches back, without a repair", () => {
    const world = new World(["a", "c"], { limits: SMALL, peersExpected: 2 });
    world.add("b", { peersExpected: 2 });
    world.connectAll();
    world.run(50);
    world.sever(world.wire("a", "c"));
    world.sever(world.wire("b", "c"));
    writeMany(world, "a", 100, "away");
    world.run(100);
    world.connect("b", "c");
    world.run(50);
    world.connect("a", "c");
    world.expectConverged();
    expect(world.node("c").replica.counters.repairsRequested).toBe(0);
  });

  it("repairs after an interval that is too large for the log", () => {
    const world = new World(["a", "b", "c"], { limits: SMALL });
    world.connectAll();
    world.run(50);
    world.tick("a", "huge".repeat(5000));
    world.tick("a", "small");
    world.expectConverged();
    expect(world.node("a").replica.counters.intervalsUnlogged).toBe(1);
    expect(world.node("b").replica.counters.repairsCommitted).toBe(1);
  });

  it("is answered in turn when several ask one peer", () => {
    const world = lappedWorld();
    world.add("d", { limits: SMALL, peersExpected: 2 });
    world.connect("c", "a");
    world.connect("d", "a");
    world.runUntil(() => !world.node("c").replica.loading && !world.node("d").replica.loading);
    world.expectConverged();
    expect(world.node("a").replica.counters.repairsServed).toBe(2);
  });
});

describe("a repair", () => {
  it("lets no command run between raising V and what the sender did meanwhile", () => {
    const world = lappedWorld({ creditBytes: 2000 });
    const { replica, state } = world.node("c");
    world.connect("c", "a");
    for (let i = 0; replica.counters.repairsCommitted === 0; i++) {
      expect(i).toBeLessThan(300);
      const a = world.node("a").state;
      world.tick("a", `during ${i}`);
      world.run(1);
      // Nobody reads a copy before it is complete, and then it shows all that a had when the repair ended.
      if (!replica.loading) expect(state.context.get(state.origins.intern(a.origins.id(a.self)))).toBeGreaterThan(0);
    }
    world.expectConverged();
  });

  it("goes on from the middle of a chain of dependencies", () => {
    const world = lappedWorld();
    world.connect("c", "a");
    world.runUntil(() => !world.node("c").replica.loading);
    world.connect("c", "b");
    for (let i = 0; i < 50; i++) {
      for (const name of ["a", "b", "c"]) world.tick(name, `${name} after ${i}`);
      world.run(1);
    }
    world.expectConverged();
  });
});

/** A peer that asks for the full state, keeps its link alive, and never says that it took anything. Call `speak` now and then. */
function idler(world: World, to: string) {
  const { replica } = world.node(to);
  const codec = new MessageCodec();
  const [near, far] = memoryLink();
  const link = replica.connected(near, world.nowMs);
  const closes: number[] = [];
  far.attach({ received: () => {}, drained: () => {}, closed: (code) => void closes.push(code) });
  near.attach({
    received: (message) => replica.receive(link, message, world.nowMs),
    drained: () => {},
    closed: () => replica.closed(link, world.nowMs),
  });
  const say = (message: ControlMessage): void => {
    far.send(codec.encode(message));
    while (near.deliver() || far.deliver());
  };
  const identity = { clusterId: "test", nodeId: "idler", region: "region-idler", address: "idler:7946", originId: 77 };
  const bounds = { messageBytesMax: 1_000_000, creditBytes: 100, context: [], floors: [], hasPast: 0 };
  say({ kind: "hello", version: PROTOCOL_VERSION, wallMs: world.nowMs, ...identity, ...bounds });
  say({ kind: "repair-request", resume: [] });
  const speak = (): void =>
    say({ kind: "ack", sentMs: 0, echoMs: 0, heldMs: 0, receivedBytes: 0, ownTime: 0, durableTime: 0, changes: [] });
  return { speak, closes };
}

describe("a receiver that takes no more", () => {
  it("is given up, and others are served meanwhile", () => {
    const world = lappedWorld();
    const { replica } = world.node("a");
    const { speak, closes } = idler(world, "a");
    world.connect("c", "a");
    for (let i = 0; i < 30; i++) {
      speak();
      world.run(500);
      if (i === 15) expect(replica.counters).toMatchObject({ repairsServed: 2, repairsStalled: 0 });
    }
    expect(world.node("c").replica.loading).toBe(false);
    expect(replica.counters).toMatchObject({ repairsStalled: 1, repairsAborted: 1 });
    expect(world.node("c").state.events.size).toBe(world.written.length);
    expect(closes).toEqual([]);
  });
});
