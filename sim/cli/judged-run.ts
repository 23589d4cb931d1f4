/** One run that has ended: what is printed of it, and the exit code. Shared by `run` and `replay`. */
import { renderReport } from "../report/report-page.ts";
import { plural } from "../report/printable.ts";
import { describeFailure } from "../report/screen.ts";
import type { Outcome } from "../run/run.ts";
import { failureRow, jsonDocument } from "./json-document.ts";
import { saveText } from "./saved-scenario.ts";
import { pathOf, type Surroundings } from "./surroundings.ts";
import { addendOf, type Tally } from "./tally.ts";
import type { Target } from "./target.ts";

export interface JudgedFlags {
  readonly seed?: number;
  readonly json?: true;
  /** Where the page goes. */
  readonly report?: string;
}

export interface JudgedRun {
  readonly command: "run" | "replay";
  readonly target: Target;
  readonly outcome: Outcome;
  readonly tally: Tally;
}

/** Prints what came of it. 0: all promises kept, 1: something failed. */
export function printJudged(around: Surroundings, flags: JudgedFlags, judged: JudgedRun): number {
  const { target, outcome } = judged;
  judged.tally.add(addendOf(outcome));
  if (flags.report !== undefined) {
    const page = renderReport(target.prepared, { replay: target.replay, failure: outcome.failure?.details });
    saveText(pathOf(around, flags.report), flags.report, page);
  }
  around.stdout.write(flags.json ? documentOf(judged) : textOf(flags, judged));
  return outcome.failure === undefined ? 0 : 1;
}

function traceHash({ trace }: Outcome): string {
  return (trace.hash >>> 0).toString(16).padStart(8, "0");
}

function documentOf({ command, target, outcome, tally }: JudgedRun): string {
  const { failure } = outcome;
  const rows =
    failure === undefined ? [] : [failureRow(target.seed, failure.details, { file: null, replay: target.replay })];
  return `${JSON.stringify({ ...jsonDocument(command, tally, rows), traceHash: traceHash(outcome) }, undefined, 2)}\n`;
}

function textOf(flags: JudgedFlags, { command, target, outcome }: JudgedRun): string {
  const { scenario, executed, steps, virtualMs } = outcome;
  const asked = scenario.expectations.length + (target.prepared.options.expectations?.length ?? 0);
  const ran = [
    target.loaded.isModule ? `${scenario.name} (seed ${target.seed})` : scenario.name,
    plural(scenario.replicas.length, "replica"),
    plural(executed.length, "command"),
    plural(scenario.faults.length, "fault"),
    plural(asked, "expectation"),
    `${plural(steps, "event")} in ${(virtualMs / 1000).toFixed(1)} s of virtual time`,
  ].join(", ");
  const twice = command === "replay" && outcome.failure?.details.oracle !== "determinism";
  return [
    ran,
    ...(command === "replay" ? [`trace ${traceHash(outcome)}${twice ? ", the same twice, event for event" : ""}`] : []),
    ...(outcome.failure === undefined
      ? ["passed: all promises kept"]
      : [`FAILED ${describeFailure(outcome)}`, `replay: ${target.replay}`]),
    ...(flags.report === undefined ? [] : [`report: ${flags.report}`]),
    "",
  ].join("\n");
}
