/** Every oracle speaks when its promise is broken: in replicas that were broken on purpose, or by itself. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { HybridClock } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { Origins } from "../../crdt/origin.ts";
import { disagreement, type Shown } from "../../sim/oracles/agreement.ts";
import { Conservation } from "../../sim/oracles/conservation.ts";
import type { FailureDetails } from "../../sim/oracles/failure.ts";
import { ListConservation } from "../../sim/oracles/list-conservation.ts";
import { leftover } from "../../sim/oracles/leftovers.ts";
import { Sights } from "../../sim/oracles/sights.ts";
import { runScenario, type Outcome } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import type { Reply } from "../../sim/spec/reply.ts";
import type { SimulatedNode } from "../../sim/world/node.ts";
import { ObservedKeyspace } from "../../sim/world/observed-keyspace.ts";
import type { Process } from "../../sim/world/process.ts";
import { Gate, type HoldBounds } from "../../src/replica/gate.ts";
import { Outbound } from "../../src/replica/outbound.ts";

afterEach(() => vi.restoreAllMocks());

function line(atMs: number, replica: string, text: string): object {
  return { atMs, replica, command: text.split(" ") };
}

/** us, eu and ap write a little, one after the other; ap hears of us late. */
function outcomeOf(more: object = {}): Outcome {
  const ids = ["us", "eu", "ap"];
  return runScenario(
    checkedScenario({
      replicas: ids.map((id) => ({ id, region: id })),
      endMs: 6000,
      clearsAtEnd: true,
      workload: [
        line(1100, "us", "SET k cause"),
        line(1150, "eu", "SET l effect"),
        ...Array.from({ length: 40 }, (_, i) => line(1200 + 10 * i, "us", `HSET h f${i} ${"x".repeat(50)}`)),
        ...Array.from({ length: 5 }, (_, i) => line(2000 + 10 * i, ids[i % 3] ?? "us", "INCR n")),
      ],
      faults: [{ kind: "cut", atMs: 1000, forMs: 1500, from: "us", to: "ap" }],
      ...more,
    }),
  );
}

function oracleOf(outcome: Outcome): FailureDetails["oracle"] | undefined {
  return outcome.failure?.details.oracle;
}

describe("an unbroken product", () => {
  it("gives no oracle cause to speak, and says how long it took to converge", () => {
    const outcome = outcomeOf();
    expect(outcome.failure?.message).toBeUndefined();
    expect(outcome.convergenceMs).toBeLessThan(1000);
  });

  it("takes longer to converge after a partition that lasted to the end, but not much", () => {
    const partition = { kind: "partition", atMs: 1000, forMs: 5000, groups: [["us"], ["eu", "ap"]] };
    const { failure, convergenceMs } = outcomeOf({ faults: [partition] });
    expect(failure?.message).toBeUndefined();
    expect(convergenceMs).toBeGreaterThan(0);
    expect(convergenceMs).toBeLessThan(3000);
  });
});

describe("a broken product", () => {
  it("that applies effects before their causes is found", () => {
    vi.spyOn(Gate.prototype, "judge").mockImplementation((context, { origin, from, to }) => {
      const have = context.get(origin);
      return have >= to ? "duplicate" : have < from ? "hold" : "apply";
    });
    expect(oracleOf(outcomeOf())).toBe("effects after causes");
  });

  it("that holds more than it may is found", () => {
    const hold = Object.getOwnPropertyDescriptor(Gate.prototype, "hold")?.value as Gate["hold"];
    vi.spyOn(Gate.prototype, "hold").mockImplementation(function (this: Gate, interval, bounds: HoldBounds) {
      return hold.call(this, interval, { ...bounds, countMax: Number.POSITIVE_INFINITY });
    });
    expect(outcomeOf({ limits: { heldCountMax: 1 } }).failure?.message).toMatch(
      /^bounds: \d+ intervals held, at most 1/,
    );
  });

  it.each([
    [{ creditBytes: 500 }, /bytes on the way/],
    [{ bufferedBytesMax: 200 }, /bytes before an interval/],
  ])("that sends without looking for room is found: %o", (limits, message) => {
    vi.spyOn(Outbound.prototype, "hasRoom").mockReturnValue(true);
    const jam = { kind: "jam", atMs: 1000, forMs: 1500, from: "us", to: "ap" };
    const outcome = outcomeOf({ limits, faults: [jam] });
    expect(oracleOf(outcome)).toBe("bounds");
    expect(outcome.failure?.message).toMatch(message);
  });

  it("whose clock follows anybody is found", () => {
    vi.spyOn(HybridClock.prototype, "observe").mockImplementation(function (this: HybridClock, time) {
      this.last = Math.max(this.last, time);
      return true;
    });
    const step = { kind: "step", atMs: 1000, replica: "us", byMs: 3_600_000 };
    expect(oracleOf(outcomeOf({ faults: [step] }))).toBe("honest clocks");
  });

  it("whose digests differ for equal states is found", () => {
    let digests = 0;
    vi.spyOn(ObservedKeyspace.prototype, "digest").mockImplementation(() => String(digests++));
    expect(oracleOf(outcomeOf())).toBe("equal contexts, equal digests");
  });

  it("whose running figures are not those of its entries is found", () => {
    vi.spyOn(ObservedKeyspace.prototype, "audit").mockReturnValue(["one figure: 1, not 2"]);
    expect(oracleOf(outcomeOf())).toBe("digest from scratch");
  });

  it("that keeps memory for what was deleted is found", () => {
    let calls = 0;
    vi.spyOn(ObservedKeyspace.prototype, "usedBytes", "get").mockImplementation(() => calls++);
    expect(outcomeOf().failure?.message).toMatch(/^nothing left: \d+ bytes more than at the start/);
  });
});

/** The sights of one replica that can be told anything. */
function sighted() {
  const origins = new Origins();
  const self = origins.intern(7);
  const keyspace = { origins, self, context: new Context() };
  const node = { id: "us", process: { keyspace } } as unknown as SimulatedNode;
  const heard: string[] = [];
  const sights = new Sights((oracle) => {
    heard.push(oracle);
    throw new Error(oracle);
  });
  return { keyspace, node, sights, self };
}

describe("sights", () => {
  it("notice a context that falls", () => {
    const { keyspace, node, sights, self } = sighted();
    keyspace.context.raise(self, 10);
    sights.refresh(node);
    keyspace.context = new Context();
    keyspace.context.raise(self, 9);
    expect(() => sights.refresh(node)).toThrow("contexts rise");
  });

  it("notice a dot that was there before, and one at or below what was announced", () => {
    const { node, sights } = sighted();
    sights.minted(node, { origin: 7, time: 10 }, 0);
    expect(() => sights.minted(node, { origin: 7, time: 10 }, 0)).toThrow("dots are unique");
    expect(() => sights.minted(node, { origin: 7, time: 20 }, 20)).toThrow("dots are unique");
  });
});

const DOT = { origin: 7, time: 1 };

function missing(conservation: Conservation, reply: Reply): string[] {
  return [
    ...conservation.missing(
      () => reply,
      () => true,
    ),
  ];
}

describe("conservation", () => {
  it("adds up increments, fields and members that were only ever added to", () => {
    const counter = new Conservation();
    counter.changed(["INCRBY", "n", "5"], ["0:n"], DOT);
    counter.changed(["DECR", "n"], ["0:n"], DOT);
    expect(missing(counter, "4")).toEqual([]);
    expect(missing(counter, "5")).toEqual(['expected the sum of all increments, 4 at 0:n, read "5"']);
    const set = new Conservation();
    set.changed(["SADD", "s", "a", "b"], ["0:s"], DOT);
    expect(missing(set, ["b", "a"])).toEqual([]);
    expect(missing(set, ["b"])).toEqual(['expected to be there at 0:s "a", read null']);
    const hash = new Conservation();
    hash.changed(["HINCRBY", "h", "f", "3"], ["0:h"], DOT);
    hash.changed(["HINCRBY", "h", "f", "4"], ["0:h"], DOT);
    expect(missing(hash, ["f", "7"])).toEqual([]);
    expect(missing(hash, ["f", "4"])).toHaveLength(1);
  });

  it("asks nothing of what died with its process", () => {
    const counter = new Conservation();
    counter.changed(["INCRBY", "n", "5"], ["0:n"], DOT);
    counter.changed(["INCR", "n"], ["0:n"], { origin: 9, time: 1 });
    expect([
      ...counter.missing(
        () => "5",
        ({ origin }) => origin === 7,
      ),
    ]).toEqual([]);
    expect([
      ...counter.missing(
        () => "6",
        ({ origin }) => origin === 7,
      ),
    ]).toHaveLength(1);
  });

  it("leaves what anybody else has written to the specification", () => {
    const conservation = new Conservation();
    conservation.changed(["INCR", "n"], ["0:n"], DOT);
    conservation.changed(["DEL", "n"], ["0:n"], DOT);
    conservation.changed(["INCR", "n"], ["0:n"], DOT);
    expect(missing(conservation, "9")).toEqual([]);
  });
});

function ofTwo(): ListConservation {
  const lists = new ListConservation();
  lists.changed(["RPUSH", "l", "a", "b"], 2, ["0:l"], DOT);
  return lists;
}

function missingIn(lists: ListConservation, reply: Reply): string[] {
  return [
    ...lists.missing(
      () => reply,
      () => true,
    ),
  ];
}

describe("conservation of lists", () => {
  it("finds what was pushed popped or present, and nothing twice", () => {
    const lists = ofTwo();
    expect(missingIn(lists, ["a", "b"])).toEqual([]);
    expect(missingIn(lists, ["b"])).toHaveLength(1);
    lists.changed(["LPOP", "l"], "a", ["0:l"], DOT);
    expect(missingIn(lists, ["b"])).toEqual([]);
    expect(missingIn(lists, ["b", "b"])).toHaveLength(1);
  });

  it("lets elements stand in one order only, whoever looks", () => {
    const lists = ofTwo();
    expect(lists.disorder(0, ["LRANGE", "l", "0", "-1"], ["a", "b"])).toBeUndefined();
    lists.changed(["LPUSH", "l", "c"], 3, ["0:l"], DOT);
    expect(lists.disorder(0, ["LRANGE", "l", "0", "-1"], ["a", "c", "b"])).toBeUndefined();
    expect(lists.disorder(0, ["LRANGE", "l", "0", "-1"], ["b", "a"])).toMatch(/^l shows b before a/);
  });

  it("leaves lists that anybody else has written to the specification", () => {
    const lists = ofTwo();
    lists.changed(["LREM", "l", "0", "a"], 1, ["0:l"], DOT);
    expect(missingIn(lists, [])).toEqual([]);
  });
});

describe("agreement", () => {
  const us: Shown = {
    replica: "us",
    type: "set",
    content: ["a", "b"],
    deadline: -1,
    fieldDeadlines: new Map(),
    nowMs: 1000,
  };
  const eu: Shown = { ...us, replica: "eu" };

  it("passes over fields that have come to their end by the clock that is ahead", () => {
    const hash: Shown = { ...us, type: "hash", content: ["f", "1"], fieldDeadlines: new Map([["f", 1500]]) };
    const gone: Shown = { ...eu, type: "none", content: 0, fieldDeadlines: new Map() };
    expect(disagreement([hash, { ...gone, nowMs: 1500 }])).toBeUndefined();
    expect(disagreement([hash, { ...gone, nowMs: 1400 }])).toBeDefined();
  });

  it("cares for elements and not for their order", () => {
    expect(disagreement([us, { ...eu, content: ["b", "a"] }])).toBeUndefined();
    expect(disagreement([us, { ...eu, content: ["b"] }])).toMatch(/^us shows .* eu /);
    expect(disagreement([us, { ...eu, type: "hash" }])).toBeDefined();
    expect(disagreement([us, { ...eu, deadline: 5000 }])).toBeDefined();
  });

  it("lets a key be gone only where its deadline has come", () => {
    const gone = { ...eu, type: "none", content: 0, deadline: -2 };
    expect(disagreement([us, gone])).toMatch(/eu nothing$/);
    expect(disagreement([{ ...us, deadline: 999 }, gone])).toBeUndefined();
    expect(disagreement([{ ...us, deadline: 1001 }, gone])).toMatch(/eu nothing$/);
  });
});

describe("leftovers", () => {
  const empty = { size: () => 0, digest: () => "0000", usedBytes: 100 };
  const left = (keyspace: object): string | undefined =>
    leftover({ keyspace: { ...empty, ...keyspace }, usedBytesAtStart: 100 } as unknown as Process, [0]);

  it("are keys, whatever still has a fingerprint, and memory", () => {
    expect(left({})).toBeUndefined();
    expect(left({ size: () => 2 })).toMatch(/^2 keys/);
    expect(left({ digest: () => "00a0" })).toMatch(/^the digest/);
    expect(left({ usedBytes: 140 })).toMatch(/^40 bytes/);
  });
});
