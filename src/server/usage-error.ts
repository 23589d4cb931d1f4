/**
 * What a person asked for cannot be done as asked: a bad flag, a busy port, an address that is none. The message is
 * one line that names the input and the remedy. The command line prints it and exits with code 2.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
