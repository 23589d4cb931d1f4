/**
 * Worlds in which a repair is needed, for the tests of repairs.
 */
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import { World } from "./world.ts";

/** A log that holds a few dozen intervals, and chunks of a few events. */
export const SMALL: Partial<ReplicaLimits> = { logBytesMax: 10_000, repairChunkBytes: 500 };

export function writeMany(world: World, name: string, count: number, text: string): void {
  for (let i = 0; i < count; i++) world.tick(name, `${text} ${i}`);
}

/** A and b with more history than their logs hold; c empty and not yet connected. */
export function lappedWorld(limits: Partial<ReplicaLimits> = {}): World {
  const world = new World(["a", "b"], { limits: { ...SMALL, ...limits }, peersExpected: 2 });
  world.connect("a", "b");
  world.run(50);
  for (let i = 0; i < 60; i++) {
    world.tick("a", `old a${i}`);
    world.tick("b", `old b${i}`);
    world.run(1);
  }
  world.run(20);
  world.add("c", { limits: { ...SMALL, ...limits }, peersExpected: 2 });
  return world;
}

/** C was cut off while everybody wrote more than a log holds. */
export function awayWorld(limits: Partial<ReplicaLimits> = {}): World {
  const world = new World(["a", "b", "c"], { limits: { ...SMALL, ...limits } });
  world.connectAll();
  world.run(50);
  writeMany(world, "a", 5, "before");
  world.run(200);
  world.sever(world.wire("a", "c"));
  world.sever(world.wire("b", "c"));
  for (let i = 0; i < 80; i++) {
    world.tick("a", `a${i}`);
    world.tick("b", `b${i}`);
    world.tick("c", `c${i}`);
    world.run(1);
  }
  return world;
}
