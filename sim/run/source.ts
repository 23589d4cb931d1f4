/**
 * Where scenarios come from: the generator, a file, or a module of a user.
 *
 * Searching, running and replaying treat all alike: a source makes of a seed
 * one scenario, and always the same.
 */
import type { Scenario } from "../scenario/scenario.ts";
import type { RunOptions } from "./options.ts";

export interface PreparedRun {
  readonly scenario: Scenario;
  readonly options: RunOptions;
}

/** What client programs issued is data now: the same run without them. */
export function asData(played: Scenario, { options }: PreparedRun): PreparedRun {
  return { scenario: played, options: { ...options, programs: [] } };
}

export interface ScenarioSource {
  readonly name: string;
  readonly prepare: (seed: number) => PreparedRun;
}
