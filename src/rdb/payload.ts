/**
 * What stands behind a dumped value: who can read it, and whether it is whole.
 *
 *   value ...  version of RDB (2, little endian)  CRC-64 of all before it (8)
 */
import type { ByteRange } from "../byte-range.ts";
import { crc64 } from "./crc64.ts";

export const FOOTER_BYTES = 10;
const CRC_BYTES = 8;

/** That of Redis 7.4, the youngest whose values are read. */
const VERSION_READ_MAX = 12;
/** What plain values are written as: Redis 7.0 reads them. */
export const VERSION_PLAIN = 10;
/** Hashes whose fields have deadlines: Redis 7.4 reads them. */
export const VERSION_FIELD_DEADLINES = 12;

/** Is this a value with a footer that speaks for it? */
export function isWholePayload({ bytes, start, end }: ByteRange): boolean {
  const footer = end - FOOTER_BYTES;
  if (footer < start) return false;
  const version = (bytes[footer] as number) | ((bytes[footer + 1] as number) << 8); // both are within the range
  if (version > VERSION_READ_MAX) return false;
  const sum = crc64(bytes, start, end - CRC_BYTES);
  return sum.every((byte, i) => bytes[end - CRC_BYTES + i] === byte);
}

/** Writes the footer behind the value in `bytes[0 .. length)`, which has room for it. */
export function sealPayload(bytes: Uint8Array, length: number, version: number): void {
  bytes[length] = version & 0xff;
  bytes[length + 1] = version >> 8;
  bytes.set(crc64(bytes, 0, length + 2), length + 2);
}
