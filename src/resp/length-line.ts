/**
 * The lines that announce lengths: a type byte, a decimal integer, CR and one more byte.
 *
 *   *3\r\n   $11\r\n
 */
import { INLINE_BYTES_MAX } from "../limits/clients.ts";

/** What `readLength` returns besides a length. A negative length, which only Redis's own old clients send, is -1. */
export const LengthLine = { negative: -1, incomplete: -2, invalid: -3, tooLong: -4 } as const;

const CR = 13;
const ZERO = 48;
/** So many digits are always an exact integer. */
const SHORT_DIGITS_MAX = 15;
const INTEGER = /^(?:0|-?[1-9][0-9]{0,18})$/;

/** The length that the line at `from` announces, or one of `LengthLine`. */
export function readLength(bytes: Uint8Array, from: number, end: number): number {
  const first = from + 1;
  let at = first;
  let n = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO; // at < end
    if (digit < 0 || digit > 9 || at - first > SHORT_DIGITS_MAX) break;
    n = n * 10 + digit;
  }
  const digits = at - first;
  const isPlain = digits === 1 || (digits > 1 && bytes[first] !== ZERO && digits <= SHORT_DIGITS_MAX);
  if (isPlain && at + 1 < end && bytes[at] === CR) return n;
  return readUnusualLength(bytes, from, end);
}

function readUnusualLength(bytes: Uint8Array, from: number, end: number): number {
  const length = bytes.subarray(from, end).indexOf(CR);
  if ((length < 0 ? end - from : length) > INLINE_BYTES_MAX) return LengthLine.tooLong;
  if (length < 0 || from + length + 1 >= end) return LengthLine.incomplete;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from + 1, length - 1).toString("latin1");
  if (!INTEGER.test(text)) return LengthLine.invalid;
  return text.startsWith("-") ? LengthLine.negative : Number(text);
}
