/**
 * Would Redis keep a list in one listpack? By number of elements or by size, as
 * its list-max-listpack-size says: from 0 on elements, below 0 a class of sizes.
 *
 * A listpack is 7 bytes and its entries: a head, the data, and what a reader
 * from the other end needs. Redis looks when a list changes, and lets one that
 * shrinks be a quicklist until it has half of that; here only the content counts.
 */
import { ByteRange } from "../byte-range.ts";
import type { Elements } from "../store/elements.ts";
import { parseInteger } from "./number.ts";

const LISTPACK_BYTES = 7;
/** For -1 to -5. */
const CLASS_BYTES = [4096, 8192, 16_384, 32_768, 65_536];
/** However few the elements are. */
const COUNTED_BYTES_MAX = 8192;
/** Numbers within these bounds take so many bytes with their head; all others 9. */
const INTEGER_BYTES = [
  { least: 0, most: 127, bytes: 1 },
  { least: -(2 ** 12), most: 2 ** 12 - 1, bytes: 2 },
  { least: -(2 ** 15), most: 2 ** 15 - 1, bytes: 3 },
  { least: -(2 ** 23), most: 2 ** 23 - 1, bytes: 4 },
  { least: -(2 ** 31), most: 2 ** 31 - 1, bytes: 5 },
];
const LONG_INTEGER_BYTES = 9;

export function isOneListpack(list: Elements, limit: number): boolean {
  if (limit >= 0 && list.size > Math.max(limit, 1)) return false;
  const bytesMax = limit >= 0 ? COUNTED_BYTES_MAX : (CLASS_BYTES[Math.min(-limit, CLASS_BYTES.length) - 1] as number); // 0 to 4
  const value = new ByteRange();
  let bytes = LISTPACK_BYTES;
  list.forEach((element) => {
    list.value(element, value);
    bytes += entryBytes(value);
    return bytes <= bytesMax;
  });
  return bytes <= bytesMax;
}

function entryBytes(value: ByteRange): number {
  const number = parseInteger(value);
  const bytes = Number.isNaN(number) ? value.length + headBytes(value.length) : integerBytes(number);
  return bytes + backLengthBytes(bytes);
}

function headBytes(length: number): number {
  if (length < 64) return 1;
  return length < 4096 ? 2 : 5;
}

function integerBytes(number: number): number {
  return INTEGER_BYTES.find(({ least, most }) => number >= least && number <= most)?.bytes ?? LONG_INTEGER_BYTES;
}

/** Seven bits a byte. */
function backLengthBytes(bytes: number): number {
  let digits = 1;
  for (let rest = bytes; rest > 0x7f; rest = Math.floor(rest / 0x80)) digits++;
  return digits;
}
