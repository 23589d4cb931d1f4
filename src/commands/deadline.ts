/**
 * Deadlines from arguments: seconds or milliseconds, relative or absolute, as
 * absolute milliseconds.
 *
 * Redis computes in 64-bit integers and refuses what overflows; here safe
 * numbers take the short way and the rest is checked exactly. What fits into 64
 * bits and is later than DEADLINE_MS_MAX (the year 287396) becomes that.
 */
import type { ByteRange } from "../byte-range.ts";
import { DEADLINE_MS_MAX } from "../limits/clients.ts";
import type { Call } from "./command.ts";
import { invalidExpireTime, NOT_AN_INTEGER } from "./error-texts.ts";
import { fitsInt64, parseExactInteger } from "./number.ts";

export const SECONDS = 1000;
export const MILLISECONDS = 1;

/** For EXPIRE and its like, where the past is allowed. NaN after the error reply. */
export function readDeadline(call: Call, range: ByteRange, unitMs: number, baseMs: number): number {
  const value = parseExactInteger(range);
  if (value === undefined) {
    call.reply.error(NOT_AN_INTEGER);
    return Number.NaN;
  }
  const deadline = deadlineOf(value, unitMs, baseMs);
  if (Number.isNaN(deadline)) refuse(call);
  return deadline;
}

/** For SET, SETEX, GETEX, where the time must be positive. NaN after the error reply. */
export function readPositiveDeadline(call: Call, range: ByteRange, unitMs: number, baseMs: number): number {
  const value = parseExactInteger(range);
  if (value === undefined) {
    call.reply.error(NOT_AN_INTEGER);
    return Number.NaN;
  }
  const deadline = value > 0 ? deadlineOf(value, unitMs, baseMs) : Number.NaN;
  if (Number.isNaN(deadline)) refuse(call);
  return deadline;
}

/** NaN when 64 bits are too few. */
function deadlineOf(value: number | bigint, unitMs: number, baseMs: number): number {
  const short = Number(value) * unitMs + baseMs;
  if (Number.isSafeInteger(short)) return short;
  const scaled = BigInt(value) * BigInt(unitMs);
  const exact = scaled + BigInt(baseMs);
  if (!fitsInt64(scaled) || !fitsInt64(exact)) return Number.NaN;
  return exact > 0n ? DEADLINE_MS_MAX : 0;
}

function refuse(call: Call): void {
  call.reply.error(invalidExpireTime(call.args.at(0).latin1()));
}
