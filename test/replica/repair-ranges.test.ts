/**
 * Large collections are repaired by ranges over links that break, while everybody
 * goes on writing.
 */
import { describe, expect, it } from "vitest";
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import { KeyType } from "../../src/store/key-type.ts";
import type { RangeBounds } from "../../src/store/range-bounds.ts";
import { picture } from "../store/peer.ts";
import { LargeWorld } from "./large-world.ts";

const MEMBERS = 3000;

const RANGES: RangeBounds = {
  whole: { elements: 32, bytes: 1e6 },
  coarse: { elements: 64, bytes: 1e6 },
  fine: { elements: 8, bytes: 1e6 },
  elementsMax: 100,
  stepElements: 50,
};

/** Logs that a few changes lap, and answers of little content, so that a repair takes a while. */
const SMALL: Partial<ReplicaLimits> = { logBytesMax: 3000, repairChunkBytes: 1000, creditBytes: 20_000 };

const LARGE = { db: 0, key: Buffer.from("large"), type: KeyType.set };

function fill(world: LargeWorld, name: string): void {
  for (let i = 0; i < MEMBERS; i++) world.act(name, `SADD large m${i}`);
}

/** More than the logs hold, so that who was away needs a repair. */
function lap(world: LargeWorld, name: string): void {
  for (let i = 0; i < 60; i++) world.act(name, `SET other ${i}`);
}

/** All hold a large set; c is cut off, and has missed more than the logs hold. */
function awayWorld(): LargeWorld {
  const world = new LargeWorld(["a"], RANGES, SMALL);
  fill(world, "a");
  world.add("b", 1);
  world.add("c", 2);
  world.connect("a", "b");
  world.connect("a", "c");
  world.connect("b", "c");
  world.runUntil(() => isEqual(world));
  world.sever("b", "c");
  world.sever("a", "c");
  lap(world, "a");
  return world;
}

function isEqual(world: LargeWorld): boolean {
  const nodes = [...world.nodes.values()];
  if (nodes.some(({ replica }) => replica.loading)) return false;
  const [first] = nodes;
  return nodes.every(({ keyspace }) => keyspace.digest() === first?.keyspace.digest());
}

function expectEqual(world: LargeWorld): void {
  world.runUntil(() => isEqual(world));
  for (const node of world.nodes.values()) {
    node.settle();
    expect(node.keyspace.audit()).toEqual([]);
  }
}

const counters = (world: LargeWorld, name: string) => world.node(name).replica.counters;

describe("a large collection", () => {
  it("is copied by a new replica in ranges, and serves nobody before it is whole", () => {
    const world = new LargeWorld(["a"], RANGES, SMALL);
    fill(world, "a");
    world.add("b", 1);
    world.connect("a", "b");
    world.runUntil(() => counters(world, "b").repairRangesReceived > 3);
    expect(world.node("b").replica.loading).toBe(true);
    expectEqual(world);
    expect(counters(world, "b").repairRangesReceived).toBeGreaterThanOrEqual(MEMBERS / RANGES.elementsMax);
  });

  it("costs little more than what has changed of it", () => {
    const world = awayWorld();
    world.act("a", "SADD large another", "SREM large m7");
    world.act("c", "SADD large own");
    const before = { c: counters(world, "c").repairRangesReceived, a: counters(world, "a").repairBytesSent };
    world.connect("a", "c");
    expectEqual(world);
    expect(counters(world, "c").repairRangesReceived - before.c).toBeLessThan(10);
    expect(counters(world, "a").repairBytesSent - before.a).toBeLessThan(4000);
    expect(world.node("c").keyspace.repair.elementCount(LARGE)).toBe(MEMBERS + 1);
  });

  it("shows nothing of a repair before all of it is there", () => {
    const world = awayWorld();
    for (let i = 0; i < MEMBERS; i += 3) world.act("a", `SREM large m${i}`, `SADD large n${i}`);
    const before = world.node("c").keyspace.digest();
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairRangesReceived > 20);
    expect(world.node("c").keyspace.digest()).toBe(before);
    expectEqual(world);
  });

  it("is not fetched twice where a repair breaks off and another peer goes on with it", () => {
    const world = awayWorld();
    for (let i = 0; i < MEMBERS; i += 2) world.act("a", `SREM large m${i}`);
    world.run(200);
    const received = () => counters(world, "c").repairRangesReceived;
    const begun = received();
    world.connect("a", "c");
    world.runUntil(() => received() > begun + 20);
    world.sever("a", "c");
    world.connect("b", "c");
    expectEqual(world);
    expect(counters(world, "c").repairsResumed).toBe(1);
    expect(received() - begun).toBeLessThan(MEMBERS / RANGES.fine.elements + 20);
  });

  for (const [what, lines] of Object.entries({
    "is deleted": ["DEL large"],
    "becomes something else": ["DEL large", "HSET large f v"],
    "is made anew": ["DEL large", "SADD large m1"],
    "gets a deadline": ["EXPIRE large 900000"],
    "loses some elements and gets others": ["SREM large m1", "SADD large n1", "SREM large m2999", "SADD large n2"],
  })) {
    it(`that ${what} at the sender between two of its ranges comes to the same`, () => {
      const world = awayWorld();
      for (let i = 0; i < MEMBERS; i += 2) world.act("a", `SREM large m${i}`);
      for (let i = 0; i < 20; i++) world.act("c", `SADD large c${i}`);
      const begun = counters(world, "c").repairRangesReceived;
      world.connect("a", "c");
      world.runUntil(() => counters(world, "c").repairRangesReceived > begun + 5);
      for (const line of lines) world.act("a", line);
      expectEqual(world);
      expect(picture(world.node("c").keyspace, world.nowMs)).toEqual(picture(world.node("a").keyspace, world.nowMs));
    });

    it(`that ${what} at the sender while a new replica fills comes to the same`, () => {
      const world = new LargeWorld(["a"], RANGES, SMALL);
      fill(world, "a");
      world.add("b", 1);
      world.connect("a", "b");
      world.runUntil(() => counters(world, "b").repairRangesReceived > 5);
      for (const line of lines) world.act("a", line);
      expectEqual(world);
      expect(picture(world.node("b").keyspace, world.nowMs)).toEqual(picture(world.node("a").keyspace, world.nowMs));
    });
  }

  it("is joined in small steps where nobody looks at it, and at once where somebody does", () => {
    const world = awayWorld();
    for (let i = 0; i < MEMBERS; i += 2) world.act("a", `SREM large m${i}`);
    const c = world.node("c");
    const committed = counters(world, "c").repairsCommitted;
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted > committed);
    expect(c.keyspace.repair.isSettled).toBe(false);
    for (let i = 0; i < 10; i++) expect(c.keyspace.upkeep()).toBe(true);
    expect(c.keyspace.repair.elementCount(LARGE)).toBe(MEMBERS / 2);
    expectEqual(world);
  });
});
