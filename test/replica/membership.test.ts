/**
 * Who belongs to the cluster, found out by replicas over links in memory: who is there, who is not, who says otherwise.
 */
import { describe, expect, it } from "vitest";
import type { MemberStatus } from "../../src/replica/cluster.ts";
import { World } from "./world.ts";

function view(world: World, from: string, about: string): MemberStatus | undefined {
  return world
    .node(from)
    .replica.cluster.members()
    .find(({ nodeId }) => nodeId === about);
}

function stateOf(world: World, from: string, about: string): string | undefined {
  return view(world, from, about)?.state;
}

/** Until every one of these names knows every other as alive. */
function untilAllAlive(world: World, names: readonly string[], msMax = 10_000): void {
  const agree = (): boolean => names.every((a) => names.every((b) => stateOf(world, a, b) === "alive"));
  world.runUntil(agree, msMax);
}

function meshOf(...names: string[]): World {
  const world = new World(names);
  world.connectAll();
  untilAllAlive(world, names);
  return world;
}

/** The process stands still: its links stay, and carry nothing. */
function freeze(world: World, name: string, frozen = true): void {
  for (const wire of world.wiresOf(name)) wire.jammed = frozen;
}

describe("a member", () => {
  it("is known to those that are not linked to it", () => {
    const world = new World(["a", "b", "c"]);
    world.connect("a", "b");
    world.connect("b", "c");
    untilAllAlive(world, ["a", "b", "c"]);
    expect(view(world, "a", "c")).toMatchObject({ region: "region-c", address: "c:7946", isLinked: false });
    expect(world.node("a").replica.dialTargets()).toEqual([{ address: "c:7946", nodeId: "c" }]);
    expect(world.node("b").replica.dialTargets()).toEqual([]);
  });

  it("whose links break is dead within five seconds everywhere, and told of as such", () => {
    const world = meshOf("a", "b", "c");
    world.kill("c");
    world.runUntil(() => ["a", "b"].every((name) => stateOf(world, name, "c") === "dead"), 5000);
    expect(world.node("a").replica.peers()).toMatchObject([{ member: "alive" }, { nodeId: "c", member: "dead" }]);
    expect(world.node("a").replica.counters.deaths + world.node("b").replica.counters.deaths).toBeGreaterThan(0);
  });

  it("that stands still is dead within five seconds, and alive again when it goes on", () => {
    const world = meshOf("a", "b", "c");
    freeze(world, "c");
    world.runUntil(() => ["a", "b"].every((name) => stateOf(world, name, "c") === "dead"), 5000);
    for (const wire of world.wiresOf("c")) world.sever(wire);
    world.connect("c", "a");
    untilAllAlive(world, ["a", "b", "c"], 1000);
    expect(world.node("c").replica.counters.refutations).toBeGreaterThan(0);
  });

  it("of two is dead within five seconds to the other, with nobody to ask", () => {
    const world = meshOf("a", "b");
    freeze(world, "b");
    world.runUntil(() => stateOf(world, "a", "b") === "dead", 5000);
  });

  it("that stands still for less than it takes to be found dead is never called dead", () => {
    const world = meshOf("a", "b", "c");
    freeze(world, "c");
    world.run(1900);
    freeze(world, "c", false);
    untilAllAlive(world, ["a", "b", "c"], 2000);
    world.run(5000);
    for (const name of ["a", "b"]) expect(world.node(name).replica.counters.deaths).toBe(0);
  });

  it("that only some can reach stays alive to all", () => {
    const world = meshOf("a", "b", "c");
    world.sever(world.wire("a", "b"));
    world.run(20_000);
    expect(stateOf(world, "a", "b")).toBe("alive");
    expect(stateOf(world, "b", "a")).toBe("alive");
    expect(world.node("a").replica.counters.probesSent).toBeGreaterThan(0);
    for (const name of ["a", "b", "c"]) expect(world.node(name).replica.counters.suspicions).toBe(0);
  });

  it("that only some can reach is found dead all the same when it dies", () => {
    const world = meshOf("a", "b", "c");
    world.sever(world.wire("a", "b"));
    world.run(3000);
    world.kill("b");
    world.runUntil(() => ["a", "c"].every((name) => stateOf(world, name, "b") === "dead"), 5000);
  });

  it("that takes leave has left, and nobody dials it; it is back when it comes back", () => {
    const world = meshOf("a", "b", "c");
    world.node("c").replica.leave(world.nowMs);
    world.runUntil(() => ["a", "b"].every((name) => stateOf(world, name, "c") === "left"), 1000);
    world.kill("c");
    world.run(10_000);
    expect(stateOf(world, "a", "c")).toBe("left");
    expect(world.node("a").replica.dialTargets()).toEqual([]);
    world.add("c");
    world.connect("c", "b");
    untilAllAlive(world, ["a", "b", "c"], 1000);
  });

  it("that starts anew under its name is alive at once, its earlier process gone", () => {
    const world = meshOf("a", "b");
    world.kill("b");
    world.runUntil(() => stateOf(world, "a", "b") === "dead", 5000);
    const { originId } = view(world, "a", "b") as MemberStatus; // it is known
    world.add("b");
    world.connect("a", "b");
    world.runUntil(() => stateOf(world, "a", "b") === "alive", 1000);
    expect(view(world, "a", "b")?.originId).not.toBe(originId);
  });
});

describe("two halves of a cluster", () => {
  it("find each other dead, go on, and alive again when they are joined", () => {
    const world = meshOf("a", "b", "c", "d");
    for (const [left, right] of [
      ["a", "c"],
      ["a", "d"],
      ["b", "c"],
      ["b", "d"],
    ] as const)
      world.sever(world.wire(left, right));
    world.runUntil(() => stateOf(world, "a", "c") === "dead" && stateOf(world, "d", "b") === "dead", 5000);
    expect(stateOf(world, "a", "b")).toBe("alive");
    world.connect("b", "c");
    untilAllAlive(world, ["a", "b", "c", "d"], 2000);
  });
});

describe("meeting", () => {
  it("dials an address for a while, as often as it was asked to", () => {
    const world = new World(["a"], { peersExpected: 0 });
    const { replica } = world.node("a");
    replica.meet("10.0.0.7:7946", world.nowMs);
    world.run(30_000);
    replica.meet("10.0.0.8:7946", world.nowMs);
    const addresses = (): (string | undefined)[] | undefined => replica.dialTargets()?.map(({ address }) => address);
    expect(addresses()).toEqual(["10.0.0.7:7946", "10.0.0.8:7946"]);
    world.run(40_000);
    expect(addresses()).toEqual(["10.0.0.8:7946"]);
    world.run(60_000);
    expect(addresses()).toEqual([]);
  });
});

it("records of members are repaired by what is exchanged now and then", () => {
  const world = new World(["a", "b", "c"]);
  world.connectAll();
  // Whatever is said of members at first is lost.
  for (const { links } of world.wires) for (const link of links) link.membersDue.clear();
  untilAllAlive(world, ["a", "b", "c"], 25_000);
});
