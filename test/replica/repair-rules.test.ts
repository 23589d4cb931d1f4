/**
 * The rules that make a repair sound and cheap, each in a scenario of its own
 * that fails when the rule is broken. The fake state asserts all along that what
 * V covers is there, and nothing else.
 */
import { describe, expect, it } from "vitest";
import { REPAIR_KEPT_MS, REPAIR_STALLED_MS } from "../../src/limits/replication.ts";
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import { NO_FOLLOWER } from "../../src/replica/follower.ts";
import { hashOf } from "./fake-event.ts";
import { awayWorld, lappedWorld, SMALL, writeMany } from "./repair-worlds.ts";
import { World } from "./world.ts";

const counters = (world: World, name: string) => world.node(name).replica.counters;
const chunks = (world: World) => counters(world, "c").repairChunksReceived;

/** C has most of what a and b have, and lacks what a's log no longer has. */
function behindWorld(limits: Partial<ReplicaLimits> = {}, missed = 70, atFirst?: (world: World) => void): World {
  const world = new World(["a", "b", "c"], { limits: { ...SMALL, ...limits } });
  world.connectAll();
  world.run(50);
  for (let i = 0; i < 300; i++) {
    world.tick("b", `common ${i}`);
    world.run(1);
  }
  world.runUntil(() => world.converged());
  world.run(500);
  world.sever(world.wire("a", "c"));
  world.sever(world.wire("b", "c"));
  atFirst?.(world);
  writeMany(world, "a", missed, "missed");
  world.runUntil(() => world.node("b").state.events.size === world.shownCount);
  return world;
}

/** Breaks the wire in the midst of c's repair from a. */
function broken(world: World): World {
  const wire = world.connect("a", "c");
  const before = chunks(world);
  world.runUntil(() => chunks(world) > before + 2);
  expect(world.node("c").replica.repairing).toBe(true);
  world.sever(wire);
  return world;
}

/** So little credit that a repair takes its time. */
const SLOW: Partial<ReplicaLimits> = { creditBytes: 600 };

describe("a repair of a replica that serves", () => {
  it("shows nothing of what it brings, and raises V, before all of it is there", () => {
    const world = behindWorld(SLOW);
    const { state, replica } = world.node("c");
    const a = state.origins.intern(world.node("a").state.origins.id(world.node("a").state.self));
    const before = { events: state.events.size, time: state.context.get(a) };
    world.connect("a", "c");
    world.runUntil(() => {
      if (replica.counters.repairsCommitted > 0) return true;
      expect(state.context.get(a)).toBe(before.time);
      expect(state.events.size).toBe(before.events);
      return false;
    });
    world.expectConverged();
  });

  it("fetches little more than what differs", () => {
    const world = behindWorld();
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(world.node("c").state.repair.eventsTaken).toBeLessThan(100);
    world.expectConverged();
  });

  it("takes away what its sender has removed", () => {
    const world = behindWorld();
    for (let i = 0; i < 40; i++) world.remove("a", `common ${i}`);
    world.run(20);
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(world.node("c").state.texts()).not.toContain("common 7");
    world.connect("b", "c");
    world.expectConverged();
  });

  it("does not bring back what it has removed itself", () => {
    const world = behindWorld();
    for (let i = 0; i < 20; i++) world.remove("c", `common ${i}`);
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(world.node("c").state.texts()).not.toContain("common 7");
    world.expectConverged();
  });

  it("takes nothing away that its sender has not seen", () => {
    const world = behindWorld();
    world.sever(world.wire("a", "b"));
    world.connect("b", "c");
    writeMany(world, "b", 20, "unseen by a");
    world.run(100);
    world.sever(world.wire("b", "c"));
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(world.node("c").state.texts()).toContain("unseen by a 7");
    world.connect("a", "b");
    world.expectConverged();
  });

  it("applies nothing meanwhile that its sender had seen at the start and may have undone", () => {
    const intervals: Uint8Array[] = [];
    const world = behindWorld(SLOW, 70, (away) => {
      away.node("b").replica.follow({ ...NO_FOLLOWER, interval: (message) => void intervals.push(message) });
      away.tick("b", "for a moment");
      away.node("b").replica.follow(NO_FOLLOWER);
      away.remove("b", "for a moment");
      away.runUntil(() => away.node("a").state.texts().includes("without for a moment"));
    });
    const [, link] = world.connect("a", "c").links;
    const { replica, state } = world.node("c");
    world.runUntil(() => chunks(world) > 5 && replica.repairFigures.waitingNodes === 0);
    // What both lacked when they compared themselves comes round about, and its removal does not.
    for (const message of intervals) replica.receive(link, message, world.nowMs);
    world.runUntil(() => replica.counters.repairsCommitted === 1);
    expect(intervals).toHaveLength(1);
    expect(state.texts()).not.toContain("for a moment");
    world.connect("b", "c");
    world.expectConverged();
  });

  it("counts only together with what happened at the sender after parts of it left", () => {
    const world = behindWorld(SLOW);
    world.connect("a", "c");
    for (let i = 0; counters(world, "c").repairsCommitted === 0; i++) {
      expect(i).toBeLessThan(1000);
      world.tick("a", `meanwhile ${i}`);
      if (i % 3 === 0) world.remove("a", `common ${i / 3}`);
      world.run(10);
    }
    world.expectConverged();
  });

  it("fetches keys with residue although they look the same", () => {
    const world = behindWorld();
    const common = [...world.node("a").state.events.values()].find(({ text }) => text === "common 3");
    world.node("a").state.repair.residue = [common === undefined ? 0 : hashOf(common)];
    const plain = behindWorld();
    for (const either of [world, plain]) {
      either.connect("a", "c");
      either.runUntil(() => counters(either, "c").repairsCommitted === 1);
    }
    expect(world.node("c").state.repair.eventsTaken).toBe(plain.node("c").state.repair.eventsTaken + 1);
  });

  it("goes on in one direction when the other gives up", () => {
    const world = awayWorld({ ...SLOW, stagedBytesMax: 1500 });
    world.node("c").state.repair.isSettled = false;
    world.connect("a", "c");
    world.run(3000);
    expect(counters(world, "a").repairsRequested).toBeGreaterThan(1);
    expect(counters(world, "c").repairsPutOff).toBe(counters(world, "a").repairsRequested);
  });
});

describe("a repair that broke off", () => {
  it("is resumed with the same peer, and nothing is fetched twice", () => {
    const world = broken(behindWorld(SLOW));
    expect(world.node("c").state.repair.stagedBytes).toBeGreaterThan(0);
    writeMany(world, "a", 10, "in between");
    world.run(500);
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(counters(world, "c").repairsResumed).toBe(1);
    expect(world.node("c").state.repair.eventsTaken).toBeLessThan(110);
    world.expectConverged();
  });

  it("is resumed with another peer that has all it starts from", () => {
    const world = broken(behindWorld(SLOW));
    writeMany(world, "b", 10, "in between");
    world.run(500);
    world.connect("b", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(counters(world, "c").repairsResumed).toBe(1);
    world.connect("a", "c");
    world.expectConverged();
  });

  it("begins anew with a peer that lacks something of its start", () => {
    // Its own log reaches back far enough.
    const world = behindWorld({ ...SLOW, logBytesMax: 20_000 }, 140);
    world.sever(world.wire("a", "b"));
    writeMany(world, "a", 5, "unseen by b");
    broken(world);
    world.connect("b", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(counters(world, "c").repairsResumed).toBe(0);
    world.connect("a", "c");
    world.connect("a", "b");
    world.expectConverged();
  });

  it("begins anew with a peer whose log does not reach back to its start", () => {
    const world = broken(behindWorld(SLOW));
    writeMany(world, "a", 70, "in between");
    world.run(500);
    world.connect("a", "c");
    world.runUntil(() => counters(world, "c").repairsCommitted === 1);
    expect(counters(world, "c").repairsResumed).toBe(0);
    world.expectConverged();
  });

  it("is forgotten after a while", () => {
    const world = broken(behindWorld(SLOW));
    world.run(REPAIR_KEPT_MS - 1000);
    expect(world.node("c").state.repair.stagedBytes).toBeGreaterThan(0);
    world.run(2000);
    expect(world.node("c").state.repair.stagedBytes).toBe(0);
    expect(world.node("c").replica.repairing).toBe(false);
    world.connect("a", "c");
    world.expectConverged();
  });

  it("does not count when its sender told of something that died with it", () => {
    // What is held on the repair's account has no room when it breaks off.
    const world = behindWorld({ ...SLOW, heldCountMax: 2 });
    const wire = world.connect("a", "c");
    world.runUntil(() => chunks(world) > 1);
    world.wire("a", "b").jammed = true;
    for (let i = 0; i < 20; i++) world.remove("a", `missed ${i}`);
    const before = chunks(world);
    world.runUntil(() => chunks(world) > before + 3);
    world.sever(wire);
    world.kill("a");
    world.connect("b", "c");
    world.run(REPAIR_STALLED_MS * 2);
    const [b, c] = ["b", "c"].map((name) => world.node(name).state);
    expect(c?.texts()).toEqual(b?.texts());
    expect(counters(world, "c")).toMatchObject({ repairsResumed: 0, repairsCommitted: 1, divergences: 0 });
  });
});

describe("a replica that has never had anything", () => {
  it("copies: nothing is staged, nothing is served, and V rises at the end", () => {
    const world = lappedWorld(SLOW);
    const { replica, state } = world.node("c");
    world.connect("c", "a");
    let most = 0;
    world.runUntil(() => {
      if (!replica.loading) return true;
      expect(replica.stagedBytes).toBeLessThan(3000);
      most = Math.max(most, state.events.size);
      return false;
    });
    expect(most).toBeGreaterThan(20);
    world.connect("c", "b");
    world.expectConverged();
  });

  it("resumes its copy with another peer", () => {
    const world = lappedWorld(SLOW);
    const wire = world.connect("c", "a");
    world.runUntil(() => chunks(world) > 3);
    world.sever(wire);
    world.tick("b", "in between");
    world.run(100);
    world.connect("c", "b");
    world.runUntil(() => !world.node("c").replica.loading);
    expect(counters(world, "c")).toMatchObject({ repairsResumed: 1, repairsCommitted: 1 });
    expect(world.node("c").state.repair.eventsTaken).toBeLessThan(world.written.length + 10);
    world.connect("c", "a");
    world.expectConverged();
  });

  it("throws its copy away when nobody is left who can complete it", () => {
    const world = lappedWorld(SLOW);
    world.connect("c", "a");
    world.runUntil(() => chunks(world) > 3);
    world.kill("a");
    world.kill("b");
    world.add("a", { peersExpected: 2 });
    world.add("b", { peersExpected: 2 });
    world.connectAll();
    const { replica, state } = world.node("c");
    world.runUntil(() => !replica.loading, 3 * REPAIR_KEPT_MS);
    expect(state.events.size).toBe(0);
    world.written.length = 0;
    world.tick("c", "anew");
    world.expectConverged(1000);
  });
});

describe("bytes of repairs in a second", () => {
  it("are bounded for all receivers together, and shared", () => {
    const world = lappedWorld({ repairBytesPerSecond: 2000 });
    world.add("d", { limits: SMALL, peersExpected: 2 });
    world.connect("c", "a");
    world.connect("d", "a");
    world.run(100);
    const before = counters(world, "a").repairBytesSent;
    world.run(2000);
    const sent = counters(world, "a").repairBytesSent - before;
    expect(sent).toBeGreaterThan(3000);
    expect(sent).toBeLessThan(5500);
    const taken = ["c", "d"].map((name) => world.node(name).state.repair.eventsTaken);
    expect(Math.min(...taken)).toBeGreaterThan(0.5 * Math.max(...taken));
    world.node("a").replica.repairBytesPerSecond = 0;
    world.runUntil(() => !world.node("c").replica.loading && !world.node("d").replica.loading, 500);
  });
});
