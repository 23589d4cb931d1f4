/** Doubles in arguments: what C's strtod takes, by Redis's rules for scores and for ends of ranges. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { parseLoosely, parseDouble } from "../../src/double-text.ts";

function range(text: string): ByteRange {
  const bytes = Buffer.from(`9${text}9`, "latin1");
  return new ByteRange(bytes, 1, bytes.length - 1);
}

function double(text: string): number {
  return parseDouble(range(text));
}

function bound(text: string): number {
  const { bytes, start, end } = range(text);
  return parseLoosely(bytes, start, end);
}

/** A double as C's %a prints it, all of its digits. */
function hexadecimal(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n);
  const digits = (bits & (2n ** 52n - 1n)).toString(16).padStart(13, "0");
  return `${x < 0 ? "-" : ""}0x${power === 0 ? 0 : 1}.${digits}p${Math.max(power, 1) - 1023}`;
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("a double", () => {
  test.prop([finite])("is read as it is printed, in decimals and in hexadecimals", (x) => {
    expect(double(String(x))).toBe(x === 0 ? 0 : x);
    expect(double(x.toExponential(20))).toBe(x === 0 ? 0 : x);
    expect(double(hexadecimal(x))).toBe(x === 0 && !Object.is(x, -0) ? 0 : x === 0 ? 0 : x);
    expect(bound(String(x))).toBe(x === 0 ? 0 : x);
  });

  test.prop([fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.nat(9)])(
    "is read alike with few digits and with many",
    (n, by) => {
      const text = (n / 10 ** by).toFixed(by);
      expect(double(text)).toBe(Number(text));
      expect(double(`${text}${by === 0 ? "." : ""}00000000000000000000`)).toBe(Number(text));
    },
  );

  test.each([
    ["-0", -0],
    [".5", 0.5],
    ["5.", 5],
    ["+1", 1],
    ["1E-3", 0.001],
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["0x10", 16],
    ["0X.8", 0.5],
    ["0x1.P4", 16],
    ["0x1p-1074", 5e-324],
    ["0x1.8p-1075", 5e-324],
    ["0x1.fffffffffffff8p0", 2],
    ["0x1.fffffffffffff7fp0", 2 - 2 ** -52],
    ["3e-324", 5e-324],
    ["0e400", 0],
    [`0x${"0".repeat(100)}1`, 1],
  ])("is read from %j", (text, value) => {
    expect(double(text)).toBe(value);
  });

  test.each([
    "",
    " 1",
    "1 ",
    "x",
    "nan",
    "nan(1)",
    "1e",
    "--1",
    "0x",
    "0xg",
    "0x1p",
    "1_0",
    "1d",
    "+",
    ".",
    "1e400",
    "-1e400",
    "1e-400",
    "2e-324",
    "0x1p1024",
    "0x1p-1075",
    "1\x00",
    "infinit",
    "9".repeat(5000),
  ])("is not read from %j", (text) => {
    expect(double(text)).toBeNaN();
  });
});

describe("the end of a range", () => {
  test.each([
    ["", 0],
    [" 2", 2],
    ["\t\n-3", -3],
    ["1e400", Infinity],
    ["-1e400", -Infinity],
    ["1e-400", 0],
    ["0x1p1024", Infinity],
    ["1\x00x", 1],
    ["\x00", 0],
  ])("is read from %j", (text, value) => {
    expect(bound(text)).toBe(value);
  });

  test.each(["nan", " ", "x", "1 ", "(1", "- 1"])("is not read from %j", (text) => {
    expect(bound(text)).toBeNaN();
  });
});
