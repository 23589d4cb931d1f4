/**
 * Redis's glob patterns over bytes: `*`, `?`, `[a-z]`, `[^a]`, `\` escapes.
 *
 * A star remembers one place to come back to: when what follows it fails, the
 * newest star takes one byte more. (An older star never needs to: whatever it
 * could gain, the newer one can, too.) The work is bounded besides, because
 * pattern and text together may still ask for the product of their lengths.
 *
 * Oddities kept as Redis has them: an unclosed class ends with the pattern, a
 * range may run backwards, a backslash at the very end stands for itself.
 */
import { GLOB_STEPS_MAX, GLOB_STEPS_PER_BYTE } from "../limits/clients.ts";

const STAR = 0x2a;
const ANY = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const NOT = 0x5e;
const DASH = 0x2d;
const ESCAPE = 0x5c;

export function matchesGlob(pattern: Uint8Array, text: Uint8Array, ignoreCase = false): boolean {
  return matchesGlobRange(pattern, 0, pattern.length, text, 0, text.length, ignoreCase);
}

export function matchesGlobRange(
  pattern: Uint8Array,
  patternStart: number,
  patternEnd: number,
  text: Uint8Array,
  textStart: number,
  textEnd: number,
  ignoreCase = false,
): boolean {
  let p = patternStart;
  let t = textStart;
  let starAt = -1;
  let starText = 0;
  const stepsMax = GLOB_STEPS_MAX + GLOB_STEPS_PER_BYTE * (textEnd - textStart);
  for (let steps = 0; steps < stepsMax; steps++) {
    if (p < patternEnd && pattern[p] === STAR) {
      starAt = p++;
      starText = t;
      if (p === patternEnd) return true;
      continue;
    }
    if (p === patternEnd && t === textEnd) return true;
    const next = p < patternEnd && t < textEnd ? matchOne(pattern, p, patternEnd, text[t] as number, ignoreCase) : -1;
    if (next >= 0) {
      p = next;
      t++;
      continue;
    }
    if (starAt < 0 || starText >= textEnd) return false;
    p = starAt + 1;
    t = ++starText;
  }
  return false;
}

/** Where the pattern goes on after its item at `p` took `byte`; -1 when it does not take it. */
function matchOne(pattern: Uint8Array, p: number, end: number, byte: number, ignoreCase: boolean): number {
  const item = pattern[p] as number;
  if (item === ANY) return p + 1;
  if (item === OPEN) return matchClass(pattern, p + 1, end, byte, ignoreCase);
  const literal = item === ESCAPE && p + 1 < end ? p + 1 : p;
  return same(pattern[literal] as number, byte, ignoreCase) ? literal + 1 : -1;
}

function matchClass(pattern: Uint8Array, start: number, end: number, byte: number, ignoreCase: boolean): number {
  let p = start;
  const negated = p < end && pattern[p] === NOT;
  if (negated) p++;
  let found = false;
  for (; p < end && pattern[p] !== CLOSE; p++) {
    if (pattern[p] === ESCAPE && p + 1 < end) {
      p++;
      if (pattern[p] === byte) found = true;
    } else if (p + 2 < end && pattern[p + 1] === DASH) {
      if (inRange(pattern[p] as number, pattern[p + 2] as number, byte, ignoreCase)) found = true;
      p += 2;
    } else if (same(pattern[p] as number, byte, ignoreCase)) {
      found = true;
    }
  }
  if (found === negated) return -1;
  return p < end ? p + 1 : end;
}

function inRange(one: number, other: number, byte: number, ignoreCase: boolean): boolean {
  let low = Math.min(one, other);
  let high = Math.max(one, other);
  if (ignoreCase) {
    low = lower(low);
    high = lower(high);
    byte = lower(byte);
  }
  return byte >= low && byte <= high;
}

function same(a: number, b: number, ignoreCase: boolean): boolean {
  return a === b || (ignoreCase && lower(a) === lower(b));
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}
