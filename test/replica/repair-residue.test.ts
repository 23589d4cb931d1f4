/**
 * What a repair must bring although it shows nothing: floors of counters that
 * its sender resets after the start, before the receiver compares them.
 */
import { expect, it } from "vitest";
import { RANGE_BOUNDS } from "../../src/store/range-bounds.ts";
import { picture } from "../store/peer.ts";
import { LargeWorld } from "./large-world.ts";

it("brings what its sender has reset after the start, and before it was compared", () => {
  const world = new LargeWorld(["a", "b", "c"], RANGE_BOUNDS, { logBytesMax: 3000 });
  world.connect("a", "b");
  world.connect("b", "c");
  world.connect("a", "c");
  const digest = (name: string) => world.node(name).keyspace.digest();
  world.act("a", "SET common 1");
  world.runUntil(() => world.node("c").keyspace.size(0) === 1 && digest("a") === digest("b"));
  world.sever("a", "b");
  world.sever("a", "c");
  world.act("c", "INCR k 5", "HINCR h f 5");
  for (let i = 0; i < 100; i++) world.act("c", `SET other ${i}`);
  world.runUntil(() => digest("c") === digest("b"));
  world.sever("b", "c");
  world.connect("a", "b");
  world.runUntil(() => world.node("b").replica.counters.repairsServed === 1);
  expect(world.node("b").replica.counters.repairDescriptionsSent).toBe(0);
  world.act("b", "FLUSHDB");
  world.act("c", "INCR k 2", "HINCR h f 2");
  world.runUntil(() => world.node("a").replica.counters.repairsCommitted === 1);
  world.connect("b", "c");
  world.connect("a", "c");
  const shows = (name: string) => picture(world.node(name).keyspace, world.nowMs);
  world.runUntil(() => ["a", "b", "c"].every((name) => Object.keys(shows(name)).length === 2));
  for (const name of ["a", "b", "c"]) {
    expect(shows(name)).toEqual({ "0:h": [["hash", "f=2"], -1], "0:k": ["2", -1] });
    expect(world.node(name).replica.counters.divergences).toBe(0);
  }
});
