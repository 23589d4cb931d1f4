/**
 * Times by origin as bytes: 14 for each origin, little endian.
 *
 *   | origin id: 6 | time: 8, a double that is an exact integer, not negative |
 *
 * Packed in one run rather than as MessagePack numbers, so that a long list of
 * past origins is one length check, and a hostile one allocates nothing.
 */
import { ORIGIN_ID_MAX, type OriginId } from "../crdt/origin.ts";
import type { Time } from "../crdt/clock.ts";
import { MalformedMessage, type Times } from "./message.ts";

export const PACKED_TIME_BYTES = 14;

const TWO_TO_32 = 2 ** 32;

export function writeOriginId(view: DataView, at: number, id: OriginId): void {
  view.setUint32(at, id % TWO_TO_32, true);
  view.setUint16(at + 4, Math.floor(id / TWO_TO_32), true);
}

export function readOriginId(view: DataView, at: number): OriginId {
  const id = view.getUint32(at, true) + view.getUint16(at + 4, true) * TWO_TO_32;
  if (!isOriginId(id)) throw new MalformedMessage("not an origin id");
  return id;
}

export function isOriginId(id: unknown): id is OriginId {
  return typeof id === "number" && Number.isInteger(id) && id > 0 && id <= ORIGIN_ID_MAX;
}

/** A time, where zero says "from the beginning". */
export function readTime(view: DataView, at: number): Time {
  const time = view.getFloat64(at, true);
  if (!Number.isSafeInteger(time) || time < 0 || Object.is(time, -0)) throw new MalformedMessage("not a time");
  return time;
}

export function writeTimes(view: DataView, at: number, times: Times): number {
  for (let i = 0; i < times.length; i += 2, at += PACKED_TIME_BYTES) {
    writeOriginId(view, at, times[i] as OriginId);
    view.setFloat64(at + 6, times[i + 1] as Time, true);
  }
  return at;
}

/** Reads `count` pairs; the caller has checked that their bytes are there. */
export function readTimes(view: DataView, at: number, count: number): number[] {
  const times: number[] = [];
  for (let i = 0; i < count; i++, at += PACKED_TIME_BYTES) {
    times.push(readOriginId(view, at), readTime(view, at + 6));
  }
  return times;
}

export function packTimes(times: Times): Uint8Array {
  const bytes = new Uint8Array((times.length / 2) * PACKED_TIME_BYTES);
  writeTimes(new DataView(bytes.buffer), 0, times);
  return bytes;
}

export function unpackTimes(bytes: Uint8Array): number[] {
  const count = bytes.length / PACKED_TIME_BYTES;
  if (!Number.isInteger(count)) throw new MalformedMessage("a list of times is cut short");
  return readTimes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, count);
}
