/** Scores that are written as decimal texts: in packed sorted sets, and by Redis before 3.2. */
import type { ByteRange } from "../byte-range.ts";

/** In the place of a text's length. */
export const SCORE_SENTINELS: Readonly<Record<number, number>> = {
  253: Number.NaN,
  254: Number.POSITIVE_INFINITY,
  255: Number.NEGATIVE_INFINITY,
};

/** Longer than any double that a program prints with as many digits as help. */
const TEXT_BYTES_MAX = 128;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** NaN when it is none. */
export function scoreOfText(range: ByteRange): number {
  if (range.length > TEXT_BYTES_MAX) return Number.NaN;
  const text = range.latin1();
  if (DECIMAL.test(text)) return Number(text);
  const sign = INFINITE.exec(text)?.[1];
  if (sign === undefined) return Number.NaN;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
