/**
 * Option words (EX, WITHVALUES, MATCH...), compared by their bytes in any case:
 * parsing options makes no string.
 */
import type { ByteRange } from "../byte-range.ts";

/** A word in lower case. */
export type OptionWord = Uint8Array;

export function optionWord(text: string): OptionWord {
  return Buffer.from(text, "latin1");
}

export function isOption(range: ByteRange, word: OptionWord): boolean {
  const length = word.length;
  if (range.end - range.start !== length) return false;
  const bytes = range.bytes;
  const start = range.start;
  for (let i = 0; i < length; i++) {
    let byte = bytes[start + i] as number; // start + i < range.end
    if (byte >= 0x41 && byte <= 0x5a) byte += 0x20;
    if (byte !== word[i]) return false;
  }
  return true;
}

export const EX = optionWord("ex");
export const PX = optionWord("px");
export const EXAT = optionWord("exat");
export const PXAT = optionWord("pxat");
export const KEEPTTL = optionWord("keepttl");
export const PERSIST = optionWord("persist");
export const NX = optionWord("nx");
export const XX = optionWord("xx");
export const GT = optionWord("gt");
export const LT = optionWord("lt");
export const GET = optionWord("get");
export const LEN = optionWord("len");
export const IDX = optionWord("idx");
export const MINMATCHLEN = optionWord("minmatchlen");
export const WITHMATCHLEN = optionWord("withmatchlen");
export const MATCH = optionWord("match");
export const COUNT = optionWord("count");
export const TYPE = optionWord("type");
export const LIMIT = optionWord("limit");
export const WITHVALUES = optionWord("withvalues");
export const DB = optionWord("db");
export const REPLACE = optionWord("replace");
export const ASYNC = optionWord("async");
export const SYNC = optionWord("sync");
export const WITHSCORES = optionWord("withscores");
export const WITHSCORE = optionWord("withscore");
export const BYSCORE = optionWord("byscore");
export const BYLEX = optionWord("bylex");
export const REV = optionWord("rev");
export const CH = optionWord("ch");
export const INCR = optionWord("incr");
export const WEIGHTS = optionWord("weights");
export const AGGREGATE = optionWord("aggregate");
export const SUM = optionWord("sum");
export const MIN = optionWord("min");
export const MAX = optionWord("max");
export const BEFORE = optionWord("before");
export const AFTER = optionWord("after");
export const LEFT = optionWord("left");
export const RIGHT = optionWord("right");
export const RANK = optionWord("rank");
export const MAXLEN = optionWord("maxlen");
export const ASC = optionWord("asc");
export const DESC = optionWord("desc");
export const ALPHA = optionWord("alpha");
export const BY = optionWord("by");
export const STORE = optionWord("store");
export const FIELDS = optionWord("fields");
export const FNX = optionWord("fnx");
export const FXX = optionWord("fxx");
export const NOVALUES = optionWord("novalues");
