/**
 * Bits of byte arrays, taken by the 32-bit word where that is possible: counting
 * them, and finding the first set or clear one. Bit 0 is the highest of byte 0.
 *
 * Values stand anywhere in larger buffers, so a run begins with the bytes up to
 * a word's boundary and ends with those after the last whole word.
 */

/** Runs shorter than this are not worth a view of words. */
const VIEWED_BYTES_MIN = 64;
/** Sums of three words' counts that fit the four bytes of one word: 10 x 24 < 256. */
const TRIPLES_OF_SUM = 10;

const COUNT_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => countOfWord(byte));

function countOfWord(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many bits are set in the bytes from `start` to before `end`. */
export function countBits(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let at = start;
  if (end - at >= VIEWED_BYTES_MIN) {
    while (((bytes.byteOffset + at) & 3) !== 0) count += COUNT_OF_BYTE[bytes[at++] as number] as number;
    const words = wordsOf(bytes, at, end);
    count += countWords(words);
    at += words.length * 4;
  }
  while (at < end) count += COUNT_OF_BYTE[bytes[at++] as number] as number;
  return count;
}

/** The whole words from a boundary on. */
function wordsOf(bytes: Uint8Array, at: number, end: number): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >>> 2);
}

/**
 * Three words at a time are counted by nibble (at most 12), added up by byte,
 * and only their sum is spread out.
 */
function countWords(words: Int32Array): number {
  let count = 0;
  let at = 0;
  const whole = words.length - (words.length % 3);
  while (at < whole) {
    const until = Math.min(whole, at + 3 * TRIPLES_OF_SUM);
    let sum = 0;
    for (; at < until; at += 3) {
      const nibbles =
        nibbleCounts(words[at] as number) +
        nibbleCounts(words[at + 1] as number) +
        nibbleCounts(words[at + 2] as number);
      sum += (nibbles & 0x0f0f0f0f) + ((nibbles >>> 4) & 0x0f0f0f0f);
    }
    count += (sum & 0xff) + ((sum >>> 8) & 0xff) + ((sum >>> 16) & 0xff) + (sum >>> 24);
  }
  for (; at < words.length; at++) count += countOfWord(words[at] as number);
  return count;
}

function nibbleCounts(word: number): number {
  const x = word - ((word >>> 1) & 0x55555555);
  return (x & 0x33333333) + ((x >>> 2) & 0x33333333);
}

/** The place of the first bit of this kind, counted from the first bit of `bytes`, or -1. The bounds are bits, `end` excluded. */
export function firstBit(bytes: Uint8Array, startBit: number, endBit: number, bit: 0 | 1): number {
  // A whole byte of the other kind.
  const skipped = bit === 1 ? 0 : 0xff;
  const first = Math.floor(startBit / 8);
  const last = Math.floor((endBit - 1) / 8);
  if (endBit <= startBit) return -1;
  let wanted = (bytes[first] as number) ^ skipped;
  wanted &= 0xff >>> (startBit % 8);
  if (first < last && wanted === 0) {
    const at = firstOther(bytes, first + 1, last, skipped);
    return placeIn(at, (bytes[at] as number) ^ skipped, endBit);
  }
  return placeIn(first, wanted, endBit);
}

/** The place of the highest bit of a byte, unless there is none before `endBit`. */
function placeIn(at: number, byte: number, endBit: number): number {
  const place = at * 8 + Math.clz32(byte) - 24;
  return byte !== 0 && place < endBit ? place : -1;
}

/** The first of the bytes up to `last` that is not `byte`; `last` when all before it are. */
function firstOther(bytes: Uint8Array, start: number, last: number, byte: number): number {
  let at = start;
  if (last - at >= VIEWED_BYTES_MIN) {
    for (; ((bytes.byteOffset + at) & 3) !== 0; at++) if (bytes[at] !== byte) return at;
    const words = wordsOf(bytes, at, last);
    const skipped = byte === 0 ? 0 : -1;
    let n = 0;
    while (n < words.length && words[n] === skipped) n++;
    at += n * 4;
  }
  while (at < last && bytes[at] === byte) at++;
  return at;
}

export type Combination = "and" | "or" | "xor";

/** Combines the bytes of `other` into as many of `target`; both begin their buffers. */
export function combineBits(target: Uint8Array, other: Uint8Array, how: Combination): void {
  const length = other.length;
  const whole = length >>> 2;
  const a = new Int32Array(target.buffer, target.byteOffset, whole);
  // A copy only where its bytes do not stand as words do.
  const source = other.byteOffset % 4 === 0 ? other : new Uint8Array(other);
  const b = new Int32Array(source.buffer, source.byteOffset, whole);
  if (how === "and") for (let i = 0; i < whole; i++) a[i] = (a[i] as number) & (b[i] as number);
  else if (how === "or") for (let i = 0; i < whole; i++) a[i] = (a[i] as number) | (b[i] as number);
  else for (let i = 0; i < whole; i++) a[i] = (a[i] as number) ^ (b[i] as number);
  for (let i = whole * 4; i < length; i++) {
    const [x, y] = [target[i] as number, source[i] as number];
    target[i] = how === "and" ? x & y : how === "or" ? x | y : x ^ y;
  }
}

export function invertBits(bytes: Uint8Array): void {
  const whole = bytes.length >>> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, whole);
  for (let i = 0; i < whole; i++) words[i] = ~(words[i] as number);
  for (let i = whole * 4; i < bytes.length; i++) bytes[i] = ~(bytes[i] as number);
}
