/**
 * Integers in arguments, read from bytes as strictly as Redis reads them: 64
 * bits, no `+`, no leading zeros, no spaces, no `-0`.
 *
 * Counts, offsets and times almost always have fewer than 16 digits and stay
 * plain numbers. Beyond that `parseInteger` gives the nearest double, enough
 * for whoever clamps anyway, and `parseExactInteger` a bigint.
 */
import type { ByteRange } from "../byte-range.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import { NOT_AN_INTEGER, NOT_POSITIVE, OUT_OF_RANGE } from "./error-texts.ts";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
/** As many digits are always exact in a double. */
const DIGITS_SAFE = 15;
const DIGITS_MAX = 19;

/** NaN when it is not a 64-bit integer; the nearest double beyond 2^53. */
export function parseInteger(range: ByteRange): number {
  const bytes = range.bytes;
  const negative = range.start < range.end && bytes[range.start] === 0x2d;
  const first = negative ? range.start + 1 : range.start;
  const end = range.end;
  const digits = end - first;
  if (digits < 1 || digits > DIGITS_MAX) return Number.NaN;
  if (bytes[first] === 0x30) return digits === 1 && !negative ? 0 : Number.NaN;
  let value = 0;
  for (let i = first; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30; // i < end
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (digits > DIGITS_SAFE) return nearestDouble(BigInt(range.latin1()));
  return negative ? -value : value;
}

function nearestDouble(value: bigint): number {
  return fitsInt64(value) ? Number(value) : Number.NaN;
}

/** A number while it is safe, a bigint beyond; undefined when it is not a 64-bit integer. */
export function parseExactInteger(range: ByteRange): number | bigint | undefined {
  const value = parseInteger(range);
  if (Number.isSafeInteger(value)) return value;
  return Number.isNaN(value) ? undefined : BigInt(range.latin1());
}

export function fitsInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}

/** A 64-bit integer; NaN after the error reply. */
export function readInteger(reply: ReplyWriter, range: ByteRange): number {
  const value = parseInteger(range);
  if (Number.isNaN(value)) reply.error(NOT_AN_INTEGER);
  return value;
}

/** A 32-bit integer, as a number of a database is; NaN after the error reply. */
export function readInt32(reply: ReplyWriter, range: ByteRange, error?: string): number {
  const value = parseInteger(range);
  if (value >= INT32_MIN && value <= INT32_MAX) return value;
  const wrong = `${OUT_OF_RANGE}, value must between ${INT32_MIN} and ${INT32_MAX}`;
  reply.error(error ?? (Number.isNaN(value) ? NOT_AN_INTEGER : wrong));
  return Number.NaN;
}

/** An integer of `min` or more; NaN after the error reply. */
export function readAtLeast(reply: ReplyWriter, range: ByteRange, min: number, error: string): number {
  const value = parseInteger(range);
  if (value >= min) return value;
  reply.error(error);
  return Number.NaN;
}

/** Zero or more; NaN after the error reply. */
export function readCount(reply: ReplyWriter, range: ByteRange): number {
  return readAtLeast(reply, range, 0, NOT_POSITIVE);
}
