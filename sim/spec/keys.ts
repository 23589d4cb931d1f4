/** Keys of any type: existence, removal, renaming, deadlines. */
import type { RunningEvent } from "./event.ts";
import type { Copy } from "./history.ts";
import { anyOrder, checked, exactly, type Expected } from "./expected.ts";
import {
  argument,
  count,
  NO_SUCH_KEY,
  OK,
  ONE,
  options,
  valuedOptions,
  SAME_OBJECT,
  ZERO,
  type Reading,
  type Rule,
  type Rules,
} from "./interpreter.ts";
import { push, valuesOf } from "./lists.ts";
import { scanned } from "./open-replies.ts";
import { matches } from "./pattern.ts";
import { expireOrRemove } from "./strings.ts";
import { endOf, lifetimeOf, type View } from "./view.ts";

export const keyRules: Rules = {
  /** Not a command: the replica's own removal of a key whose time has come, or of some fields. */
  "(EXPIRY)": (reading) => {
    const [key, ...fields] = reading.args.slice(1);
    const { event } = reading;
    const isDue = fields.length === 0 ? event.expireNow(key ?? "") : event.expireFieldsNow(key ?? "", fields);
    return checked(isDue, "that its time had come");
  },
  PING: () => exactly("PONG"),
  DEL: remove,
  UNLINK: remove,
  EXISTS: existing,
  TOUCH: existing,
  TYPE: (reading) => exactly(reading.event.view(argument(reading, 1)).type ?? "none"),
  KEYS: (reading) => anyOrder(reading.event.keys().filter((key) => matches(argument(reading, 1), key))),
  DBSIZE: ({ event, actual }) => {
    // Expired keys count until they are removed, as in Redis.
    const visible = event.keys().length;
    return checked(typeof actual === "number" && actual >= visible, `at least ${visible}`);
  },
  RANDOMKEY: ({ event, actual }) => {
    const keys = event.keys();
    const isRight = keys.length === 0 ? actual === null : typeof actual === "string" && keys.includes(actual);
    return checked(isRight, `one of ${JSON.stringify(keys)}`);
  },
  SCAN: (reading) => {
    const { event } = reading;
    const type = valuedOptions(reading, 2).get("TYPE")?.toLowerCase();
    const keys = event.keys().filter((key) => type === undefined || event.view(key).type === type);
    return scanned(reading, 1, new Map(keys.map((key) => [key, ""])), false);
  },
  FLUSHDB: ({ event }) => {
    event.clear();
    return OK;
  },
  FLUSHALL: ({ event }) => {
    event.clearAll();
    return OK;
  },
  RENAME: (reading) => rename(reading, true),
  RENAMENX: (reading) => rename(reading, false),
  COPY: (reading) => {
    const { event } = reading;
    const [from, to] = [argument(reading, 1), argument(reading, 2)];
    const given = options(reading, 3);
    const target = Number(given.get("DB") ?? event.database);
    if (from === to && target === event.database) return SAME_OBJECT;
    const view = event.view(from);
    const isTaken = event.within(target, () => event.view(to).type !== undefined);
    if (view.type === undefined || (isTaken && !given.has("REPLACE"))) return ZERO;
    event.within(target, () => makeLike(event, to, copyOf(view)));
    return ONE;
  },
  MOVE: (reading) => {
    const { event } = reading;
    const [key, target] = [argument(reading, 1), Number(argument(reading, 2))];
    if (target === event.database) return SAME_OBJECT;
    const view = event.view(key);
    const isTaken = event.within(target, () => event.view(key).type !== undefined);
    if (view.type === undefined || isTaken) return ZERO;
    event.remove(key);
    event.within(target, () => makeLike(event, key, copyOf(view)));
    return ONE;
  },
  SWAPDB: (reading) => {
    const { event } = reading;
    const databases = [Number(argument(reading, 1)), Number(argument(reading, 2))];
    if (databases[0] === databases[1]) return OK;
    const contents = databases.map((database) =>
      event.within(database, () => event.keys().map((key) => [key, copyOf(event.view(key))] as const)),
    );
    for (const database of databases) event.within(database, () => event.clear());
    for (const [i, database] of databases.toReversed().entries())
      event.within(database, () => contents[i]?.forEach(([key, copy]) => makeLike(event, key, copy)));
    return OK;
  },
  EXPIRE: expire((at, now) => now + at * 1000),
  PEXPIRE: expire((at, now) => now + at),
  EXPIREAT: expire((at) => at * 1000),
  PEXPIREAT: expire((at) => at),
  PERSIST: (reading) => {
    const key = argument(reading, 1);
    if (reading.event.view(key).deadline === undefined) return ZERO;
    reading.event.expire(key, Number.POSITIVE_INFINITY);
    return ONE;
  },
  TTL: deadline((at, now) => Math.floor((Math.max(0, at - now) + 500) / 1000)),
  PTTL: deadline((at, now) => Math.max(0, at - now)),
  EXPIRETIME: deadline((at) => Math.floor((at + 500) / 1000)),
  PEXPIRETIME: deadline((at) => at),
};

function remove({ event, args }: Reading): Expected {
  let removed = 0;
  for (const key of args.slice(1)) {
    if (event.view(key).type !== undefined) removed++;
    event.remove(key);
  }
  return count(removed);
}

function existing({ event, args }: Reading): Expected {
  return count(args.slice(1).filter((key) => event.view(key).type !== undefined).length);
}

function rename(reading: Reading, replaces: boolean): Expected {
  const { event } = reading;
  const [from, to] = [argument(reading, 1), argument(reading, 2)];
  const view = event.view(from);
  if (view.type === undefined) return NO_SUCH_KEY;
  if (!replaces && event.view(to).type !== undefined) return ZERO;
  if (from !== to) {
    event.remove(from);
    makeLike(event, to, copyOf(view));
  }
  return replaces ? OK : ONE;
}

export function copyOf(view: View): Copy {
  const { type, items } = view;
  if (type === undefined) throw new RangeError("nothing is there to copy");
  if (type === "list")
    return {
      type,
      elements: valuesOf(view).map((value) => ["", value]),
      deadlines: new Map(),
      deadline: view.deadline,
    };
  const fields = type === "hash" ? [...view.elements.keys()] : [];
  const ends = fields.flatMap((field) => {
    const at = endOf(lifetimeOf(items, field).latest);
    return at === undefined ? [] : [[field, at] as const];
  });
  return { type, elements: [...view.elements], deadlines: new Map(ends), deadline: view.deadline };
}

/** The puts that a copy amounts to. */
export function makeLike(event: RunningEvent, key: string, copy: Copy): void {
  const { type, elements } = copy;
  // A string replaces what is there; into a collection its elements are put one by one.
  if (type !== "string") event.remove(key);
  if (type === "list")
    push(
      event,
      key,
      "tail",
      elements.map(([, value]) => value),
    );
  else
    for (const [element, value] of elements) {
      if (type === "string") event.setString(key, value);
      else event.putElement(key, type, element, value);
    }
  for (const [field, at] of copy.deadlines) event.expireField(key, field, at);
  if (copy.deadline !== undefined) event.expire(key, copy.deadline);
}

function expire(absolute: (at: number, nowMs: number) => number): Rule {
  return (reading) => {
    const { event } = reading;
    const key = argument(reading, 1);
    const at = absolute(Number(argument(reading, 2)), event.nowMs);
    const given = options(reading, 3);
    const view = event.view(key);
    if (view.type === undefined) return ZERO;
    const current = view.deadline ?? Number.POSITIVE_INFINITY;
    const refused =
      (given.has("NX") && view.deadline !== undefined) ||
      (given.has("XX") && view.deadline === undefined) ||
      (given.has("GT") && at <= current) ||
      (given.has("LT") && at >= current);
    if (refused) return ZERO;
    expireOrRemove(event, key, at);
    return ONE;
  };
}

function deadline(shown: (at: number, nowMs: number) => number): Rule {
  return (reading) => {
    const view = reading.event.view(argument(reading, 1));
    if (view.type === undefined) return exactly(-2);
    return exactly(view.deadline === undefined ? -1 : shown(view.deadline, reading.event.nowMs));
  };
}
