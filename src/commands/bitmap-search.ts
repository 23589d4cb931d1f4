/**
 * BITCOUNT and BITPOS: the bits of a string within a range of bytes or bits,
 * given as Redis gives ranges: both ends included, negative from the end.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import { countBits, firstBit } from "./bitmap-words.ts";
import type { Call } from "./command.ts";
import { NOT_AN_INTEGER, SYNTAX_ERROR } from "./error-texts.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { parseExactInteger, parseInteger } from "./number.ts";
import { isOption, optionWord } from "./option.ts";

const BIT = optionWord("bit");
const BYTE = optionWord("byte");

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

/** Bits of the value in hand from `first` to before `end`. */
interface BitSpan {
  readonly first: number;
  readonly end: number;
}

const NO_BITS: BitSpan = { first: 0, end: 0 };

export function bitcount(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  if (args.count === 3 || args.count > 5) return reply.error(SYNTAX_ERROR);
  keyspace.stringValue(ref, value);
  const span = args.count === 2 ? { first: 0, end: value.length * 8 } : readSpan(call, 2);
  if (typeof span === "string") return reply.error(span);
  reply.integer(countSpan(span));
}

function countSpan({ first, end }: BitSpan): number {
  if (first >= end) return 0;
  const { bytes, start } = value;
  const from = start + Math.floor(first / 8);
  const last = start + Math.floor((end - 1) / 8);
  // Whole bytes, less the bits of the first and the last that do not belong.
  const before = (bytes[from] as number) & ~(0xff >>> (first % 8));
  const after = (bytes[last] as number) & (0xff >>> (((end - 1) % 8) + 1));
  const outside = Uint8Array.of(before, after);
  return countBits(bytes, from, last + 1) - countBits(outside, 0, 2);
}

export function bitpos(call: Call): void {
  const { args, keyspace, reply } = call;
  const bit = parseInteger(args.at(2));
  if (Number.isNaN(bit)) return reply.error(NOT_AN_INTEGER);
  if (bit !== 0 && bit !== 1) return reply.error("ERR The bit argument must be 1 or 0.");
  const ref = readTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  // What is not there is endless zeros.
  if (ref === 0) return reply.integer(bit === 1 ? -1 : 0);
  if (args.count > 6) return reply.error(SYNTAX_ERROR);
  keyspace.stringValue(ref, value);
  const span = args.count === 3 ? { first: 0, end: value.length * 8 } : readSpan(call, 3);
  if (typeof span === "string") return reply.error(span);
  if (span.first >= span.end) return reply.integer(-1);
  const bytes = value.bytes.subarray(value.start, value.end);
  const place = firstBit(bytes, span.first, span.end, bit);
  // Without an end given, zeros go on behind the value.
  reply.integer(place === -1 && bit === 0 && args.count <= 4 ? bytes.length * 8 : place);
}

/** Reads start, end and unit from an argument on; the error's text when they make no sense. An end that is missing is the value's. */
function readSpan({ args }: Call, at: number): BitSpan | string {
  const start = parseExactInteger(args.at(at));
  if (start === undefined) return NOT_AN_INTEGER;
  const hasEnd = args.count > at + 1;
  const hasUnit = args.count > at + 2;
  const isBitPosition = at === 3;
  // The order of these checks is Redis's: BITPOS looks at the unit first, BITCOUNT last.
  if (isBitPosition && hasUnit && !isUnit(args.at(at + 2))) return SYNTAX_ERROR;
  const end = hasEnd ? parseExactInteger(args.at(at + 1)) : -1;
  if (end === undefined) return NOT_AN_INTEGER;
  if (!isBitPosition && start < 0 && end < 0 && start > end) return NO_BITS;
  if (hasUnit && !isUnit(args.at(at + 2))) return SYNTAX_ERROR;
  const inBits = hasUnit && isOption(args.at(at + 2), BIT);
  const total = inBits ? value.length * 8 : value.length;
  const first = Math.max(0, fromEnd(Number(start), total));
  const last = Math.min(Math.max(0, fromEnd(Number(end), total)), total - 1);
  if (first > last) return NO_BITS;
  return inBits ? { first, end: last + 1 } : { first: first * 8, end: (last + 1) * 8 };
}

function isUnit(range: ByteRange): boolean {
  return isOption(range, BIT) || isOption(range, BYTE);
}

function fromEnd(index: number, total: number): number {
  return index < 0 ? index + total : index;
}
