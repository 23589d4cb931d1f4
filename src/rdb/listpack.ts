/**
 * Listpacks, in which Redis 7 keeps small collections.
 *
 *   total bytes (4)  elements (2, or 65535: count them)  entry ...  0xff
 *
 *   entry: encoding, data, and how many bytes those two are: 7 bits a byte, the
 *   low ones last, all but the first of them marked by their top bit
 *
 *   0NNNNNNN                   0 to 127
 *   10LLLLLL                   string of L bytes
 *   110NNNNN nnnnnnnn          signed, 13 bits
 *   1110LLLL llllllll          string
 *   11110000 + 4 bytes         string of that length
 *   11110001 to 11110100       signed, 2, 3, 4, 8 bytes
 *
 * Multi-byte numbers are little endian, unlike the lengths within an encoding byte.
 */
import type { ByteRange } from "../byte-range.ts";
import { MalformedValue, type PayloadCursor, pointAtDigits } from "./payload-cursor.ts";

const HEADER_BYTES = 6;
const UNCOUNTED = 0xffff;
const END = 0xff;
const STRING_32 = 0xf0;
const INTEGER_WIDTHS: Readonly<Record<number, number>> = { 0xf1: 2, 0xf2: 3, 0xf3: 4, 0xf4: 8 };

/** Visits all elements in order; `element` is valid as long as the payload. */
export function readListpack(cursor: PayloadCursor, element: ByteRange, visit: () => void): void {
  const bytes = cursor.remaining;
  if (bytes <= HEADER_BYTES || cursor.word() !== bytes) throw new MalformedValue("a listpack's size is wrong");
  const announced = cursor.half();
  let count = 0;
  while (cursor.remaining > 1) {
    readEntry(cursor, element);
    count++;
    visit();
  }
  if (cursor.byte() !== END) throw new MalformedValue("a listpack has no end");
  if (announced !== UNCOUNTED && announced !== count) throw new MalformedValue("a listpack's count is wrong");
}

function readEntry(cursor: PayloadCursor, out: ByteRange): void {
  const start = cursor.position;
  const first = cursor.byte();
  if (first < 0x80) pointAtDigits(first, out);
  else if (first < 0xc0) cursor.range(first & 0x3f, out);
  else if (first < 0xe0) pointAtDigits(((((first & 0x1f) << 8) | cursor.byte()) << 19) >> 19, out);
  else if (first < STRING_32) cursor.range(((first & 0x0f) << 8) | cursor.byte(), out);
  else if (first === STRING_32) cursor.range(cursor.word(), out);
  else {
    const width = INTEGER_WIDTHS[first];
    if (width === undefined) throw new MalformedValue("an unknown encoding in a listpack");
    pointAtDigits(cursor.signed(width), out);
  }
  readBackLength(cursor, cursor.position - start);
}

/** It must be what a reader from the other end needs. */
function readBackLength(cursor: PayloadCursor, length: number): void {
  let digits = 1;
  for (let rest = length; rest > 0x7f; rest = Math.floor(rest / 0x80)) digits++;
  for (let i = digits - 1; i >= 0; i--) {
    const expected = (Math.floor(length / 0x80 ** i) % 0x80) | (i === digits - 1 ? 0 : 0x80);
    if (cursor.byte() !== expected) throw new MalformedValue("a listpack's entries do not link");
  }
}
