/** Strings: a register plus a counter. */
import type { RunningEvent } from "./event.ts";
import { increment, incrementByFloat, type Counter } from "./counters.ts";
import { ANYTHING, exactly, failure, type Expected } from "./expected.ts";
import {
  argument,
  NIL,
  OK,
  ONE,
  options,
  withType,
  WRONG_TYPE,
  ZERO,
  type Reading,
  type Rule,
  type Rules,
} from "./interpreter.ts";
import { asRead, isKnown, UNKNOWN } from "./sketch.ts";
import { longestCommon } from "./subsequence.ts";
import type { View } from "./view.ts";

const NOT_AN_INTEGER = failure("ERR value is not an integer or out of range");
const NOT_A_FLOAT = failure("ERR value is not a valid float");
const NO_STRINGS = failure("ERR The specified keys must contain string values");

const range: Rule = onBytes((reading, value) => {
  const [start, end] = [BigInt(argument(reading, 2)), BigInt(argument(reading, 3))];
  if (start < 0 && end < 0 && start > end) return exactly("");
  const at = (index: bigint): number => (index < 0 ? Math.max(0, value.length + Number(index)) : Number(index));
  return exactly(value.slice(at(start), at(end) + 1));
});

export const stringRules: Rules = {
  GET: withType("string", (_, view) => exactly(asRead(valueOf(view)))),
  STRLEN: onBytes((_, value) => exactly(value.length)),
  GETRANGE: range,
  SUBSTR: range,
  LCS: (reading) => {
    const [a, b] = [reading.event.view(argument(reading, 1)), reading.event.view(argument(reading, 2))];
    if (![a, b].every(({ type }) => type === undefined || type === "string")) return NO_STRINGS;
    const [one, other] = [valueOf(a) ?? "", valueOf(b) ?? ""];
    if (!isKnown(one) || !isKnown(other)) return ANYTHING;
    return longestCommon(one, other, options(reading, 3), reading.actual);
  },
  MGET: ({ event, args }) => exactly(args.slice(1).map((key) => asRead(stringOf(event, key)))),
  SET: (reading) => set(reading),
  GETSET: withType("string", ({ event, args }, view, key) => {
    event.setString(key, args[2] ?? "");
    return exactly(asRead(valueOf(view)));
  }),
  SETNX: (reading) => {
    const key = argument(reading, 1);
    if (reading.event.view(key).type !== undefined) return ZERO;
    reading.event.setString(key, argument(reading, 2));
    return ONE;
  },
  SETEX: (reading) => setUntil(reading, 1000),
  PSETEX: (reading) => setUntil(reading, 1),
  MSET: ({ event, args }) => {
    for (let i = 1; i < args.length; i += 2) event.setString(args[i] ?? "", args[i + 1] ?? "");
    return OK;
  },
  MSETNX: ({ event, args }) => {
    for (let i = 1; i < args.length; i += 2) if (event.view(args[i] ?? "").type !== undefined) return ZERO;
    for (let i = 1; i < args.length; i += 2) event.setString(args[i] ?? "", args[i + 1] ?? "");
    return ONE;
  },
  GETDEL: withType("string", ({ event }, view, key) => {
    event.remove(key);
    return exactly(asRead(valueOf(view)));
  }),
  GETEX: withType("string", (reading, view, key) => {
    const given = options(reading, 2);
    const deadline = deadlineIn(reading, given);
    if (view.type === undefined) return NIL;
    if (given.has("PERSIST") && view.deadline !== undefined) reading.event.expire(key, Number.POSITIVE_INFINITY);
    if (deadline !== undefined) expireOrRemove(reading.event, key, deadline);
    return exactly(asRead(valueOf(view)));
  }),
  APPEND: onBytes((reading, old, key, view) => {
    const value = old + argument(reading, 2);
    if (view.type === undefined || argument(reading, 2) !== "") reading.event.changeString(key, value);
    return exactly(value.length);
  }),
  SETRANGE: onBytes((reading, old, key) => {
    const offset = Number(argument(reading, 2));
    const part = argument(reading, 3);
    if (part === "") return exactly(old.length);
    const value = old.slice(0, offset).padEnd(offset, "\0") + part + old.slice(offset + part.length);
    reading.event.changeString(key, value);
    return exactly(value.length);
  }),
  INCR: incremented(() => 1n),
  DECR: incremented(() => -1n),
  INCRBY: incremented((reading) => BigInt(argument(reading, 2))),
  DECRBY: incremented((reading) => -BigInt(argument(reading, 2))),
  INCRBYFLOAT: withType("string", (reading, _, key) =>
    incrementByFloat(counterAt(reading.event, key), argument(reading, 2), NOT_A_FLOAT),
  ),
};

export function valueOf(view: View): string | null {
  return view.type === "string" ? (view.elements.get("") ?? null) : null;
}

/** Of bytes that are not known anything may be replied; who writes into them leaves some that are not known either. */
function onBytes(rule: (reading: Reading, value: string, key: string, view: View) => Expected): Rule {
  return withType("string", (reading, view, key) => {
    const value = valueOf(view) ?? "";
    if (isKnown(value)) return rule(reading, value, key, view);
    if (/^(append|setrange)$/i.test(argument(reading, 0)) && reading.args.at(-1) !== "")
      reading.event.changeString(key, UNKNOWN);
    return ANYTHING;
  });
}

function stringOf(event: RunningEvent, key: string): string | null {
  return valueOf(event.view(key));
}

function incremented(amount: (reading: Reading) => bigint): Rule {
  return withType("string", (reading, _, key) =>
    increment(counterAt(reading.event, key), amount(reading), NOT_AN_INTEGER),
  );
}

function counterAt(event: RunningEvent, key: string): Counter {
  return {
    shows: () => stringOf(event, key),
    count: (amount) => event.countString(key, amount),
    put: (value) => event.changeString(key, value),
  };
}

function setUntil(reading: Reading, unitMs: number): Expected {
  const deadline = reading.event.nowMs + Number(argument(reading, 2)) * unitMs;
  reading.event.setString(argument(reading, 1), argument(reading, 3), deadline);
  return OK;
}

function set(reading: Reading): Expected {
  const { event } = reading;
  const key = argument(reading, 1);
  const value = argument(reading, 2);
  const given = options(reading, 3);
  const view = event.view(key);
  if (given.has("GET") && view.type !== undefined && view.type !== "string") return WRONG_TYPE;
  const reply = given.has("GET") ? exactly(asRead(valueOf(view))) : OK;
  if ((given.has("NX") && view.type !== undefined) || (given.has("XX") && view.type === undefined)) {
    return given.has("GET") ? reply : NIL;
  }
  if (given.has("KEEPTTL") && view.type !== undefined) event.changeString(key, value);
  else event.setString(key, value, deadlineIn(reading, given));
  return reply;
}

/** EX, PX, EXAT and PXAT as absolute milliseconds. */
function deadlineIn(reading: Reading, given: ReadonlyMap<string, string>): number | undefined {
  const now = reading.event.nowMs;
  if (given.has("EX")) return now + Number(given.get("EX")) * 1000;
  if (given.has("PX")) return now + Number(given.get("PX"));
  if (given.has("EXAT")) return Number(given.get("EXAT")) * 1000;
  if (given.has("PXAT")) return Number(given.get("PXAT"));
  return undefined;
}

/** A deadline in the past is a removal. */
export function expireOrRemove(event: RunningEvent, key: string, deadline: number): void {
  if (deadline <= event.nowMs) event.remove(key);
  else event.expire(key, deadline);
}
