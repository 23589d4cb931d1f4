/** `shrink FILE|SEED`: the smallest scenario that still fails, saved as a file and told in words. */
import { renderReport } from "../report/report-page.ts";
import { describeFailure } from "../report/screen.ts";
import { runScenario, type Outcome } from "../run/run.ts";
import { asData } from "../run/source.ts";
import type { PreparedRun } from "../run/source.ts";
import { BadInput } from "./bad-input.ts";
import { failureRow, jsonDocument } from "./json-document.ts";
import { Progress } from "./progress.ts";
import { savedName, saveScenario, saveText } from "./saved-scenario.ts";
import { shrinkRun, shrunkWords, stepCount, type SmallerRun } from "./shrinking.ts";
import { commandLine, pathOf, type Surroundings } from "./surroundings.ts";
import { addendOf, Tally } from "./tally.ts";
import { targetFileOrSeed } from "./target.ts";

export interface ShrinkFlags {
  readonly seed?: number;
  /** Where the file goes. */
  readonly out?: string;
  readonly minutes: number;
  readonly report?: string;
  readonly json?: true;
}

/** 1 as long as it fails, since that is what is being looked at; 0 when nothing fails. */
export async function shrinkCommand(around: Surroundings, what: string, flags: ShrinkFlags): Promise<number> {
  const target = await targetFileOrSeed(around, what, flags.seed);
  const tally = new Tally();
  const failing = runScenario(target.prepared.scenario, target.prepared.options);
  if (failing.failure === undefined) return printNothing(around, flags, tally, failing);
  const smaller = shrinkWatched(around, target.prepared, flags.minutes * 60);
  if (smaller === undefined)
    throw new BadInput(`${what}: it fails only with its client programs, so it cannot be shrunk to data`);
  const { scenario, stepsBefore } = smaller;
  const prepared = asData(scenario, target.prepared);
  const outcome = runScenario(prepared.scenario, prepared.options);
  tally.add(addendOf(outcome));
  const failure = (outcome.failure ?? failing.failure).details;
  const file = flags.out ?? savedName(target.loaded, target.seed);
  saveScenario(pathOf(around, file), file, scenario, target.loaded);
  const replay = commandLine(around, "replay", file);
  if (flags.report !== undefined)
    saveText(pathOf(around, flags.report), flags.report, renderReport(prepared, { replay, failure }));
  const rows = [failureRow(target.seed, failure, { file, replay })];
  const text = [
    `FAILED ${describeFailure(outcome)}`,
    `${shrunkWords(stepsBefore, scenario)}, saved as ${file}`,
    `replay: ${replay}`,
    ...(flags.report === undefined ? [] : [`report: ${flags.report}`]),
    "",
  ].join("\n");
  const document = { ...jsonDocument("shrink", tally, rows), stepsBefore, steps: stepCount(scenario) };
  around.stdout.write(flags.json ? `${JSON.stringify(document, undefined, 2)}\n` : text);
  return 1;
}

function shrinkWatched(around: Surroundings, prepared: PreparedRun, seconds: number): SmallerRun | undefined {
  let line = "shrinking";
  const progress = new Progress(around.stderr, () => line);
  const smaller = shrinkRun(prepared, seconds, ({ way, attempts, taken, scenario }) => {
    line = `shrinking: ${way}, ${attempts} tried, ${taken} taken, ${stepCount(scenario)} commands, faults and expectations left`;
    progress.tick();
  });
  progress.end();
  return smaller;
}

function printNothing(around: Surroundings, flags: ShrinkFlags, tally: Tally, outcome: Outcome): number {
  tally.add(addendOf(outcome));
  const text = `${outcome.scenario.name}: nothing fails, so there is nothing to shrink\n`;
  around.stdout.write(flags.json ? `${JSON.stringify(jsonDocument("shrink", tally, []), undefined, 2)}\n` : text);
  return 0;
}
