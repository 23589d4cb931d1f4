/**
 * Single bits of a string, SETBIT and GETBIT, and how the offsets of all bitmap
 * commands are read. A bitmap is a string: a change is a put of the whole value
 * that keeps the key's life, and of concurrent ones the newest counts, whole.
 */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { parseInteger } from "./number.ts";

const BAD_OFFSET = "ERR bit offset is not an integer or out of range";
const BAD_BIT = "ERR bit is not an integer or out of range";
const HASH_SIGN = 0x23;

/** Cursors on the value and the text in hand; they carry nothing from one command to the next. */
const value = new ByteRange();
const digits = new ByteRange();

export function setbit(call: Call): void {
  const { args, keyspace, reply } = call;
  const offset = readBitOffset(call, args.at(2), 0);
  if (Number.isNaN(offset)) return;
  const bit = parseInteger(args.at(3));
  if (bit !== 0 && bit !== 1) return reply.error(BAD_BIT);
  const ref = findTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  const at = Math.floor(offset / 8);
  const mask = 0x80 >>> (offset % 8);
  const old = ref === 0 ? 0 : byteAt(call, ref, at);
  const wasSet = old >= 0 && (old & mask) !== 0;
  if (old < 0 || ref === 0 || wasSet !== (bit === 1)) {
    const bytes = bytesToChange(call, ref, at + 1);
    bytes[at] = bit === 1 ? (bytes[at] as number) | mask : (bytes[at] as number) & ~mask;
    keyspace.putKeepingLife(call.client.db, args.at(1), new ByteRange(bytes));
  }
  reply.integer(wasSet ? 1 : 0);
}

export function getbit(call: Call): void {
  const { args, reply } = call;
  const offset = readBitOffset(call, args.at(2), 0);
  if (Number.isNaN(offset)) return;
  const ref = readTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  const byte = ref === 0 ? 0 : byteAt(call, ref, Math.floor(offset / 8));
  reply.integer(byte >= 0 && (byte & (0x80 >>> (offset % 8))) !== 0 ? 1 : 0);
}

/** A byte of a string; -1 beyond its end. */
function byteAt({ keyspace }: Call, ref: EntryRef, at: number): number {
  keyspace.stringValue(ref, value);
  return at < value.length ? (value.bytes[value.start + at] as number) : -1;
}

/** A copy of a string, or of nothing, of at least so many bytes. */
export function bytesToChange({ keyspace }: Call, ref: EntryRef, lengthMin: number): Uint8Array {
  if (ref === 0) return new Uint8Array(lengthMin);
  keyspace.stringValue(ref, value);
  const bytes = new Uint8Array(Math.max(value.length, lengthMin));
  bytes.set(value.bytes.subarray(value.start, value.end));
  return bytes;
}

/** The place of a bit, in bounds; NaN after the error reply. With `width` "#3" is the third field of that width. */
export function readBitOffset({ host, reply }: Call, range: ByteRange, width: number): number {
  const isField = width > 0 && range.length > 0 && range.bytes[range.start] === HASH_SIGN;
  const number = parseInteger(digits.set(range.bytes, range.start + (isField ? 1 : 0), range.end));
  const offset = isField ? number * width : number;
  if (offset >= 0 && Math.floor(offset / 8) < host.config.settings.bulkBytesMax) return offset;
  reply.error(BAD_OFFSET);
  return Number.NaN;
}
