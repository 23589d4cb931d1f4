/** Positions: all over the map and close together, at its ends, and every option of the searches. */
import fc from "fast-check";
import { type Family, groups, join, nothing, salad, words, type Words } from "../line.ts";
import { distanceKey, everyKey, key, placeKey } from "../vocabulary.ts";

const ENDS_OF_LONGITUDE = ["-180", "180", "179.9", "-179.8", "0", "90"];
const ENDS_OF_LATITUDE = ["85.05112878", "-85.05112878", "85.05", "-85", "0", "66.1", "80.5"];
const PLACES_MAX = 60;

/** Evenly spread, so that hardly two are the same. */
function between(min: number, max: number): fc.Arbitrary<string> {
  return fc
    .noBias(fc.integer({ min: 0, max: 0x3fff_ffff }))
    .map((part) => String(min + (part / 0x4000_0000) * (max - min)));
}

const anywhere: Words = fc.oneof(
  words(between(-180, 180), between(-85.05, 85.05)),
  words(between(13, 13.2), between(52.4, 52.6)),
  words(between(179.9, 180), between(84.9, 85.05)),
);
const atAnEnd: Words = fc.oneof(
  words(fc.constantFrom(...ENDS_OF_LONGITUDE), between(-85, 85)),
  words(between(-180, 180), fc.constantFrom(...ENDS_OF_LATITUDE)),
  words(fc.constantFrom(...ENDS_OF_LONGITUDE), fc.constantFrom(...ENDS_OF_LATITUDE)),
);
const refused: Words = fc.constantFrom(
  ["181", "0"],
  ["0", "86"],
  ["x", "1"],
  ["1", ""],
  ["nan", "1"],
  ["inf", "-1e30"],
);
const centreOfCircle = fc.oneof(
  { weight: 10, arbitrary: anywhere },
  { weight: 3, arbitrary: atAnEnd },
  { weight: 1, arbitrary: refused },
);
const name = fc.integer({ min: 0, max: 30 }).map((n) => `m${n}`);
const member = fc.oneof({ weight: 8, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom("", "none", "odd") });
/** What is at an end is named by its place, so that no two are at the same. */
const placed: Words = fc.oneof(
  { weight: 8, arbitrary: join(anywhere, words(name)) },
  { weight: 2, arbitrary: atAnEnd.map((place) => [...place, place.map(Number).join()]) },
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
const count = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 12 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("0", "-1", "x", "99999999999999999999") },
);
const counting = fc.oneof(words("COUNT", count), words("count", count, "any"));
const output = fc.constantFrom(["WITHDIST"], ["withcoord"], ["WithHash"]);
const order = fc.constantFrom(["ASC"], ["desc"]);
const plain = salad(order, counting);
const shown = salad(order, counting, output, output, fc.constantFrom(["ANY"], ["bogus"], ["COUNT"], ["STORE", "t"]));
const centre = fc.oneof(
  { weight: 8, arbitrary: join(words("FROMLONLAT"), centreOfCircle) },
  { weight: 8, arbitrary: words("frommember", member) },
  { weight: 1, arbitrary: fc.constantFrom([], ["FROMMEMBER", "m1", "FROMLONLAT", "1", "1"]) },
);
const shape = fc.oneof(
  { weight: 8, arbitrary: words("BYRADIUS", length, unit) },
  { weight: 8, arbitrary: words("bybox", length, length, unit) },
  { weight: 1, arbitrary: fc.constantFrom([], ["BYRADIUS", "1", "m", "BYBOX", "1", "1", "m"]) },
);
const storing = salad(order, counting, words("STORE", key), words("storedist", distanceKey), output);
const read = fc.oneof({ weight: 8, arbitrary: placeKey }, { weight: 1, arbitrary: everyKey });
const add = groups(placed, 1, PLACES_MAX);

export const places: Family = {
  GEOADD: join(words(placeKey), fc.oneof(add, join(words(fc.constantFrom("NX", "XX", "ch")), add))),
  geoadd: join(
    words(placeKey),
    salad(words(fc.constantFrom("NX", "XX", "ch"))),
    fc.oneof(anywhere, refused),
    words(member),
  ),
  // Scores that no position has.
  ZADD: words("g", fc.constantFrom("-1", "0.5", "1e17", "-1e300", "inf", "-inf", "4503599627370495.5"), "odd"),
  GEOPOS: join(words(read), fc.oneof(nothing, groups(words(member), 1, 4))),
  GEOHASH: join(words(read), fc.oneof(nothing, groups(words(member), 1, 4))),
  GEODIST: join(words(read, member, member), fc.oneof(nothing, words(unit), words(unit, unit))),
  GEOSEARCH: join(words(read), centre, shape, shown),
  geosearch: join(words(read), shape, centre, plain),
  GEOSEARCHSTORE: join(words(key, placeKey), centre, shape, salad(order, counting, output)),
  geosearchstore: join(words(distanceKey, placeKey), centre, shape, plain, words("STOREDIST")),
  GEORADIUS: join(words(placeKey), centreOfCircle, words(length, unit), fc.oneof(storing, shown)),
  GEORADIUS_RO: join(words(read), centreOfCircle, words(length, unit), fc.oneof(storing, shown)),
  GEORADIUSBYMEMBER: join(words(placeKey, member, length, unit), fc.oneof(storing, shown)),
  GEORADIUSBYMEMBER_RO: join(words(read, member, length, unit), fc.oneof(storing, shown)),
};
