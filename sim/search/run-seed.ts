/**
 * The search's own source of scenarios, the generator; and how one seed of any source runs.
 */
import { runScenario, runTwice, type Outcome } from "../run/run.ts";
import type { ScenarioSource } from "../run/source.ts";
import { generateScenario } from "./generate.ts";

/** Every so many seeds one runs twice, and must do the same event for event. */
const DOUBLE_RUN_EVERY = 20;

export const GENERATOR: ScenarioSource = {
  name: "the generator",
  prepare: (seed) => ({ scenario: generateScenario(seed), options: {} }),
};

export function runSeed(seed: number, source = GENERATOR): Outcome {
  const { scenario, options } = source.prepare(seed);
  return seed % DOUBLE_RUN_EVERY === 0 ? runTwice(scenario, options) : runScenario(scenario, options);
}
