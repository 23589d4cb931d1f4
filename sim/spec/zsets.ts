/** Sorted sets: members with scores that are put or counted; in the order of scores, then of bytes. */
import type { RunningEvent } from "./event.ts";
import { exactly, failure, numeric, type Expected, type Wanted } from "./expected.ts";
import { argument, count, NIL, options, withType, WRONG_TYPE, type Reading, type Rules } from "./interpreter.ts";
import { drawn, scanned, valuesOf } from "./open-replies.ts";
import { exactOf, scoreIn, scoreOf, scoreText } from "./score.ts";
import type { View } from "./view.ts";

export type Scored = readonly [member: string, score: number];

const NOT_A_NUMBER = failure("ERR resulting score is not a number (NaN)");
const ADD_OPTIONS: ReadonlySet<string> = new Set(["NX", "XX", "GT", "LT", "CH", "INCR"]);

export const zsetRules: Rules = {
  ZADD: withType("zset", add),
  ZINCRBY: withType("zset", (reading, view, key) => {
    const [by, member] = [scoreIn(argument(reading, 2)) ?? 0, argument(reading, 3)];
    return Number.isNaN(scoreAt(view, member) + by)
      ? NOT_A_NUMBER
      : exactly(numeric(increment(reading.event, key, member, by)));
  }),
  ZREM: withType("zset", ({ event, args }, view, key) => {
    const members = [...new Set(args.slice(2))].filter((member) => view.elements.has(member));
    for (const member of members) event.removeElement(key, member);
    return count(members.length);
  }),
  ZCARD: withType("zset", (_, view) => count(view.elements.size)),
  ZSCORE: withType("zset", (reading, view) => exactly(scoreReply(view, argument(reading, 2)))),
  ZMSCORE: withType("zset", ({ args }, view) => exactly(args.slice(2).map((member) => scoreReply(view, member)))),
  ZRANK: withType("zset", (reading, view) => rank(reading, ordered(view))),
  ZREVRANK: withType("zset", (reading, view) => rank(reading, ordered(view).toReversed())),
  ZPOPMIN: withType("zset", (reading, view, key) => popped(reading, key, ordered(view))),
  ZPOPMAX: withType("zset", (reading, view, key) => popped(reading, key, ordered(view).toReversed())),
  ZMPOP: (reading) => popFirst(reading, 1),
  // Simulated clients do not wait: where there is nothing to pop, their time is over at once.
  BZMPOP: (reading) => popFirst(reading, 2),
  BZPOPMIN: (reading) => popLone(reading, false),
  BZPOPMAX: (reading) => popLone(reading, true),
  ZRANDMEMBER: withType("zset", (reading, view) => drawn(reading, view)),
  ZSCAN: withType("zset", (reading, view) => scanned(reading, 2, valuesOf(view), true)),
};

/** In their order. */
export function ordered({ type, elements }: View): Scored[] {
  if (type !== "zset") return [];
  return inOrder([...elements].map(([member, score]) => [member, scoreOf(score)]));
}

export function inOrder(members: readonly Scored[]): Scored[] {
  return members.toSorted(([a, one], [b, other]) => (one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1));
}

/** As they are replied: flat. */
export function listed(members: readonly Scored[], withScores: boolean): Expected {
  return exactly(members.flatMap(([member, score]): Wanted[] => (withScores ? [member, numeric(score)] : [member])));
}

/** What a key becomes, whatever it was; nothing is an end of it. */
export function storeMembers(event: RunningEvent, key: string, members: readonly Scored[]): Expected {
  event.remove(key);
  for (const [member, score] of members) event.putElement(key, "zset", member, scoreText(score));
  return count(members.length);
}

function scoreReply({ type, elements }: View, member: string): Wanted {
  const score = type === "zset" ? elements.get(member) : undefined;
  return score === undefined ? null : numeric(scoreOf(score));
}

function scoreAt({ elements }: View, member: string): number {
  return scoreOf(elements.get(member) ?? "0");
}

function add(reading: Reading, _view: View, key: string): Expected {
  const { args } = reading;
  let first = 2;
  while (ADD_OPTIONS.has((args[first] ?? "").toUpperCase())) first++;
  const given = new Set(args.slice(2, first).map((name) => name.toUpperCase()));
  const pairs = Array.from({ length: (args.length - first) / 2 }, (_, i): Scored => [
    args[first + 2 * i + 1] ?? "",
    scoreIn(args[first + 2 * i] ?? "") ?? 0,
  ]);
  return addMembers(reading, key, given, pairs);
}

/** Also what GEOADD amounts to. */
export function addMembers(
  { event }: Reading,
  key: string,
  given: ReadonlySet<string>,
  pairs: readonly Scored[],
): Expected {
  let [added, changed] = [0, 0];
  let sum: number | undefined;
  for (const [member, score] of pairs) {
    const old = event.view(key).elements.get(member);
    const now = old === undefined ? undefined : scoreOf(old);
    const wanted = given.has("INCR") ? (now ?? 0) + score : score;
    if (Number.isNaN(wanted) && !(given.has("NX") && now !== undefined)) return NOT_A_NUMBER;
    if (isRefused(given, now, wanted)) continue;
    if (given.has("INCR")) sum = increment(event, key, member, score);
    else event.putElement(key, "zset", member, scoreText(score));
    if (now === undefined) added++;
    else if (now !== (sum ?? wanted)) changed++;
  }
  if (given.has("INCR")) return sum === undefined ? NIL : exactly(numeric(sum));
  return count(given.has("CH") ? added + changed : added);
}

function isRefused(given: ReadonlySet<string>, now: number | undefined, wanted: number): boolean {
  if (now === undefined) return given.has("XX");
  return given.has("NX") || (given.has("GT") && wanted <= now) || (given.has("LT") && wanted >= now);
}

/**
 * Counts exactly what the sum of two doubles changes the score by; what is not finite cannot be counted upon, and is
 * put. Returns what shows then.
 */
function increment(event: RunningEvent, key: string, member: string, by: number): number {
  const before = scoreAt(event.view(key), member);
  const after = before + by;
  if (!Number.isFinite(before) || !Number.isFinite(after)) event.putElement(key, "zset", member, scoreText(after));
  else event.countElement(key, "zset", member, exactOf(after) - exactOf(before));
  return scoreAt(event.view(key), member);
}

function rank(reading: Reading, members: readonly Scored[]): Expected {
  const withScore = options(reading, 3).has("WITHSCORE");
  const found = members.findIndex(([member]) => member === argument(reading, 2));
  const score = members[found]?.[1];
  if (score === undefined) return NIL;
  return exactly(withScore ? [found, numeric(score)] : found);
}

function popped({ event, args }: Reading, key: string, members: readonly Scored[]): Expected {
  return listed(take(event, key, members, Number(args[2] ?? 1)), true);
}

function take(event: RunningEvent, key: string, members: readonly Scored[], most: number): Scored[] {
  const taken = members.slice(0, most);
  for (const [member] of taken) event.removeElement(key, member);
  return taken;
}

/** [timeout] numkeys key... MIN|MAX [COUNT n] */
function popFirst(reading: Reading, at: number): Expected {
  const { event, args } = reading;
  const after = at + 1 + Number(argument(reading, at));
  const most = Number(options(reading, after + 1).get("COUNT") ?? 1);
  const isMax = argument(reading, after).toUpperCase() === "MAX";
  return ofFirst(event, args.slice(at + 1, after), "zset", (key, view) => {
    const members = isMax ? ordered(view).toReversed() : ordered(view);
    const taken = take(event, key, members, most);
    return exactly([key, taken.map(([member, score]) => [member, numeric(score)])]);
  });
}

/** BZPOPMIN key... timeout */
function popLone({ event, args }: Reading, isMax: boolean): Expected {
  return ofFirst(event, args.slice(1, -1), "zset", (key, view) => {
    const [[member, score] = ["", 0]] = take(event, key, isMax ? ordered(view).toReversed() : ordered(view), 1);
    return exactly([key, member, numeric(score)]);
  });
}

/** Of the first of the keys that exists; it must be of the type. */
export function ofFirst(
  event: RunningEvent,
  keys: readonly string[],
  type: "zset" | "list",
  rule: (key: string, view: View) => Expected,
): Expected {
  const key = keys.find((candidate) => event.view(candidate).type !== undefined);
  if (key === undefined) return NIL;
  const view = event.view(key);
  return view.type === type ? rule(key, view) : WRONG_TYPE;
}
