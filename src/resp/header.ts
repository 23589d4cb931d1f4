/**
 * The headers of replies: a type byte, a decimal integer, CR LF.
 *
 * They carry integers, lengths and counts, so nearly every reply has one; they
 * are written digit by digit, from the last to the first, without a string.
 */

/** Type byte, sign, digits of a 64-bit integer, CR LF. */
export const HEADER_BYTES_MAX = 24;

const CR = 13;
const LF = 10;
const ZERO = 48;

/** Writes `sign`, the integer `n` and a line break; returns the position after it. */
export function writeHeader(buffer: Uint8Array, position: number, sign: number, n: number): number {
  let at = position;
  buffer[at++] = sign;
  if (n >= 0 && n < 10) {
    buffer[at++] = ZERO + n;
  } else if (n >= 10 && n <= 0x7fffffff) {
    let rest = n;
    let end = at + digitCount(n);
    at = end;
    while (rest >= 10) {
      const quotient = (rest / 10) | 0;
      buffer[--end] = ZERO + rest - quotient * 10;
      rest = quotient;
    }
    buffer[--end] = ZERO + rest;
  } else {
    const text = BigInt(n).toString();
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
  }
  buffer[at++] = CR;
  buffer[at++] = LF;
  return at;
}

/** Of a positive integer below 2^31. */
export function digitCount(n: number): number {
  if (n < 10) return 1;
  if (n < 100) return 2;
  if (n < 1000) return 3;
  if (n < 10_000) return 4;
  if (n < 100_000) return 5;
  if (n < 1_000_000) return 6;
  if (n < 10_000_000) return 7;
  if (n < 100_000_000) return 8;
  return n < 1_000_000_000 ? 9 : 10;
}
