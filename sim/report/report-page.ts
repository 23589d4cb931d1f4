/**
 * The report of one run, as one HTML page that needs nothing else.
 *
 * The run is made again here, watched by a recorder. The page loads nothing and
 * runs no script: it can be mailed, archived and opened anywhere. It reads from
 * the top: the verdict, what led to it, the messages, the keys, everything.
 */
import { REPORT_KEYS_MAX, REPORT_SCENARIO_BYTES_MAX } from "../../src/limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { runScenario } from "../run/run.ts";
import type { PreparedRun } from "../run/source.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { divergenceOf, divergenceSection } from "./divergence.ts";
import { storyOf, type Sentence, type Story } from "./history-in-words.ts";
import { keyInShort, keySection } from "./key-section.ts";
import { versionsByPath, type KeyVersions } from "./key-versions.ts";
import { concernedPaths, ledToIt } from "./led-to-it.ts";
import { markup, type Markup } from "./markup.ts";
import { messageDiagram } from "./message-diagram.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { list, plural, seconds } from "./printable.ts";
import { Recorder } from "./recorder.ts";
import type { Recording } from "./recording.ts";
import { contentsOfAll, type Contents } from "./replica-content.ts";
import { verdictOn } from "./verdict.ts";

/** Lines of what led to a failure. */
const LED_LINES_MAX = 25;

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
  const recording = recorder.recording();
  const contents = contentsOfAll(recording);
  const divergence = divergenceOf(recording, failure, contents);
  const versions = versionsByPath(recording);
  const concerned = new Set(divergence?.keys.map(({ path }) => path));
  if (failure !== undefined && concerned.size === 0)
    for (const path of concernedPaths(failure, recording.commands, (known) => versions.has(known))) concerned.add(path);
  const story = storyOf(recording);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${failure === undefined ? "Kept" : "Failed"}: ${outcome.scenario.name}</title><style>${{ html: PAGE_STYLE }}</style></head>
<body>
${header(outcome.scenario, recording, call, failure)}
<main>
${failure === undefined ? undefined : ledSection(story, concerned, failure)}
${divergence === undefined || failure === undefined ? undefined : divergenceSection(divergence, failure)}
${diagramSection(recording, failure, concerned)}
${keysSection(recording, versions, concerned, contents)}
${historySection(story, concerned, failure)}
${scenarioSection(outcome.scenario)}
</main></body></html>
`.html;
}

function header(
  scenario: Scenario,
  recording: Recording,
  { replay }: ReportCall,
  failure: FailureDetails | undefined,
): Markup {
  const clients = recording.commands.filter(({ cause }) => cause === "client").length;
  const facts = [
    `replicas ${list(scenario.replicas.map(({ id }) => id))}`,
    plural(clients, "command"),
    plural(scenario.faults.length, "fault"),
    plural(recording.messages.length, "message"),
    `${seconds(recording.endMs)} of virtual time`,
    `seed ${scenario.seed}`,
  ];
  const leftOut =
    recording.leftOut.length === 0
      ? undefined
      : markup`<p class="note">To keep this page small it leaves out ${list(recording.leftOut)}.</p>`;
  return markup`<header><h1>${scenario.name}</h1><p class="facts">${facts.join(" \u00b7 ")}</p>
${failure === undefined ? markup`<div class="verdict" role="status"><p class="says">\u2713 All promises kept.</p>${replayLine(replay)}</div>` : verdictCard(failure, replay)}
${leftOut}<nav aria-label="On this page">${failure === undefined ? undefined : markup`<a href="#led">What led to it</a>`}<a href="#messages">Messages</a><a href="#keys">Keys and versions</a><a href="#history">History in words</a><a href="#scenario">Scenario</a></nav></header>`;
}

function replayLine(replay: string): Markup {
  return markup`<dl><dt>replay</dt><dd><code class="replay">${replay}</code></dd></dl>`;
}

function verdictCard(failure: FailureDetails, replay: string): Markup {
  const verdict = verdictOn(failure);
  const rows: [string, string | undefined][] = [
    ["when", `${verdict.when}${verdict.replica === undefined ? "" : `, at ${verdict.replica}`}`],
    ["command", verdict.command],
    ["expected", verdict.expected],
    ["read", verdict.read],
  ];
  const told = rows.flatMap(([name, text]) =>
    text === undefined
      ? []
      : [markup`<dt>${name}</dt><dd>${name === "when" ? text : markup`<code>${text}</code>`}</dd>`],
  );
  return markup`<div class="verdict failed" role="alert"><p class="says">\u2717 ${verdict.broken}</p><p class="note">oracle: ${verdict.oracle}</p><dl>${told}<dt>replay</dt><dd><code class="replay">${replay}</code></dd></dl>${verdict.message === "" ? undefined : markup`<pre>${verdict.message}</pre>`}</div>`;
}

function failureSentence(failure: FailureDetails): Sentence {
  const { replica, oracle, expected, read, command } = verdictOn(failure);
  const where = `${replica === undefined ? "" : ` at ${replica}`}${command === undefined ? "" : `, ${command}`}`;
  const what = expected === undefined ? "" : `: expected ${expected}, read ${read ?? "?"}`;
  return { atMs: failure.atMs, text: `\u2717 ${oracle}${where}${what}`, kind: "failure", paths: [] };
}

function storyList(
  { sentences, leftOut }: Story,
  concerned: ReadonlySet<string>,
  failure: FailureDetails | undefined,
): Markup {
  const all = failure === undefined ? sentences : [...sentences, failureSentence(failure)];
  const lines = all.map(({ atMs, text, kind, paths }) => {
    const touches = paths.some((path) => concerned.has(path)) ? " concerned" : "";
    return markup`<li class="${kind}${touches}"><time>${seconds(atMs)}</time><span>${text}</span></li>
`;
  });
  return markup`<ol class="story">${leftOut > 0 ? markup`<li class="note"><time></time><span>${plural(leftOut, "earlier line")} left out</span></li>` : undefined}${lines}</ol>`;
}

function ledSection(story: Story, concerned: ReadonlySet<string>, failure: FailureDetails): Markup {
  const before = { ...story, sentences: story.sentences.filter(({ atMs }) => atMs <= failure.atMs) };
  return markup`<section aria-labelledby="led"><h2 id="led">What led to it</h2>
${storyList(ledToIt(before, concerned, LED_LINES_MAX), new Set(), failure)}</section>`;
}

function diagramSection(
  recording: Recording,
  failure: FailureDetails | undefined,
  concerned: ReadonlySet<string>,
): Markup {
  return markup`<section aria-labelledby="messages"><h2 id="messages">Messages over virtual time</h2>
<p class="note">Time runs downwards and not to scale: quiet stretches are short. Point at anything for details; the <a href="#history">history in words</a> tells the same.</p>
${legend()}
${messageDiagram(recording, failure, concerned)}</section>`;
}

function legend(): Markup {
  const line = (name: string, words: string): Markup =>
    markup`<li><svg viewBox="0 0 34 14" aria-hidden="true"><path class="arrow ${name}" d="M0 7H32"/></svg>${words}</li>`;
  const dot = (name: string, words: string): Markup =>
    markup`<li><svg viewBox="0 0 34 14" aria-hidden="true" class="label o0 ${name}"><circle class="dot" cx="17" cy="7" r="4"/></svg>${words}</li>`;
  const box = (name: string, words: string): Markup =>
    markup`<li><svg viewBox="0 0 34 14" aria-hidden="true"><rect class="shade ${name}" width="34" height="14"/></svg>${words}</li>`;
  return markup`<ul class="legend">${dot("write", "write")}${dot("read", "read")}${line("o0", "changes, in the colour of who wrote them")}${line("o0 relayed", "relayed")}${line("repair", "pull, repair")}${line("o0 lost", "lost")}${box("partition", "link trouble")}${box("pause", "stands still")}${box("restart", "dead")}</ul>`;
}

/** Concerned keys first and in full, then those with the most versions; the rest folded. */
function keysSection(
  recording: Recording,
  versions: ReadonlyMap<string, KeyVersions>,
  concerned: ReadonlySet<string>,
  contents: Contents,
): Markup {
  const all = [...versions.values()].toSorted((a, b) => b.versions.length - a.versions.length);
  const open = all.filter(({ path }) => concerned.has(path));
  const others = all.filter(({ path }) => !concerned.has(path));
  const told = [...open, ...others].slice(0, REPORT_KEYS_MAX);
  const sections = told.map((key, i) =>
    concerned.has(key.path) || (concerned.size === 0 && i === 0)
      ? keySection(recording, key, contents)
      : markup`<details><summary>${keyInShort(recording, key, contents)}</summary>${keySection(recording, key, contents)}</details>`,
  );
  const leftOut = all.length - told.length;
  return markup`<section aria-labelledby="keys"><h2 id="keys">Keys and their versions</h2>
<p class="note">What each replica shows at the end of the run, why the rules say so, and every write there was.</p>
${all.length === 0 ? markup`<p>Nothing was written.</p>` : sections}
${leftOut > 0 ? markup`<p class="note">${plural(leftOut, "more key")} left out.</p>` : undefined}</section>`;
}

function historySection(story: Story, concerned: ReadonlySet<string>, failure: FailureDetails | undefined): Markup {
  return markup`<section aria-labelledby="history"><h2 id="history">The history in words</h2>
<details${story.sentences.length <= LED_LINES_MAX ? markup` open` : undefined}><summary>${plural(story.sentences.length, "line")}</summary>${storyList(story, concerned, failure)}</details></section>`;
}

/** As JSON that survives copying: nothing but printable ASCII. */
function scenarioSection(scenario: Scenario): Markup {
  const json = JSON.stringify(scenario, undefined, 1).replaceAll(
    /[^\x20-\x7e\n]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const data =
    json.length > REPORT_SCENARIO_BYTES_MAX
      ? markup`<p>It is ${json.length} bytes long and left out here.</p>`
      : markup`<p class="note">Save it as a file and replay it with <code>atoll sim replay FILE</code>. A click selects all of it.</p><pre class="data" tabindex="0">${json}</pre>`;
  return markup`<section aria-labelledby="scenario"><h2 id="scenario">The scenario</h2><details><summary>as JSON, ${plural(json.length, "byte")}</summary>${data}</details></section>`;
}
