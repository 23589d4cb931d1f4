/** Runs scenarios and seeds, and says how it went. */
import { SimulationFailure, type FailureDetails } from "./failure.ts";
import { generateScenario } from "./generate.ts";
import { Marks } from "./marks.ts";
import type { Scenario } from "./scenario.ts";
import { Simulation } from "./simulation.ts";
import { firstDifference, Trace } from "./trace.ts";

/** Every so many seeds one runs twice, and must do the same event for event. */
const DOUBLE_RUN_EVERY = 20;

export interface Outcome {
  readonly scenario: Scenario;
  readonly failure: SimulationFailure | undefined;
  readonly marks: Marks;
  readonly trace: Trace;
  /** Tasks of the virtual clock. */
  readonly steps: number;
  readonly commands: number;
  readonly virtualMs: number;
  /** What the replicas logged, when the run was recorded. */
  readonly log: readonly string[];
}

export function runScenario(scenario: Scenario, records = false): Outcome {
  const marks = new Marks();
  const trace = new Trace(records);
  const simulation = new Simulation(scenario, marks, trace);
  let failure: SimulationFailure | undefined;
  try {
    simulation.run();
  } catch (error) {
    failure = error instanceof SimulationFailure ? error : crash(error, simulation.clock.nowMs);
  }
  return {
    scenario,
    failure,
    marks,
    trace,
    steps: simulation.clock.steps,
    commands: simulation.commands,
    virtualMs: simulation.clock.nowMs,
    log: simulation.log,
  };
}

export function runSeed(seed: number): Outcome {
  const twice = seed % DOUBLE_RUN_EVERY === 0;
  const outcome = runScenario(generateScenario(seed), twice);
  if (!twice || outcome.failure !== undefined) return outcome;
  const again = runScenario(generateScenario(seed), true);
  const difference = firstDifference(outcome.trace, again.trace);
  if (difference === undefined) return outcome;
  const details: FailureDetails = {
    oracle: "determinism",
    atMs: outcome.virtualMs,
    message: `two runs of seed ${seed} differ from event ${difference} on`,
  };
  return { ...outcome, failure: new SimulationFailure(details) };
}

/** An exception out of the product's code, or ours: the process would have died. */
function crash(error: unknown, atMs: number): SimulationFailure {
  const reason =
    error instanceof Error && error.cause !== undefined ? `${error.message}: ${stackOf(error.cause)}` : stackOf(error);
  return new SimulationFailure({ oracle: "no crash", atMs, message: reason }, { cause: error });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
