/**
 * The words that families share: a handful of keys and members, so that they meet, types clash and one overwrites the
 * other, and numbers that are refused about as often as accepted.
 *
 * Some keys are for one family, because what others would make of them Redis leaves to chance; only what overwrites or
 * removes them whole comes from outside. Left out are values on which Redis and Atoll differ on purpose: deadlines
 * beyond 2^53 ms, decimals beyond the range of a double, hexadecimal floats in INCRBYFLOAT.
 */
import fc from "fast-check";
import { anyCase, join, words, type Words } from "./line.ts";

/** So long that it has memory of its own, which goes with it at once: what still looks there is found out. */
const long = (letter: string) => letter.repeat(13_000);

/** For everybody. */
export const key = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom("a", "b", "c", "d", "") },
  { weight: 1, arbitrary: fc.constant(long("k")) },
);
/** HyperLogLogs: what becomes of one that APPEND or SETBIT have changed, Redis leaves to chance. */
export const sketchKey = fc.constantFrom("p", "q", "r");
/** Positions no two of which are the same: whatever is equally far, Redis sorts by chance where a count cuts it off. */
export const placeKey = fc.constantFrom("g", "g", "g", "h");
/** Where distances are stored as scores: their last digit is the mathematical library's. */
export const distanceKey = fc.constantFrom("t", "u");
/** Scores that are all 0: ranges by member mean something only there. */
export const EVEN_KEY = "even";
/** For what does not look into a value, or replaces it whole. */
export const everyKey = fc.oneof(
  { weight: 8, arbitrary: key },
  { weight: 1, arbitrary: sketchKey },
  { weight: 1, arbitrary: placeKey },
  { weight: 1, arbitrary: fc.constantFrom("t", "u", EVEN_KEY, "none") },
);
/** From where to where values may go as they are. */
export const twoKeys: Words = fc.oneof(
  { weight: 8, arbitrary: words(key, key) },
  { weight: 1, arbitrary: words(key, sketchKey) },
  { weight: 1, arbitrary: words(sketchKey, sketchKey) },
  { weight: 1, arbitrary: words(placeKey, placeKey) },
  { weight: 1, arbitrary: words(distanceKey, distanceKey) },
);

export const integer = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -6, max: 12 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "9223372036854775807",
      "-9223372036854775808",
      "-9223372036854775807",
      "9223372036854775800",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740993", "-9007199254740993", "4294967296", "2147483648") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "9223372036854775808",
      "-9223372036854775809",
      "007",
      "-0",
      "+1",
      " 1",
      "1 ",
      "",
      "-",
      "x",
      "1.0",
      "1e3",
      "12x",
    ),
  },
);
export const shortInteger = integer.filter((n) => n.length < 4);

export const decimal = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "0.1",
      "1.5",
      "-2.25",
      "3",
      "-0.5",
      ".5",
      "5.",
      "1e2",
      "1E-3",
      "-1e1",
      "+2",
      "0",
      "-0",
      "-0.0",
      "00.50",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "x",
      "",
      " 1",
      "1 ",
      "nan",
      "inf",
      "-inf",
      "infinity",
      "1e",
      "--1",
      "1.1.1",
      "0.1x",
      ".",
      "e5",
      "1_0",
    ),
  },
);

const text = fc.constantFrom(
  "",
  "abc",
  "ohmytext",
  "mynewtext",
  "hello world",
  "\x00\xff\r\n",
  "caf\u00e9",
  "z".repeat(70),
);
export const value = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 6, arbitrary: integer },
  { weight: 6, arbitrary: decimal },
  { weight: 1, arbitrary: fc.constantFrom(long("y"), long("z")) },
);
export const member = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom("f", "g", "h", "1", "2", "30", "", "x".repeat(65), "\xff\x00") },
  { weight: 1, arbitrary: fc.constantFrom(long("m"), long("n")) },
);
export const count = fc.oneof(
  fc.integer({ min: -4, max: 6 }).map(String),
  fc.constantFrom("x", "", "4611686018427387904", "-9223372036854775808", "99999999999999999999"),
);
export const pattern = fc.constantFrom(
  "*",
  "a",
  "?",
  "[a-c]",
  "[^a]",
  "\\a",
  "a*b",
  "",
  "*a*",
  "[",
  "f*",
  "[f-h]",
  "[h-f]",
  "**",
  "\\",
);

/** Far enough from now for two clocks to agree on what is past. */
export const lifetime = fc.constantFrom(
  "100",
  "200000",
  "0",
  "-1",
  "-100",
  "9223372036854775807",
  "9223372036854775",
  "-9223372036854775808",
  "x",
  "",
  "1.5",
);
export const moment = fc.constantFrom(
  "9000000000",
  "9000000000000",
  "1",
  "0",
  "-5",
  "9223372036854775807",
  "9223372036854776",
  "x",
  "",
);
export const lives = [
  join(anyCase("EX"), words(lifetime)),
  join(anyCase("PX"), words(fc.constantFrom("200000", "0", "-1", "x"))),
  join(anyCase("EXAT"), words(fc.constantFrom("9000000000", "0", "-1", "x"))),
  join(anyCase("PXAT"), words(fc.constantFrom("9000000000000", "0", "x"))),
];

export const cursor = fc.constantFrom("0", "0", "0", "0", "x", "", "-1", "18446744073709551616", "+0");
