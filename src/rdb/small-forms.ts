/**
 * The two oldest forms of small collections.
 *
 * Intset:  bytes of each number (4)  how many (4)  numbers, little endian, rising
 *
 * Zipmap (Redis before 2.6):  pairs (1; 254 and above: count them)  pair ...  0xff
 *
 *   pair: length of the field, field, length of the value, unused bytes (1), value, that many unused bytes
 *   length: below 254 one byte; else 254 and 4 bytes, little endian
 */
import type { ByteRange } from "../byte-range.ts";
import { MalformedValue, type PayloadCursor, pointAtDigits } from "./payload-cursor.ts";

const INTSET_WIDTHS = new Set([2, 4, 8]);
const ZIPMAP_END = 0xff;
const ZIPMAP_UNCOUNTED = 254;

export function readIntset(cursor: PayloadCursor, element: ByteRange, visit: () => void): void {
  const width = cursor.word();
  const count = cursor.word();
  if (!INTSET_WIDTHS.has(width)) throw new MalformedValue("an intset's numbers have an unknown width");
  if (count * width !== cursor.remaining) throw new MalformedValue("an intset's size is wrong");
  let before: number | bigint = -Infinity;
  for (let i = 0; i < count; i++) {
    const value = cursor.signed(width);
    if (value <= before) throw new MalformedValue("an intset is not in order");
    before = value;
    pointAtDigits(value, element);
    visit();
  }
}

/** Visits field, value, field, value. */
export function readZipmap(cursor: PayloadCursor, element: ByteRange, visit: () => void): void {
  const announced = cursor.byte();
  let pairs = 0;
  while (cursor.remaining > 1) {
    cursor.range(zipmapLength(cursor), element);
    visit();
    const length = zipmapLength(cursor);
    const unused = cursor.byte();
    cursor.range(length, element);
    cursor.take(unused);
    visit();
    pairs++;
  }
  if (cursor.byte() !== ZIPMAP_END) throw new MalformedValue("a zipmap has no end");
  if (announced < ZIPMAP_UNCOUNTED && announced !== pairs) throw new MalformedValue("a zipmap's count is wrong");
}

function zipmapLength(cursor: PayloadCursor): number {
  const first = cursor.byte();
  if (first < ZIPMAP_UNCOUNTED) return first;
  if (first === ZIPMAP_UNCOUNTED) return cursor.word();
  throw new MalformedValue("a zipmap ends within a pair");
}
