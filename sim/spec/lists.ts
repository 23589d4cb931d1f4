/** Lists: elements that are named by where they stand. */
import type { RunningEvent } from "./event.ts";
import { exactly, failure, type Expected } from "./expected.ts";
import {
  argument,
  count,
  NIL,
  NO_SUCH_KEY,
  OK,
  valuedOptions,
  withType,
  WRONG_TYPE,
  ZERO,
  type Reading,
  type Rule,
  type Rules,
} from "./interpreter.ts";
import { atEnd, between, compared, type Position } from "./position.ts";
import type { View } from "./view.ts";
import { slice } from "./zset-ranges.ts";
import { ofFirst } from "./zsets.ts";

type End = "head" | "tail";

interface Element {
  /** As the view names it. */
  readonly name: string;
  readonly position: Position;
  readonly value: string;
}

const OUT_OF_RANGE = failure("ERR index out of range");

export const listRules: Rules = {
  LPUSH: pushing("head", false),
  RPUSH: pushing("tail", false),
  LPUSHX: pushing("head", true),
  RPUSHX: pushing("tail", true),
  LPOP: popping("head"),
  RPOP: popping("tail"),
  LLEN: withType("list", (_, view) => count(view.elements.size)),
  LINDEX: withType("list", (reading, view) =>
    exactly(elementsOf(view).at(Number(argument(reading, 2)))?.value ?? null),
  ),
  LRANGE: withType("list", (reading, view) => exactly(range(reading, valuesOf(view)))),
  LSET: withType("list", (reading, view, key) => {
    if (view.type === undefined) return NO_SUCH_KEY;
    const element = elementsOf(view).at(Number(argument(reading, 2)));
    if (element === undefined) return OUT_OF_RANGE;
    reading.event.putElement(key, "list", element.name, argument(reading, 3));
    return OK;
  }),
  LINSERT: withType("list", (reading, view, key) => {
    const elements = elementsOf(view);
    const pivot = elements.findIndex(({ value }) => value === argument(reading, 3));
    if (pivot < 0) return exactly(elements.length === 0 ? 0 : -1);
    const right = argument(reading, 2).toUpperCase() === "BEFORE" ? pivot : pivot + 1;
    const position = between(elements[right - 1]?.position, elements[right]?.position, reading.event.dot);
    reading.event.putElement(key, "list", nameOf(position), argument(reading, 4));
    return count(elements.length + 1);
  }),
  LREM: withType("list", (reading, view, key) => {
    const most = Number(argument(reading, 2));
    const found = elementsOf(view).filter(({ value }) => value === argument(reading, 3));
    const gone = most === 0 ? found : most > 0 ? found.slice(0, most) : found.slice(most);
    for (const { name } of gone) reading.event.removeElement(key, name);
    return count(gone.length);
  }),
  LTRIM: withType("list", (reading, view, key) => {
    const elements = elementsOf(view);
    const kept = new Set(range(reading, elements));
    for (const element of elements) if (!kept.has(element)) reading.event.removeElement(key, element.name);
    return OK;
  }),
  LPOS: withType("list", places),
  LMOVE: (reading) => move(reading, endIn(argument(reading, 3)), endIn(argument(reading, 4))),
  RPOPLPUSH: (reading) => move(reading, "tail", "head"),
  LMPOP: (reading) => popFirst(reading, 1),
  // Simulated clients do not wait: where there is nothing to pop, their time is over at once.
  BLMOVE: (reading) => move(reading, endIn(argument(reading, 3)), endIn(argument(reading, 4))),
  BRPOPLPUSH: (reading) => move(reading, "tail", "head"),
  BLMPOP: (reading) => popFirst(reading, 2),
  BLPOP: poppingFirst("head"),
  BRPOP: poppingFirst("tail"),
};

/** In their order. */
export function valuesOf(view: View): string[] {
  return elementsOf(view).map(({ value }) => value);
}

/** Puts values at an end, the first one first. */
export function push(event: RunningEvent, key: string, end: End, values: readonly string[]): void {
  const before = elementsOf(event.view(key));
  const edge = before.at(end === "tail" ? -1 : 0)?.position;
  for (const [i, value] of values.entries())
    event.putElement(key, "list", nameOf(atEnd(end, edge, event.dot, i)), value);
}

function elementsOf({ type, elements }: View): Element[] {
  if (type !== "list") return [];
  return [...elements]
    .map(([name, value]): Element => ({ name, position: JSON.parse(name) as Position, value }))
    .toSorted((a, b) => compared(a.position, b.position));
}

function nameOf(position: Position): string {
  return JSON.stringify(position);
}

function pushing(end: End, mustExist: boolean): Rule {
  return withType("list", ({ event, args }, view, key) => {
    if (mustExist && view.type === undefined) return ZERO;
    push(event, key, end, args.slice(2));
    return count(view.elements.size + args.length - 2);
  });
}

function popping(end: End): Rule {
  return withType("list", ({ event, args }, view, key) => {
    const taken = take(event, key, end, Number(args[2] ?? 1));
    return view.type === undefined ? NIL : exactly(args[2] === undefined ? (taken[0] ?? null) : taken);
  });
}

function take(event: RunningEvent, key: string, end: End, most: number): string[] {
  const elements = elementsOf(event.view(key));
  const taken = (end === "head" ? elements : elements.toReversed()).slice(0, most);
  for (const { name } of taken) event.removeElement(key, name);
  return taken.map(({ value }) => value);
}

function move({ event, args }: Reading, from: End, to: End): Expected {
  const [source = "", target = ""] = args.slice(1, 3);
  const [taken, given] = [event.view(source).type, event.view(target).type];
  if (taken === undefined) return NIL;
  if (taken !== "list" || (given !== undefined && given !== "list")) return WRONG_TYPE;
  const [lone, another] = elementsOf(event.view(source));
  // It never leaves its list.
  if (source === target && lone !== undefined && another === undefined) {
    event.putElement(source, "list", lone.name, lone.value);
    return exactly(lone.value);
  }
  const [value = ""] = take(event, source, from, 1);
  push(event, target, to, [value]);
  return exactly(value);
}

/** [timeout] numkeys key... LEFT|RIGHT [COUNT n] */
function popFirst(reading: Reading, at: number): Expected {
  const { event, args } = reading;
  const after = at + 1 + Number(argument(reading, at));
  const most = Number(valuedOptions(reading, after + 1).get("COUNT") ?? 1);
  const end = endIn(argument(reading, after));
  return ofFirst(event, args.slice(at + 1, after), "list", (key) => exactly([key, take(event, key, end, most)]));
}

/** BLPOP key... timeout */
function poppingFirst(end: End): Rule {
  return ({ event, args }) =>
    ofFirst(event, args.slice(1, -1), "list", (key) => exactly([key, ...take(event, key, end, 1)]));
}

function places(reading: Reading, view: View): Expected {
  const given = valuedOptions(reading, 3);
  const nth = Number(given.get("RANK") ?? 1);
  const most = given.get("COUNT");
  const compares = Number(given.get("MAXLEN") ?? 0);
  const all = valuesOf(view).map((value, place) => ({ value, place }));
  const looked = (nth < 0 ? all.toReversed() : all).slice(0, compares === 0 ? undefined : compares);
  const found = looked.filter(({ value }) => value === argument(reading, 2)).slice(Math.abs(nth) - 1);
  if (most === undefined) return exactly(found[0]?.place ?? null);
  return exactly(found.slice(0, Number(most) === 0 ? undefined : Number(most)).map(({ place }) => place));
}

function range<T>(reading: Reading, list: readonly T[]): T[] {
  return slice(list, Number(argument(reading, 2)), Number(argument(reading, 3)));
}

function endIn(word: string): End {
  return word.toUpperCase() === "LEFT" ? "head" : "tail";
}
