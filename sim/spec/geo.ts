/**
 * Positions on the Earth, kept as scores of a sorted set.
 *
 * Distances and positions may be off by what printing and rounding cost.
 */
import { checked, exactly, failure, fits, numeric, show, type Expected, type Wanted } from "./expected.ts";
import { lookingOrder, type Extent } from "./geo-cells.ts";
import { cellAt, EARTH_METRES, inTurns, placeAt, RADIANS, scoreAt, STEPS, type Place } from "./geo-grid.ts";
import { argument, NIL, withType, WRONG_TYPE, type Reading, type Rules } from "./interpreter.ts";
import type { Reply } from "./reply.ts";
import { scoreIn } from "./score.ts";
import type { View } from "./view.ts";
import { addMembers, ordered, storeMembers, type Scored } from "./zsets.ts";

interface Found extends Place {
  readonly member: string;
  readonly score: number;
  readonly metres: number;
}

interface Search {
  readonly from: Place;
  readonly extent: Extent;
  readonly isInside: (place: Place) => boolean;
  readonly unit: number;
  readonly words: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = { M: 1, KM: 1000, FT: 0.3048, MI: 1609.34 };
const LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz";
const NO_MEMBER = failure("ERR could not decode requested zset member");

export const geoRules: Rules = {
  GEOADD: withType("zset", (reading, _view, key) => {
    const words = reading.args.slice(2).map((word) => word.toUpperCase());
    const first = words.findIndex((word) => !["NX", "XX", "CH"].includes(word)) + 2;
    const rest = reading.args.slice(first);
    const pairs = Array.from({ length: rest.length / 3 }, (_, i): Scored => [
      rest[3 * i + 2] ?? "",
      scoreAt({ longitude: Number(rest[3 * i]), latitude: Number(rest[3 * i + 1]) }),
    ]);
    return addMembers(reading, key, new Set(words.slice(0, first - 2)), pairs);
  }),
  GEOPOS: withType("zset", ({ args }, view) =>
    exactly(args.slice(2).map((member) => (view.elements.has(member) ? position(placeOf(view, member)) : null))),
  ),
  GEODIST: withType("zset", (reading, view) => {
    const [one, other] = [argument(reading, 2), argument(reading, 3)];
    if (!view.elements.has(one) || !view.elements.has(other)) return NIL;
    const unit = UNITS[(reading.args[4] ?? "m").toUpperCase()] ?? 1;
    return exactly(distance(metresBetween(placeOf(view, one), placeOf(view, other)) / unit));
  }),
  GEOHASH: withType("zset", ({ args }, view) =>
    exactly(args.slice(2).map((member) => (view.elements.has(member) ? geohash(placeOf(view, member)) : null))),
  ),
  GEOSEARCH: withType("zset", (reading, view) => search(reading, view, 2)),
  GEOSEARCHSTORE: (reading) => {
    const view = reading.event.view(argument(reading, 2));
    if (view.type !== undefined && view.type !== "zset") return WRONG_TYPE;
    return search(reading, view, 3);
  },
  GEORADIUS: withType("zset", (reading, view) => search(reading, view, 2)),
  GEORADIUS_RO: withType("zset", (reading, view) => search(reading, view, 2)),
  GEORADIUSBYMEMBER: withType("zset", (reading, view) => search(reading, view, 2)),
  GEORADIUSBYMEMBER_RO: withType("zset", (reading, view) => search(reading, view, 2)),
};

function placeOf(view: View, member: string): Place {
  return placeAt(Number(view.elements.get(member)));
}

function position({ longitude, latitude }: Place): Wanted {
  return [numeric(longitude, 1e-9), numeric(latitude, 1e-9)];
}

/** Printed with four digits behind the point. */
function distance(metres: number): Wanted {
  return numeric(metres, 1e-4 + metres * 1e-9);
}

/** Of a grid that reaches to the poles; the last letters depend on rounding. */
function geohash({ longitude, latitude }: Place): Wanted {
  const [column, row] = cellAt(longitude, 180, latitude, 90, STEPS);
  const bits = inTurns(column % 2 ** STEPS, row % 2 ** STEPS, STEPS);
  const text = Array.from({ length: 9 }, (_, i) => LETTERS[Number.parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join("");
  return {
    fits: (reply) => typeof reply === "string" && reply.length === 11 && reply.startsWith(text),
    words: show(`${text}..`),
  };
}

/** By haversines. */
function metresBetween(a: Place, b: Place): number {
  const [from, to] = [a.latitude * RADIANS, b.latitude * RADIANS];
  const u = Math.sin((to - from) / 2);
  const v = Math.sin((b.longitude * RADIANS - a.longitude * RADIANS) / 2);
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(u * u + Math.cos(from) * Math.cos(to) * v * v));
}

function search(reading: Reading, view: View, at: number): Expected {
  const words = reading.args.slice(at).map((word) => word.toUpperCase());
  const behind = (name: string): string | undefined => reading.args.slice(at)[words.lastIndexOf(name) + 1];
  const storing = words.findLast((word) => word === "STORE" || word === "STOREDIST");
  const target = /STORE$/i.test(argument(reading, 0)) ? argument(reading, 1) : storing && behind(storing);
  if (view.type === undefined) return target === undefined ? exactly([]) : storeMembers(reading.event, target, []);
  const wanted = searchIn(reading, view, at);
  if (wanted === undefined) return NO_MEMBER;
  const most = words.includes("COUNT") ? Number(behind("COUNT")) : Number.POSITIVE_INFINITY;
  const all = foundBy(wanted, view);
  // ANY: what is found first will do.
  const found = words.includes("ANY") ? all.slice(0, most) : all;
  if (isSorted(words)) found.sort((a, b) => a.metres - b.metres);
  if (words.findLast(isOrder) === "DESC") found.reverse();
  if (target === undefined) return isRight(reading.actual, found, most, wanted);
  const kept = found
    .slice(0, most)
    .map(({ member, score, metres }): Scored => [member, storing === "STOREDIST" ? metres / wanted.unit : score]);
  return storeMembers(reading.event, target, kept);
}

/** In the order in which it is come across: cell by cell, in each by score. */
function foundBy({ from, extent, isInside }: Search, view: View): Found[] {
  const order = lookingOrder(from, extent);
  return ordered(view)
    .flatMap(([member, score]) => {
      const place = placeAt(score);
      const nth = order(score);
      if (nth === undefined || !isInside(place)) return [];
      return [{ nth, found: { member, score, ...place, metres: metresBetween(from, place) } }];
    })
    .toSorted((a, b) => a.nth - b.nth)
    .map(({ found }) => found);
}

function isSorted(words: readonly string[]): boolean {
  return words.some(isOrder) || (words.includes("COUNT") && !words.includes("ANY"));
}

function isOrder(word: string): boolean {
  return word === "ASC" || word === "DESC";
}

/** GEOSEARCH says where and how far by options, the older commands by their first arguments. */
function searchIn({ args }: Reading, view: View, at: number): Search | undefined {
  const words = args.slice(at).map((word) => word.toUpperCase());
  const after = (name: string, offset = 1): string => args[at + words.indexOf(name) + offset] ?? "";
  const isOld = args[0]?.toUpperCase().startsWith("GEORADIUS") === true;
  const byMember = isOld ? /BYMEMBER/i.test(args[0] ?? "") : words.includes("FROMMEMBER");
  const member = isOld ? (args[2] ?? "") : after("FROMMEMBER");
  if (byMember && !view.elements.has(member)) return undefined;
  const from = byMember
    ? placeOf(view, member)
    : isOld
      ? { longitude: Number(args[2]), latitude: Number(args[3]) }
      : { longitude: Number(after("FROMLONLAT")), latitude: Number(after("FROMLONLAT", 2)) };
  if (!isOld && words.includes("BYBOX")) {
    const unit = UNITS[after("BYBOX", 3).toUpperCase()] ?? 1;
    const [width, height] = [lengthIn(after("BYBOX")) * unit, lengthIn(after("BYBOX", 2)) * unit];
    const isInside = (place: Place): boolean =>
      metresBetween(place, { ...place, longitude: from.longitude }) <= width / 2 &&
      metresBetween(place, { ...place, latitude: from.latitude }) <= height / 2;
    const extent = { width: width / 2, height: height / 2, reach: Math.sqrt((width / 2) ** 2 + (height / 2) ** 2) };
    return { from, extent, isInside, unit, words };
  }
  const first = byMember ? 3 : 4;
  const unit = UNITS[(isOld ? (args[first + 1] ?? "") : after("BYRADIUS", 2)).toUpperCase()] ?? 1;
  const radius = lengthIn(isOld ? (args[first] ?? "") : after("BYRADIUS")) * unit;
  const extent = { width: radius, height: radius, reach: radius };
  // At the other end of the world, rounding leaves no number.
  return { from, extent, isInside: (place) => !(metresBetween(from, place) > radius), unit, words };
}

function lengthIn(text: string): number {
  return scoreIn(text) ?? Number.NaN;
}

/** Without an order any will do; of what is equally far any is as good. */
function isRight(actual: Reply, found: readonly Found[], most: number, { unit, words }: Search): Expected {
  const size = Math.min(most, found.length);
  const shown = new Map(found.map((one) => [one.member, one]));
  const items = Array.isArray(actual) ? (actual as readonly Reply[]) : [];
  const got = items.map((item) => ({ item, found: shown.get(String(Array.isArray(item) ? item[0] : item)) }));
  const right =
    Array.isArray(actual) &&
    items.length === size &&
    new Set(got.map((one) => one.found)).size === size &&
    got.every((one, i) => {
      if (one.found === undefined || !fits(itemOf(one.found, unit, words), one.item)) return false;
      return !isSorted(words) || Math.abs((found[i]?.metres ?? 0) - one.found.metres) < 1e-3;
    });
  return checked(right, show(found.slice(0, size).map(({ member }) => member)));
}

/** The score, where it is a cell. */
function hash(score: number): Wanted {
  if (score >= 0 && score < 2 ** (2 * STEPS)) return Math.trunc(score);
  return { fits: (reply) => typeof reply === "number" || typeof reply === "string", words: show("...") };
}

function itemOf({ member, score, metres, ...place }: Found, unit: number, words: readonly string[]): Wanted {
  const more: Wanted[] = [
    ...(words.includes("WITHDIST") ? [distance(metres / unit)] : []),
    ...(words.includes("WITHHASH") ? [hash(score)] : []),
    ...(words.includes("WITHCOORD") ? [position(place)] : []),
  ];
  return more.length === 0 ? member : [member, ...more];
}
