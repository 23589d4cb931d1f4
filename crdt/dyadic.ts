/**
 * Exact sums of doubles: what sorted sets count.
 *
 * A score is a double, and on one replica ZINCRBY rounds after each addition as
 * Redis does. Between replicas a sum must not depend on the order of additions,
 * so that contributions hold exact amounts: every finite double is a dyadic
 * number, an integer times a power of two, and those can be added without loss.
 *
 * Y1. An increment grows its contribution by t - s, where s is the score shown
 *     before and t the rounded sum of s and the increment; what shows is the
 *     exact sum of base and contributions, rounded once. Where s was not itself
 *     rounded, t shows.
 * Y2. The representation is canonical: a plain number while it is a safe integer
 *     (never -0), otherwise an odd integer and the power of two that it is
 *     multiplied by.
 */
import type { Amount } from "./amount.ts";

export interface Dyadic {
  /** Odd; carries the sign. */
  readonly odd: bigint;
  /** The power of two. */
  readonly exponent: number;
}

/** What a sorted set's contributions hold. */
export type Exact = number | Dyadic;

/** What any contribution may hold: decimals in strings and hashes, dyadic numbers in sorted sets. */
export type Total = Amount | Dyadic;

/** The power of two of the smallest double: nothing that is a sum of doubles has a smaller one. */
export const EXPONENT_MIN = -1074;

const MANTISSA_BITS = 52;
const MANTISSA = 2n ** 52n - 1n;
/** A sum is cut to so many bits, the last of them standing for all that was cut off, before it is rounded. */
const ROUNDED_BITS = 68;

/** One number as a double and as bits; it carries nothing from one call to the next. */
const view = new DataView(new ArrayBuffer(8));

export function isExact(total: Total): total is Exact {
  return typeof total !== "bigint";
}

export function isDecimal(total: Total): total is Amount {
  return typeof total !== "object";
}

/** The canonical form of `units` times a power of two (Y2). */
export function exactOf(units: bigint, exponent: number): Exact {
  if (units === 0n) return 0;
  const zeros = trailingZeros(units);
  const odd = units >> BigInt(zeros);
  const power = exponent + zeros;
  if (power >= 0 && power <= MANTISSA_BITS) {
    const whole = Number(odd) * 2 ** power;
    if (Number.isSafeInteger(whole)) return whole;
  }
  return { odd, exponent: power };
}

/** A finite double, exactly. */
export function exactOfDouble(x: number): Exact {
  if (Number.isSafeInteger(x)) return x === 0 ? 0 : x;
  if (!Number.isFinite(x)) throw new RangeError(`no exact amount: ${x}`);
  view.setFloat64(0, x);
  const power = (view.getUint16(0) >>> 4) & 0x7ff;
  const mantissa = Number(view.getBigUint64(0) & MANTISSA) + (power === 0 ? 0 : 2 ** MANTISSA_BITS);
  return exactOf(BigInt(x < 0 ? -mantissa : mantissa), Math.max(power, 1) - 1 + EXPONENT_MIN);
}

export function addExact(a: Exact, b: Exact): Exact {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const exponent = Math.min(exponentOf(a), exponentOf(b));
  return exactOf(unitsOf(a, exponent) + unitsOf(b, exponent), exponent);
}

export function negateExact(a: Exact): Exact {
  if (typeof a === "number") return a === 0 ? 0 : -a;
  return { odd: -a.odd, exponent: a.exponent };
}

/** What an increment adds to what is counted, so that a score that shows `from` then shows `to` (Y1). */
export function exactDifference(to: number, from: number): Exact {
  return addExact(exactOfDouble(to), negateExact(exactOfDouble(from)));
}

/** The nearest double, ties to even; infinite beyond the greatest. Never -0. */
export function roundExact(a: Exact): number {
  if (typeof a === "number") return a;
  const { odd } = a;
  const magnitude = odd < 0n ? -odd : odd;
  const cut = magnitude.toString(16).length * 4 - ROUNDED_BITS;
  // What is not cut here is rounded once by the conversion; what has so few bits that it is subnormal is not rounded at all.
  const rounded =
    cut <= 0 ? Number(magnitude) * 2 ** a.exponent : Number((magnitude >> BigInt(cut)) | 1n) * 2 ** (a.exponent + cut);
  return odd < 0n ? -rounded : rounded;
}

function exponentOf(a: Exact): number {
  return typeof a === "number" ? 0 : a.exponent;
}

function unitsOf(a: Exact, exponent: number): bigint {
  return typeof a === "number" ? BigInt(a) << BigInt(-exponent) : a.odd << BigInt(a.exponent - exponent);
}

function trailingZeros(units: bigint): number {
  let zeros = 0;
  let rest = units;
  for (;;) {
    const low = Number(BigInt.asUintN(32, rest));
    if (low !== 0) return zeros + 31 - Math.clz32(low & -low);
    zeros += 32;
    rest >>= 32n;
  }
}
