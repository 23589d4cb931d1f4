/** Amounts: one form for each, exact sums in any order, and the digits in and out. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  addAmounts,
  type Amount,
  amountOfBigInt,
  amountOfScaled,
  amountToInt64,
  fitsInt64,
  formatAmount,
  isInteger,
  negateAmount,
  parseDecimalAmount,
  parseIntegerAmount,
  scaledAmount,
} from "../../crdt/amount.ts";

const UNIT = 10n ** 17n;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Around every border: nothing, the safe integers, 64 bits, and fractions of each. */
const scaled = fc
  .tuple(
    fc.constantFrom(0n, SAFE, -SAFE, INT64_MAX, INT64_MIN, 10n ** 300n),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.oneof(fc.constant(0n), fc.bigInt({ min: -UNIT, max: UNIT })),
  )
  .map(([border, near, fraction]) => (border + near) * UNIT + fraction);
const amount = scaled.map(amountOfScaled);

function integer(text: string): Amount | undefined {
  const bytes = Buffer.from(`<${text}>`);
  return parseIntegerAmount(bytes, 1, bytes.length - 1);
}

function decimal(text: string): Amount | undefined {
  const bytes = Buffer.from(`<${text}>`);
  return parseDecimalAmount(bytes, 1, bytes.length - 1);
}

describe("amounts", () => {
  test.prop([scaled])("A1: are plain numbers exactly when they are safe integers, and never minus zero", (units) => {
    const a = amountOfScaled(units);
    const whole = units % UNIT === 0n && units / UNIT <= SAFE && units / UNIT >= -SAFE;
    expect(typeof a).toBe(whole ? "number" : "bigint");
    expect(scaledAmount(a)).toBe(units);
    expect(Object.is(a, -0)).toBe(false);
  });

  test.prop([scaled, scaled])("A1: are the same when they are equal, however they were come by", (x, y) => {
    const sum = addAmounts(amountOfScaled(x), amountOfScaled(y));
    expect(sum).toBe(amountOfScaled(x + y));
    expect(addAmounts(sum, negateAmount(amountOfScaled(y)))).toBe(amountOfScaled(x));
  });

  test.prop([amount, amount, amount])("add up to the same in any order", (a, b, c) => {
    expect(addAmounts(a, b)).toBe(addAmounts(b, a));
    expect(addAmounts(addAmounts(a, b), c)).toBe(addAmounts(a, addAmounts(b, c)));
    expect(addAmounts(a, negateAmount(a))).toBe(0);
    expect(addAmounts(a, 0)).toBe(a);
  });

  test.prop([fc.maxSafeInteger(), fc.maxSafeInteger()])("add exactly beyond what a number can hold", (a, b) => {
    expect(addAmounts(a, b)).toBe(amountOfBigInt(BigInt(a) + BigInt(b)));
  });

  test.prop([amount])("are printed as digits that read back as the same amount", (a) => {
    expect(decimal(formatAmount(a))).toBe(a);
    if (isInteger(a) && fitsInt64(a)) expect(integer(formatAmount(a))).toBe(a);
  });

  test.prop([amount])("become the nearest 64-bit integer, and say whether they are one", (a) => {
    const whole = scaledAmount(a) / UNIT;
    expect(amountToInt64(a)).toBe(whole > INT64_MAX ? INT64_MAX : whole < INT64_MIN ? INT64_MIN : whole);
    expect(isInteger(a)).toBe(whole * UNIT === scaledAmount(a));
    expect(fitsInt64(a)).toBe(isInteger(a) && amountToInt64(a) === whole);
  });

  test("are printed without exponent, trailing zeros or a point too many", () => {
    for (const text of ["0", "-3", "10.6", "0.00000000000000001", "-0.5", "9007199254740993", "9007199254740993.25"]) {
      expect(formatAmount(decimal(text) ?? 0)).toBe(text);
    }
  });
});

describe("integers are read as strictly as Redis reads them", () => {
  test.prop([fc.bigInt({ min: INT64_MIN, max: INT64_MAX })])("and every 64-bit one is read", (whole) => {
    expect(integer(whole.toString())).toBe(amountOfBigInt(whole));
  });

  test.each([
    "",
    "-",
    "+1",
    "01",
    "-01",
    "-0",
    "00",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x1",
    "1a",
    "--1",
    "9223372036854775808",
    "-9223372036854775809",
    "10000000000000000000",
  ])("and %j is refused", (text) => {
    expect(integer(text)).toBeUndefined();
  });

  test.each([
    "0",
    "7",
    "-1",
    "999999999999999",
    "1000000000000000",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
  ])("and %s is read", (text) => {
    expect(integer(text)).toBe(amountOfBigInt(BigInt(text)));
  });

  test.prop([fc.string({ maxLength: 20, unit: fc.constantFrom(..."0123456789-+. e".split("")) })])(
    "and what is read prints as it was written",
    (text) => {
      const a = integer(text);
      if (a !== undefined) expect(formatAmount(a)).toBe(text);
    },
  );
});

describe("decimals", () => {
  test.each([
    ["1.50", "1.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["+2", "2"],
    ["-0.0", "0"],
    ["0e9", "0"],
    ["1e3", "1000"],
    ["1E+3", "1000"],
    ["12.5e-1", "1.25"],
    ["-1.5e2", "-150"],
    ["1e-17", "0.00000000000000001"],
    ["5e-18", "0.00000000000000001"],
    ["-5e-18", "-0.00000000000000001"],
    ["4e-18", "0"],
    ["1e-99999", "0"],
    ["3.0000000000000000049", "3"],
    ["000123", "123"],
    [`0.${"0".repeat(40)}1e41`, "1"],
    ["1e308", `1${"0".repeat(308)}`],
  ])("%s is %s", (text, printed) => {
    const a = decimal(text);
    expect(a).toBeDefined();
    expect(formatAmount(a ?? 1)).toBe(printed);
  });

  test.each([
    "",
    ".",
    "-",
    "e5",
    "1e",
    "1e+",
    "1.2.3",
    "1,5",
    " 1",
    "1 ",
    "inf",
    "nan",
    "0x10",
    "1e310",
    "1e99999",
    "1e100000",
    "9".repeat(513),
  ])("%j is refused", (text) => {
    expect(decimal(text)).toBeUndefined();
  });

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 })])(
    "come as near to a double as 17 decimals go",
    (x) => {
      const a = decimal(String(x));
      expect(Math.abs(Number(formatAmount(a ?? Number.NaN)) - x)).toBeLessThanOrEqual(1e-17);
    },
  );
});
