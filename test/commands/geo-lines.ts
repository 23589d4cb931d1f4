/** Random geo commands, for the differential test: places all over the map and close together, and every option. */
import fc from "fast-check";
import type { CommandLine } from "./command-lines.ts";

type Words = fc.Arbitrary<readonly string[]>;

const ENDS_OF_LONGITUDE = ["-180", "180", "179.9", "-179.8", "0", "90"];
const ENDS_OF_LATITUDE = ["85.05112878", "-85.05112878", "85.05", "-85", "0", "66.1", "80.5"];

/** Evenly spread, so that hardly two are the same. */
function between(min: number, max: number): fc.Arbitrary<string> {
  return fc
    .noBias(fc.integer({ min: 0, max: 0x3fff_ffff }))
    .map((part) => String(min + (part / 0x4000_0000) * (max - min)));
}

const anywhere: Words = fc.oneof(
  fc.tuple(between(-180, 180), between(-85.05, 85.05)),
  fc.tuple(between(13, 13.2), between(52.4, 52.6)),
  fc.tuple(between(179.9, 180), between(84.9, 85.05)),
);
const atAnEnd: Words = fc.oneof(
  fc.tuple(fc.constantFrom(...ENDS_OF_LONGITUDE), between(-85, 85)),
  fc.tuple(between(-180, 180), fc.constantFrom(...ENDS_OF_LATITUDE)),
  fc.tuple(fc.constantFrom(...ENDS_OF_LONGITUDE), fc.constantFrom(...ENDS_OF_LATITUDE)),
);
const refused: Words = fc.constantFrom(
  ["181", "0"],
  ["0", "86"],
  ["x", "1"],
  ["1", ""],
  ["nan", "1"],
  ["inf", "-1e30"],
);
const strangePlace: Words = fc.oneof(
  { weight: 10, arbitrary: anywhere },
  { weight: 3, arbitrary: atAnEnd },
  { weight: 1, arbitrary: refused },
);
const placeToAdd: Words = fc.oneof({ weight: 10, arbitrary: anywhere }, { weight: 1, arbitrary: refused });
const key = fc.constantFrom("g", "g", "g", "g", "g", "h", "none", "text");
const member = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }).map((n) => `m${n}`) },
  { weight: 1, arbitrary: fc.constantFrom("", "none", "odd") },
);
const unit = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("m", "km", "ft", "mi", "KM", "Mi") },
  { weight: 1, arbitrary: fc.constantFrom("x", "", "meter") },
);
const length = fc.oneof(
  { weight: 8, arbitrary: between(0, 30_000) },
  { weight: 8, arbitrary: between(0, 9e6) },
  { weight: 2, arbitrary: fc.constantFrom("0", "1e9", "0.0001", "inf") },
  { weight: 1, arbitrary: fc.constantFrom("-1", "x", "nan", "") },
);
const target = fc.constantFrom("t", "u");

function words(...parts: readonly (fc.Arbitrary<string> | string)[]): Words {
  return fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)));
}

function join(...parts: readonly Words[]): Words {
  return fc.tuple(...parts).map((lists) => lists.flat());
}

function some(part: Words, min: number, max: number): Words {
  return fc.array(part, { minLength: min, maxLength: max, size: "max" }).map((lists) => lists.flat());
}

function salad(...options: readonly Words[]): Words {
  return some(fc.oneof(...options), 0, 4);
}

const count = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 12 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("0", "-1", "x", "99999999999999999999") },
);
const counting = fc.oneof(join(words("COUNT", count)), join(words("count", count, "any")));
const output = fc.constantFrom(["WITHDIST"], ["withcoord"], ["WithHash"]);
const order = fc.constantFrom(["ASC"], ["desc"]);
const plain = salad(order, counting);
const shown = salad(order, counting, output, output, fc.constantFrom(["ANY"], ["bogus"], ["COUNT"], ["STORE", "t"]));
const centre = fc.oneof(
  { weight: 8, arbitrary: join(words("FROMLONLAT"), strangePlace) },
  { weight: 8, arbitrary: words("frommember", member) },
  { weight: 1, arbitrary: fc.constantFrom([], ["FROMMEMBER", "m1", "FROMLONLAT", "1", "1"]) },
);
const shape = fc.oneof(
  { weight: 8, arbitrary: words("BYRADIUS", length, unit) },
  { weight: 8, arbitrary: words("bybox", length, length, unit) },
  { weight: 1, arbitrary: fc.constantFrom([], ["BYRADIUS", "1", "m", "BYBOX", "1", "1", "m"]) },
);
const storing = salad(order, counting, words("STORE", target), words("storedist", target), output);

const lines: readonly Words[] = [
  join(words("GEOADD", key), salad(words(fc.constantFrom("NX", "XX", "ch"))), placeToAdd, words(member)),
  join(words("geopos", key), some(words(member), 0, 4)),
  join(words("GEOHASH", key), some(words(member), 0, 4)),
  join(words("GEODIST", key, member, member), salad(words(unit))),
  join(words("GeoSearch", key), centre, shape, shown),
  join(words("GEOSEARCH", key), centre, shape, shown),
  join(words("GEOSEARCH", key), shape, centre, plain),
  join(words("GEOSEARCHSTORE", target, key), centre, shape, salad(order, counting, words("STOREDIST"), output)),
  join(words("GEORADIUS", key), strangePlace, words(length, unit), fc.oneof(storing, shown)),
  join(words("GEORADIUS_RO", key), strangePlace, words(length, unit), fc.oneof(storing, shown)),
  join(words("GEORADIUSBYMEMBER", key, member, length, unit), fc.oneof(storing, shown)),
  join(words("GEORADIUSBYMEMBER_RO", key, member, length, unit), fc.oneof(storing, shown)),
];

export const geoLine: fc.Arbitrary<CommandLine> = fc.oneof(...lines);

/** What is there before: many members, some of them with scores that no position has. */
export const geoMembers: fc.Arbitrary<readonly CommandLine[]> = fc
  .tuple(
    fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: anywhere }, { weight: 1, arbitrary: atAnEnd }), {
      minLength: 1,
      maxLength: 200,
      size: "max",
      selector: (place) => place.map(Number).join(),
    }),
    fc.constantFrom("-1", "0.5", "1e17", "-1e300", "inf", "-inf", "4503599627370495.5", "9007199254740993"),
  )
  .map(([places, odd]) => [
    ["SET", "text", "x"],
    ["GEOADD", "g", ...places.flatMap(([x = "", y = ""], index) => [x, y, `m${index}`])],
    ["GEOADD", "h", ...places.slice(0, 3).flatMap(([x = "", y = ""], index) => [x, y, `m${index}`])],
    ["ZADD", "g", odd, "odd"],
  ]);
