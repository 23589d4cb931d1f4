/** JSON with places: agrees with the runtime on what is JSON, and names the place where a text stops being it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonError, parseJson } from "../../sim/cli/json-text.ts";

const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"a"',
  '"',
  "1",
  "-",
  "01",
  "1.",
  "1e5",
  "true",
  "nul",
  " ",
  "\n",
  "\\",
  "\u0001",
  "x",
];

test("agrees with the runtime's parser, and names a place wherever that refuses", () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join("")),
    fc.json().chain((text) => fc.nat(text.length).map((length) => text.slice(0, length))),
    fc.json(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(() => parseJson(text)).toThrow(/^line \d+, column \d+: /);
        return;
      }
      expect(parseJson(text)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["", "line 1, column 1: the file ends where a value is expected"],
  ['{"a": 1,}', "line 1, column 9: expected a name in double quotes"],
  ['{"a" 1}', "line 1, column 6: expected ':'"],
  ['{\n  "a": [1 2]}', "line 2, column 11: expected ',' or ']'"],
  ['{"a": tru}', "line 1, column 7: expected a value"],
  ["[1", "line 1, column 3: the file ends where ',' or ']' is expected"],
  ["1 2", "line 1, column 3: expected the end"],
])("%j: %s", (text, message) => {
  expect(() => parseJson(text)).toThrow(new JsonError(message));
});
