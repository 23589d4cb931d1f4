/**
 * A durable reader is told of repairs piece by piece: told again to an empty
 * replica they make the same state, wherever the telling ends.
 */
import { describe, expect, it } from "vitest";
import type { JournalFollower } from "../../src/replica/follower.ts";
import type { Recovery } from "../../src/replica/recovery.ts";
import { lappedWorld } from "./repair-worlds.ts";
import { World } from "./world.ts";

type Told = { readonly what: keyof JournalFollower; readonly tell: (recovery: Recovery) => void };

/** Notes everything that the node's journal tells from now on. */
function following(world: World, name: string): Told[] {
  const told: Told[] = [];
  world.node(name).replica.follow({
    interval: (message) => void told.push({ what: "interval", tell: (r) => r.interval(message, world.nowMs) }),
    repairPart: (part) => void told.push({ what: "repairPart", tell: (r) => r.repairPart(part) }),
    repairRange: (part) => void told.push({ what: "repairRange", tell: (r) => r.repairRange(part) }),
    repairDropped: () => void told.push({ what: "repairDropped", tell: (r) => r.repairDropped() }),
    repairCommitted: (commit) =>
      void told.push({ what: "repairCommitted", tell: (r) => r.repairCommitted(commit, world.nowMs) }),
    fenced: () => {},
    holdsBack: false,
  });
  return told;
}

/** What an empty replica makes of it, as a new origin. */
function recovered(world: World, told: readonly Told[]): string[] {
  const { replica, state } = new World([]).add("again", { originId: 1 + world.nowMs });
  const recovery = replica.recover();
  for (const { tell } of told) tell(recovery);
  recovery.finish();
  return state.texts();
}

const kinds = (told: readonly Told[]) => [...new Set(told.map(({ what }) => what))];

describe("a durable reader", () => {
  it("is told of a copy, and has nothing of it before it is complete", () => {
    const world = lappedWorld({ creditBytes: 600 });
    const told = following(world, "c");
    world.connect("c", "a");
    world.runUntil(() => world.node("c").replica.counters.repairChunksReceived > 3);
    expect(kinds(told)).toContain("repairPart");
    expect(recovered(world, told)).toEqual([]);
    world.runUntil(() => !world.node("c").replica.loading);
    expect(kinds(told)).toContain("repairCommitted");
    expect(recovered(world, told)).toEqual(world.node("c").state.texts());
  });

  it("is told that a copy was thrown away", () => {
    const world = lappedWorld({ creditBytes: 600 });
    const told = following(world, "c");
    const wire = world.connect("c", "a");
    world.runUntil(() => world.node("c").replica.counters.repairChunksReceived > 3);
    world.sever(wire);
    for (let i = 0; i < 60; i++) world.tick("a", `in between ${i}`);
    world.connect("c", "a");
    world.runUntil(() => !world.node("c").replica.loading);
    expect(kinds(told)).toContain("repairDropped");
    expect(recovered(world, told)).toEqual(world.node("c").state.texts());
  });

  it("is told of what is staged, and that it counts in one step", () => {
    const world = lappedWorld();
    const told = following(world, "c");
    world.connect("c", "a");
    world.connect("c", "b");
    world.runUntil(() => !world.node("c").replica.loading);
    world.sever(world.wire("a", "c"));
    world.sever(world.wire("b", "c"));
    for (let i = 0; i < 60; i++) {
      world.tick("a", `away ${i}`);
      world.run(1);
    }
    world.connect("c", "a");
    world.runUntil(() => world.node("c").replica.counters.repairsCommitted === 2);
    expect(recovered(world, told)).toEqual(world.node("c").state.texts());
  });
});
