/**
 * LCS: the longest common subsequence of two strings.
 *
 * Redis keeps a table of (n+1)(m+1) 32-bit lengths and walks it backwards. The
 * walk only asks, where bytes differ, whether going up keeps more than going
 * left, so here a table of single bits and two rows of lengths do: 1/32 of the
 * memory, the same path. The bound on the table stays Redis's, for it also
 * bounds the time.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { findToRead } from "./lookup.ts";
import { readInteger } from "./number.ts";
import { IDX, isOption, LEN, MINMATCHLEN, WITHMATCHLEN } from "./option.ts";

const CELL_BYTES = 4;

interface LcsOptions {
  readonly length: boolean;
  readonly indexes: boolean;
  readonly matchLengthMin: number;
  readonly withMatchLength: boolean;
}

/** Positions from..to (inclusive) in both strings that match byte by byte. */
interface Match {
  readonly aFrom: number;
  readonly bFrom: number;
  readonly length: number;
}

interface Table {
  /** One bit a cell: going up (one byte of `a` less) keeps strictly more than going left. */
  readonly goesUp: Uint8Array;
  readonly width: number;
  /** Length of the longest common subsequence. */
  readonly length: number;
}

export function lcs(call: Call): void {
  const { args, reply } = call;
  const a = readString(call, args.at(1));
  const b = readString(call, args.at(2));
  if (a === undefined || b === undefined) return reply.error("ERR The specified keys must contain string values");
  const options = parseOptions(call);
  if (options === undefined) return;
  if (options.length && options.indexes) {
    return reply.error("ERR If you want both the length and indexes, please just use IDX.");
  }
  if ((a.length + 1) * (b.length + 1) * CELL_BYTES > call.host.config.settings.bulkBytesMax) {
    return reply.error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  }
  const table = fill(a, b);
  if (options.indexes) replyIndexes(call, a, b, table, options);
  else if (options.length) reply.integer(table.length);
  else reply.bulk(new ByteRange(subsequence(a, b, table)));
}

/** A copy, for the two values must be in hand together. Undefined when the key is of another type. */
function readString(call: Call, key: ByteRange): Uint8Array | undefined {
  const ref = findToRead(call, key);
  if (ref === 0) return new Uint8Array(0);
  if (call.keyspace.typeOf(ref) !== KeyType.string) return undefined;
  const value = new ByteRange();
  call.keyspace.stringValue(ref, value);
  return value.copy();
}

function parseOptions(call: Call): LcsOptions | undefined {
  const { args, reply } = call;
  const options = { length: false, indexes: false, matchLengthMin: 0, withMatchLength: false };
  for (let i = 3; i < args.count; i++) {
    const option = args.at(i);
    if (isOption(option, IDX)) options.indexes = true;
    else if (isOption(option, LEN)) options.length = true;
    else if (isOption(option, WITHMATCHLEN)) options.withMatchLength = true;
    else if (isOption(option, MINMATCHLEN) && i + 1 < args.count) {
      options.matchLengthMin = readInteger(reply, args.at(++i));
      if (Number.isNaN(options.matchLengthMin)) return undefined;
    } else {
      reply.error(SYNTAX_ERROR);
      return undefined;
    }
  }
  return options;
}

function fill(a: Uint8Array, b: Uint8Array): Table {
  const width = b.length;
  const goesUp = new Uint8Array(Math.ceil((a.length * width) / 8));
  let above = new Uint32Array(width + 1);
  let row = new Uint32Array(width + 1);
  let cell = 0;
  for (const byte of a) {
    for (let j = 1; j <= width; j++, cell++) {
      if (byte === b[j - 1]) {
        row[j] = (above[j - 1] as number) + 1; // j is in 1..width
        continue;
      }
      const up = above[j] as number;
      const left = row[j - 1] as number;
      if (up > left) goesUp[cell >> 3] = (goesUp[cell >> 3] as number) | (1 << (cell & 7));
      row[j] = up > left ? up : left;
    }
    [above, row] = [row, above];
  }
  return { goesUp, width, length: above[width] as number };
}

/** The matches from the end of the strings to their beginning, as long runs as the walk finds. */
function* matches(a: Uint8Array, b: Uint8Array, table: Table): Generator<Match> {
  let i = a.length;
  let j = b.length;
  let length = 0;
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      i--;
      j--;
      length++;
      continue;
    }
    if (length > 0) yield { aFrom: i, bFrom: j, length };
    length = 0;
    const cell = (i - 1) * table.width + j - 1;
    if (((table.goesUp[cell >> 3] as number) & (1 << (cell & 7))) !== 0) i--;
    else j--;
  }
  if (length > 0) yield { aFrom: i, bFrom: j, length };
}

function subsequence(a: Uint8Array, b: Uint8Array, table: Table): Uint8Array {
  const result = new Uint8Array(table.length);
  let end = table.length;
  for (const { aFrom, length } of matches(a, b, table)) {
    end -= length;
    result.set(a.subarray(aFrom, aFrom + length), end);
  }
  return result;
}

function replyIndexes(call: Call, a: Uint8Array, b: Uint8Array, table: Table, options: LcsOptions): void {
  const { reply } = call;
  reply.map(2);
  reply.bulkText("matches");
  const mark = reply.beginArray();
  let count = 0;
  for (const match of matches(a, b, table)) {
    if (match.length < options.matchLengthMin) continue;
    reply.array(options.withMatchLength ? 3 : 2);
    replySpan(call, match.aFrom, match.length);
    replySpan(call, match.bFrom, match.length);
    if (options.withMatchLength) reply.integer(match.length);
    count++;
  }
  reply.endArray(mark, count);
  reply.bulkText("len");
  reply.integer(table.length);
}

function replySpan(call: Call, from: number, length: number): void {
  call.reply.array(2);
  call.reply.integer(from);
  call.reply.integer(from + length - 1);
}
