/** The search: generated scenarios keep all promises, and the same scenario twice is the same run. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateScenario } from "../../sim/search/generate.ts";
import { describeFailure } from "../../sim/report/screen.ts";
import { runScenario } from "../../sim/run/run.ts";
import { scenarioJson } from "../../sim/scenario/scenario-json.ts";
import { runSeed } from "../../sim/search/run-seed.ts";
import { firstDifference } from "../../sim/run/trace.ts";
import { anyScenario } from "./scenario-arbitrary.ts";

/** A slow machine plays fewer of the same scenarios: so long may it take; the tests' own patience is longer. */
const SEARCH_MS = 20_000;
const SCENARIOS = 200;

describe("simulated replicas", () => {
  it(
    "keep all promises in generated scenarios",
    () => {
      const property = fc.property(anyScenario(), (scenario) => {
        const outcome = runSeed(scenario.seed, { name: "drawn", prepare: () => ({ scenario, options: {} }) });
        if (outcome.failure !== undefined) throw new Error(`${describeFailure(outcome)}\n${scenarioJson(scenario)}`);
      });
      fc.assert(property, { numRuns: SCENARIOS, interruptAfterTimeLimit: SEARCH_MS });
    },
    SEARCH_MS * 3,
  );

  it("do the same twice, event for event", () => {
    for (const seed of [3, 14]) {
      const [first, second] = [
        runScenario(generateScenario(seed), { records: true }),
        runScenario(generateScenario(seed), { records: true }),
      ];
      expect(first.trace.eventHashes?.length).toBeGreaterThan(100);
      expect(firstDifference(first.trace, second.trace)).toBeUndefined();
    }
  });

  it("come from scenarios that are data", () => {
    const scenario = generateScenario(5);
    expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
    const replayed = runScenario(JSON.parse(JSON.stringify(scenario)) as typeof scenario, { records: true });
    expect(firstDifference(runScenario(scenario, { records: true }).trace, replayed.trace)).toBeUndefined();
  });

  it("do not depend on their own seed alone: every seed differs", () => {
    const scenarios = Array.from({ length: 50 }, (_, seed) =>
      JSON.stringify({ ...generateScenario(seed), name: "", seed: 0 }),
    );
    expect(new Set(scenarios).size).toBe(50);
  });
});
