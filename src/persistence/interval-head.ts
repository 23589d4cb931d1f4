/**
 * What is asked of every interval that is kept, read from its first bytes (transport/message-codec.ts), which this
 * process itself has written or checked.
 */
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";
import { PACKED_TIME_BYTES, readOriginId } from "../../transport/packed-times.ts";

const HEAD_BYTES = 25;

export function intervalEnd(message: Uint8Array): { originId: OriginId; to: Time } {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  return { originId: readOriginId(view, 1), to: view.getFloat64(15, true) };
}

/** An interval without effects. */
export function isHeartbeat(message: Uint8Array): boolean {
  const count = (message[23] as number) + (message[24] as number) * 256;
  return message.length === HEAD_BYTES + count * PACKED_TIME_BYTES;
}
