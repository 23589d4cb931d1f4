/** Sorted sets, also as positions on the map. */
import type { Random } from "../../world/random.ts";
import {
  between,
  decimal,
  element,
  geoKey,
  keyed,
  many,
  onElement,
  onElements,
  onRange,
  optional,
  score,
  setKey,
  several,
  zsetKey,
  type Draw,
  type Draws,
  type Vocabulary,
} from "./words.ts";

const scored = (r: Random, v: Vocabulary): string[] => many(r, v, () => [score(r, v), element(r, v)]).flat();
const bound = (r: Random, v: Vocabulary): string => r.pick(["-inf", "+inf", score(r, v), `(${score(r, v)}`]);
const lexBound = (r: Random, v: Vocabulary): string => r.pick(["-", "+", `[${element(r, v)}`, `(${element(r, v)}`]);
const limit = (r: Random): string[] => (r.chance(0.3) ? ["LIMIT", between(r, 0, 2), between(r, -1, 3)] : []);
const withScores = (r: Random): string[] => (r.chance(0.5) ? ["WITHSCORES"] : []);

const byScore =
  (name: string, ...more: ((r: Random) => string[])[]): Draw =>
  (r, v) => [name, zsetKey(r, v), bound(r, v), bound(r, v), ...more.flatMap((words) => words(r))];
const byLex =
  (name: string, ...more: ((r: Random) => string[])[]): Draw =>
  (r, v) => [name, zsetKey(r, v), lexBound(r, v), lexBound(r, v), ...more.flatMap((words) => words(r))];

/** ZRANGE's bounds and options. */
const query = (r: Random, v: Vocabulary): string[] =>
  r.pick([
    () => [between(r, -3, 2), between(r, -2, 4), ...(r.chance(0.3) ? ["REV"] : [])],
    () => [bound(r, v), bound(r, v), "BYSCORE", ...(r.chance(0.3) ? ["REV"] : []), ...limit(r)],
    () => [lexBound(r, v), lexBound(r, v), "BYLEX", ...(r.chance(0.3) ? ["REV"] : []), ...limit(r)],
  ])();
/** `numkeys key...`; now and then a plain set is among them. */
const sources = (r: Random, v: Vocabulary): string[] => {
  const keys = several(r, () => (r.chance(0.2) ? setKey : zsetKey)(r, v));
  return [String(keys.length), ...keys];
};
const weighed = (r: Random, [count = "0", ...keys]: string[]): string[] => [
  count,
  ...keys,
  ...(r.chance(0.3) ? ["WEIGHTS", ...keys.map(() => r.pick(["1", "2", "0.5", "-1"]))] : []),
  ...optional(r, ["AGGREGATE", r.pick(["SUM", "MIN", "MAX"])]),
];

const added: Draw = (r, v) =>
  r.chance(0.15)
    ? ["ZADD", zsetKey(r, v), ...(r.chance(0.3) ? ["XX"] : []), "INCR", r.pick(["1", decimal(r)]), element(r, v)]
    : [
        "ZADD",
        zsetKey(r, v),
        ...(r.chance(0.3) ? r.pick([["NX"], ["XX"], ["GT"], ["LT"], ["XX", "GT"]]) : []),
        ...(r.chance(0.2) ? ["CH"] : []),
        ...scored(r, v),
      ];
const incremented: Draw = (r, v) => [
  "ZINCRBY",
  zsetKey(r, v),
  r.pick(["1", "-1", "0.1", "0.2", "1e-3", "2.5", "0", score(r, v)]),
  element(r, v),
];

export const ZSET_DRAWS: Draws = {
  ZADD: added,
  "ZADD again": (r, v) => ["ZADD", zsetKey(r, v), ...scored(r, v)],
  ZINCRBY: incremented,
  "ZINCRBY again": incremented,
  ZREM: onElements("ZREM", zsetKey),
  ZCARD: keyed("ZCARD", zsetKey),
  ZSCORE: onElement("ZSCORE", zsetKey),
  ZMSCORE: onElements("ZMSCORE", zsetKey),
  ZRANK: onElement("ZRANK", zsetKey),
  ZREVRANK: onElement("ZREVRANK", zsetKey),
  ZCOUNT: byScore("ZCOUNT"),
  ZLEXCOUNT: byLex("ZLEXCOUNT"),
  ZRANGE: (r, v) => {
    const words = query(r, v);
    return ["ZRANGE", zsetKey(r, v), ...words, ...(words.includes("BYLEX") ? [] : withScores(r))];
  },
  "ZRANGE again": (r, v) => ["ZRANGE", zsetKey(r, v), "0", "-1", "WITHSCORES"],
  ZRANGESTORE: (r, v) => ["ZRANGESTORE", zsetKey(r, v), zsetKey(r, v), ...query(r, v)],
  ZREVRANGE: (r, v) => ["ZREVRANGE", zsetKey(r, v), between(r, -3, 2), between(r, -2, 4), ...withScores(r)],
  ZRANGEBYSCORE: byScore("ZRANGEBYSCORE", withScores, limit),
  ZREVRANGEBYSCORE: byScore("ZREVRANGEBYSCORE", withScores, limit),
  ZRANGEBYLEX: byLex("ZRANGEBYLEX", limit),
  ZREVRANGEBYLEX: byLex("ZREVRANGEBYLEX", limit),
  ZREMRANGEBYRANK: onRange("ZREMRANGEBYRANK", zsetKey),
  ZREMRANGEBYSCORE: byScore("ZREMRANGEBYSCORE"),
  ZREMRANGEBYLEX: byLex("ZREMRANGEBYLEX"),
  ZPOPMIN: (r, v) => ["ZPOPMIN", zsetKey(r, v), ...optional(r, ["2"])],
  ZPOPMAX: (r, v) => ["ZPOPMAX", zsetKey(r, v), ...optional(r, ["2"])],
  ZMPOP: (r, v) => ["ZMPOP", "2", zsetKey(r, v), zsetKey(r, v), r.pick(["MIN", "MAX"]), ...optional(r, ["COUNT", "2"])],
  BZPOPMIN: (r, v) => ["BZPOPMIN", zsetKey(r, v), zsetKey(r, v), "1"],
  BZPOPMAX: (r, v) => ["BZPOPMAX", zsetKey(r, v), "1"],
  BZMPOP: (r, v) => ["BZMPOP", "1", "2", zsetKey(r, v), zsetKey(r, v), r.pick(["MIN", "MAX"])],
  ZRANDMEMBER: (r, v) => ["ZRANDMEMBER", zsetKey(r, v), ...optional(r, ["2"], ["-3"], ["3", "WITHSCORES"])],
  ZSCAN: (r, v) => ["ZSCAN", zsetKey(r, v), "0", "COUNT", "1000"],
  ZUNION: (r, v) => ["ZUNION", ...weighed(r, sources(r, v)), ...withScores(r)],
  ZINTER: (r, v) => ["ZINTER", ...weighed(r, sources(r, v)), ...withScores(r)],
  ZDIFF: (r, v) => ["ZDIFF", ...sources(r, v), ...withScores(r)],
  ZUNIONSTORE: (r, v) => ["ZUNIONSTORE", zsetKey(r, v), ...weighed(r, sources(r, v))],
  ZINTERSTORE: (r, v) => ["ZINTERSTORE", zsetKey(r, v), ...weighed(r, sources(r, v))],
  ZDIFFSTORE: (r, v) => ["ZDIFFSTORE", zsetKey(r, v), ...sources(r, v)],
  ZINTERCARD: (r, v) => ["ZINTERCARD", ...sources(r, v), ...optional(r, ["LIMIT", "1"])],
};

/** Some cities, and what is around them. */
const PLACES = [
  ["13.361389", "38.115556"],
  ["15.087269", "37.502669"],
  ["2.349014", "48.864716"],
  ["-0.127758", "51.507351"],
  ["179.9", "-17.7"],
  ["-179.9", "-17.8"],
];
const place = (r: Random): string[] => r.pick(PLACES);
const unit = (r: Random): string => r.pick(["m", "km", "mi", "ft"]);
const reach = (r: Random): string[] =>
  r.pick([
    ["200", "km"],
    ["1500", "km"],
    ["100", "mi"],
    ["30", "m"],
  ]);
const center = (r: Random, v: Vocabulary): string[] =>
  r.chance(0.5) ? ["FROMMEMBER", element(r, v)] : ["FROMLONLAT", ...place(r)];
const shape = (r: Random): string[] =>
  r.chance(0.7) ? ["BYRADIUS", ...reach(r)] : ["BYBOX", r.pick(["300", "2000"]), r.pick(["300", "3000"]), "km"];
const order = (r: Random): string[] => [...optional(r, ["ASC"], ["DESC"]), ...(r.chance(0.3) ? ["COUNT", "2"] : [])];
const details = (r: Random): string[] => r.subset(["WITHCOORD", "WITHDIST", "WITHHASH"], 0.3);
const around =
  (name: string): Draw =>
  (r, v) => [name, geoKey(r, v), ...place(r), ...reach(r), ...order(r)];
const aroundMember =
  (name: string): Draw =>
  (r, v) => [name, geoKey(r, v), element(r, v), ...reach(r), ...order(r)];

export const GEO_DRAWS: Draws = {
  GEOADD: (r, v) => [
    "GEOADD",
    geoKey(r, v),
    ...(r.chance(0.2) ? [r.pick(["NX", "XX", "CH"])] : []),
    ...several(r, () => [...place(r), element(r, v)]).flat(),
  ],
  "ZREM place": onElements("ZREM", geoKey),
  "ZRANGE places": (r, v) => ["ZRANGE", geoKey(r, v), "0", "-1", "WITHSCORES"],
  GEOPOS: onElements("GEOPOS", geoKey),
  GEODIST: (r, v) => ["GEODIST", geoKey(r, v), element(r, v), element(r, v), unit(r)],
  GEOHASH: onElements("GEOHASH", geoKey),
  GEOSEARCH: (r, v) => ["GEOSEARCH", geoKey(r, v), ...center(r, v), ...shape(r), ...order(r), ...details(r)],
  GEOSEARCHSTORE: (r, v) => [
    "GEOSEARCHSTORE",
    geoKey(r, v),
    geoKey(r, v),
    ...center(r, v),
    ...shape(r),
    ...order(r),
    ...(r.chance(0.3) ? ["STOREDIST"] : []),
  ],
  GEORADIUS: (r, v) => [
    ...around("GEORADIUS")(r, v, 0),
    ...optional(r, [r.pick(["STORE", "STOREDIST"]), geoKey(r, v)]),
  ],
  GEORADIUS_RO: around("GEORADIUS_RO"),
  GEORADIUSBYMEMBER: aroundMember("GEORADIUSBYMEMBER"),
  GEORADIUSBYMEMBER_RO: aroundMember("GEORADIUSBYMEMBER_RO"),
};
