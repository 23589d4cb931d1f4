/**
 * How far a write has come: who counts, and how soon somebody who waits is told.
 */
import { describe, expect, it } from "vitest";
import { Context } from "../../crdt/context.ts";
import type { Time } from "../../crdt/clock.ts";
import { World } from "./world.ts";

/** A message takes a millisecond to a peer, and its answer another. */
const ROUND_TRIP_MS = 2;

function mesh(): World {
  const world = new World(["a", "b", "c"]);
  world.connectAll();
  world.run(50);
  return world;
}

/** Writes at `a`, and waits for it at the end of the same turn. Its time. */
function writeAndWait(world: World, durably = false): Time {
  const { state, replica } = world.node("a");
  world.write("a", `write at ${world.nowMs}`);
  const time = state.context.get(state.self);
  replica.reach.hurry(time, durably);
  world.tick("a");
  return time;
}

describe("the reach of a write", () => {
  it("counts the peers that have acknowledged it", () => {
    const world = mesh();
    const { reach } = world.node("a").replica;
    const time = writeAndWait(world);
    expect(reach.peers(time)).toBe(0);
    expect(reach.peers(time - 1)).toBe(0);
    world.run(ROUND_TRIP_MS);
    expect(reach.peers(time)).toBe(2);
    expect(reach.nodesOf("region-a", time)).toBe(1);
    expect(reach.nodesOf("region-b", time)).toBe(1);
    expect(reach.nodesOf("nowhere", time)).toBeUndefined();
  });

  it("is known after one round trip where somebody waits, whatever the peers' timers do", () => {
    const world = mesh();
    const { reach } = world.node("a").replica;
    for (let i = 0; i < 100; i++) {
      const time = writeAndWait(world);
      world.run(ROUND_TRIP_MS);
      expect(reach.peers(time)).toBe(2);
      world.run(i % 13);
    }
  });

  it("takes no messages of its own where nobody waits", () => {
    const world = mesh();
    const { counters } = world.node("b").replica;
    const acks = counters.acksSent;
    for (let i = 0; i < 100; i++) {
      world.tick("a", `write ${i}`);
      world.run(1);
    }
    // Two links, each with at most one ack in ten milliseconds.
    expect(counters.acksSent - acks).toBeLessThanOrEqual(22);
  });

  it("is told when what a peer has to hold has been joined", () => {
    const world = mesh();
    world.wire("a", "b").jammed = true;
    world.tick("a", "seen by c alone");
    world.run(5);
    world.tick("c", "seen after it");
    const { replica, state } = world.node("c");
    const time = state.context.get(state.self);
    replica.reach.hurry(time, false);
    world.tick("c");
    world.run(5);
    expect(world.node("b").replica.heldCount).toBeGreaterThan(0);
    expect(replica.reach.peers(time)).toBe(1);
    world.wire("a", "b").jammed = false;
    world.run(ROUND_TRIP_MS);
    expect(replica.reach.peers(time)).toBe(2);
  });

  it("does not count a peer that is out of reach", () => {
    const world = mesh();
    const { reach } = world.node("a").replica;
    const time = writeAndWait(world);
    world.run(ROUND_TRIP_MS);
    world.sever(world.wire("a", "b"));
    world.run(1);
    expect(reach.peers(time)).toBe(1);
    expect(reach.nodesOf("region-b", time)).toBe(0);
    world.connect("a", "b");
    world.run(5);
    expect(reach.peers(time)).toBe(2);
  });

  it("tells whoever listens whenever it may have changed", () => {
    const world = mesh();
    const { replica } = world.node("a");
    let told = 0;
    replica.onReach = () => void told++;
    writeAndWait(world);
    world.run(ROUND_TRIP_MS);
    expect(told).toBeGreaterThanOrEqual(2);
  });
});

describe("the reach on disk", () => {
  it("is what each replica says of its own disk, told as soon as it is so", () => {
    const world = new World(["a"]);
    const disk = new Context();
    world.add("b", { durable: () => disk });
    world.add("c");
    world.connectAll();
    world.run(50);
    const { reach } = world.node("a").replica;
    const b = world.node("b");
    const time = writeAndWait(world, true);
    world.run(15);
    expect(reach.durableHere(time)).toBeUndefined();
    expect(reach.durablePeers(time)).toBe(0);
    disk.merge(b.state.context);
    // The next turn of b's timer sees it.
    world.run(11);
    expect(reach.durablePeers(time)).toBe(1);
    expect(reach.durablePeers(0)).toBe(2);
  });

  it("of this replica is told when it rises", () => {
    const world = new World([]);
    const disk = new Context();
    const { replica, state } = world.add("a", { peersExpected: 0, durable: () => disk });
    let told = 0;
    replica.onReach = () => void told++;
    world.tick("a", "write");
    const time = state.context.get(state.self);
    expect(replica.reach.durableHere(time)).toBe(false);
    expect(told).toBe(0);
    disk.raise(state.self, time);
    world.run(10);
    expect(told).toBe(1);
    expect(replica.reach.durableHere(time)).toBe(true);
  });
});
