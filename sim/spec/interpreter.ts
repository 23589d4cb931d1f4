/** How the specification reads commands: arguments, errors, and the one table of rules. */
import type { Reply } from "./reply.ts";
import type { RunningEvent } from "./event.ts";
import { exactly, failure, type Expected } from "./expected.ts";
import type { ContentType } from "./history.ts";
import type { View } from "./view.ts";

/** One command about to be interpreted. `actual` is for random replies only: they say what was drawn. */
export interface Reading {
  readonly event: RunningEvent;
  readonly args: readonly string[];
  readonly actual: Reply;
}

/** Does what the command amounts to, and says what must be replied. */
export type Rule = (reading: Reading) => Expected;

export type Rules = Readonly<Record<string, Rule>>;

export const OK = exactly("OK");
export const NIL = exactly(null);
export const ZERO = exactly(0);
export const ONE = exactly(1);
export const WRONG_TYPE = failure("WRONGTYPE Operation against a key holding the wrong kind of value");
export const SAME_OBJECT = failure("ERR source and destination objects are the same");
export const NO_SUCH_KEY = failure("ERR no such key");

export function argument(reading: Reading, index: number): string {
  const text = reading.args[index];
  if (text === undefined) throw new RangeError(`${reading.args.join(" ")}: argument ${index} is missing`);
  return text;
}

/** The options from an index on, in upper case, each with what follows it. */
export function options(reading: Reading, from: number): Map<string, string> {
  const rest = reading.args.slice(from);
  return new Map(rest.map((name, i) => [name.toUpperCase(), rest[i + 1] ?? ""]));
}

/** The options from an index on, in upper case, where each has a value. */
export function valuedOptions(reading: Reading, from: number): Map<string, string> {
  const rest = reading.args.slice(from);
  return new Map(rest.flatMap((name, i) => (i % 2 === 0 ? [[name.toUpperCase(), rest[i + 1] ?? ""] as const] : [])));
}

/** The key as argument 1 must be of a type, or not exist. */
export function withType(type: ContentType, rule: (reading: Reading, view: View, key: string) => Expected): Rule {
  return (reading) => {
    const key = argument(reading, 1);
    const view = reading.event.view(key);
    return view.type !== undefined && view.type !== type ? WRONG_TYPE : rule(reading, view, key);
  };
}

export function count(n: number): Expected {
  return exactly(n);
}
