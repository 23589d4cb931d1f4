/**
 * What a person sees on a screen of a run that failed: what was expected, what
 * was read, and of the history what led to it.
 */
import type { Outcome } from "../run/run.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { failureSentence, storyOf, type Happened } from "./history-in-words.ts";
import { concernedPaths, ledToIt } from "./led-to-it.ts";
import { keysOf } from "../world/command-keys.ts";
import { duration, list, plural, seconds } from "./printable.ts";
import type { RecordedCommand } from "./recording.ts";
import { verdictOn } from "./verdict.ts";

/** Lines shown of a failing history. */
const HISTORY_LINES_MAX = 30;
/** Lines shown of a message: the beginning of a stack trace. */
const MESSAGE_LINES_MAX = 12;

/** Everything but the command that replays it. */
export function describeFailure(outcome: Outcome): string {
  const { scenario, failure } = outcome;
  if (failure === undefined) return "";
  const verdict = verdictOn(failure.details);
  const happened = happenedIn(outcome);
  const paths = concernedPaths(failure.details, happened.commands, keysNamed(happened));
  const story = ledToIt(storyOf(happened), paths, failure.details, HISTORY_LINES_MAX);
  const rows: [string, string | undefined][] = [
    ["oracle", verdict.oracle],
    ["when", `${verdict.when}${verdict.replica === undefined ? "" : `, at ${verdict.replica}`}`],
    ["says", verdict.label],
    ["command", verdict.command],
    ["expected", verdict.expected],
    ["read", verdict.read],
    ["differ", verdict.differ],
    ["replicas", replicasText(scenario)],
    ["faults", faultsText(scenario)],
  ];
  return [
    `${scenario.name}: ${verdict.broken}`,
    ...rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(9)} ${text}`])),
    ...(verdict.message?.split("\n").slice(0, MESSAGE_LINES_MAX) ?? []).map((line) => `  ${line}`),
    "  what led to it:",
    ...(story.leftOut > 0 ? [`${" ".repeat(14)}(${plural(story.leftOut, "earlier line")} left out)`] : []),
    ...[...story.sentences, failureSentence(failure.details)].map(
      ({ atMs, text }) => `  ${seconds(atMs).padStart(10)}  ${text}`,
    ),
  ].join("\n");
}

function replicasText({ replicas, delay }: Scenario): string {
  const names = replicas.map(({ id, skewMs }) =>
    skewMs === 0 ? id : `${id} (clock ${skewMs > 0 ? "+" : ""}${skewMs} ms)`,
  );
  return replicas.length < 2 ? list(names) : `${list(names)}; ${duration(delay.baseMs)} apart`;
}

function faultsText({ faults }: Scenario): string {
  const kinds = new Map<string, number>();
  for (const { kind } of faults) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return faults.length === 0 ? "none" : [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
}

/** From what an outcome says, as a recorder would tell it. */
function happenedIn({ scenario, executed, virtualMs }: Outcome): Happened {
  const commands = executed.map(({ replica, atMs, database, command, reply }): RecordedCommand => ({
    cause: "client",
    replica,
    atMs,
    database,
    words: command,
    reply,
    event: undefined,
  }));
  const faults = scenario.faults
    .filter(({ atMs }) => atMs <= virtualMs)
    .map((fault) => {
      const untilMs = "forMs" in fault ? Math.min(fault.atMs + fault.forMs, scenario.endMs) : undefined;
      return {
        fault,
        fromMs: fault.atMs,
        untilMs: untilMs !== undefined && untilMs <= virtualMs ? untilMs : undefined,
      };
    });
  return { commands, events: [], faults };
}

/** The keys that clients have named. */
function keysNamed({ commands }: Happened): Map<string, { database: number; key: string }> {
  const named = new Map<string, { database: number; key: string }>();
  for (const { database, words } of commands)
    for (const key of keysOf(words)) named.set(`${database}:${key}`, { database, key });
  return named;
}
