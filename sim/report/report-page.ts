/**
 * The report of one run, as one HTML page that needs nothing else.
 *
 * The run is made again here, watched by a recorder. The page loads nothing and
 * runs no script: it can be mailed, archived and opened anywhere. It reads from
 * the top: the verdict, what led to it, the messages, the keys, everything.
 */
import { REPORT_SCENARIO_BYTES_MAX } from "../limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { runScenario } from "../run/run.ts";
import type { PreparedRun } from "../run/source.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { divergenceOf, divergenceSection } from "./divergence.ts";
import { storyOf } from "./history-in-words.ts";
import { keyList } from "./key-list.ts";
import { concernedPaths } from "./led-to-it.ts";
import { markup, type Markup } from "./markup.ts";
import { diagramSection } from "./message-diagram.ts";
import { pageHeader } from "./page-header.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { plural } from "./printable.ts";
import { Recorder } from "./recorder.ts";
import type { Recording } from "./recording.ts";
import { historySection, ledSection } from "./story-list.ts";

export interface ReportCall {
  /** The command that replays the run. */
  readonly replay: string;
  /** What was found by other means than by this one run: that two runs differ. */
  readonly failure?: FailureDetails | undefined;
}

export function renderReport(prepared: PreparedRun, call: ReportCall): string {
  const recorder = new Recorder();
  const { scenario, failure: found } = runScenario(prepared.scenario, { ...prepared.options, observer: recorder });
  const end = recorder.end(found !== undefined || call.failure !== undefined);
  const { recording } = end;
  const failure = named(found?.details ?? call.failure, recording);
  const divergence = divergenceOf(end, failure);
  const concerned =
    failure === undefined
      ? new Set<string>()
      : divergence !== undefined && divergence.paths.length > 0
        ? new Set(divergence.paths)
        : concernedPaths(failure, recording.commands, end.versions);
  const story = storyOf(recording);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${failure === undefined ? "Kept" : "Failed"}: ${scenario.name}</title><style>${{ html: PAGE_STYLE }}</style></head>
<body>
${pageHeader({ scenario, recording, failure, replay: call.replay })}
<main>
${failure === undefined ? undefined : ledSection(story, concerned, failure)}
${failure === undefined || divergence === undefined ? undefined : divergenceSection(divergence, failure, end)}
${diagramSection(recording, failure, concerned)}
${keyList(end, concerned)}
${historySection(story, concerned, failure)}
${scenarioSection(scenario)}
</main></body></html>
`.html;
}

/** Origins are numbers to the oracles, and replicas to people. */
function named(failure: FailureDetails | undefined, { origins }: Recording): FailureDetails | undefined {
  if (failure === undefined) return undefined;
  const message = failure.message.replaceAll(/\borigin (\d+)/g, (words, id: string) => {
    const replica = origins.get(Number(id))?.replica;
    return replica === undefined ? words : `${words} (${replica})`;
  });
  return { ...failure, message };
}

/** As JSON that survives copying: nothing but printable ASCII. */
function scenarioSection(scenario: Scenario): Markup {
  const json = JSON.stringify(scenario, undefined, 1).replaceAll(
    /[^\x20-\x7e\n]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const data =
    json.length > REPORT_SCENARIO_BYTES_MAX
      ? markup`<p>Too long to be repeated here.</p>`
      : markup`<p class="note">Save it as a file and replay it with <code>atoll sim replay FILE</code>; one click selects all of it.</p><pre class="data" tabindex="0">${json}</pre>`;
  return markup`<section aria-labelledby="scenario"><h2 id="scenario">The scenario</h2>
<details><summary>as JSON, ${plural(json.length, "byte")}</summary>${data}</details></section>`;
}
