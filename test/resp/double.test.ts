/**
 * Doubles as text, against values that C's printf gave.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { formatDouble } from "../../src/resp/double.ts";

describe("a double as text", () => {
  it.each([
    [0, "0"],
    [-0, "-0"],
    [3, "3"],
    [0.1, "0.10000000000000001"],
    [-1.5, "-1.5"],
    [1e16, "10000000000000000"],
    [1e17, "1e+17"],
    [1.5e300, "1.5000000000000001e+300"],
    [0.0001, "0.0001"],
    [0.00001, "1.0000000000000001e-05"],
    [5e-324, "4.9406564584124654e-324"],
    [1125899906842625.25, "1125899906842625.2"],
    [1125899906842625.75, "1125899906842625.8"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [Number.NaN, "nan"],
  ])("prints %d as %s", (x, text) => {
    expect(formatDouble(x)).toBe(text);
  });

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])("reads back as the same number", (x) => {
    expect(Number(formatDouble(x))).toBe(x);
  });
});
