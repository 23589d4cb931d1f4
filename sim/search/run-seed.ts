/** Runs the scenario that a seed generates. */
import { runScenario, runTwice, type Outcome } from "../run/run.ts";
import { generateScenario } from "./generate.ts";

/** Every so many seeds one runs twice, and must do the same event for event. */
const DOUBLE_RUN_EVERY = 20;

export function runSeed(seed: number): Outcome {
  const scenario = generateScenario(seed);
  return seed % DOUBLE_RUN_EVERY === 0 ? runTwice(scenario) : runScenario(scenario);
}
