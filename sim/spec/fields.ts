/** Fields with deadlines of their own: a field lives and dies as a key does. */
import type { RunningEvent } from "./event.ts";
import { exactly } from "./expected.ts";
import { argument, ONE, withType, ZERO, type Reading, type Rule, type Rules } from "./interpreter.ts";
import { endOf, lifetimeOf, type View } from "./view.ts";

const NO_FIELD = -2;
const NO_DEADLINE = -1;
const REFUSED = 0;
const REMOVED = 2;

export const fieldRules: Rules = {
  HEXPIRE: expire((at, now) => now + at * 1000),
  HPEXPIRE: expire((at, now) => now + at),
  HEXPIREAT: expire((at) => at * 1000),
  HPEXPIREAT: expire((at) => at),
  HPERSIST: eachField((event, view, key, field) => {
    if (deadlineOf(view, field) === undefined) return NO_DEADLINE;
    event.expireField(key, field, Number.POSITIVE_INFINITY);
    return 1;
  }),
  HTTL: deadline((at, now) => Math.ceil((at - now) / 1000)),
  HPTTL: deadline((at, now) => at - now),
  HEXPIRETIME: deadline((at) => Math.ceil(at / 1000)),
  HPEXPIRETIME: deadline((at) => at),
  HGETDEL: valuesAnd((event, key, field) => event.removeElement(key, field)),
  HGETEX: valuesAnd((event, key, field, given) => {
    const at = deadlineIn(given);
    if (at !== undefined) expireOrRemove(event, key, field, at);
    else if (wordsBefore(given).includes("PERSIST") && deadlineOf(event.view(key), field) !== undefined)
      event.expireField(key, field, Number.POSITIVE_INFINITY);
  }),
  HSETEX: withType("hash", (reading, view, key) => {
    const { event } = reading;
    const words = wordsBefore(reading);
    const list = afterFields(reading);
    const pairs = list.flatMap((field, i) => (i % 2 === 0 ? [[field, list[i + 1] ?? ""] as const] : []));
    const found = pairs.filter(([field]) => view.elements.has(field)).length;
    if ((words.includes("FNX") && found > 0) || (words.includes("FXX") && found < pairs.length)) return ZERO;
    const at = deadlineIn(reading);
    for (const [field, value] of pairs) {
      if (words.includes("KEEPTTL")) event.changeField(key, field, value);
      else event.putElement(key, "hash", field, value);
      if (at !== undefined) expireOrRemove(event, key, field, at);
    }
    return ONE;
  }),
};

function deadlineOf(view: View, field: string): number | undefined {
  return endOf(lifetimeOf(view.items, field).latest);
}

/** Replies with the value of each field, and then does something with the field. */
function valuesAnd(then: (event: RunningEvent, key: string, field: string, given: Reading) => void): Rule {
  return withType("hash", (given, _, key) => {
    const { event } = given;
    return exactly(
      fieldsIn(given).map((field) => {
        const value = event.view(key).elements.get(field) ?? null;
        if (value !== null) then(event, key, field, given);
        return value;
      }),
    );
  });
}

/** A deadline in the past is a removal. */
function expireOrRemove(event: RunningEvent, key: string, field: string, at: number): void {
  if (at <= event.nowMs) event.removeElement(key, field);
  else event.expireField(key, field, at);
}

/** One reply for each field named behind FIELDS. */
function eachField(
  rule: (event: RunningEvent, view: View, key: string, field: string, reading: Reading) => number,
): Rule {
  return withType("hash", (reading, _, key) => {
    const { event } = reading;
    return exactly(
      fieldsIn(reading).map((field) => {
        const view = event.view(key);
        return view.elements.has(field) ? rule(event, view, key, field, reading) : NO_FIELD;
      }),
    );
  });
}

function expire(absolute: (at: number, nowMs: number) => number): Rule {
  return eachField((event, view, key, field, reading) => {
    const at = absolute(Number(argument(reading, 2)), event.nowMs);
    const condition = argument(reading, 3).toUpperCase();
    const given = deadlineOf(view, field);
    const current = given ?? Number.POSITIVE_INFINITY;
    const refused =
      (condition === "NX" && given !== undefined) ||
      (condition === "XX" && given === undefined) ||
      (condition === "GT" && at <= current) ||
      (condition === "LT" && at >= current);
    if (refused) return REFUSED;
    expireOrRemove(event, key, field, at);
    return at <= event.nowMs ? REMOVED : 1;
  });
}

function deadline(shown: (at: number, nowMs: number) => number): Rule {
  return eachField((event, view, _, field) => {
    const at = deadlineOf(view, field);
    return at === undefined ? NO_DEADLINE : shown(at, event.nowMs);
  });
}

/** What stands behind `FIELDS numfields`. */
function afterFields({ args }: Reading): string[] {
  return args.slice(args.findIndex((word, i) => i > 1 && word.toUpperCase() === "FIELDS") + 2);
}

function fieldsIn(reading: Reading): string[] {
  return afterFields(reading);
}

/** The options before FIELDS, in upper case. */
function wordsBefore({ args }: Reading): string[] {
  const words = args.slice(2).map((word) => word.toUpperCase());
  return words.slice(0, words.indexOf("FIELDS"));
}

/** EX, PX, EXAT and PXAT as absolute milliseconds. */
function deadlineIn(reading: Reading): number | undefined {
  const words = wordsBefore(reading);
  const now = reading.event.nowMs;
  for (const [name, absolute] of [
    ["EX", (n: number) => now + n * 1000],
    ["PX", (n: number) => now + n],
    ["EXAT", (n: number) => n * 1000],
    ["PXAT", (n: number) => n],
  ] as const) {
    const at = words.indexOf(name);
    if (at >= 0) return absolute(Number(words[at + 1]));
  }
  return undefined;
}
