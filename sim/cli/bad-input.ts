/**
 * What a person asked for cannot be done as asked: a bad flag, a file that is no scenario. The message is one line
 * that names the input and what is wrong with it. The command line prints it and exits with code 2.
 */
export class BadInput extends Error {
  override readonly name = "BadInput";
}

/** The first line of whatever was thrown. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split(/\r?\n/, 1)[0] ?? "";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder",
  ENOTDIR: "a part of this path is no folder",
  EEXIST: "a part of this path is no folder",
  EACCES: "permission denied",
};

/** Why a file cannot be read or written, in words. */
export function fileProblem({ code, message }: NodeJS.ErrnoException): string {
  return REASONS[code ?? ""] ?? message;
}
