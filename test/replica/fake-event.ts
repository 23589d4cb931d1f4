/**
 * Events of the fake state, and their spelling.
 */
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";

export interface FakeEvent {
  readonly originId: OriginId;
  readonly time: Time;
  readonly text: string;
  /** The name of an event that its writer had seen and that it takes away. */
  readonly removes: string | undefined;
}

export const nameOf = ({ originId, time }: { originId: OriginId; time: Time }): string => `${originId}@${time}`;

export function encodeEvents(events: readonly FakeEvent[]): Uint8Array {
  return Buffer.from(
    JSON.stringify(events.map(({ originId, time, text, removes }) => [originId, time, text, removes])),
  );
}

export function decodeEvents(bytes: Uint8Array): FakeEvent[] {
  // No content at all, as the keyspace spells it.
  if (bytes.length === 1 && bytes[0] === 0) return [];
  const rows = JSON.parse(Buffer.from(bytes).toString()) as [number, number, string, string | null][];
  return rows.map(([originId, time, text, removes]) => ({ originId, time, text, removes: removes ?? undefined }));
}

/** A well mixed hash of 32 bits. */
export function mixed(x: number, salt = 0): number {
  let hash = Math.imul((x >>> 0) ^ Math.imul((x / 2 ** 32) >>> 0, 0x9e3779b1) ^ salt, 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export const hashOf = ({ originId, time }: FakeEvent): number => mixed(time, mixed(originId));
