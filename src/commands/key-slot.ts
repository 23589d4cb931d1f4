/**
 * The hash slot of a key as Redis Cluster counts it: CRC16 (XMODEM) of the key,
 * or of what stands between its first braces when that is not empty, modulo
 * 16,384. Atoll itself places nothing by it: every replica holds every slot.
 */
import type { ByteRange } from "../byte-range.ts";

export const CLUSTER_SLOTS = 16_384;

const POLYNOMIAL = 0x1021;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : POLYNOMIAL);
  return crc & 0xffff;
});

export function keySlot({ bytes, start, end }: ByteRange): number {
  const open = indexOf(bytes, OPEN, start, end);
  const close = open < 0 ? -1 : indexOf(bytes, CLOSE, open + 1, end);
  const isTagged = close > open + 1;
  const crc = isTagged ? crc16(bytes, open + 1, close) : crc16(bytes, start, end);
  return crc % CLUSTER_SLOTS;
}

function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ (bytes[i] as number)] as number); // a table of all bytes
  }
  return crc;
}

function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === byte) return i;
  return -1;
}
