/** Shrinking: from a scenario that fails to a small one that fails the same way. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NamedExpectation } from "../../sim/run/options.ts";
import { runScenario } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import type { Scenario, ScenarioInput } from "../../sim/scenario/scenario.ts";
import { scenarioJson } from "../../sim/scenario/scenario-json.ts";
import { generateScenario } from "../../sim/search/generate.ts";
import { shrinkFailure } from "../../sim/search/shrink-failure.ts";
import { shrink, type ShrinkProgress } from "../../sim/search/shrink.ts";
import { simpler, WAYS } from "../../sim/search/simpler.ts";
import { isSmaller } from "../../sim/search/size.ts";
import { anyScenario } from "./scenario-arbitrary.ts";

const PATIENT = { attemptsMax: 20_000, isOver: () => false };
/** What is left of a drawn scenario where every single proposal is looked at. */
const OPERATIONS_MAX = 6;
const FAULTS_MAX = 3;

/** A failure of the data alone: both of two replicas write while something is wrong. */
function writesOnBothSides({ workload, faults }: Scenario): boolean {
  const writers = new Set(workload.filter(({ command }) => command[0] !== "GET").map(({ replica }) => replica));
  return writers.has("us") && writers.has("eu") && faults.some((fault) => "forMs" in fault && fault.forMs > 5);
}

function deletes({ workload }: Scenario): boolean {
  return workload.some(({ command }) => command[0] === "DEL");
}

function failing(from: number): Scenario {
  for (let seed = from; ; seed++) {
    const scenario = generateScenario(seed);
    if (writesOnBothSides(scenario) && scenario.workload.length < 1000) return scenario;
  }
}

describe("what is simpler than a scenario", () => {
  it("is a valid scenario, and smaller", () => {
    const property = fc.property(anyScenario(), fc.nat(WAYS.length - 1), (drawn, firstWay) => {
      const { workload, faults } = drawn;
      const scenario = { ...drawn, workload: workload.slice(0, OPERATIONS_MAX), faults: faults.slice(0, FAULTS_MAX) };
      for (const { scenario: smaller } of simpler(scenario, firstWay)) {
        if (!isDeepStrictEqual(checkedScenario(smaller), smaller)) throw new Error("not as it would be read");
        if (!isSmaller(smaller, scenario) || isSmaller(scenario, smaller)) throw new Error("not smaller");
      }
    });
    fc.assert(property, { numRuns: 8 });
  });

  it("is nothing at all when there is nothing left to take away", () => {
    const least = checkedScenario({ replicas: [{ id: "us", region: "us" }], endMs: 0 });
    expect([...simpler(least)]).toEqual([]);
  });
});

describe("shrinking", () => {
  it("ends at what a failure needs, and nothing simpler fails", () => {
    for (const seed of [1, 40, 200]) {
      const shrunk = shrink(failing(seed), writesOnBothSides, PATIENT);
      expect(shrunk.isMinimal).toBe(true);
      expect(writesOnBothSides(shrunk.scenario)).toBe(true);
      expect([...simpler(shrunk.scenario)].filter(({ scenario }) => writesOnBothSides(scenario))).toEqual([]);
      expect(shrunk.scenario.replicas.map(({ id }) => id)).toEqual(["us", "eu"]);
      expect(shrunk.scenario.workload).toHaveLength(2);
      expect(shrunk.scenario.faults).toHaveLength(1);
      expect(shrunk.scenario.links).toEqual([]);
    }
  });

  it("does the same twice", () => {
    const [first, second] = [1, 2].map(() => shrink(failing(40), writesOnBothSides, PATIENT));
    expect(first).toEqual(second);
  });

  it("tells of every attempt, and stops when its budget is used up", () => {
    const told: ShrinkProgress[] = [];
    const started = failing(40);
    const shrunk = shrink(started, writesOnBothSides, { attemptsMax: 12, isOver: () => false }, (progress) => {
      told.push(progress);
    });
    expect(shrunk.attempts).toBe(12);
    expect(shrunk.isMinimal).toBe(false);
    expect(told.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(told.at(-1)?.scenario).toBe(shrunk.scenario);
    expect(shrink(started, writesOnBothSides, { attemptsMax: 12, isOver: () => true })).toMatchObject({
      scenario: started,
      attempts: 0,
    });
  });

  it("takes few attempts, however much there is to take away", () => {
    const workload = Array.from({ length: 4096 }, (_, i) => ({
      atMs: i,
      replica: "us",
      command: i === 1000 ? ["DEL", "k"] : ["SET", "k", "x"],
    }));
    const scenario = checkedScenario({ replicas: [{ id: "us", region: "us" }], endMs: 5000, workload });
    const shrunk = shrink(scenario, deletes, PATIENT);
    expect(shrunk.scenario.workload).toEqual([{ atMs: 0, replica: "us", database: 0, command: ["DEL", "k"] }]);
    expect(shrunk.attempts).toBeLessThan(80);
  });
});

describe("a property over scenarios", () => {
  it("that does not hold is told with a scenario that has been shrunk", () => {
    const property = fc.property(anyScenario(), (scenario) => !writesOnBothSides(scenario));
    const { failed, counterexample } = fc.check(property, { seed: 1, numRuns: 1000 });
    expect(failed).toBe(true);
    expect(counterexample?.[0]).toMatchObject({
      workload: [{ atMs: 0 }, { atMs: 0 }],
      faults: [{ atMs: 0 }],
      links: [],
    });
    expect(counterexample?.[0].replicas).toHaveLength(2);
  });
});

const NOISE = ["INCR", "GET", "EXISTS", "STRLEN"];

/** A partition, other faults, and a lot of commands that have nothing to do with it. */
function busy(more: Partial<ScenarioInput>): Scenario {
  return checkedScenario({
    name: "busy",
    replicas: ["us", "eu", "ap"].map((id, i) => ({ id, region: id, skewMs: 7 * i, driftPpm: 10 })),
    delay: { baseMs: 12.5, jitterMs: 3 },
    links: [{ from: "us", to: "ap", baseMs: 30, jitterMs: 1 }],
    limits: { logBytesMax: 100_000 },
    endMs: 6000,
    clearsAtEnd: true,
    faults: [
      { kind: "break", atMs: 700, between: ["us", "ap"] },
      { kind: "partition", atMs: 1000, forMs: 3000, groups: [["us", "ap"], ["eu"]], silent: true, flapMs: 0 },
      { kind: "pause", atMs: 5000, forMs: 100, replica: "ap" },
    ],
    ...more,
    workload: [
      ...(more.workload ?? []),
      ...Array.from({ length: 120 }, (_, i) => ({
        atMs: 600 + 40 * i,
        replica: ["us", "eu", "ap"][i % 3] ?? "us",
        command: [NOISE[i % 4] ?? "GET", `noise${i % 5}`],
      })),
    ].toSorted((a, b) => a.atMs - b.atMs),
  });
}

describe("a run that fails", () => {
  it("shrinks to the two writes and the partition that make one of them vanish", () => {
    const winner: NamedExpectation = {
      name: "the second writer had seen the first",
      when: "always",
      check: ({ executed }) => {
        const writes = executed.filter(({ command }) => command[0] === "GETSET" && command[1] === "winner");
        const blind = writes.filter(({ reply }) => reply === null);
        const spanMs = (blind.at(-1)?.atMs ?? 0) - (blind[0]?.atMs ?? 0);
        if (blind.length > 1 && spanMs > 200) throw new Error(`two that had seen nothing, ${spanMs} ms apart`);
      },
    };
    const scenario = busy({
      workload: [
        { atMs: 1500, replica: "us", command: ["GETSET", "winner", "alice"] },
        { atMs: 2600, replica: "eu", command: ["GETSET", "winner", "bob"] },
      ],
    });
    const prepared = { scenario, options: { expectations: [winner] } };
    const shrunk = shrinkFailure(prepared, PATIENT);
    expect(shrunk?.isMinimal).toBe(true);
    const small = shrunk?.scenario;
    expect(small?.replicas.map(({ id }) => id)).toEqual(["us", "eu"]);
    expect(small?.workload.map(({ replica, command }) => [replica, command[0], command[1]])).toEqual([
      ["us", "GETSET", "winner"],
      ["eu", "GETSET", "winner"],
    ]);
    expect(small?.faults.map(({ kind }) => kind)).toEqual(["partition"]);
    expect(runScenario(small ?? scenario, prepared.options).failure?.details.message).toContain(winner.name);
  });

  it("does not shrink away what makes an expectation hold without faults", () => {
    const scenario = busy({
      workload: [{ atMs: 1500, replica: "us", command: ["SET", "k", "seen"] }],
      expectations: [
        { atMs: 800, replicas: ["us", "eu"], command: ["GET", "k"], reply: null, label: "nothing yet" },
        { atMs: 2500, replicas: ["us", "eu", "ap"], command: ["GET", "k"], reply: "seen", label: "seen by all" },
      ],
    });
    const small = shrinkFailure({ scenario, options: {} }, PATIENT)?.scenario;
    expect(small?.workload).toHaveLength(1);
    expect(small?.workload[0]?.command).toEqual(["SET", "k", "x"]);
    expect(small?.faults).toHaveLength(1);
    expect(small?.expectations.map(({ label, replicas, reply }) => [label, replicas, reply])).toEqual([
      ["seen by all", ["eu"], "x"],
    ]);
    expect(scenarioJson(small ?? scenario).length).toBeLessThan(scenarioJson(scenario).length / 10);
  });

  it("is left alone when it does not fail", () => {
    expect(shrinkFailure({ scenario: busy({}), options: {} }, PATIENT)).toBeUndefined();
  });
});
