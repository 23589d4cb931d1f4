/**
 * The divergence alarm: silent while all is well, loud when two contents differ
 * that ought to be the same, and followed by a repair.
 */
import { describe, expect, it } from "vitest";
import { DIGEST_MS, DIVERGENCE_LOG_MS, DIVERGENCE_REPAIR_MS, QUIET_MS } from "../../src/limits/replication.ts";
import { nameOf } from "./fake-event.ts";
import { World } from "./world.ts";

function meshOf(...names: string[]): World {
  const world = new World(names);
  world.connectAll();
  world.run(50);
  return world;
}

/** Puts something into a state that nobody has written, under a time that every V covers. */
function corrupt(world: World, name: string): void {
  const { state } = world.node(name);
  const event = { originId: state.origins.id(state.self), time: 7, text: "from nowhere", removes: undefined };
  state.events.set(nameOf(event), event);
}

const divergences = (world: World) => [...world.nodes.values()].map(({ replica }) => replica.counters.divergences);
const compared = (world: World) => [...world.nodes.values()].map(({ replica }) => replica.counters.digestsCompared);

describe("contents that are equal", () => {
  it("are compared by every pair after the last change, and found equal", () => {
    const world = meshOf("a", "b", "c");
    for (let i = 0; i < 100; i++) {
      for (const name of ["a", "b", "c"]) world.tick(name, `${name}${i}`);
      world.run(20);
    }
    const before = compared(world);
    world.run(2 * DIGEST_MS);
    compared(world).forEach((count, n) => expect(count - (before[n] ?? 0)).toBeGreaterThanOrEqual(2));
    expect(divergences(world)).toEqual([0, 0, 0]);
  });

  it("are not compared again while nothing has an effect", () => {
    const world = meshOf("a", "b");
    world.tick("a", "one");
    world.run(3 * DIGEST_MS);
    const before = compared(world);
    world.run(2 * QUIET_MS);
    expect(compared(world)).toEqual(before);
  });

  it("are not taken for different while one lags, is being repaired, or writes by itself", () => {
    const world = new World(["a", "b", "c"], { limits: { logBytesMax: 10_000, repairChunkBytes: 500 } });
    world.connectAll();
    for (let i = 0; i < 300; i++) {
      world.wire("a", "b").jammed = i % 40 < 20;
      for (const name of ["a", "b", "c"]) world.tick(name, `${name}${i}`);
      if (i === 100) world.sever(world.wire("a", "c"));
      if (i === 200) world.connect("a", "c");
      world.run(30);
    }
    world.expectConverged();
    world.run(3 * DIGEST_MS);
    expect(divergences(world)).toEqual([0, 0, 0]);
  });
});

describe("contents that differ after the same changes", () => {
  it("are counted by both, logged once a minute, and repaired", () => {
    const world = meshOf("a", "b");
    world.tick("a", "one");
    world.run(2 * DIGEST_MS);
    corrupt(world, "b");
    world.tick("a", "two");
    world.run(4 * DIGEST_MS);
    const [a, b] = [world.node("a"), world.node("b")];
    expect(a.replica.counters.divergences).toBeGreaterThan(0);
    expect(b.replica.counters.divergences).toBeGreaterThan(0);
    expect(b.replica.counters.repairsCommitted).toBeGreaterThan(0);
    expect(b.state.texts()).toEqual(a.state.texts());
    const found = b.replica.counters.divergences;
    world.tick("a", "three");
    world.run(3 * DIGEST_MS);
    expect(b.replica.counters.divergences).toBe(found);
    corrupt(world, "b");
    world.tick("a", "four");
    world.run(DIVERGENCE_REPAIR_MS + 3 * DIGEST_MS);
    expect(b.replica.counters.divergences).toBeGreaterThan(found);
    const lines = () => b.logged.filter((line) => line.startsWith("error: the content differs")).length;
    expect(lines()).toBe(1);
    world.run(DIVERGENCE_LOG_MS);
    corrupt(world, "b");
    world.tick("a", "five");
    world.run(3 * DIGEST_MS);
    expect(lines()).toBe(2);
  });

  it("ask for a repair now and then, not all the time, when no repair helps", () => {
    const world = meshOf("a", "b");
    world.node("b").state.digest = () => "wrong";
    world.tick("a", "one");
    world.run(3 * DIVERGENCE_REPAIR_MS);
    for (const { replica } of world.nodes.values()) {
      expect(replica.counters.repairsRequested).toBeGreaterThan(1);
      expect(replica.counters.repairsRequested).toBeLessThanOrEqual(4);
    }
  });
});
