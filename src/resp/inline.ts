/**
 * Inline commands: one line typed by a person, as telnet or netcat send it.
 *
 * Words are separated by white space. "Double quotes" know \n \r \t \b \a \xHH
 * and take any other escaped character for itself; 'single quotes' know \'
 * only. A closing quote must end its word. A NUL byte ends the line.
 */
import type { Arguments } from "./arguments.ts";

const NUL = 0;
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const BACKSLASH = 92;
const LETTER_X = 120;
/** n r t b a */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [110, LF],
  [114, CR],
  [116, TAB],
  [98, 8],
  [97, 7],
]);

/** Appends the words of `bytes[start .. end)` to `args`; false when quotes are unbalanced. */
export function splitInline(bytes: Uint8Array, start: number, end: number, args: Arguments): boolean {
  const nul = bytes.subarray(start, end).indexOf(NUL);
  const lineEnd = nul < 0 ? end : start + nul;
  let at = start;
  for (;;) {
    while (at < lineEnd && isSpace(bytes[at])) at++;
    if (at >= lineEnd) return true;
    const wordEnd = plainWordEnd(bytes, at, lineEnd);
    if (wordEnd === lineEnd || !isQuote(bytes[wordEnd])) {
      args.push(bytes, at, wordEnd);
      at = wordEnd;
    } else {
      at = unquoteWord(bytes, at, lineEnd, args);
      if (at < 0) return false;
    }
  }
}

/** Where the word that starts at `from` ends or has its first quote. */
function plainWordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && !endsWord(bytes[at]) && !isQuote(bytes[at])) at++;
  return at;
}

/** Appends a word with quotes in it, decoded into memory of its own; returns where it ends, or -1. */
function unquoteWord(bytes: Uint8Array, start: number, end: number, args: Arguments): number {
  const word = new Uint8Array(end - start);
  let length = 0;
  let at = start;
  while (at < end && !endsWord(bytes[at])) {
    const byte = bytes[at++] as number; // at < end
    if (!isQuote(byte)) {
      word[length++] = byte;
      continue;
    }
    for (;;) {
      if (at >= end) return -1;
      const quoted = bytes[at] as number; // at < end
      if (quoted === byte) break;
      const width = escapeWidth(bytes, at, end, byte);
      word[length++] = width === 1 ? quoted : unescape(bytes, at, width);
      at += width;
    }
    at += 1;
    if (at < end && !isSpace(bytes[at])) return -1;
    break;
  }
  args.push(word, 0, length);
  return at;
}

/** Bytes of the character at `at` within quotes: 1 plain, 2 escaped, 4 hexadecimal. */
function escapeWidth(bytes: Uint8Array, at: number, end: number, quote: number): 1 | 2 | 4 {
  if (bytes[at] !== BACKSLASH || at + 1 >= end) return 1;
  if (quote === SINGLE_QUOTE) return bytes[at + 1] === SINGLE_QUOTE ? 2 : 1;
  const isHex =
    bytes[at + 1] === LETTER_X && at + 3 < end && hexDigit(bytes[at + 2]) >= 0 && hexDigit(bytes[at + 3]) >= 0;
  return isHex ? 4 : 2;
}

function unescape(bytes: Uint8Array, at: number, width: 2 | 4): number {
  if (width === 4) return hexDigit(bytes[at + 2]) * 16 + hexDigit(bytes[at + 3]);
  const escaped = bytes[at + 1] as number; // escapeWidth saw it
  return ESCAPES.get(escaped) ?? escaped;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function isQuote(byte: number | undefined): boolean {
  return byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE;
}

function endsWord(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === LF || byte === CR;
}

/** White space as C's isspace sees it: vertical tab and form feed separate words but do not end one. */
function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || (byte !== undefined && byte >= TAB && byte <= CR);
}
