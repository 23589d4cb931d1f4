/** The top of the report: what ran, what came of it, and how to run it again. */
import type { FailureDetails } from "../oracles/failure.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { markup, type Markup } from "./markup.ts";
import { list, plural, seconds } from "./printable.ts";
import type { Recording } from "./recording.ts";
import { verdictOn } from "./verdict.ts";

export interface HeaderFacts {
  readonly scenario: Scenario;
  readonly recording: Recording;
  readonly failure: FailureDetails | undefined;
  readonly replay: string;
}

export function pageHeader({ scenario, recording, failure, replay }: HeaderFacts): Markup {
  const clients = recording.commands.filter(({ cause }) => cause === "client").length;
  const facts = [
    `replicas ${list(scenario.replicas.map(({ id }) => id))}`,
    plural(clients, "command"),
    plural(scenario.faults.length, "fault"),
    plural(recording.messages.length, "message"),
    `${seconds(recording.endMs)} of virtual time`,
    `seed ${scenario.seed}`,
  ];
  return markup`<header><h1>${scenario.name}</h1><p class="facts">${facts.join(" \u00b7 ")}</p>
${failure === undefined ? keptCard(replay) : failedCard(failure, replay)}
${leftOutNote(recording)}
<nav aria-label="On this page">${failure === undefined ? undefined : markup`<a href="#led">What led to it</a>`}<a href="#messages">Messages</a><a href="#keys">Keys and versions</a><a href="#history">History in words</a><a href="#scenario">Scenario</a></nav></header>`;
}

function leftOutNote({ leftOut }: Recording): Markup | undefined {
  if (leftOut.length === 0) return undefined;
  return markup`<p class="note">To keep this page small it leaves out ${list(leftOut)}.</p>`;
}

function keptCard(replay: string): Markup {
  return markup`<div class="verdict"><p class="says">\u2713 All promises kept.</p><dl>${replayRow(replay)}</dl></div>`;
}

function replayRow(replay: string): Markup {
  return markup`<dt>replay</dt><dd><code class="replay">${replay}</code></dd>`;
}

function failedCard(failure: FailureDetails, replay: string): Markup {
  const { when, replica, command, expected, read, differ, label, broken, oracle, message } = verdictOn(failure);
  const rows: [string, Markup | undefined][] = [
    ["when", markup`${when}${replica === undefined ? "" : `, at ${replica}`}`],
    ["says", label === undefined ? undefined : markup`<code>${label}</code>`],
    ["command", command === undefined ? undefined : markup`<code>${command}</code>`],
    ["expected", expected === undefined ? undefined : markup`<code>${expected}</code>`],
    ["read", read === undefined ? undefined : markup`<code>${read}</code>`],
    ["differ", differ === undefined ? undefined : markup`<code>${differ}</code>`],
    ["oracle", markup`${oracle}`],
  ];
  const told = rows.flatMap(([name, text]) => (text === undefined ? [] : [markup`<dt>${name}</dt><dd>${text}</dd>`]));
  return markup`<div class="verdict failed"><p class="says">\u2717 ${broken}</p><dl>${told}${replayRow(replay)}</dl>${message === undefined ? undefined : markup`<pre>${message}</pre>`}</div>`;
}
