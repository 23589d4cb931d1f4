/** Reading integers from bytes, and the byte-string set of one command: both against ten lines of plain JavaScript. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { ByteSet } from "../../src/commands/byte-set.ts";
import { parseExactInteger, parseInteger } from "../../src/commands/number.ts";

const STRICT = /^(?:0|-?[1-9]\d*)$/;
const INT64_MAX = 2n ** 63n - 1n;

/** By definition: canonical decimal digits, 64 bits. */
function integerOf(text: string): bigint | undefined {
  if (!STRICT.test(text)) return undefined;
  const value = BigInt(text);
  return value >= -INT64_MAX - 1n && value <= INT64_MAX ? value : undefined;
}

/** A range in the middle of other bytes that could be taken for its own. */
function inside(text: string): ByteRange {
  const bytes = Buffer.from(`-1${text}23`, "latin1");
  return new ByteRange(bytes, 2, bytes.length - 2);
}

describe("integers in arguments", () => {
  const near = fc
    .bigInt({ min: -3n, max: 3n })
    .chain((d) => fc.constantFrom(INT64_MAX + d, -INT64_MAX + d, 2n ** 53n + d, d));
  const text = fc.oneof(near.map(String), fc.bigInt().map(String), fc.stringMatching(/^[-+ 0-9]{0,21}$/));

  property.prop([text])("are read as strictly as Redis reads them", (written) => {
    const expected = integerOf(written);
    const exact = parseExactInteger(inside(written));
    const nearest = parseInteger(inside(written));
    if (expected === undefined) {
      expect(exact).toBe(undefined);
      expect(nearest).toBe(Number.NaN);
    } else {
      expect(BigInt(exact ?? Number.NaN)).toBe(expected);
      expect(nearest).toBe(Number(expected));
    }
  });

  test("are not made of neighbouring bytes", () => {
    expect(parseInteger(inside(""))).toBe(Number.NaN);
  });
});

describe("a set of byte strings", () => {
  property.prop([fc.array(fc.uint8Array({ maxLength: 3, max: 3 }), { maxLength: 300 }), fc.integer()])(
    "keeps each once, in the order of arrival",
    (items, seed) => {
      const set = new ByteSet(seed);
      const seen: string[] = [];
      for (const item of items) {
        const name = Buffer.from(item).toString("latin1");
        expect(set.add(new ByteRange(item))).toBe(!seen.includes(name));
        if (!seen.includes(name)) seen.push(name);
      }
      const out = new ByteRange();
      expect(Array.from({ length: set.members.count }, (_, i) => set.members.at(i, out).latin1())).toEqual(seen);
    },
  );
});
