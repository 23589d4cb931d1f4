/**
 * What INCRBYFLOAT and HINCRBYFLOAT have in common: reading decimals, telling
 * infinity from what is no number at all, and adding.
 *
 * Amounts are exact decimals, so where Redis's long double prints rounding
 * noise in the last digits (1000.1 + 0.2), Atoll prints the decimal sum.
 */
import type { Amount } from "../../crdt/amount.ts";
import { parseDecimalAmount } from "../../crdt/amount.ts";
import type { ByteRange } from "../byte-range.ts";

/** "infinite" is read by Redis as a number, and refused later with other words. */
export type Decimal = Amount | "infinite";

const INFINITE = /^[+-]?inf(?:inity)?$/i;
const INFINITE_LENGTH_MAX = "+infinity".length;

export function parseDecimal(range: ByteRange): Decimal | undefined {
  const amount = parseDecimalAmount(range.bytes, range.start, range.end);
  if (amount !== undefined) return amount;
  return range.length <= INFINITE_LENGTH_MAX && INFINITE.test(range.latin1()) ? "infinite" : undefined;
}
