/** What SCAN, HSCAN and SSCAN have in common: cursors, options, and the shape of the reply. */
import { ByteRange } from "../byte-range.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import { INVALID_CURSOR, SYNTAX_ERROR } from "./error-texts.ts";
import { matchesGlobRange } from "./glob.ts";
import { readInteger } from "./number.ts";
import { COUNT, isOption, MATCH, NOVALUES, optionWord, TYPE } from "./option.ts";

export interface ScanOptions {
  /** Undefined: everything. */
  readonly pattern: ByteRange | undefined;
  readonly count: number;
  /** The name of a type; undefined: all. */
  readonly type: ByteRange | undefined;
  readonly noValues: boolean;
}

const COUNT_DEFAULT = 10;
const EVERYTHING = optionWord("*");
/** A cursor as C's strtoul reads it: a sign is fine, and nothing at all is 0. */
const CURSOR = /^(?:[+-]?\d+)?$/;
const CURSOR_LENGTH_MAX = 64;
const CURSOR_MAX = 2n ** 64n - 1n;

/** NaN after the error reply. A cursor of ours is below 2^32; others only need to be survived. */
export function readCursor(reply: ReplyWriter, range: ByteRange): number {
  const text = range.length <= CURSOR_LENGTH_MAX ? range.latin1() : "x";
  const magnitude = CURSOR.test(text) ? BigInt(text.replace(/^[+-]/, "")) : -1n;
  if (magnitude < 0n || magnitude > CURSOR_MAX) {
    reply.error(INVALID_CURSOR);
    return Number.NaN;
  }
  return Number(text.startsWith("-") ? BigInt.asUintN(64, -magnitude) : magnitude);
}

/** Undefined after the error reply. */
export function readScanOptions(call: Call, from: number, of: "keys" | "fields" | "members"): ScanOptions | undefined {
  const { args, reply } = call;
  const options = {
    pattern: undefined as ByteRange | undefined,
    count: COUNT_DEFAULT,
    type: undefined as ByteRange | undefined,
    noValues: false,
  };
  for (let i = from; i < args.count; i += 2) {
    const option = args.at(i);
    if (isOption(option, NOVALUES)) {
      if (of !== "fields") {
        reply.error("ERR NOVALUES option can only be used in HSCAN");
        return undefined;
      }
      options.noValues = true;
      i--;
      continue;
    }
    const value = i + 1 < args.count ? args.at(i + 1) : undefined;
    if (value !== undefined && isOption(option, MATCH)) options.pattern = value;
    else if (value !== undefined && of === "keys" && isOption(option, TYPE)) options.type = value;
    else if (value !== undefined && isOption(option, COUNT)) {
      options.count = readInteger(reply, value);
      if (Number.isNaN(options.count)) return undefined;
      if (options.count < 1) {
        reply.error(SYNTAX_ERROR);
        return undefined;
      }
    } else {
      reply.error(SYNTAX_ERROR);
      return undefined;
    }
  }
  return options;
}

/** As in Redis, a lone star takes everything, and the empty text matches no other pattern with a star. */
export function matchesPattern(pattern: ByteRange | undefined, text: ByteRange): boolean {
  if (pattern === undefined || isOption(pattern, EVERYTHING)) return true;
  if (text.length === 0) return pattern.length === 0;
  return matchesGlobRange(pattern.bytes, pattern.start, pattern.end, text.bytes, text.start, text.end);
}

export function replyScan(reply: ReplyWriter, cursor: number, found: ByteList): void {
  const item = new ByteRange();
  reply.array(2);
  reply.bulkText(String(cursor));
  reply.array(found.count);
  for (let i = 0; i < found.count; i++) reply.bulk(found.at(i, item));
}
