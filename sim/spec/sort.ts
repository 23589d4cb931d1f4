/** SORT: lists, sets and sorted sets by themselves, or by what other keys hold. */
import { ANYTHING, anyOrder, exactly, failure, type Expected } from "./expected.ts";
import { argument, count, WRONG_TYPE, type Reading, type Rules } from "./interpreter.ts";
import { push, valuesOf } from "./lists.ts";
import { numberIn } from "./score.ts";
import { asRead } from "./sketch.ts";
import { valueOf } from "./strings.ts";
import type { View } from "./view.ts";
import { ordered } from "./zsets.ts";

interface Wishes {
  readonly by: string | undefined;
  /** BY a pattern that names no element, once among others: nothing is sorted. */
  readonly asItComes: boolean;
  readonly gets: readonly string[];
  readonly offset: number;
  /** Negative: all. */
  readonly most: number;
  readonly descending: boolean;
  readonly alphabetic: boolean;
  readonly store: string | undefined;
}

const NO_NUMBER = failure("ERR One or more scores can't be converted into double");

export const sortRules: Rules = { SORT: sort, SORT_RO: sort };

function sort(reading: Reading): Expected {
  const { event } = reading;
  const view = event.view(argument(reading, 1));
  if (view.type === "string" || view.type === "hash") return WRONG_TYPE;
  const wishes = wishesIn(reading);
  const sorted = sortedOf(reading, view, wishes);
  if (sorted === undefined) return NO_NUMBER;
  const most = wishes.most < 0 ? undefined : Math.max(0, wishes.offset) + wishes.most;
  const kept = sorted.slice(Math.max(0, wishes.offset), most);
  if (wishes.store === undefined) {
    if (view.type !== "set" || !wishes.asItComes) return exactly(shown(reading, kept, wishes).map(asRead));
    const isAll = kept.length === view.elements.size && wishes.gets.length === 0;
    return isAll ? anyOrder(kept) : ANYTHING;
  }
  const stored = shown(reading, kept, wishes).map((text) => text ?? "");
  event.remove(wishes.store);
  push(event, wishes.store, "tail", stored);
  return count(stored.length);
}

function wishesIn({ args }: Reading): Wishes {
  const wishes: { -readonly [K in keyof Wishes]: Wishes[K] } = {
    by: undefined,
    asItComes: false,
    gets: [],
    offset: 0,
    most: -1,
    descending: false,
    alphabetic: false,
    store: undefined,
  };
  for (let at = 2; at < args.length; at++) {
    const name = args[at]?.toUpperCase();
    if (name === "ASC" || name === "DESC") wishes.descending = name === "DESC";
    else if (name === "ALPHA") wishes.alphabetic = true;
    else if (name === "BY") {
      wishes.by = args[++at];
      wishes.asItComes ||= wishes.by?.includes("*") === false;
    } else if (name === "GET") wishes.gets = [...wishes.gets, args[++at] ?? ""];
    else if (name === "STORE") wishes.store = args[++at];
    else if (name === "LIMIT") [wishes.offset, wishes.most] = [Number(args[++at]), Number(args[++at])];
  }
  return wishes;
}

/** Undefined when something that is to be compared is no number. */
function sortedOf(reading: Reading, view: View, wishes: Wishes): string[] | undefined {
  const elements =
    view.type === "list"
      ? valuesOf(view)
      : view.type === "zset"
        ? ordered(view).map(([m]) => m)
        : [...view.elements.keys()];
  // A set comes in no order; what is stored must be the same everywhere.
  const byBytes = wishes.asItComes && view.type === "set" && wishes.store !== undefined;
  if (wishes.asItComes && !byBytes) return wishes.descending && view.type !== "set" ? elements.toReversed() : elements;
  const sign = wishes.descending ? -1 : 1;
  const weighed = elements.map((element) => ({
    element,
    weight: wishes.by === undefined || byBytes ? element : lookUp(reading, wishes.by, element),
  }));
  if (wishes.alphabetic || byBytes) {
    // What comes in an order keeps it where there is no difference.
    const ties = view.type === "set" ? order<string> : () => 0;
    return weighed
      .toSorted((a, b) => sign * (order(bytesOf(a.weight), bytesOf(b.weight)) || ties(a.element, b.element)))
      .map(({ element }) => element);
  }
  const numbers = weighed.map(({ element, weight }) => ({ element, number: numberIn(weight ?? "") }));
  if (numbers.some(({ number }) => number === undefined)) return undefined;
  return numbers
    .toSorted(
      (a, b) =>
        sign *
        ((a.number ?? 0) === (b.number ?? 0) ? order(a.element, b.element) : order(a.number ?? 0, b.number ?? 0)),
    )
    .map(({ element }) => element);
}

/** What is not there comes before all that is. */
function bytesOf(weight: string | null): string {
  return weight === null ? "" : ` ${weight}`;
}

function order<T>(a: T, b: T): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function shown(reading: Reading, elements: readonly string[], { gets }: Wishes): (string | null)[] {
  if (gets.length === 0) return [...elements];
  return elements.flatMap((element) =>
    gets.map((pattern) => (pattern === "#" ? element : lookUp(reading, pattern, element))),
  );
}

/** What the key holds that a pattern and an element name; `->` names a field of its hash. */
function lookUp({ event }: Reading, pattern: string, element: string): string | null {
  const star = pattern.indexOf("*");
  if (star < 0) return null;
  const arrow = pattern.indexOf("->", star);
  const hasField = arrow >= 0 && arrow + 2 < pattern.length;
  const key = pattern.slice(0, star) + element + pattern.slice(star + 1, hasField ? arrow : undefined);
  const view = event.view(key);
  if (!hasField) return valueOf(view);
  return view.type === "hash" ? (view.elements.get(pattern.slice(arrow + 2)) ?? null) : null;
}
