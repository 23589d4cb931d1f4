/**
 * Scores of sorted sets: doubles, of which sums must not depend on order.
 *
 * What is counted is exact, in units of the smallest double, 2^-1074. A sum is
 * rounded once, when it is shown.
 */
const UNIT_EXPONENT = 1074;
const MANTISSA_BITS = 53;

/** A finite double as a multiple of 2^-1074. */
export function exactOf(score: number): bigint {
  // Halving and doubling are exact in these ranges.
  let [mantissa, shift] = [Math.abs(score), UNIT_EXPONENT];
  for (; mantissa !== Math.floor(mantissa) && shift > 0; shift--) mantissa *= 2;
  const units = BigInt(mantissa) << BigInt(shift);
  return score < 0 ? -units : units;
}

/** The nearest double; of two as near the one whose last bit is 0. */
export function doubleOf(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const excess = Math.max(0, magnitude.toString(2).length - MANTISSA_BITS);
  const half = excess === 0 ? 0n : 1n << BigInt(excess - 1);
  const rest = magnitude & ((1n << BigInt(excess)) - 1n);
  let kept = magnitude >> BigInt(excess);
  if (excess > 0 && (rest > half || (rest === half && (kept & 1n) === 1n))) kept++;
  const value = scaledUp(Number(kept), excess);
  return units < 0n ? -value : value;
}

/** `kept * 2^(excess - 1074)`, in steps that are exact. */
function scaledUp(kept: number, excess: number): number {
  return excess === 0 ? kept * Number.MIN_VALUE : kept * 2 ** (excess - UNIT_EXPONENT);
}

/** A score as text, as the specification keeps it. */
export function scoreText(score: number): string {
  return String(score);
}

export function scoreOf(text: string): number {
  return Number(text);
}

/** As a client writes it; undefined when it is none. */
export function scoreIn(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : hexadecimalIn(text);
}

/** As C reads a number from a text: up to a zero byte, behind blanks; of nothing, 0. */
export function numberIn(text: string): number | undefined {
  const [read = ""] = text.split("\0");
  return read === "" ? 0 : scoreIn(read.replace(/^[ \t-\r]+/, ""));
}

/** `-0x1.8p1` is -3. */
function hexadecimalIn(text: string): number | undefined {
  const match = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  if (whole + fraction === "") return undefined;
  const magnitude = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -magnitude : magnitude;
}
