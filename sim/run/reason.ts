/**
 * What somebody's function threw, as its author wants to read it: the message
 * and the places in his own code, without those of the simulator that called it.
 */

/** Innermost calls shown. */
const FRAMES_MAX = 8;

/** The folders of the simulator that call what users write; examples are users. */
const OWN_FOLDERS = ["run", "user", "world", "oracles", "search", "cli"].map(
  (folder) => new URL(`../${folder}/`, import.meta.url).pathname,
);

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${shown(error)}`;
  const lines = (error.stack ?? String(error)).split("\n");
  const message = lines.filter((line) => !isFrame(line));
  const frames = lines.filter((line) => isFrame(line) && !line.endsWith(".next (<anonymous>)"));
  const first = frames.findIndex((line) => !isOwn(line));
  const theirs = first < 0 ? [] : frames.slice(first);
  const end = theirs.findIndex(isOwn);
  return [...message, ...theirs.slice(0, Math.min(end < 0 ? theirs.length : end, FRAMES_MAX))].join("\n");
}

/** What was thrown need be no error, nor anything that can be written. */
function shown(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}

function isFrame(line: string): boolean {
  return /^\s+at .*(:\d+:\d+|<anonymous>|\(native\))\)?$/.test(line);
}

function isOwn(line: string): boolean {
  return /\bnode:/.test(line) || OWN_FOLDERS.some((folder) => line.includes(folder));
}
