/** The specification's glob patterns, by which KEYS and SCAN are judged. */
import { describe, expect } from "vitest";
import { test, fc } from "@fast-check/vitest";
import { matches } from "../../sim/spec/pattern.ts";

const few = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });

describe("a pattern", () => {
  test.prop([few, fc.string({ unit: fc.constantFrom("a", "b", "?", "*"), maxLength: 8 })])(
    "of letters, stars and question marks takes what the like regular expression takes",
    (text, pattern) => {
      const like = new RegExp(`^${pattern.replaceAll("?", ".").replaceAll("*", ".*")}$`);
      expect(matches(pattern, text)).toBe(text === "" ? pattern === "" || pattern === "*" : like.test(text));
    },
  );

  test.each([
    ["[a-c]x", "bx", true],
    ["[c-a]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["*[^b]", "aab", false],
    ["[ab", "b", true],
    ["[ab", "bc", false],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["a\\", "a\\", true],
    ["[\\]]", "]", true],
  ])("%s against %s: %s", (pattern, text, taken) => {
    expect(matches(pattern, text)).toBe(taken);
  });

  test("may be as long as a key, and have many stars", () => {
    const key = "x".repeat(100_000);
    expect(matches("*", key)).toBe(true);
    expect(matches(key, key)).toBe(true);
    expect(matches("*x*x*x*x*x*x*x*x*y", key.slice(0, 1000))).toBe(false);
  });
});
