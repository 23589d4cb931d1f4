/** The history of a run in words: one sentence for each thing that happened, in order. */
import { REPORT_SENTENCES_MAX } from "../limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { keysOf } from "../world/command-keys.ts";
import { EXPIRY } from "../world/observed-keyspace.ts";
import { faultWords, mendWords } from "./fault-words.ts";
import { replyText, words } from "./printable.ts";
import type { RecordedCommand, RecordedEvent, Recording } from "./recording.ts";
import { verdictOn } from "./verdict.ts";

/** Of what went wrong; all of it stands elsewhere. */
const WHAT_CHARACTERS_MAX = 300;

export interface Sentence {
  readonly atMs: number;
  readonly text: string;
  readonly kind: "command" | "fault" | "failure";
  /** The key paths that it concerns; none for faults. */
  readonly paths: readonly string[];
}

export interface Story {
  readonly sentences: readonly Sentence[];
  /** How many earlier ones were left out. */
  readonly leftOut: number;
}

/** What a story is told from. */
export type Happened = Pick<Recording, "commands" | "events" | "faults">;

/** What clients did and what went wrong; of the clearing at the end only what became an event. */
export function storyOf(recording: Happened, sentencesMax = REPORT_SENTENCES_MAX): Story {
  const told = [...commandSentences(recording), ...expirySentences(recording), ...faultSentences(recording)];
  const sorted = told.toSorted((a, b) => a.atMs - b.atMs);
  return { sentences: sorted.slice(-sentencesMax), leftOut: Math.max(0, sorted.length - sentencesMax) };
}

/** `us: SADD k x -> 1` */
function commandText(command: Pick<RecordedCommand, "replica" | "words" | "reply" | "database">): string {
  const { replica, database, reply } = command;
  const where = database > 0 ? ` (database ${database})` : "";
  return `${replica}: ${words(command.words)}${where} -> ${reply === undefined ? "(no reply)" : replyText(reply)}`;
}

function commandSentences({ commands }: Happened): Sentence[] {
  return commands
    .filter(({ cause, event }) => cause !== "clearing" || event !== undefined)
    .map((command) => ({
      atMs: command.atMs,
      text: commandText(command) + (command.cause === "clearing" ? " (clearing at the end)" : ""),
      kind: "command",
      paths: command.event === undefined ? pathsNamed(command) : [...command.event.steps.keys()],
    }));
}

/** A read names its keys only in its words. */
function pathsNamed({ database, words: texts }: RecordedCommand): string[] {
  return keysOf(texts).map((key) => `${database}:${key}`);
}

function expirySentences({ events }: Happened): Sentence[] {
  return events.filter(isExpiry).map((event) => ({
    atMs: event.atMs,
    text: `${event.replica} removes ${words(event.words.slice(1))}: the deadline has passed`,
    kind: "command",
    paths: [...event.steps.keys()],
  }));
}

export function isExpiry({ words: texts }: RecordedEvent): boolean {
  return texts[0] === EXPIRY;
}

function faultSentences({ faults }: Happened): Sentence[] {
  return faults.flatMap(({ fault, fromMs, untilMs }): Sentence[] => [
    { atMs: fromMs, text: faultWords(fault), kind: "fault", paths: [] },
    ...(untilMs === undefined ? [] : [{ atMs: untilMs, text: mendWords(fault), kind: "fault" as const, paths: [] }]),
  ]);
}

/** What the story ends with when it ends badly. */
export function failureSentence(failure: FailureDetails): Sentence {
  const { replica, oracle, expected, read, command, message } = verdictOn(failure);
  const where = `${replica === undefined ? "" : ` at ${replica}`}${command === undefined ? "" : `, ${command}`}`;
  const what = message?.split("\n")[0] ?? `expected ${expected ?? "?"}, read ${read ?? "?"}`;
  const short = what.length > WHAT_CHARACTERS_MAX ? `${what.slice(0, WHAT_CHARACTERS_MAX)}...` : what;
  return { atMs: failure.atMs, text: `\u2717 ${oracle}${where}: ${short}`, kind: "failure", paths: [] };
}
