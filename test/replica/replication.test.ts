/**
 * Scenarios of ordinary replication: three replicas, links that break, what is
 * relayed, held, pulled and dropped. The fake states assert the rules all along.
 */
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

function mesh(): World {
  const world = new World(["a", "b", "c"]);
  world.connectAll();
  world.run(50);
  return world;
}

describe("a full mesh", () => {
  it("brings every write to every replica", () => {
    const world = mesh();
    world.tick("a", "one", "two");
    world.tick("b", "three");
    world.tick("c", "four");
    world.expectConverged(20);
  });

  it("serves at once when no peer has more than its log serves", () => {
    const world = mesh();
    expect([...world.nodes.values()].map(({ replica }) => replica.loading)).toEqual([false, false, false]);
  });

  it("relays nothing and sends nothing twice while every link works", () => {
    const world = mesh();
    for (let i = 0; i < 200; i++) {
      world.tick("a", `a${i}`);
      world.tick("b", `b${i}`);
      world.run(7);
    }
    world.expectConverged();
    for (const { replica } of world.nodes.values()) {
      expect(replica.counters.intervalsRelayed).toBe(0);
      expect(replica.counters.intervalsDuplicate).toBe(0);
      expect(replica.counters.pullsSent).toBe(0);
    }
  });

  it("closes its time while idle, so that contexts catch up with the clock", () => {
    const world = mesh();
    world.run(1000);
    const { counters } = world.node("a").replica;
    expect(counters.heartbeatsCut).toBeGreaterThanOrEqual(9);
    expect(counters.intervalsCut).toBe(0);
    expect(
      world
        .node("b")
        .replica.peers()
        .map(({ lagMs }) => lagMs),
    ).toEqual([0, 0]);
  });

  it("closes its time less often in a quiet cluster, without links or lag suffering, until the first effect", () => {
    const world = mesh();
    world.tick("a", "the last for long");
    world.run(11_000);
    const { counters } = world.node("b").replica;
    const quiet = counters.heartbeatsCut;
    const acks = counters.acksSent;
    for (let i = 0; i < 100; i++) {
      world.run(100);
      for (const { lagMs } of world.node("c").replica.peers()) expect(lagMs).toBe(0);
    }
    expect(counters.heartbeatsCut - quiet).toBeGreaterThanOrEqual(9);
    expect(counters.heartbeatsCut - quiet).toBeLessThanOrEqual(10);
    expect(counters.acksSent - acks).toBeGreaterThanOrEqual(2 * 90);
    expect(counters.linksLost).toBe(0);
    world.tick("a", "the first again");
    world.run(50);
    const lively = counters.heartbeatsCut;
    world.run(1000);
    expect(counters.heartbeatsCut - lively).toBeGreaterThanOrEqual(9);
    world.expectConverged();
  });

  it("cuts what runs before it applies what is remote", () => {
    const world = mesh();
    world.write("b", "before");
    world.tick("a", "remote");
    world.run(5);
    expect(world.node("b").replica.counters.intervalsCut).toBe(1);
    world.expectConverged(200);
  });
});

describe("a broken link", () => {
  it("loses what was on the way and sends it again after the reconnect, without duplicates", () => {
    const world = mesh();
    world.wire("a", "b").jammed = true;
    world.tick("a", "lost");
    world.sever(world.wire("a", "b"));
    world.run(1);
    world.connect("a", "b");
    world.run(60);
    expect(world.node("b").state.texts()).toEqual(["lost"]);
    expect(world.node("b").replica.counters.intervalsDuplicate).toBe(0);
  });

  it("is relayed around after a delay", () => {
    const world = mesh();
    world.sever(world.wire("a", "b"));
    world.tick("a", "around");
    world.run(90);
    expect(world.node("b").state.texts()).toEqual([]);
    world.run(60);
    expect(world.node("b").state.texts()).toEqual(["around"]);
    expect(world.node("c").replica.counters.intervalsRelayed).toBeGreaterThan(0);
  });

  it("drops the second copy when both ways bring an interval", () => {
    const world = mesh();
    world.wire("a", "b").jammed = true;
    world.tick("a", "twice");
    world.run(500);
    world.wire("a", "b").jammed = false;
    world.run(50);
    world.expectConverged();
    expect(world.node("b").replica.counters.intervalsDuplicate).toBeGreaterThan(0);
    expect(world.node("b").replica.counters.repairsRequested).toBe(0);
  });

  it("shows a dead link within two seconds", () => {
    const world = mesh();
    const wire = world.wire("a", "b");
    wire.jammed = true;
    world.run(2500);
    expect(world.node("a").replica.counters.closed.silent).toBe(1);
    expect(
      world
        .node("b")
        .replica.peers()
        .find(({ nodeId }) => nodeId === "a")?.state,
    ).toBe("lost");
  });
});

describe("the causal gate", () => {
  it("holds an effect until its cause is there", () => {
    const world = mesh();
    world.wire("a", "c").jammed = true;
    world.tick("a", "cause");
    world.run(5);
    world.tick("b", "effect");
    world.run(5);
    expect(world.node("c").state.texts()).toEqual([]);
    expect(world.node("c").replica.counters.intervalsHeld).toBe(1);
    world.wire("a", "c").jammed = false;
    world.run(2);
    expect(world.node("c").state.texts()).toEqual(["cause", "effect"]);
  });

  it("pulls a missing cause from a peer that has it", () => {
    const world = mesh();
    world.wire("a", "c").jammed = true;
    world.tick("a", "cause");
    world.run(5);
    world.tick("b", "effect");
    world.run(95);
    expect(world.node("c").replica.counters.pullsSent).toBeGreaterThan(0);
    expect(world.node("c").state.texts()).toEqual(["cause", "effect"]);
    expect(world.node("b").replica.counters.intervalsRelayed).toBeGreaterThan(0);
  });

  it("drops what it has no room to hold and gets it later", () => {
    const world = new World(["a", "b", "c"], { limits: { heldCountMax: 3 } });
    world.connectAll();
    world.run(50);
    world.wire("a", "c").jammed = true;
    world.tick("a", "cause");
    world.run(3);
    for (let i = 0; i < 10; i++) {
      world.tick("b", `effect ${i}`);
      world.run(1);
    }
    expect(world.node("c").replica.counters.heldDropped).toBe(7);
    world.expectConverged(10_000);
  });

  it("keeps causal order over chains of relays", () => {
    const world = new World(["a", "b", "c", "d"]);
    world.connect("a", "b");
    world.connect("b", "c");
    world.connect("c", "d");
    world.run(50);
    for (let i = 0; i < 20; i++) {
      for (const name of ["a", "b", "c", "d"]) world.tick(name, `${name}${i}`);
      world.run(13);
    }
    world.expectConverged(10_000);
  });
});

describe("bounds", () => {
  it.each([
    ["without credit, and goes on with the next acknowledgement", { creditBytes: 400 }],
    ["while the socket is full, and goes on when it is not", { bufferedBytesMax: 400 }],
  ])("stops at the cursor %s", (_, limits) => {
    const world = new World(["a", "b"], { limits });
    world.connectAll();
    world.run(50);
    const wire = world.wire("a", "b");
    wire.jammed = true;
    for (let i = 0; i < 100; i++) world.tick("a", `write ${i}`);
    expect(wire.ends[0].bufferedBytes).toBeLessThan(800);
    wire.jammed = false;
    world.expectConverged(5000);
  });
});

describe("stability", () => {
  it("forgets residue once every replica has seen it", () => {
    const world = mesh();
    world.node("a").state.residueCount = 5;
    world.runUntil(() => world.node("a").state.pruned === 5, 6000);
  });

  it("keeps residue while a member has not seen it", () => {
    const world = mesh();
    world.sever(world.wire("a", "c"));
    world.sever(world.wire("b", "c"));
    world.tick("a", "unseen");
    world.node("a").state.residueCount = 5;
    world.run(6000);
    expect(world.node("a").state.pruned).toBe(0);
    world.connect("c", "a");
    world.runUntil(() => world.node("a").state.pruned === 5, 6000);
  });

  it("keeps residue while an expected member was never met, and needs nobody when it is alone", () => {
    const world = new World(["a", "b"], { peersExpected: 2 });
    world.connectAll();
    world.add("alone", { peersExpected: 0 });
    for (const { state } of world.nodes.values()) state.residueCount = 1;
    world.run(6000);
    expect(world.node("a").state.pruned).toBe(0);
    expect(world.node("alone").state.pruned).toBe(1);
  });
});

describe("a fault drill", () => {
  it("drops and refuses a region until it is healed", () => {
    const world = mesh();
    expect(world.node("a").replica.cut("region-b")).toBe(1);
    world.run(5);
    expect(world.node("a").replica.refuses("b", "region-b")).toBe(true);
    world.connect("b", "a");
    world.run(5);
    expect(world.node("a").replica.counters.closed.cut).toBe(2);
    expect(world.node("a").replica.heal()).toBe(1);
    world.connect("b", "a");
    world.run(5);
    expect(world.node("a").replica.linkedTo("b")).toBe(true);
  });
});
