/**
 * Amounts: what counters add up.
 *
 * A sum must come out the same on every replica, whatever the order of the
 * additions, so floats are out: an amount is an exact decimal with up to 17
 * digits after the point, which is what Redis prints for INCRBYFLOAT. In memory
 * it is a plain number while it is a safe integer (nearly always), and a bigint
 * in units of 10^-17 otherwise.
 *
 * A1. The representation is canonical: equal amounts are `===`.
 */
export type Amount = number | bigint;

const DECIMALS = 17;
const UNIT = 10n ** 17n;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const SAFE_SCALED_MAX = BigInt(Number.MAX_SAFE_INTEGER) * UNIT;

/** Beyond this exponent a decimal is out of the range of a double, as in Redis. */
const EXPONENT_MAX = 308;
/** No honest decimal is longer; the longest double has 17 significant digits. */
const DECIMAL_LENGTH_MAX = 512;

/** The canonical form of an amount in units of 10^-17 (A1). */
function fromScaled(scaled: bigint): Amount {
  if (scaled > SAFE_SCALED_MAX || scaled < -SAFE_SCALED_MAX || scaled % UNIT !== 0n) return scaled;
  return Number(scaled / UNIT);
}

/** An amount in units of 10^-17. */
export function scaledAmount(a: Amount): bigint {
  return typeof a === "number" ? BigInt(a) * UNIT : a;
}

/** The amount of a whole number of units of 10^-17. */
export function amountOfScaled(scaled: bigint): Amount {
  return fromScaled(scaled);
}

export function amountOfBigInt(whole: bigint): Amount {
  return fromScaled(whole * UNIT);
}

export function addAmounts(a: Amount, b: Amount): Amount {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return fromScaled(scaledAmount(a) + scaledAmount(b));
}

export function negateAmount(a: Amount): Amount {
  if (typeof a === "number") return a === 0 ? 0 : -a;
  return -a;
}

export function isInteger(a: Amount): boolean {
  return typeof a === "number" || a % UNIT === 0n;
}

export function fitsInt64(a: Amount): boolean {
  if (typeof a === "number") return true;
  return a % UNIT === 0n && a / UNIT >= INT64_MIN && a / UNIT <= INT64_MAX;
}

/** Does an amount, whole or not, lie beyond the 64-bit integers? */
export function exceedsInt64(a: Amount): boolean {
  return typeof a === "bigint" && (a > INT64_MAX * UNIT || a < INT64_MIN * UNIT);
}

/** The nearest 64-bit integer: merged counters saturate, identically everywhere. */
export function amountToInt64(a: Amount): bigint {
  const whole = typeof a === "number" ? BigInt(a) : a / UNIT;
  if (whole > INT64_MAX) return INT64_MAX;
  if (whole < INT64_MIN) return INT64_MIN;
  return whole;
}

/** Decimal digits as Redis prints them: no exponent, no trailing zeros. */
export function formatAmount(a: Amount): string {
  if (typeof a === "number") return String(a);
  const negative = a < 0n;
  const digits = (negative ? -a : a).toString().padStart(DECIMALS + 1, "0");
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  return (negative ? "-" : "") + (fraction === "" ? whole : `${whole}.${fraction}`);
}

/**
 * A 64-bit integer, as strictly as Redis reads one: no sign `+`, no leading
 * zeros, no spaces, no `-0`. Undefined otherwise.
 */
export function parseIntegerAmount(bytes: Uint8Array, start: number, end: number): Amount | undefined {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > 19) return undefined;
  if (bytes[first] === 0x30) return digits === 1 && !negative ? 0 : undefined;
  let value = 0;
  for (let i = first; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (digits <= 15) return negative ? -value : value;
  const whole = BigInt((negative ? "-" : "") + ascii(bytes, first, end));
  return whole < INT64_MIN || whole > INT64_MAX ? undefined : amountOfBigInt(whole);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,5}))?$/;

/** A decimal number, with or without an exponent, cut to 17 decimals (half away from zero). Undefined otherwise. */
export function parseDecimalAmount(bytes: Uint8Array, start: number, end: number): Amount | undefined {
  if (end - start > DECIMAL_LENGTH_MAX) return undefined;
  const integer = parseIntegerAmount(bytes, start, end);
  if (integer !== undefined) return integer;
  const match = DECIMAL.exec(ascii(bytes, start, end));
  if (match === null) return undefined;
  const exponent = Number(match[1] ?? 0);
  const mantissa = match[0].split(/[eE]/)[0] as string;
  const negative = mantissa.startsWith("-");
  const unsigned = mantissa.replace(/^[+-]/, "");
  const point = unsigned.indexOf(".");
  const digits = unsigned.replace(".", "");
  const decimals = point < 0 ? 0 : unsigned.length - point - 1;
  const significant = digits.replace(/^0+/, "");
  if (significant === "") return 0;
  const magnitude = significant.length - decimals + exponent;
  if (magnitude > EXPONENT_MAX + 1) return undefined;
  if (magnitude < -DECIMALS) return 0;
  const shift = DECIMALS - decimals + exponent;
  const scaled =
    shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : divideRounded(BigInt(digits), 10n ** BigInt(-shift));
  return fromScaled(negative ? -scaled : scaled);
}

function divideRounded(a: bigint, b: bigint): bigint {
  return (a + b / 2n) / b;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
