/**
 * Messages as bytes. The first byte tells the kind:
 *
 *   0x01         interval
 *                | 1 | origin id 6 | from 8 | to 8 | count 2 | count times | body ... |
 *   0x02         repair chunk
 *   0x03         repair description
 *                | 1 | more 1 | done 4 | count 2 | count times | bytes ... |
 *   0x04         repair residue
 *                | 1 | more 1 | hashes, 4 each ... |
 *   0x05         repair range chunk
 *   0x06         repair range description
 *                | 1 | more 1 | length of next 2 | count 2 | next | count times | bytes ... |
 *   0x07 - 0x0f  left for later: ignored
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
  type RepairDescription,
  type RepairRangeChunk,
  type RepairRangeDescription,
  type RepairResidue,
  type Times,
} from "./message.ts";
import { readNodes, writeNodes } from "./packed-nodes.ts";
import { PACKED_TIME_BYTES, readOriginId, readTime, readTimes, writeOriginId, writeTimes } from "./packed-times.ts";

const INTERVAL = 0x01;
const REPAIR_CHUNK = 0x02;
const REPAIR_DESCRIPTION = 0x03;
const REPAIR_RESIDUE = 0x04;
const RANGE_CHUNK = 0x05;
const RANGE_DESCRIPTION = 0x06;
const RESERVED_LAST = 0x0f;

const INTERVAL_HEAD_BYTES = 25;
const ANSWER_HEAD_BYTES = 8;
const RANGE_HEAD_BYTES = 6;
const RESIDUE_HEAD_BYTES = 2;

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
    if (head === REPAIR_CHUNK || head === REPAIR_DESCRIPTION) return decodeAnswer(bytes);
    if (head === RANGE_CHUNK || head === RANGE_DESCRIPTION) return decodeRangeAnswer(bytes);
    if (head === REPAIR_RESIDUE) return decodeResidue(bytes);
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
  return encodeAnswer(REPAIR_CHUNK, chunk.more, chunk);
}

export function encodeRepairDescription(description: Omit<RepairDescription, "kind">): Uint8Array {
  return encodeAnswer(REPAIR_DESCRIPTION, false, description);
}

export function encodeRepairResidue(hashes: readonly number[], more: boolean): Uint8Array {
  const bytes = Buffer.allocUnsafe(RESIDUE_HEAD_BYTES + hashes.length * 4);
  bytes[0] = REPAIR_RESIDUE;
  bytes[1] = more ? 1 : 0;
  writeNodes(bytes, RESIDUE_HEAD_BYTES, hashes);
  return bytes;
}

function encodeAnswer(head: number, more: boolean, answer: Omit<RepairDescription, "kind">): Uint8Array {
  const headBytes = ANSWER_HEAD_BYTES + (answer.changes.length / 2) * PACKED_TIME_BYTES;
  const bytes = Buffer.allocUnsafe(headBytes + answer.bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = head;
  bytes[1] = more ? 1 : 0;
  view.setUint32(2, answer.done, true);
  view.setUint16(6, answer.changes.length / 2, true);
  bytes.set(answer.bytes, writeTimes(view, ANSWER_HEAD_BYTES, answer.changes));
  return bytes;
}

function decodeAnswer(bytes: Uint8Array): RepairChunk | RepairDescription {
  if (bytes.length < ANSWER_HEAD_BYTES) throw new MalformedMessage("repair: an answer is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isChunk = bytes[0] === REPAIR_CHUNK;
  const more = bytes[1] as number;
  const done = view.getUint32(2, true);
  if (more > (isChunk ? 1 : 0) || done === 0) throw new MalformedMessage("repair: an answer to nothing");
  const count = view.getUint16(6, true);
  const bytesAt = ANSWER_HEAD_BYTES + count * PACKED_TIME_BYTES;
  if (bytesAt > bytes.length) throw new MalformedMessage("repair: an answer is cut short");
  const answer = { done, changes: readTimes(view, ANSWER_HEAD_BYTES, count), bytes: bytes.subarray(bytesAt) };
  return isChunk ? { kind: "repair-chunk", more: more === 1, ...answer } : { kind: "repair-description", ...answer };
}

export function encodeRangeChunk(chunk: Omit<RepairRangeChunk, "kind">): Uint8Array {
  return encodeRangeAnswer(RANGE_CHUNK, chunk.more, chunk);
}

export function encodeRangeDescription(description: Omit<RepairRangeDescription, "kind">): Uint8Array {
  return encodeRangeAnswer(RANGE_DESCRIPTION, false, description);
}

function encodeRangeAnswer(head: number, more: boolean, answer: Omit<RepairRangeDescription, "kind">): Uint8Array {
  const { next, changes, bytes: content } = answer;
  const headBytes = RANGE_HEAD_BYTES + next.length + (changes.length / 2) * PACKED_TIME_BYTES;
  const bytes = Buffer.allocUnsafe(headBytes + content.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = head;
  bytes[1] = more ? 1 : 0;
  view.setUint16(2, next.length, true);
  view.setUint16(4, changes.length / 2, true);
  bytes.set(next, RANGE_HEAD_BYTES);
  bytes.set(content, writeTimes(view, RANGE_HEAD_BYTES + next.length, changes));
  return bytes;
}

function decodeRangeAnswer(bytes: Uint8Array): RepairRangeChunk | RepairRangeDescription {
  if (bytes.length < RANGE_HEAD_BYTES) throw new MalformedMessage("repair: an answer is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isChunk = bytes[0] === RANGE_CHUNK;
  const more = bytes[1] as number;
  if (more > (isChunk ? 1 : 0)) throw new MalformedMessage("repair: an answer to nothing");
  const timesAt = RANGE_HEAD_BYTES + view.getUint16(2, true);
  const count = view.getUint16(4, true);
  const bytesAt = timesAt + count * PACKED_TIME_BYTES;
  if (bytesAt > bytes.length) throw new MalformedMessage("repair: an answer is cut short");
  // In memory of its own: it is kept.
  const next = new Uint8Array(bytes.subarray(RANGE_HEAD_BYTES, timesAt));
  const answer = { next, changes: readTimes(view, timesAt, count), bytes: bytes.subarray(bytesAt) };
  return isChunk
    ? { kind: "repair-range-chunk", more: more === 1, ...answer }
    : { kind: "repair-range-description", ...answer };
}

function decodeResidue(bytes: Uint8Array): RepairResidue {
  const more = bytes[1] ?? 2;
  if (more > 1 || (bytes.length - RESIDUE_HEAD_BYTES) % 4 !== 0)
    throw new MalformedMessage("repair-residue: cut short");
  return { kind: "repair-residue", more: more === 1, hashes: readNodes(bytes, RESIDUE_HEAD_BYTES) };
}
