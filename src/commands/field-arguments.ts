/**
 * What the commands on the lives of fields share: the list of fields that stands
 * behind FIELDS and their number, and deadlines, which for fields end sooner than
 * for keys and are never negative.
 */
import type { ByteRange } from "../byte-range.ts";
import { FIELD_DEADLINE_MS_MAX } from "../limits/clients.ts";
import type { Call } from "./command.ts";
import { invalidExpireTime, NOT_AN_INTEGER } from "./error-texts.ts";
import { parseExactInteger, parseInteger } from "./number.ts";
import { FIELDS, isOption } from "./option.ts";

const FIELDS_MISSING = "ERR Mandatory argument FIELDS is missing or not at the right position";
const COUNT_NOT_POSITIVE = "ERR Number of fields must be a positive integer";
const COUNT_MISMATCH = "ERR The `numfields` parameter must match the number of arguments";

/** Where the fields begin when FIELDS stands at argument `at`; -1 after the error reply. They go on to the end. */
export function readFields(call: Call, at: number, countError = COUNT_NOT_POSITIVE): number {
  const { args } = call;
  if (at >= args.count || !isOption(args.at(at), FIELDS)) return refuse(call, FIELDS_MISSING);
  const first = at + 2;
  const count = first <= args.count ? parseInteger(args.at(at + 1)) : Number.NaN;
  if (!(count >= 1)) return refuse(call, countError);
  return count === args.count - first ? first : refuse(call, COUNT_MISMATCH);
}

function refuse(call: Call, error: string): number {
  call.reply.error(error);
  return -1;
}

/** Absolute milliseconds; NaN after the error reply. */
export function readFieldDeadline(call: Call, range: ByteRange, unitMs: number, baseMs: number): number {
  const value = parseExactInteger(range);
  if (value === undefined) return fail(call, NOT_AN_INTEGER);
  if (value < 0) return fail(call, "ERR invalid expire time, must be >= 0");
  const deadline = Number(value) * unitMs + baseMs;
  return deadline <= FIELD_DEADLINE_MS_MAX ? deadline : fail(call, invalidExpireTime(call.args.at(0).latin1()));
}

function fail(call: Call, error: string): number {
  call.reply.error(error);
  return Number.NaN;
}
