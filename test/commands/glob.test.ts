/** Glob patterns: Redis's answers literally, and a regular expression as the oracle. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "../../src/commands/glob.ts";

function matches(pattern: string, text: string, ignoreCase = false): boolean {
  return matchesGlob(Buffer.from(pattern, "latin1"), Buffer.from(text, "latin1"), ignoreCase);
}

describe("a glob pattern", () => {
  test.for([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "anything", true],
    ["a*", "a", true],
    ["a*c", "abbc", true],
    ["a*c", "abbd", false],
    ["a*b*c", "axxbxxbyyc", true],
    ["**a", "bba", true],
    ["?", "a", true],
    ["?", "", false],
    ["h?llo", "hallo", true],
    ["h?llo", "hllo", false],
    ["h[ae]llo", "hello", true],
    ["h[ae]llo", "hillo", false],
    ["h[^e]llo", "hallo", true],
    ["h[^e]llo", "hello", false],
    ["h[a-c]llo", "hbllo", true],
    ["h[c-a]llo", "hbllo", true],
    ["h[a-c]llo", "hdllo", false],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["[\\]]", "]", true],
    ["[a-]", "^", true],
    ["[a-]", "-", false],
    ["[a", "a", true],
    ["[^a", "a", false],
    ["[]", "]", false],
    ["a\\", "a\\", true],
    ["\\", "\\", true],
    ["\xff*", "\xff\x00\n", true],
    ["[\x80-\xff]", "\xe9", true],
  ] as const)("%j on %j is %j", ([pattern, text, expected]) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test("ignores case when asked, in letters and in ranges", () => {
    expect(matches("MAX*", "maxclients")).toBe(false);
    expect(matches("MAX*", "maxclients", true)).toBe(true);
    expect(matches("[A-C]x", "bX", true)).toBe(true);
  });

  property.prop([fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 })])(
    "of literals, stars and question marks matches as the same regular expression does",
    (seed, text) => {
      const pattern = seed
        .split("")
        .map((letter) => "ab*?"[letter.charCodeAt(0) % 4])
        .join("");
      const narrowed = text
        .split("")
        .map((letter) => "ab"[letter.charCodeAt(0) % 2])
        .join("");
      const expression = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      expect(matches(pattern, narrowed)).toBe(expression.test(narrowed));
    },
  );

  property.prop([fc.string()])("matches what it spells with every byte escaped", (text) => {
    const bytes = Buffer.from(text);
    const escaped = Buffer.from([...bytes].flatMap((byte) => [0x5c, byte]));
    expect(matchesGlob(escaped, bytes)).toBe(true);
  });

  property.prop([fc.uint8Array(), fc.uint8Array(), fc.boolean()])(
    "of any bytes gives an answer",
    (pattern, text, fold) => {
      expect(typeof matchesGlob(pattern, text, fold)).toBe("boolean");
    },
  );

  test("that asks for endless backtracking is cut short", () => {
    const text = Buffer.alloc(2_000_000, "a");
    const pattern = Buffer.from(`*${"a".repeat(5000)}b`);
    const before = performance.now();
    expect(matchesGlob(pattern, text)).toBe(false);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test("finds its last word at the end of a large text", () => {
    expect(matchesGlob(Buffer.from("*needle"), Buffer.from(`${"a".repeat(3_000_000)}needle`))).toBe(true);
  });
});
