/**
 * Ranges of places as bytes: for each two places, and for each of these its
 * length in two bytes, little endian, and then itself.
 */
import { MalformedMessage, type PlaceRange } from "./message.ts";

const LENGTH_BYTES = 2;

export function packRanges(ranges: readonly PlaceRange[]): Uint8Array {
  let length = 0;
  for (const { from, to } of ranges) length += 2 * LENGTH_BYTES + from.length + to.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { from, to } of ranges) at = writePlace(bytes, writePlace(bytes, at, from), to);
  return bytes;
}

function writePlace(bytes: Uint8Array, at: number, place: Uint8Array): number {
  bytes[at] = place.length & 0xff;
  bytes[at + 1] = place.length >>> 8;
  bytes.set(place, at + LENGTH_BYTES);
  return at + LENGTH_BYTES + place.length;
}

/** At least one, at most `countMax`; in memory of their own, since they are kept. */
export function unpackRanges(bytes: Uint8Array, countMax: number): PlaceRange[] {
  const ranges: PlaceRange[] = [];
  for (let at = 0; at < bytes.length;) {
    const from = readPlace(bytes, at);
    at += LENGTH_BYTES + from.length;
    const to = readPlace(bytes, at);
    at += LENGTH_BYTES + to.length;
    ranges.push({ from, to });
  }
  if (ranges.length === 0 || ranges.length > countMax) throw new MalformedMessage("not a list of ranges");
  return ranges;
}

function readPlace(bytes: Uint8Array, at: number): Uint8Array {
  const start = at + LENGTH_BYTES;
  const end = start + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  if (start > bytes.length || end > bytes.length) throw new MalformedMessage("a place is cut short");
  return new Uint8Array(bytes.subarray(start, end));
}
