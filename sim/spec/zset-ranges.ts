/** Ranges of sorted sets: by rank, by score, by the bytes of members. */
import { type Expected } from "./expected.ts";
import { argument, count, options, withType, WRONG_TYPE, type Reading, type Rule, type Rules } from "./interpreter.ts";
import { numberIn } from "./score.ts";
import type { View } from "./view.ts";
import { listed, ordered, storeMembers, type Scored } from "./zsets.ts";

/** By which bounds; the greater one comes first where the order is reversed. */
type By = "rank" | "score" | "lex";

interface Query {
  readonly by: By;
  readonly reversed: boolean;
  readonly bounds: readonly [string, string];
  readonly offset: number;
  /** Negative: all. */
  readonly most: number;
}

export const zsetRangeRules: Rules = {
  ZRANGE: range((reading) => queryAt(reading, 2)),
  ZREVRANGE: range((reading) => fixed(reading, "rank", true)),
  ZRANGEBYSCORE: range((reading) => fixed(reading, "score", false)),
  ZREVRANGEBYSCORE: range((reading) => fixed(reading, "score", true)),
  ZRANGEBYLEX: range((reading) => fixed(reading, "lex", false)),
  ZREVRANGEBYLEX: range((reading) => fixed(reading, "lex", true)),
  ZRANGESTORE: (reading) => {
    const view = reading.event.view(argument(reading, 2));
    if (view.type !== undefined && view.type !== "zset") return WRONG_TYPE;
    return storeMembers(reading.event, argument(reading, 1), within(view, queryAt(reading, 3)));
  },
  ZCOUNT: counted("score"),
  ZLEXCOUNT: counted("lex"),
  ZREMRANGEBYRANK: removed("rank"),
  ZREMRANGEBYSCORE: removed("score"),
  ZREMRANGEBYLEX: removed("lex"),
};

function range(query: (reading: Reading) => Query): Rule {
  return withType("zset", (reading, view) =>
    listed(within(view, query(reading)), options(reading, 4).has("WITHSCORES")),
  );
}

function counted(by: By): Rule {
  return withType("zset", (reading, view) => count(within(view, plain(reading, by)).length));
}

function removed(by: By): Rule {
  return withType("zset", (reading, view, key): Expected => {
    const members = within(view, plain(reading, by));
    for (const [member] of members) reading.event.removeElement(key, member);
    return count(members.length);
  });
}

function plain(reading: Reading, by: By): Query {
  return { by, reversed: false, bounds: [argument(reading, 2), argument(reading, 3)], offset: 0, most: -1 };
}

/** ZREVRANGEBYSCORE and its like: the name says how. */
function fixed(reading: Reading, by: By, reversed: boolean): Query {
  return { ...plain(reading, by), reversed, ...limitAt(reading, 4) };
}

/** ZRANGE's two bounds and its options. */
function queryAt(reading: Reading, at: number): Query {
  const given = options(reading, at + 2);
  return {
    by: given.has("BYSCORE") ? "score" : given.has("BYLEX") ? "lex" : "rank",
    reversed: given.has("REV"),
    bounds: [argument(reading, at), argument(reading, at + 1)],
    ...limitAt(reading, at + 2),
  };
}

function limitAt({ args }: Reading, from: number): { offset: number; most: number } {
  const at = args.findLastIndex((word, i) => i >= from && word.toUpperCase() === "LIMIT");
  return at < 0 ? { offset: 0, most: -1 } : { offset: Number(args[at + 1]), most: Number(args[at + 2]) };
}

function within(view: View, { by, reversed, bounds, offset, most }: Query): Scored[] {
  const upwards = ordered(view);
  const members = reversed ? upwards.toReversed() : upwards;
  if (by === "rank") return slice(members, Number(bounds[0]), Number(bounds[1]));
  const [low, high] = reversed ? bounds.toReversed() : bounds;
  const isIn =
    by === "score" ? scoreRange(low ?? "", high ?? "") : lexRange(low ?? "", high ?? "", upwards[0]?.[1] ?? 0);
  const found = members.filter(isIn);
  if (offset < 0) return [];
  return found.slice(offset, most < 0 ? undefined : offset + most);
}

/** From one rank to another, both included; negative ones count from the end. */
export function slice<T>(list: readonly T[], from: number, to: number): T[] {
  const start = from < 0 ? Math.max(0, list.length + from) : from;
  const end = to < 0 ? list.length + to : to;
  return end < start ? [] : list.slice(start, end + 1);
}

function scoreRange(low: string, high: string): (member: Scored) => boolean {
  const [min, max] = [bound(low), bound(high)];
  return ([, score]) =>
    (min.excluded ? score > min.at : score >= min.at) && (max.excluded ? score < max.at : score <= max.at);
}

function bound(text: string): { at: number; excluded: boolean } {
  const excluded = text.startsWith("(");
  return { at: numberIn(excluded ? text.slice(1) : text) ?? Number.NaN, excluded };
}

/** Meant for equal scores; of others only the lowest is looked at, and what has a higher one comes after all of it. */
function lexRange(low: string, high: string, lowest: number): (member: Scored) => boolean {
  return ([member, score]) =>
    score > lowest ? !low.startsWith("+") && high.startsWith("+") : isAbove(member, low) && isBelow(member, high);
}

function isAbove(member: string, low: string): boolean {
  if (/^[-+]/.test(low)) return low.startsWith("-");
  return low.startsWith("(") ? member > low.slice(1) : member >= low.slice(1);
}

function isBelow(member: string, high: string): boolean {
  if (/^[-+]/.test(high)) return high.startsWith("+");
  return high.startsWith("(") ? member < high.slice(1) : member <= high.slice(1);
}
