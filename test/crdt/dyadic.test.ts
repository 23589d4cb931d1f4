/**
 * Exact amounts: one form for each, no loss in any sum, and rounding as the
 * processor rounds.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  addExact,
  type Exact,
  exactDifference,
  exactOf,
  exactOfDouble,
  negateExact,
  roundExact,
} from "../../crdt/dyadic.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** What people count by, and the edges. */
const step = fc.oneof(
  finite,
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100),
  fc.constantFrom(0.1, 1e16, 2 ** 53, -(2 ** 53), 1e308, -1e308, Number.MAX_VALUE, 5e-324, 2 ** -1022, 0, -0),
);
const units = fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n });
const exponent = fc.integer({ min: -1074, max: 900 });

function sumOf(terms: readonly number[]): Exact {
  return terms.map(exactOfDouble).reduce(addExact, 0 as Exact);
}

describe("exact amounts", () => {
  test.prop([finite])("hold every finite double", (x) => {
    expect(roundExact(exactOfDouble(x))).toBe(x === 0 ? 0 : x);
  });

  test.prop([units, exponent])("Y2: are plain numbers exactly when they are safe integers, else odd", (n, power) => {
    const a = exactOf(n, power);
    const whole = power >= 0 ? n << BigInt(power) : n % (1n << BigInt(-power)) === 0n ? n >> BigInt(-power) : undefined;
    const isSafe = whole !== undefined && whole <= BigInt(Number.MAX_SAFE_INTEGER) && -whole <= Number.MAX_SAFE_INTEGER;
    expect(typeof a === "number").toBe(isSafe);
    if (typeof a === "number") expect(BigInt(a)).toBe(whole);
    else expect([a.odd % 2n === 0n, a.odd << BigInt(a.exponent - power)]).toEqual([false, n]);
    expect(Object.is(a, -0)).toBe(false);
  });

  test.prop([fc.array(finite, { maxLength: 12 }), fc.nat(100)])("add up to the same in any order", (terms, by) => {
    const turned = terms.map((_, i) => terms[(i + by) % terms.length] as number);
    expect(sumOf(turned)).toEqual(sumOf(terms));
    expect(addExact(sumOf(terms), negateExact(sumOf(turned)))).toBe(0);
  });

  test.prop([step, step])("round as the processor does: the sum of two doubles", (a, b) => {
    const sum = roundExact(addExact(exactOfDouble(a), exactOfDouble(b)));
    expect(sum).toBe(a + b === 0 ? 0 : a + b);
  });

  test.prop([units, fc.integer({ min: -900, max: 800 })])(
    "round what is longer than a double to the nearest",
    (n, power) => {
      const nearest = Number(n) * 2 ** power;
      expect(roundExact(exactOf(n, power))).toBe(nearest === 0 ? 0 : nearest);
    },
  );

  test("round ties to even", () => {
    expect(roundExact(exactOf(2n ** 53n + 1n, 0))).toBe(2 ** 53);
    expect(roundExact(exactOf(2n ** 53n + 3n, 0))).toBe(2 ** 53 + 4);
    expect(roundExact(exactOf((2n ** 53n + 1n) * 2n ** 200n + 1n, -1000))).toBe((2 ** 53 + 2) * 2 ** -800);
    expect(roundExact(exactOf(2n ** 1024n - 2n ** 970n - 1n, 0))).toBe(Number.MAX_VALUE);
    expect(roundExact(exactOf(2n ** 1024n - 2n ** 970n, 0))).toBe(Number.POSITIVE_INFINITY);
  });

  test("know no infinity", () => {
    expect(() => exactOfDouble(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => exactOfDouble(Number.NaN)).toThrow(RangeError);
  });
});

describe("increments", () => {
  test.prop([step, fc.array(step, { maxLength: 30 })])(
    "Y1: counted by one replica show what adding doubles shows, whatever the sequence",
    (base, increments) => {
      let shown = base;
      let counted: Exact = 0;
      for (const increment of increments) {
        const sum = shown + increment;
        if (!Number.isFinite(sum)) continue;
        counted = addExact(counted, exactDifference(sum, shown));
        shown = roundExact(addExact(exactOfDouble(base), counted));
        expect(shown).toBe(sum === 0 ? 0 : sum);
      }
    },
  );
});
