/**
 * A member that is forgotten: what it wrote and the others have stays and comes to be everywhere; what it wrote beyond
 * that comes in by no way.
 */
import { describe, expect, it } from "vitest";
import { type JournalFollower, NO_FOLLOWER } from "../../src/replica/follower.ts";
import { World } from "./world.ts";

function mesh(...names: string[]): World {
  const world = new World(names);
  world.connectAll();
  world.run(50);
  return world;
}

function jam(world: World, a: string, b: string, jammed = true): void {
  world.wire(a, b).jammed = jammed;
}

/** Nothing of a name is linked any more, and it goes on by itself. */
function cutOff(world: World, name: string): void {
  for (const wire of world.wiresOf(name)) world.sever(wire);
}

function forget(world: World, by: string, whom: string): void {
  expect(world.node(by).replica.forget(whom, world.nowMs)).toBe("forgotten");
}

function texts(world: World, name: string): string[] {
  return world.node(name).state.texts();
}

function isForgotten(world: World, name: string): boolean {
  return world.node(name).replica.cluster.forgotten;
}

describe("a member that was forgotten", () => {
  it("leaves what any of the others has of it, to all of them", () => {
    const world = mesh("a", "b", "x");
    jam(world, "a", "x");
    jam(world, "a", "b");
    world.tick("x", "seen by b");
    world.runUntil(() => texts(world, "b").length === 1);
    world.kill("x");
    forget(world, "a", "x");
    world.run(20);
    jam(world, "a", "b", false);
    world.runUntil(() => texts(world, "a").includes("seen by b"), 10_000);
  });

  it("is refused and told when it returns with more, and none of that ever shows", () => {
    const world = mesh("a", "b", "x");
    world.tick("x", "early");
    world.expectConverged(1000);
    cutOff(world, "x");
    world.tick("x", "late");
    forget(world, "a", "x");
    world.run(3000);
    world.connect("x", "b");
    world.runUntil(() => isForgotten(world, "x"), 1000);
    expect(world.node("b").replica.counters.closed.forgotten).toBe(1);
    expect(world.node("x").logged.some((line) => line.startsWith("error: this replica was forgotten"))).toBe(true);
    world.connect("x", "a");
    world.run(5000);
    for (const name of ["a", "b"]) expect(texts(world, name)).toEqual(["early"]);
    expect(world.node("x").replica.dialTargets()).toBeUndefined();
    expect(world.node("x").replica.linkCount).toBe(0);
  });

  it("is told over the link that it still has", () => {
    const world = mesh("a", "b", "x");
    forget(world, "a", "x");
    world.runUntil(() => isForgotten(world, "x"), 1000);
    world.run(20);
    for (const name of ["a", "b"]) expect(world.node(name).replica.peers()).toMatchObject([{ member: "alive" }]);
  });

  it("may come back as a new start, and is a member like any other then", () => {
    const world = mesh("a", "b", "x");
    world.tick("x", "old");
    world.expectConverged(1000);
    world.kill("x");
    forget(world, "b", "x");
    world.run(2000);
    world.add("x");
    world.connect("x", "a");
    world.run(500);
    world.connect("x", "b");
    world.tick("x", "new");
    world.expectConverged(5000);
    expect(isForgotten(world, "x")).toBe(false);
    expect(world.node("a").replica.peers()).toMatchObject([{ nodeId: "b" }, { nodeId: "x", member: "alive" }]);
  });

  it("may come back as a new start that fills itself from somebody who has not heard of anything", () => {
    const world = mesh("a", "b", "x");
    world.tick("x", "old");
    world.expectConverged(1000);
    world.kill("x");
    world.sever(world.wire("a", "b"));
    forget(world, "a", "x");
    world.add("x");
    world.connect("x", "b");
    world.tick("x", "new");
    world.run(1000);
    world.connect("a", "b");
    world.connect("a", "x");
    world.run(3000);
    world.tick("a", "after");
    world.expectConverged(5000);
    expect(isForgotten(world, "x")).toBe(false);
  });

  it("raises the fence by what a member has got from it that had not heard yet", () => {
    const world = mesh("a", "b", "c", "x");
    for (const [near, far] of [
      ["a", "c"],
      ["a", "x"],
      ["b", "c"],
      ["b", "x"],
    ] as const)
      world.sever(world.wire(near, far));
    forget(world, "a", "x");
    world.tick("x", "to c alone");
    world.run(500);
    expect(texts(world, "c")).toEqual(["to c alone"]);
    world.connect("a", "c");
    world.runUntil(() => isForgotten(world, "x"), 1000);
    world.tick("x", "too late");
    for (const name of ["a", "b", "c"]) {
      world.runUntil(() => texts(world, name).includes("to c alone"), 5000);
      expect(texts(world, name)).not.toContain("too late");
    }
  });

  it("does not come back by a repair, and a repair brings what a member has beyond the fence", () => {
    const limits = { logBytesMax: 2000, heldBytesMax: 1000 };
    const world = new World(["a", "b", "x"], { limits });
    world.connectAll();
    world.run(100);
    world.sever(world.wire("a", "x"));
    world.sever(world.wire("a", "b"));
    world.tick("x", "seen by b");
    for (let i = 0; i < 40; i++) {
      world.tick("b", `fill ${i} ${"x".repeat(100)}`);
      world.run(10);
    }
    cutOff(world, "x");
    world.tick("x", "late");
    forget(world, "a", "x");
    world.connect("a", "b");
    world.runUntil(() => texts(world, "a").includes("seen by b"), 20_000);
    expect(world.node("a").replica.counters.repairsCommitted).toBeGreaterThan(0);
    world.connect("x", "a");
    world.run(3000);
    for (const name of ["a", "b"]) expect(texts(world, name)).not.toContain("late");
    expect(isForgotten(world, "x")).toBe(true);
  });

  it("has not repaired anybody by what it kept to itself, when it is forgotten meanwhile", () => {
    const world = new World(["b", "x"], { limits: { logBytesMax: 1000, repairChunkBytes: 200 }, peersExpected: 2 });
    world.connectAll();
    world.run(100);
    cutOff(world, "x");
    for (let i = 0; i < 60; i++) world.tick("x", `late ${i} ${"x".repeat(100)}`);
    forget(world, "b", "x");
    const a = world.add("a", { limits: { logBytesMax: 1000 }, peersExpected: 2 });
    world.connect("a", "x");
    world.runUntil(() => a.replica.repairing, 1000);
    world.run(3);
    expect(a.replica.counters.repairsCommitted).toBe(0);
    world.connect("a", "b");
    world.runUntil(() => isForgotten(world, "x"), 2000);
    world.run(15_000);
    world.tick("b", "after");
    world.runUntil(() => texts(world, "a").includes("after"), 5000);
    expect(texts(world, "a")).toEqual(["after"]);
    expect(a.replica.repairing).toBe(false);
  });

  it("is not waited for with residue any more", () => {
    const world = mesh("a", "b", "x");
    world.kill("x");
    for (const name of ["a", "b"]) world.node(name).state.residueCount = 5;
    world.run(20_000);
    expect(world.node("a").state.residueCount).toBe(5);
    forget(world, "b", "x");
    world.runUntil(() => ["a", "b"].every((name) => world.node(name).state.residueCount === 0), 10_000);
  });

  it("is waited for with residue as long as a member may still take something from it", () => {
    const world = mesh("a", "b", "c", "x");
    world.run(5000);
    world.sever(world.wire("a", "x"));
    world.node("a").state.residueCount = 5;
    world.tick("a", "nothing more of x");
    world.run(400);
    world.sever(world.wire("a", "b"));
    forget(world, "a", "x");
    world.run(10_000);
    expect(world.node("a").state.residueCount).toBe(5);
    world.connect("a", "b");
    world.runUntil(() => world.node("a").state.residueCount === 0, 10_000);
  });
});

describe("forgetting", () => {
  it("needs a name that is known and another's", () => {
    const { replica } = mesh("a", "b").node("a");
    expect(replica.forget("a", 0)).toBe("self");
    expect(replica.forget("nobody", 0)).toBe("unknown");
  });

  it("is told to a durable reader, and known again after a recovery that met nobody", () => {
    const world = mesh("a", "x");
    world.tick("x", "early");
    world.expectConverged(1000);
    cutOff(world, "x");
    world.tick("x", "late");
    const fences: Parameters<JournalFollower["fenced"]>[] = [];
    world.node("a").replica.follow({ ...NO_FOLLOWER, fenced: (...fence) => void fences.push(fence) });
    forget(world, "a", "x");
    expect(fences).toMatchObject([[expect.any(Number), expect.any(Number), "x"]]);

    const { replica } = world.add("a2", { peersExpected: 1 });
    const recovery = replica.recover();
    for (const fence of fences) recovery.fenced(...fence);
    recovery.finish();
    world.connect("x", "a2");
    world.runUntil(() => isForgotten(world, "x"), 1000);
    expect(texts(world, "a2")).toEqual([]);
    expect(replica.content.fences()).toEqual(
      fences.map(([originId, finalTime, nodeId]) => ({ originId, finalTime, nodeId })),
    );
  });

  it("drops what is held of the forgotten beyond the fence", () => {
    const world = mesh("a", "b", "x");
    jam(world, "a", "b");
    world.tick("b", "cause");
    world.run(20);
    world.tick("x", "effect");
    world.run(20);
    expect(world.node("a").replica.heldCount).toBeGreaterThan(0);
    world.kill("x");
    world.kill("b");
    forget(world, "a", "x");
    expect(world.node("a").replica.heldCount).toBe(0);
    expect(texts(world, "a")).toEqual([]);
  });
});
