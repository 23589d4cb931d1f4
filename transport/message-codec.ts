/**
 * Messages as bytes. The first byte tells the kind:
 *
 *   0x01         interval
 *                | 1 | origin id 6 | from 8 | to 8 | count 2 | count times | body ... |
 *   0x02         repair chunk
 *                | 1 | more 1 | fromSlot 2 | nextSlot 2 | count 2 | count times | bytes ... |
 *   0x03 - 0x0f  left for later: ignored
 *   0x90 - 0x9f  a control message (`control-codec.ts`)
 *
 * Numbers are little endian, times as in `packed-times.ts`. Decoded bodies are
 * views of the message. Decoding checks everything but what is inside the
 * bodies, and throws nothing but MalformedMessage.
 */
import type { Time } from "../crdt/clock.ts";
import type { OriginId } from "../crdt/origin.ts";
import { ControlCodec } from "./control-codec.ts";
import {
  MalformedMessage,
  type ControlMessage,
  type Interval,
  type Message,
  type RepairChunk,
  type Times,
} from "./message.ts";
import { PACKED_TIME_BYTES, readOriginId, readTime, readTimes, writeOriginId, writeTimes } from "./packed-times.ts";

const INTERVAL = 0x01;
const REPAIR_CHUNK = 0x02;
const RESERVED_LAST = 0x0f;

const INTERVAL_HEAD_BYTES = 25;
const CHUNK_HEAD_BYTES = 8;

/** Slots of a keyspace; a chunk ends at most here. */
const SLOT_LAST = 16_384;

/** Does the message use credit? Everything whose size follows the data does. */
export function usesCredit(message: Uint8Array): boolean {
  return (message[0] as number) <= RESERVED_LAST;
}

export class MessageCodec {
  private readonly control = new ControlCodec();

  encode(message: ControlMessage): Uint8Array {
    return this.control.encode(message);
  }

  decode(bytes: Uint8Array): Message {
    const head = bytes[0];
    if (head === INTERVAL) return decodeInterval(bytes);
    if (head === REPAIR_CHUNK) return decodeRepairChunk(bytes);
    if (head !== undefined && head > 0 && head <= RESERVED_LAST) return { kind: "unknown" };
    return this.control.decode(bytes);
  }
}

export function encodeInterval(originId: OriginId, from: Time, to: Time, changes: Times, body: Uint8Array): Uint8Array {
  const head = INTERVAL_HEAD_BYTES + (changes.length / 2) * PACKED_TIME_BYTES;
  const bytes = Buffer.allocUnsafe(head + body.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = INTERVAL;
  writeOriginId(view, 1, originId);
  view.setFloat64(7, from, true);
  view.setFloat64(15, to, true);
  view.setUint16(23, changes.length / 2, true);
  bytes.set(body, writeTimes(view, INTERVAL_HEAD_BYTES, changes));
  return bytes;
}

function decodeInterval(bytes: Uint8Array): Interval {
  if (bytes.length < INTERVAL_HEAD_BYTES) throw new MalformedMessage("interval: cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const from = readTime(view, 7);
  const to = readTime(view, 15);
  if (to <= from) throw new MalformedMessage("interval: ends before it begins");
  const count = view.getUint16(23, true);
  const bodyAt = INTERVAL_HEAD_BYTES + count * PACKED_TIME_BYTES;
  if (bodyAt > bytes.length) throw new MalformedMessage("interval: cut short");
  const changes = readTimes(view, INTERVAL_HEAD_BYTES, count);
  return { kind: "interval", originId: readOriginId(view, 1), from, to, changes, body: bytes.subarray(bodyAt) };
}

export function encodeRepairChunk(chunk: Omit<RepairChunk, "kind">): Uint8Array {
  const head = CHUNK_HEAD_BYTES + (chunk.changes.length / 2) * PACKED_TIME_BYTES;
  const bytes = Buffer.allocUnsafe(head + chunk.bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = REPAIR_CHUNK;
  bytes[1] = chunk.more ? 1 : 0;
  view.setUint16(2, chunk.fromSlot, true);
  view.setUint16(4, chunk.nextSlot, true);
  view.setUint16(6, chunk.changes.length / 2, true);
  bytes.set(chunk.bytes, writeTimes(view, CHUNK_HEAD_BYTES, chunk.changes));
  return bytes;
}

function decodeRepairChunk(bytes: Uint8Array): RepairChunk {
  if (bytes.length < CHUNK_HEAD_BYTES) throw new MalformedMessage("repair-chunk: cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const more = bytes[1] as number;
  const fromSlot = view.getUint16(2, true);
  const nextSlot = view.getUint16(4, true);
  if (more > 1 || nextSlot <= fromSlot || nextSlot > SLOT_LAST) throw new MalformedMessage("repair-chunk: wrong slots");
  const count = view.getUint16(6, true);
  const bytesAt = CHUNK_HEAD_BYTES + count * PACKED_TIME_BYTES;
  if (bytesAt > bytes.length) throw new MalformedMessage("repair-chunk: cut short");
  const changes = readTimes(view, CHUNK_HEAD_BYTES, count);
  return { kind: "repair-chunk", fromSlot, nextSlot, more: more === 1, changes, bytes: bytes.subarray(bytesAt) };
}
