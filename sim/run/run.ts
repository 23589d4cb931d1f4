/** Runs a scenario, and says how it went. */
import { crashOf, failureOf, SimulationFailure } from "../oracles/failure.ts";
import { Marks } from "../oracles/marks.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ExecutedOperation, RunOptions } from "./options.ts";
import { Simulation } from "./simulation.ts";
import { firstDifference, Trace } from "./trace.ts";

export interface Outcome {
  /** As it was played: what client programs issued is part of its workload. */
  readonly scenario: Scenario;
  readonly failure: SimulationFailure | undefined;
  readonly marks: Marks;
  readonly trace: Trace;
  /** Tasks of the virtual clock. */
  readonly steps: number;
  /** What clients did, and what they were told. */
  readonly executed: readonly ExecutedOperation[];
  readonly virtualMs: number;
  /** Virtual time from the mending of all faults until everything was equal; undefined when it never was. */
  readonly convergenceMs: number | undefined;
  /** What the replicas logged, when the run was recorded. */
  readonly log: readonly string[];
}

export function runScenario(scenario: Scenario, options: RunOptions = {}): Outcome {
  const marks = new Marks();
  const trace = new Trace(options.records);
  const simulation = new Simulation(scenario, marks, trace, options);
  let failure: SimulationFailure | undefined;
  try {
    if (options.bounded === undefined) simulation.run();
    else options.bounded(() => simulation.run());
  } catch (error) {
    failure = error instanceof SimulationFailure ? error : crashOf(error, simulation.clock.nowMs);
  }
  return {
    scenario: simulation.played,
    failure,
    marks,
    trace,
    steps: simulation.clock.steps,
    executed: simulation.executed,
    virtualMs: simulation.clock.nowMs,
    convergenceMs: simulation.convergenceMs,
    log: simulation.log,
  };
}

/** The same scenario twice must be the same run, event for event; `again` is what was made of the same seed once more. */
export function runTwice(scenario: Scenario, options: RunOptions = {}, again = { scenario, options }): Outcome {
  const outcome = runScenario(scenario, { ...options, records: true });
  const other = runScenario(again.scenario, { ...again.options, records: true });
  const difference = firstDifference(outcome.trace, other.trace);
  if (difference === undefined) return outcome;
  const also = outcome.failure === undefined ? "" : `; the first of them failed: ${outcome.failure.message}`;
  const message = `two runs of the same scenario differ from event ${difference} on${also}`;
  return { ...outcome, failure: failureOf("determinism", outcome.virtualMs, message) };
}
