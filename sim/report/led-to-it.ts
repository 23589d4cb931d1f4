/** What led to a failure: the keys that it concerns, and of the history what concerns them. */
import type { FailureDetails } from "../oracles/failure.ts";
import { pathOf } from "../spec/history.ts";
import type { Story } from "./history-in-words.ts";
import type { RecordedCommand } from "./recording.ts";

/** Keys that were ever written, by `pathOf`. */
type Known = ReadonlyMap<string, { readonly database: number; readonly key: string }>;

/**
 * The keys that a failing command names, or its words; of an expectation those
 * that its message names, or else those that it asked for last; of a failure
 * without any, those of the last command that a client gave.
 */
export function concernedPaths(
  failure: FailureDetails,
  commands: readonly RecordedCommand[],
  known: Known,
): Set<string> {
  const lastOne = commands.at(-1);
  const last = commands.findLast(({ cause }) => cause === "client");
  if (failure.command !== undefined) return named(failure.command, lastOne?.database ?? 0, known);
  const told = [...known].filter(([, { database, key }]) =>
    failure.message.startsWith(`${key} in database ${database}`),
  );
  if (told.length > 0) return new Set(told.map(([path]) => path));
  if (failure.oracle === "expectation") {
    const meant = [...known].filter(([, { key }]) => says(failure.message.split("\n", 1)[0] ?? "", key));
    if (meant.length > 0) return new Set(meant.map(([path]) => path));
    const asked = commands.findLast(({ cause, atMs }) => cause === "expectation" && atMs === failure.atMs);
    if (asked !== undefined) return named(asked.words, asked.database, known);
  }
  return last === undefined ? new Set() : named(last.words, last.database, known);
}

/** Does a message name a key? One letter is no name: it may be a word of the message's own. */
function says(message: string, key: string): boolean {
  if (key.length < 2) return false;
  for (let at = message.indexOf(key); at >= 0; at = message.indexOf(key, at + 1))
    if (!/\w/.test(message.charAt(at - 1)) && !/\w/.test(message.charAt(at + key.length))) return true;
  return false;
}

function named(words: readonly string[], database: number, known: Known): Set<string> {
  const paths = words.slice(1).map((word) => pathOf(database, word));
  return new Set(paths.filter((path) => known.has(path)));
}

/** Until the failure, commands on these keys and all faults; everything when no key is known. The latest so many. */
export function ledToIt(
  { sentences }: Story,
  paths: ReadonlySet<string>,
  { atMs: untilMs }: FailureDetails,
  linesMax: number,
): Story {
  const all = sentences.filter(
    ({ kind, atMs, paths: own }) =>
      atMs <= untilMs && (paths.size === 0 || kind === "fault" || own.some((path) => paths.has(path))),
  );
  return { sentences: all.slice(-linesMax), leftOut: Math.max(0, all.length - linesMax) };
}
