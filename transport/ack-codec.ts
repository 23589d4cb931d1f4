/**
 * Acks by hand. They are half of all messages between replicas, so they are
 * spelled without the general encoder, as the same MessagePack array:
 *
 *   | 0x98 | 0x02 | six numbers: 0xcb, double, big endian | 0xc5, length 2 | changes ... |
 *
 * The general decoder reads these bytes too. An ack that another spelling
 * encoded is left to it.
 */
import { MalformedMessage, type Ack } from "./message.ts";
import { PACKED_TIME_BYTES, readTimes, writeTimes } from "./packed-times.ts";

export const ACK_NUMBER = 2;

/** The number of the kind and seven fields. */
const ARRAY_HEAD = 0x90 + 8;
const FLOAT_64 = 0xcb;
const BIN_16 = 0xc5;

const NUMBERS_AT = 2;
const NUMBER_BYTES = 9;
const NUMBER_COUNT = 6;
const CHANGES_AT = NUMBERS_AT + NUMBER_COUNT * NUMBER_BYTES;
const HEAD_BYTES = CHANGES_AT + 3;
/** More changes than a 16-bit length can say go the general way. */
const CHANGES_MAX = Math.floor(0xffff / PACKED_TIME_BYTES);

/** Undefined when the ack is too long for this spelling. */
export function encodeAck(ack: Ack): Uint8Array | undefined {
  const count = ack.changes.length / 2;
  if (count > CHANGES_MAX) return undefined;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + count * PACKED_TIME_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = ARRAY_HEAD;
  bytes[1] = ACK_NUMBER;
  writeNumber(view, 0, ack.sentMs);
  writeNumber(view, 1, ack.echoMs);
  writeNumber(view, 2, ack.heldMs);
  writeNumber(view, 3, ack.receivedBytes);
  writeNumber(view, 4, ack.ownTime);
  writeNumber(view, 5, ack.durableTime);
  bytes[CHANGES_AT] = BIN_16;
  view.setUint16(CHANGES_AT + 1, count * PACKED_TIME_BYTES);
  writeTimes(view, HEAD_BYTES, ack.changes);
  return bytes;
}

/** Undefined when the message is no ack in this spelling. Throws MalformedMessage when it is a wrong one. */
export function decodeAck(bytes: Uint8Array): Ack | undefined {
  if (bytes[0] !== ARRAY_HEAD || bytes[1] !== ACK_NUMBER || bytes[CHANGES_AT] !== BIN_16) return undefined;
  for (let i = 0; i < NUMBER_COUNT; i++) if (bytes[NUMBERS_AT + i * NUMBER_BYTES] !== FLOAT_64) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length < HEAD_BYTES ? -1 : view.getUint16(CHANGES_AT + 1);
  if (length !== bytes.length - HEAD_BYTES) return undefined;
  if (length % PACKED_TIME_BYTES !== 0) throw new MalformedMessage("a list of times is cut short");
  const ownTime = readNumber(view, 4);
  const durableTime = readNumber(view, 5);
  if (!Number.isInteger(ownTime)) throw new MalformedMessage("ack: ownTime is not a time");
  if (!Number.isInteger(durableTime)) throw new MalformedMessage("ack: durableTime is not a time");
  return {
    kind: "ack",
    sentMs: readNumber(view, 0),
    echoMs: readNumber(view, 1),
    heldMs: readNumber(view, 2),
    receivedBytes: readNumber(view, 3),
    ownTime,
    durableTime,
    changes: readTimes(view, HEAD_BYTES, length / PACKED_TIME_BYTES),
  };
}

function writeNumber(view: DataView, index: number, value: number): void {
  const at = NUMBERS_AT + index * NUMBER_BYTES;
  view.setUint8(at, FLOAT_64);
  view.setFloat64(at + 1, value);
}

function readNumber(view: DataView, index: number): number {
  const value = view.getFloat64(NUMBERS_AT + index * NUMBER_BYTES + 1);
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value === 0 ? 0 : value;
  throw new MalformedMessage("ack: a number is missing or out of range");
}
