/**
 * Doubles in texts, read from bytes as C's strtod reads them: decimals,
 * hexadecimal floats, infinity. Three rules go with it in Redis:
 *
 *   parseDouble   the whole text, nothing beyond the range of a double: scores, also in dumps, increments, timeouts
 *   parseLoosely  a C string, with spaces before it, too large is infinite, and nothing is 0: ends of ranges
 *   parseWeight   a C string as well, but nothing beyond the range: what SORT sorts by
 *
 * What has up to 15 digits and no exponent, nearly all there is, is read without
 * making a string: both the digits and the power of ten are exact, so that one
 * division rounds it right.
 */
import { ByteRange } from "./byte-range.ts";

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const DIGITS_SAFE = 15;
/** No honest number is longer: the longest that means something has 1,080 digits. */
const LENGTH_MAX = 4096;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const HEXADECIMAL = /^([+-]?)0x(?=\.?[\da-f])([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;

const MANTISSA_BITS = 53;
/** The power of two of the smallest double, and one beyond the greatest. */
const POWER_MIN = -1074;
const POWER_MAX = 1024;

/** NaN when it is no number, or one that no double comes near. */
export function parseDouble(range: ByteRange): number {
  const { bytes, start, end } = range;
  const short = parseShort(bytes, start, end);
  if (!Number.isNaN(short)) return short;
  if (range.length > LENGTH_MAX) return Number.NaN;
  const text = range.latin1();
  const value = parseText(text);
  if (!Number.isFinite(value)) return INFINITE.test(text) ? value : Number.NaN;
  return value === 0 && isNonzero(text) ? Number.NaN : value;
}

/** NaN when it is no number. */
export function parseLoosely(bytes: Uint8Array, start: number, end: number): number {
  const short = parseShort(bytes, start, end);
  if (!Number.isNaN(short)) return short;
  const text = textIn(bytes, start, end);
  if (text.length === 0) return text.end === start ? 0 : Number.NaN;
  return text.length > LENGTH_MAX ? Number.NaN : parseText(text.latin1());
}

/** NaN when it is no number, or one that no double comes near. */
export function parseWeight({ bytes, start, end }: ByteRange): number {
  const text = textIn(bytes, start, end);
  if (text.length === 0) return text.end === start ? 0 : Number.NaN;
  return parseDouble(text);
}

/** What a C string says behind its spaces. */
function textIn(bytes: Uint8Array, start: number, end: number): ByteRange {
  const nul = bytes.subarray(start, end).indexOf(0);
  const last = nul < 0 ? end : start + nul;
  let first = start;
  while (first < last && isSpace(bytes[first] as number)) first++;
  return new ByteRange(bytes, first, last);
}

/** NaN when it is not that short a decimal. */
function parseShort(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = at < end ? bytes[at] : 0;
  if (sign === MINUS || sign === PLUS) at++;
  let digits = 0;
  let scale = 0;
  let value = 0;
  for (; at < end; at++) {
    const byte = bytes[at] as number; // at < end
    if (byte === POINT && scale === 0) {
      scale = 1;
      continue;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9 || ++digits > DIGITS_SAFE) return Number.NaN;
    value = value * 10 + digit;
    scale *= 10;
  }
  if (digits === 0) return Number.NaN;
  if (scale > 1) value /= scale;
  return sign === MINUS ? -value : value;
}

function parseText(text: string): number {
  if (DECIMAL.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const match = HEXADECIMAL.exec(text);
  if (match === null) return Number.NaN;
  const [, sign, whole = "", fraction = "", power = "0"] = match;
  const value = parseHexadecimal(BigInt(`0x${whole}${fraction}`), Number(power) - fraction.length * 4);
  return sign === "-" ? -value : value;
}

/** `digits` times a power of two, rounded once, ties to even. */
function parseHexadecimal(digits: bigint, power: number): number {
  const bits = digits === 0n ? 0 : digits.toString(2).length;
  if (bits === 0 || bits + power < POWER_MIN) return 0;
  if (bits + power > POWER_MAX) return Number.POSITIVE_INFINITY;
  const cut = Math.max(bits - MANTISSA_BITS, POWER_MIN - power);
  if (cut <= 0) return Number(digits) * 2 ** power;
  const kept = digits >> BigInt(cut);
  const rest = digits - (kept << BigInt(cut));
  const half = 1n << BigInt(cut - 1);
  const up = rest > half || (rest === half && kept % 2n === 1n);
  return Number(up ? kept + 1n : kept) * 2 ** (power + cut);
}

/** Does a number that was read as 0 say something else? Then it is too small. */
function isNonzero(text: string): boolean {
  const isHexadecimal = /x/i.test(text);
  const mantissa = isHexadecimal ? text.replace(/^[^x]*x/i, "").replace(/p.*$/i, "") : text.replace(/e.*$/i, "");
  return /[1-9a-f]/i.test(mantissa);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
