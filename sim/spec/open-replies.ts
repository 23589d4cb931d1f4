/** Replies that are open: random draws and scans. What came says which it was; here is what it may be. */
import type { Reply } from "./reply.ts";
import { checked, fits, numeric, show, type Expected, type Wanted } from "./expected.ts";
import { argument, valuedOptions, type Reading } from "./interpreter.ts";
import { matches } from "./pattern.ts";
import type { View } from "./view.ts";

/** One of the collection's elements (nil when there are none), or as many as asked for, perhaps with values or scores. */
export function drawn({ args, actual }: Reading, view: View): Expected {
  const elements = valuesOf(view);
  const asked = args[2] === undefined ? undefined : Number(args[2]);
  const isRight =
    args[3] === undefined
      ? isDrawnFrom(elements, actual, asked)
      : hasValues(elements, actual) && isDrawnFrom(elements, everySecond(actual), asked);
  return checked(isRight, `drawn from ${show([...elements.keys()])}`);
}

/** What each element's value is as a reply. */
export function valuesOf({ type, elements }: View): Map<string, Wanted> {
  return new Map([...elements].map(([name, value]) => [name, type === "zset" ? numeric(Number(value)) : value]));
}

function isDrawnFrom(elements: ReadonlyMap<string, Wanted>, actual: Reply, asked: number | undefined): boolean {
  if (asked === undefined)
    return elements.size === 0 ? actual === null : typeof actual === "string" && elements.has(actual);
  if (!Array.isArray(actual)) return false;
  const replied = actual as Reply[];
  if (!replied.every((element) => typeof element === "string" && elements.has(element))) return false;
  if (asked < 0) return replied.length === (elements.size === 0 ? 0 : -asked);
  return replied.length === Math.min(asked, elements.size) && new Set(replied).size === replied.length;
}

/**
 * A scan, its cursor at argument `at`: what it returns exists and matches; one
 * that began at the beginning and is done has returned all. Hashes with values,
 * sorted sets with scores.
 */
export function scanned(reading: Reading, at: number, all: ReadonlyMap<string, Wanted>, withValues: boolean): Expected {
  const { actual } = reading;
  const pattern = valuedOptions(reading, at + 1).get("MATCH");
  const elements = new Map([...all].filter(([name]) => pattern === undefined || matches(pattern, name)));
  return checked(isScan(), `a scan of ${show([...elements.keys()])}`);

  function isScan(): boolean {
    if (!Array.isArray(actual) || !Array.isArray(actual[1])) return false;
    const [cursor, list] = actual as [Reply, Reply[]];
    if (withValues && !hasValues(elements, list)) return false;
    const names = withValues ? everySecond(list) : list;
    if (!names.every((name) => typeof name === "string" && elements.has(name))) return false;
    return cursor !== "0" || argument(reading, at) !== "0" || new Set(names).size === elements.size;
  }
}

function everySecond(list: Reply): Reply[] {
  return Array.isArray(list) ? (list as Reply[]).filter((_, i) => i % 2 === 0) : [];
}

/** Is it a list of elements, each followed by its value? */
function hasValues(elements: ReadonlyMap<string, Wanted>, list: Reply): boolean {
  if (!Array.isArray(list) || list.length % 2 > 0) return false;
  const flat = list as Reply[];
  return flat.every((value, i) => {
    const name = flat[i - 1];
    if (i % 2 === 0) return true;
    const wanted = typeof name === "string" ? elements.get(name) : undefined;
    return wanted !== undefined && fits(wanted, value);
  });
}
