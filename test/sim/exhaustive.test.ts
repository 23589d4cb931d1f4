/** The exhaustive search: it tries every schedule, all keep the specification, and what is broken is found. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LATTICE_TYPES } from "../../sim/exhaustive/alphabet.ts";
import { exhaust, type ExhaustOptions } from "../../sim/exhaustive/exhaust.ts";
import { latticeScenario } from "../../sim/exhaustive/lattice-scenario.ts";
import { Player } from "../../sim/exhaustive/play.ts";
import { inWords } from "../../sim/exhaustive/words.ts";
import { EXHAUSTIVE_SCHEDULES_MAX } from "../../sim/limits.ts";
import { interpret } from "../../sim/spec/specification.ts";
import { Random } from "../../sim/world/random.ts";

/** A slow machine plays fewer of the same scenarios: so long may they take. */
const RANDOM_MS = 3_000;
const SCENARIOS = 3_000;

function search(options: Partial<ExhaustOptions>) {
  return exhaust({
    replicas: 2,
    operations: 2,
    types: ["string"],
    variants: ["plain"],
    schedulesMax: EXHAUSTIVE_SCHEDULES_MAX,
    ...options,
  });
}

/** A specification that says of a reply that is right that it is wrong. */
const losing: typeof interpret = (history, execution) => {
  const findings = interpret(history, execution);
  const isLost = execution.command[0] === "GET" && execution.reply === "p";
  return isLost ? { ...findings, problem: "expected that p is lost" } : findings;
};

describe("every schedule", () => {
  it.each(LATTICE_TYPES)("of two operations keeps the specification, under every variant: %s", (type) => {
    const variants = ["plain", "coalesced", "redelivered", "skewed", "repaired"] as const;
    const result = search({ types: [type], variants });
    expect(result.failure?.words).toBeUndefined();
    expect(result.stopped).toBeUndefined();
    expect(result.schedules).toBeGreaterThan(500);
  });

  it("of three operations at three replicas keeps the specification", () => {
    const result = search({ replicas: 3, operations: 3, types: ["set"] });
    expect(result.failure?.words).toBeUndefined();
    expect(result.stopped).toBeUndefined();
    expect(result.schedules).toBeGreaterThan(10_000);
  });

  it("of one program can be asked for", () => {
    const program = ["INCR k", "DEL k"].map((line, replica) => ({ replica, command: line.split(" ") }));
    expect(search({ program })).toMatchObject({ programs: 1, schedules: 3, impossible: 1, failure: undefined });
  });
});

describe("an exhaustive search", () => {
  it("ends where it is told to, and says so", () => {
    expect(search({ operations: 3, schedulesMax: 50 })).toMatchObject({ schedules: 50, stopped: "schedules" });
    expect(search({ operations: 3, isOver: () => true })).toMatchObject({ schedules: 1000, stopped: "time" });
  });

  it("tells how far it is", () => {
    const told: number[] = [];
    search({ operations: 3, schedulesMax: 3500, onProgress: ({ schedules }) => told.push(schedules) });
    expect(told).toEqual([1000, 2000, 3000]);
  });

  it("refuses what would never end", () => {
    expect(() => search({ operations: 6 })).toThrow("at most 5 operations");
    expect(() => search({ replicas: 4 })).toThrow("at most 3 replicas");
  });

  it("finds where replies and specification differ, and tells it in words", () => {
    const { failure, stopped } = search({ interventions: { interpret: losing } });
    expect(stopped).toBe("failure");
    expect(failure?.failure.details).toMatchObject({ oracle: "specification", message: "expected that p is lost" });
    expect(failure?.words).toBe(["1. a: SET k p   (at 0 ms)", "   b gets 1"].join("\n"));
  });

  it("finds a replica that applies effects before their causes", () => {
    const result = search({
      replicas: 3,
      operations: 3,
      types: ["set"],
      interventions: {
        made: ({ journal }) => {
          const { gate } = journal;
          const judge = gate.judge.bind(gate);
          gate.judge = (context, interval) => judge(context, { ...interval, changes: [] });
        },
      },
    });
    expect(result.stopped).toBe("failure");
    expect(result.failure?.trial.program.length).toBe(2);
  });

  it("finds a replica that takes deletions for nothing", () => {
    const result = search({
      types: ["set"],
      interventions: { made: ({ keyspace }) => void (keyspace.elementRemove = () => true) },
    });
    expect(result.stopped).toBe("failure");
    expect(result.failure?.words).toContain("SREM k x");
  });
});

describe("random small scenarios", () => {
  it(
    "keep the specification",
    () => {
      const player = new Player();
      const property = fc.property(fc.noShrink(fc.integer({ min: 0 })), (seed) => {
        const scenario = latticeScenario(new Random(seed, "lattice"));
        const failure = player.play(scenario);
        if (failure !== undefined) throw new Error(`${failure.message}\n${inWords(scenario)}`);
      });
      fc.assert(property, { numRuns: SCENARIOS, interruptAfterTimeLimit: RANDOM_MS, endOnFailure: true });
    },
    RANDOM_MS * 6,
  );

  it("do everything that schedules can do", () => {
    const drawn = Array.from({ length: 300 }, (_, seed) => latticeScenario(new Random(seed, "lattice")));
    expect(drawn.some(({ repair }) => repair !== undefined)).toBe(true);
    expect(drawn.some(({ variant }) => variant.redelivers)).toBe(true);
    expect(drawn.some(({ variant }) => variant.skewsMs.length > 0)).toBe(true);
    expect(drawn.some(({ variant, program }) => variant.units.length < program.length)).toBe(true);
    for (const { order, schedule } of drawn) expect(order.length).toBe(schedule.flat().length);
  });
});
