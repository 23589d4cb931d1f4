/** Numbers in the specification: exact decimals, as bigints in units of 10^-17. */
/** Beyond the range of a double, Redis takes nothing for a number. */
const DIGITS_MAX = 309;
const UNIT = 10n ** 17n;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export function integerOf(text: string): bigint | undefined {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < INT64_MIN || value > INT64_MAX ? undefined : value;
}

export function decimalOf(text: string): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  if (whole.length + Number(exponent) > DIGITS_MAX) return undefined;
  const shift = 17 - fraction.length + Number(exponent);
  // So far below the last place that nothing is left.
  if (shift < -(whole.length + fraction.length + 1)) return 0n;
  const digits = BigInt(whole + fraction);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : rounded(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -magnitude : magnitude;
}

/** A number to Redis, to which nothing can be added. */
export function isInfinite(text: string | null): boolean {
  return text !== null && /^[+-]?inf(inity)?$/i.test(text);
}

function rounded(a: bigint, b: bigint): bigint {
  return (a + b / 2n) / b;
}

export function scaled(integer: bigint): bigint {
  return integer * UNIT;
}

export function fitsInt64(scaledValue: bigint): boolean {
  return scaledValue / UNIT >= INT64_MIN && scaledValue / UNIT <= INT64_MAX;
}

/** Sums beyond 64 bits stop at the ends of the range. */
export function saturated(value: bigint): bigint {
  if (value > INT64_MAX * UNIT) return INT64_MAX * UNIT;
  return value < INT64_MIN * UNIT ? INT64_MIN * UNIT : value;
}

export function formatDecimal(value: bigint): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(18, "0");
  const fraction = digits.slice(-17).replace(/0+$/, "");
  return `${negative ? "-" : ""}${digits.slice(0, -17)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** What a counter shows, as a client reads it from an integer reply: text where a number would lose digits. */
export function integerReply(shown: string): number | string {
  const whole = shown.replace(/\..*/, "");
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}
