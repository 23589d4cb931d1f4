/**
 * The report of one run, as one HTML page that needs nothing else.
 *
 * The run is made again here, watched by a recorder. The page loads nothing and
 * runs no script: it can be mailed, archived and opened anywhere.
 */
import type { FailureDetails } from "../oracles/failure.ts";
import { runScenario } from "../run/run.ts";
import type { PreparedRun } from "../run/source.ts";
import { storyOf } from "./history-in-words.ts";
import { markup } from "./markup.ts";
import { seconds } from "./printable.ts";
import { Recorder } from "./recorder.ts";

export interface ReportCall {
  /** The command that replays the run. */
  readonly replay: string;
  /** What was found by other means than by this one run: that two runs differ. */
  readonly failure?: FailureDetails | undefined;
}

export function renderReport(prepared: PreparedRun, call: ReportCall): string {
  const recorder = new Recorder();
  const outcome = runScenario(prepared.scenario, { ...prepared.options, observer: recorder });
  const failure = outcome.failure?.details ?? call.failure;
  const story = storyOf(recorder.recording());
  return markup`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${prepared.scenario.name}</title>
<h1>${prepared.scenario.name}</h1>
<p>${failure === undefined ? "all promises kept" : `${failure.oracle}: ${failure.message}`}</p>
<p><code>${call.replay}</code></p>
<ol>${story.sentences.map(({ atMs, text }) => markup`<li>${seconds(atMs)} ${text}</li>`)}</ol>
</html>
`.html;
}
