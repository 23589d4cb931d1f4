/**
 * Ziplists, in which Redis before 7 kept small collections.
 *
 *   total bytes (4)  offset of the last entry (4)  elements (2, or 65535: count them)  entry ...  0xff
 *
 *   entry: bytes of the entry before it (1; or 0xfe and 4), encoding, data
 *
 *   00LLLLLL                        string of L bytes
 *   01LLLLLL llllllll               string
 *   10______ + 4 bytes, big endian  string of that length
 *   11000000  11010000  11100000    signed, 2, 4, 8 bytes, little endian
 *   11110000  11111110              signed, 3 bytes, 1 byte
 *   1111NNNN                        0 to 12, as NNNN - 1
 */
import type { ByteRange } from "../byte-range.ts";
import { MalformedValue, type PayloadCursor, pointAtDigits } from "./payload-cursor.ts";

const HEADER_BYTES = 10;
const UNCOUNTED = 0xffff;
const END = 0xff;
const LONG_PREVIOUS = 0xfe;
const INTEGER_WIDTHS: Readonly<Record<number, number>> = { 0xc0: 2, 0xd0: 4, 0xe0: 8, 0xf0: 3, 0xfe: 1 };
const SMALLEST_IMMEDIATE = 0xf1;
const LARGEST_IMMEDIATE = 0xfd;

/** Visits all elements in order; `element` is valid as long as the payload. */
export function readZiplist(cursor: PayloadCursor, element: ByteRange, visit: () => void): void {
  const start = cursor.position;
  const bytes = cursor.remaining;
  if (bytes <= HEADER_BYTES || cursor.word() !== bytes) throw new MalformedValue("a ziplist's size is wrong");
  const announcedLast = cursor.word();
  const announced = cursor.half();
  let count = 0;
  let last = cursor.position;
  let previousBytes = 0;
  while (cursor.remaining > 1) {
    last = cursor.position;
    if (readPrevious(cursor) !== previousBytes) throw new MalformedValue("a ziplist's entries do not link");
    readEntry(cursor, element);
    previousBytes = cursor.position - last;
    count++;
    visit();
  }
  if (cursor.byte() !== END) throw new MalformedValue("a ziplist has no end");
  if (last - start !== announcedLast) throw new MalformedValue("a ziplist's last entry is elsewhere");
  if (announced !== UNCOUNTED && announced !== count) throw new MalformedValue("a ziplist's count is wrong");
}

function readPrevious(cursor: PayloadCursor): number {
  const first = cursor.byte();
  return first < LONG_PREVIOUS ? first : cursor.word();
}

function readEntry(cursor: PayloadCursor, out: ByteRange): void {
  const first = cursor.byte();
  if (first < 0x40) cursor.range(first, out);
  else if (first < 0x80) cursor.range(((first & 0x3f) << 8) | cursor.byte(), out);
  else if (first < 0xc0) cursor.range(cursor.bigEndianWord(), out);
  else if (first >= SMALLEST_IMMEDIATE && first <= LARGEST_IMMEDIATE) pointAtDigits(first - SMALLEST_IMMEDIATE, out);
  else {
    const width = INTEGER_WIDTHS[first];
    if (width === undefined) throw new MalformedValue("an unknown encoding in a ziplist");
    pointAtDigits(cursor.signed(width), out);
  }
}
