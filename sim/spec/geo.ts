/**
 * Positions on the Earth, kept as scores of a sorted set: 26 bits of longitude and 26 of latitude, in turns.
 *
 * Distances and positions may be off by what printing and rounding cost.
 */
import { ANYTHING, checked, exactly, failure, fits, numeric, show, type Expected, type Wanted } from "./expected.ts";
import { argument, NIL, withType, WRONG_TYPE, type Reading, type Rules } from "./interpreter.ts";
import type { Reply } from "./reply.ts";
import type { View } from "./view.ts";
import { addMembers, ordered, storeMembers, type Scored } from "./zsets.ts";

interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

interface Found extends Place {
  readonly member: string;
  readonly score: number;
  readonly metres: number;
}

interface Search {
  readonly from: Place;
  readonly isInside: (place: Place) => boolean;
  readonly unit: number;
  readonly words: readonly string[];
}

const LATITUDE_MAX = 85.05112878;
const STEPS = 26;
const EARTH_METRES = 6372797.560856;
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

function scoreAt({ longitude, latitude }: Place): number {
  const [column, row] = cellAt(longitude, 180, latitude, LATITUDE_MAX);
  return Number(BigInt(`0b${inTurns(column, row)}`));
}

function cellAt(longitude: number, longitudeMax: number, latitude: number, latitudeMax: number): [number, number] {
  const column = ((longitude + longitudeMax) / (2 * longitudeMax)) * 2 ** STEPS;
  return [Math.floor(column), Math.floor(((latitude + latitudeMax) / (2 * latitudeMax)) * 2 ** STEPS)];
}

/** The bits of both, from the highest on. */
function inTurns(column: number, row: number): string {
  const [columns, rows] = [column, row].map((number) => number.toString(2).padStart(STEPS, "0"));
  return Array.from(columns ?? "", (bit, i) => bit + (rows?.[i] ?? "")).join("");
}

/** The middle of a cell. A score may be any number: C makes 64 bits of it. */
function placeAt(score: number): Place {
  const bits = Array.from(bitsOf(score).toString(2).padStart(64, "0"));
  const cellOf = (odd: number): number => Number.parseInt(bits.filter((_, i) => i % 2 === odd).join(""), 2);
  return {
    longitude: Math.min(180, middleOf(cellOf(0), 180)),
    latitude: Math.min(LATITUDE_MAX, middleOf(cellOf(1), LATITUDE_MAX)),
  };
}

/** Between its edges, rounded as they are. */
function middleOf(cell: number, max: number): number {
  const [from, to] = [cell, cell + 1].map((edge) => -max + (edge / 2 ** STEPS) * (2 * max));
  return ((from ?? 0) + (to ?? 0)) / 2;
}

function bitsOf(score: number): bigint {
  if (Math.abs(score) < 2 ** 63) return BigInt.asUintN(64, BigInt(Math.trunc(score)));
  return score < 0 ? 2n ** 63n : score < 2 ** 64 ? BigInt(score) : 0n;
}

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
  const [column, row] = cellAt(longitude, 180, latitude, 90);
  const bits = inTurns(column % 2 ** STEPS, row % 2 ** STEPS);
  const text = Array.from({ length: 9 }, (_, i) => LETTERS[Number.parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join("");
  return {
    fits: (reply) => typeof reply === "string" && reply.length === 11 && reply.startsWith(text),
    words: show(`${text}..`),
  };
}

/** By haversines. */
function metresBetween(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const [from, to] = [a.latitude * radians, b.latitude * radians];
  const u = Math.sin((to - from) / 2);
  const v = Math.sin((b.longitude * radians - a.longitude * radians) / 2);
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(u * u + Math.cos(from) * Math.cos(to) * v * v));
}

function search(reading: Reading, view: View, at: number): Expected {
  const words = reading.args.slice(at).map((word) => word.toUpperCase());
  const behind = (name: string): string | undefined => reading.args.slice(at)[words.indexOf(name) + 1];
  const target = /STORE$/i.test(argument(reading, 0))
    ? argument(reading, 1)
    : words.includes("STOREDIST")
      ? behind("STOREDIST")
      : words.includes("STORE")
        ? behind("STORE")
        : undefined;
  if (view.type === undefined) return target === undefined ? exactly([]) : storeMembers(reading.event, target, []);
  const wanted = searchIn(reading, view, at);
  if (wanted === undefined) return NO_MEMBER;
  const found = ordered(view)
    .map(([member, score]): Found => ({
      member,
      score,
      ...placeAt(score),
      metres: metresBetween(wanted.from, placeAt(score)),
    }))
    .filter(wanted.isInside)
    .toSorted((a, b) => a.metres - b.metres);
  if (words.includes("DESC")) found.reverse();
  const most = words.includes("COUNT") ? Number(behind("COUNT")) : found.length;
  if (target === undefined) return isAtEdge(wanted.from) ? ANYTHING : isRight(reading.actual, found, most, wanted);
  const kept = found
    .slice(0, most)
    .map(({ member, score, metres }): Scored => [member, words.includes("STOREDIST") ? metres / wanted.unit : score]);
  return storeMembers(reading.event, target, kept);
}

/** Of what is near the edges of the map Redis may miss some. */
function isAtEdge({ latitude }: Place): boolean {
  return Math.abs(latitude) > 80;
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
    const [width, height] = [Number(after("BYBOX")) * unit, Number(after("BYBOX", 2)) * unit];
    const isInside = (place: Place): boolean =>
      metresBetween(place, { ...place, longitude: from.longitude }) <= width / 2 &&
      metresBetween(place, { ...place, latitude: from.latitude }) <= height / 2;
    return { from, isInside, unit, words };
  }
  const first = byMember ? 3 : 4;
  const radius = isOld ? args[first] : after("BYRADIUS");
  const unit = UNITS[(isOld ? (args[first + 1] ?? "") : after("BYRADIUS", 2)).toUpperCase()] ?? 1;
  return { from, isInside: (place) => metresBetween(from, place) <= Number(radius) * unit, unit, words };
}

/** Without an order any will do; of what is equally far any is as good, and with ANY whatever was found first. */
function isRight(actual: Reply, found: readonly Found[], most: number, { unit, words }: Search): Expected {
  const isSorted =
    words.includes("ASC") || words.includes("DESC") || (words.includes("COUNT") && !words.includes("ANY"));
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
      const nth = words.includes("ANY") ? undefined : found[i];
      return !isSorted || nth === undefined || Math.abs(nth.metres - one.found.metres) < 1e-3;
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
