/** What led to a failure: the keys that it concerns, and of the history what concerns them. */
import type { FailureDetails } from "../oracles/failure.ts";
import type { Sentence, Story } from "./history-in-words.ts";
import type { RecordedCommand } from "./recording.ts";

/** The keys (`pathOf`) that a failing command names; of a failure without a command, those of the last one that clients gave. */
export function concernedPaths(
  failure: FailureDetails,
  commands: readonly RecordedCommand[],
  isKey: (path: string) => boolean,
): Set<string> {
  const last = commands.findLast(({ cause }) => cause === "client");
  const words = failure.command ?? last?.words ?? [];
  const databases = new Set(commands.slice(-1).map(({ database }) => database));
  if (failure.command === undefined && last !== undefined) databases.add(last.database);
  const paths = words.slice(1).flatMap((word) => [...databases].map((database) => `${database}:${word}`));
  return new Set(paths.filter(isKey));
}

/** Commands on these keys and all faults; everything when no key is known. The latest so many. */
export function ledToIt({ sentences }: Story, paths: ReadonlySet<string>, linesMax: number): Story {
  const concerns = (sentence: Sentence): boolean =>
    paths.size === 0 || sentence.kind === "fault" || sentence.paths.some((path) => paths.has(path));
  const all = sentences.filter(concerns);
  return { sentences: all.slice(-linesMax), leftOut: Math.max(0, all.length - linesMax) };
}
