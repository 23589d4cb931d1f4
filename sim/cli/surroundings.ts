/**
 * Where the command line was called: how the person typed it, from which folder, and where output goes.
 *
 * `stdout` carries results, `stderr` progress and mistakes; with `--json` there is one document on stdout and
 * nothing else.
 */
import { isAbsolute, join, resolve } from "node:path";

export interface Surroundings {
  /** `atoll sim` or `npm run sim --`: what replay commands begin with. */
  readonly call: string;
  /** What paths are relative to. */
  readonly folder: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function pathOf(around: Surroundings, file: string): string {
  return resolve(around.folder, file);
}

/** A file in a folder, as the person who named the folder would write it. */
export function shownPath(folder: string, file: string): string {
  return isAbsolute(folder) ? join(folder, file) : join(".", folder, file);
}

/** A command to type: the words quoted where the shell would take them apart. */
export function commandLine(around: Surroundings, ...words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  return [around.call, ...quoted].join(" ");
}
