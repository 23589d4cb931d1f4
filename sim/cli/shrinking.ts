/** Shrinking as the command line does it: within some seconds, to a scenario that fails as data alone. */
import { runScenario } from "../run/run.ts";
import type { PreparedRun } from "../run/source.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { shrinkFailure } from "../search/shrink-failure.ts";
import type { ShrinkProgress } from "../search/shrink.ts";

export interface SmallerRun {
  readonly scenario: Scenario;
  /** Commands, faults and expectations of the run that was shrunk. */
  readonly stepsBefore: number;
}

/** Undefined when nothing fails, or when it fails only with the client programs themselves. */
export function shrinkRun(
  prepared: PreparedRun,
  seconds: number,
  onProgress: (progress: ShrinkProgress) => void = () => {},
): SmallerRun | undefined {
  const untilMs = performance.now() + seconds * 1000;
  const budget = { attemptsMax: Number.POSITIVE_INFINITY, isOver: () => performance.now() >= untilMs };
  const shrunk = shrinkFailure(prepared, budget, onProgress);
  if (shrunk === undefined || (shrunk.options.programs ?? []).length > 0) return undefined;
  const played = runScenario(prepared.scenario, prepared.options).scenario;
  return { scenario: shrunk.scenario, stepsBefore: stepCount(played) };
}

export function stepCount({ workload, faults, expectations }: Scenario): number {
  return workload.length + faults.length + expectations.length;
}

export function shrunkWords(stepsBefore: number, scenario: Scenario): string {
  return `shrunk from ${stepsBefore} commands, faults and expectations to ${stepCount(scenario)}`;
}
