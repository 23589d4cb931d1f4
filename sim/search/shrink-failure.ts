/**
 * Shrinks a run that failed, and keeps to the failure that it is about.
 *
 * What client programs issued becomes data first, if the run then fails the
 * same. A simpler run counts when the same oracle speaks, for expectations the
 * same expectation, for crashes the same words. And an expectation that held
 * before anything went wrong must go on to hold without faults: otherwise
 * taking the SET away would be the simplest way not to read what was set.
 * Expectations that are functions speak of keys and clients by their names, so
 * operations are left out or moved in time, but say what they said.
 */
import type { RunOptions } from "../run/options.ts";
import { runScenario, runTwice, type Outcome } from "../run/run.ts";
import { NO_SUCH_REPLICA } from "../run/run-view.ts";
import { asData, type PreparedRun } from "../run/source.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import type { Operation, Scenario } from "../scenario/scenario.ts";
import { shrink, type ShrinkBudget, type ShrinkProgress, type Shrunk } from "./shrink.ts";
import { endingAt } from "./ways/lists.ts";

/** A shrunk run: its scenario, and what it must be run with to fail. */
export interface ShrunkRun extends Shrunk {
  readonly options: RunOptions;
}

/** Undefined when the run does not fail. */
export function shrinkFailure(
  prepared: PreparedRun,
  budget: ShrinkBudget,
  onProgress?: (progress: ShrinkProgress) => void,
): ShrunkRun | undefined {
  const outcome = run(prepared);
  const failure = outcome.failure?.details;
  if (failure === undefined) return undefined;
  const { scenario, options } = asDataIfAlike(prepared, outcome, failure);
  const fails = (candidate: Scenario): boolean => failsAlike({ scenario: candidate, options }, failure);
  const holdsWithoutFaults = (candidate: Scenario): boolean =>
    run({ scenario: { ...candidate, faults: [] }, options }).failure === undefined;
  const needsFaults = failure.oracle === "expectation" && holdsWithoutFaults(scenario);
  const said = (options.expectations ?? []).length === 0 ? undefined : new Set(scenario.workload.map(saidBy));
  const stillFails = (candidate: Scenario): boolean =>
    (said === undefined || candidate.workload.every((operation) => said.has(saidBy(operation)))) &&
    fails(candidate) &&
    (!needsFaults || holdsWithoutFaults(candidate));
  const cut = endingAt(scenario, failure.atMs, Math.ceil(failure.atMs));
  const shrunk = shrink(stillFails(cut) ? cut : scenario, stillFails, budget, onProgress);
  return { ...shrunk, options };
}

/** An operation but for its time. */
function saidBy(operation: Operation): string {
  return JSON.stringify({ ...operation, atMs: 0 });
}

/** The scenario with what programs did as its workload, and without the programs; as it was if that does not fail alike. */
function asDataIfAlike(prepared: PreparedRun, outcome: Outcome, failure: FailureDetails): PreparedRun {
  if ((prepared.options.programs ?? []).length === 0) return prepared;
  const recorded = asData(outcome.scenario, prepared);
  return failsAlike(recorded, failure) ? recorded : prepared;
}

function failsAlike(prepared: PreparedRun, failure: FailureDetails): boolean {
  const other = run(prepared, failure.oracle === "determinism").failure?.details;
  return other !== undefined && identity(other, prepared) === identity(failure, prepared);
}

/** Without what only watches. */
function run({ scenario, options }: PreparedRun, twice = false): Outcome {
  const { observer: _, ...rest } = options;
  return twice ? runTwice(scenario, rest) : runScenario(scenario, rest);
}

/** What makes two failures the same one. */
function identity({ oracle, message, command }: FailureDetails, { scenario, options }: PreparedRun): string {
  if (oracle === "no crash") return `${oracle}: ${(message.split("\n")[0] ?? "").replaceAll(/\d+|'.*?'|".*?"/g, "_")}`;
  if (oracle !== "expectation") return oracle;
  const names = [
    ...(options.expectations ?? []).map(({ name }) => name),
    ...scenario.expectations.map(({ label }) => label),
  ];
  const spoken = names.filter((name) => name !== "" && message.startsWith(`${name}: `));
  const name = spoken.toSorted((a, b) => b.length - a.length)[0] ?? "";
  return [oracle, name, command?.[0] ?? "", message.includes(NO_SUCH_REPLICA)].join(": ");
}
