/** How the specification reads commands: arguments, errors, and the one table of rules. */
import type { Reply } from "./reply.ts";
import type { RunningEvent } from "./event.ts";
import { checked, exactly, failure, show, type Expected } from "./expected.ts";
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

/** A random reply: one of the collection's elements (nil when there are none), or as many as asked for. */
export function drawn({ args, actual }: Reading, { elements }: View): Expected {
  const asked = args[2] === undefined ? undefined : Number(args[2]);
  return checked(isDrawnFrom(elements, actual, asked), `drawn from ${show([...elements.keys()])}`);
}

function isDrawnFrom(elements: ReadonlyMap<string, string>, actual: Reply, asked: number | undefined): boolean {
  if (asked === undefined)
    return elements.size === 0 ? actual === null : typeof actual === "string" && elements.has(actual);
  if (!Array.isArray(actual)) return false;
  const replied = actual as Reply[];
  if (!replied.every((element) => typeof element === "string" && elements.has(element))) return false;
  if (asked < 0) return replied.length === (elements.size === 0 ? 0 : -asked);
  return replied.length === Math.min(asked, elements.size) && new Set(replied).size === replied.length;
}

/** A scan's reply, one call with a large COUNT: what it returns exists; when it is done, all was returned. */
export function scanned(names: Iterable<string>, actual: Reply, stride: number): Expected {
  const elements = new Set(names);
  return checked(isScanOf(elements, actual, stride), `a scan of ${show([...elements])}`);
}

function isScanOf(elements: ReadonlySet<string>, actual: Reply, stride: number): boolean {
  if (!Array.isArray(actual) || !Array.isArray(actual[1])) return false;
  const [cursor, flat] = actual as [Reply, Reply[]];
  const names = flat.filter((_, i) => i % stride === 0);
  if (!names.every((name) => typeof name === "string" && elements.has(name))) return false;
  return cursor !== "0" || new Set(names).size === elements.size;
}
