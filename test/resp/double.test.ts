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

  it.each([
    ["a number of halves", 1125899906842624.5, "1125899906842624.5"],
    ["a tie that goes down to even", 281474976710656.125 + 2 ** 48, "562949953421312.12"],
    ["a tie that goes up to even", 562949953421312.375, "562949953421312.38"],
    ["a tie among small numbers", 2 ** -13 * 1.5, "0.00018310546875"],
    ["nines that round up", 1 - 2 ** -53, "0.99999999999999989"],
    ["the greatest without exponent", 99999999999999984, "99999999999999984"],
  ])("prints %s", (_name, x, text) => {
    expect(formatDouble(x)).toBe(text);
  });

  /** Ends of numbers in binary places are where ties are. */
  const dyadic = fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.nat(2 ** 21), fc.integer({ min: 20, max: 66 }));

  test.prop([dyadic])(
    "prints the nearest seventeen digits, and of two equally near the even ones",
    ([low, high, places]) => {
      const x = (high * 2 ** 31 + low) / 2 ** places;
      const exact = (BigInt(high) * 2n ** 31n + BigInt(low)) * 5n ** BigInt(places); // in units of 10^-places
      const cut = Math.max(0, exact.toString().length - 17);
      const unit = 10n ** BigInt(cut);
      const rest = exact % unit;
      const even = (exact / unit) % 2n === 0n;
      const up = rest * 2n > unit || (rest * 2n === unit && !even);
      const rounded = (exact / unit + (up ? 1n : 0n)) * unit;
      const printed = formatDouble(x);
      const [mantissa = "", power = "0"] = printed.split("e");
      const decimals = (mantissa.split(".")[1] ?? "").length - Number(power);
      const digits = BigInt(mantissa.replace(".", ""));
      expect(digits * 10n ** BigInt(places)).toBe(rounded * 10n ** BigInt(decimals));
    },
  );

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])("reads back as the same number", (x) => {
    expect(Number(formatDouble(x))).toBe(x);
  });
});
