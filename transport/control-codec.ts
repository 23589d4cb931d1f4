/**
 * Control messages as MessagePack arrays: the number of the kind, then its
 * fields in order. Contexts, nodes and ranges are packed (`packed-times.ts`,
 * `packed-nodes.ts`, `packed-ranges.ts`) into one binary field, so every field is a scalar: an array or a map inside the array is
 * refused before the decoder runs, and nothing is allocated for it.
 *
 * Fields after the known ones are ignored: a later version may add some.
 */
import { Decoder, Encoder } from "@msgpack/msgpack";
import { ACK_NUMBER, decodeAck, encodeAck } from "./ack-codec.ts";
import {
  ASK_NODES_MAX,
  ASK_RANGES_MAX,
  MalformedMessage,
  NAME_BYTES_MAX,
  REASON_BYTES_MAX,
  type ControlMessage,
  type PlaceRange,
  type Times,
  type Unknown,
} from "./message.ts";
import { packNodes, unpackNodes } from "./packed-nodes.ts";
import { packRanges, unpackRanges } from "./packed-ranges.ts";
import { isOriginId, packTimes, unpackTimes } from "./packed-times.ts";

/** Fields an array may have: one byte of MessagePack, and room for what later versions add. */
const FIELDS_MAX = 15;

type FieldType = "text" | "reason" | "number" | "origin" | "time" | "times" | "nodes" | "ranges" | "bytes";

type Kind = ControlMessage["kind"];

/** The spelling of each kind: its number and its fields. */
const KINDS: { readonly [K in Kind]: { number: number; fields: Readonly<Record<string, FieldType>> } } = {
  hello: {
    number: 1,
    fields: {
      version: "number",
      clusterId: "text",
      nodeId: "text",
      region: "text",
      address: "text",
      originId: "origin",
      wallMs: "number",
      messageBytesMax: "number",
      creditBytes: "number",
      context: "times",
      floors: "times",
      hasPast: "number",
    },
  },
  ack: {
    number: ACK_NUMBER,
    fields: {
      sentMs: "number",
      echoMs: "number",
      heldMs: "number",
      receivedBytes: "number",
      ownTime: "time",
      durableTime: "time",
      changes: "times",
    },
  },
  "ack-request": { number: 30, fields: { time: "time", durableTime: "time" } },
  forward: { number: 31, fields: { id: "time", db: "time", protocol: "time", command: "bytes" } },
  forwarded: { number: 32, fields: { id: "time", served: "time", reply: "bytes" } },
  pull: { number: 3, fields: { have: "times" } },
  lapped: { number: 4, fields: { floors: "times" } },
  "repair-request": { number: 5, fields: { resume: "times" } },
  "repair-begin": { number: 6, fields: { context: "times", resumed: "time", salt: "time" } },
  "repair-vector": { number: 7, fields: { originId: "origin", dependencies: "times" } },
  "repair-end": { number: 8, fields: { context: "times" } },
  "repair-abort": { number: 9, fields: { bySender: "time", reason: "reason" } },
  goodbye: { number: 10, fields: { reason: "reason" } },
  "repair-compare": { number: 11, fields: { bits: "time", nodes: "nodes" } },
  "repair-fetch": { number: 12, fields: { bits: "time", nodes: "nodes" } },
  "repair-done": { number: 13, fields: {} },
  "repair-compare-range": {
    number: 15,
    fields: { db: "time", type: "time", fine: "time", key: "bytes", from: "bytes", to: "bytes" },
  },
  "repair-fetch-ranges": { number: 16, fields: { db: "time", type: "time", key: "bytes", ranges: "ranges" } },
  digest: { number: 14, fields: { context: "times", effects: "times", digest: "text" } },
  member: {
    number: 20,
    fields: {
      nodeId: "text",
      region: "text",
      address: "text",
      clientAddress: "text",
      originId: "origin",
      incarnation: "time",
      state: "time",
      origins: "times",
    },
  },
  fences: { number: 21, fields: { nodeId: "text", finals: "times" } },
  "probe-request": { number: 22, fields: { sequence: "time", nodeId: "text" } },
  "probe-answer": { number: 23, fields: { sequence: "time", reached: "time" } },
  forgotten: { number: 24, fields: { originId: "origin", finalTime: "time" } },
};

/** The same as lists, by the number of the kind. */
const SPELLINGS: ReadonlyMap<number, Spelling> = new Map(
  (Object.keys(KINDS) as Kind[]).map((kind) => [
    KINDS[kind].number,
    { kind, fields: Object.entries(KINDS[kind].fields) },
  ]),
);

interface Spelling {
  readonly kind: Kind;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
}

export class ControlCodec {
  private readonly encoder = new Encoder();
  private readonly decoder = new Decoder({ maxArrayLength: FIELDS_MAX });

  encode(message: ControlMessage): Uint8Array {
    const ack = message.kind === "ack" ? encodeAck(message) : undefined;
    if (ack !== undefined) return ack;
    const { number } = KINDS[message.kind];
    const values: unknown[] = [number];
    const source = message as unknown as Readonly<Record<string, unknown>>;
    const { fields } = SPELLINGS.get(number) as Spelling; // every kind has one
    for (const [name, type] of fields) {
      values.push(packed(type, source[name]));
    }
    return this.encoder.encode(values);
  }

  decode(bytes: Uint8Array): ControlMessage | Unknown {
    return decodeAck(bytes) ?? this.decodeAny(bytes);
  }

  private decodeAny(bytes: Uint8Array): ControlMessage | Unknown {
    checkFlat(bytes);
    let values: unknown;
    try {
      values = this.decoder.decode(bytes);
    } catch (error) {
      throw new MalformedMessage(`not MessagePack: ${String(error)}`);
    }
    if (!Array.isArray(values) || typeof values[0] !== "number") throw new MalformedMessage("no kind");
    const spelling = SPELLINGS.get(values[0]);
    if (spelling === undefined) return { kind: "unknown" };
    const { kind, fields } = spelling;
    const message: Record<string, unknown> = { kind };
    let next = 1;
    for (const [name, type] of fields) {
      message[name] = readField(kind, name, type, values[next++]);
    }
    return message as unknown as ControlMessage;
  }
}

function packed(type: FieldType, value: unknown): unknown {
  if (type === "times") return packTimes(value as Times);
  if (type === "ranges") return packRanges(value as readonly PlaceRange[]);
  return type === "nodes" ? packNodes(value as readonly number[]) : value;
}

function readField(kind: Kind, name: string, type: FieldType, value: unknown): unknown {
  switch (type) {
    case "text":
    case "reason": {
      const bytesMax = type === "text" ? NAME_BYTES_MAX : REASON_BYTES_MAX;
      if (typeof value === "string" && Buffer.byteLength(value) <= bytesMax) return value;
      break;
    }
    case "number":
      if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value === 0 ? 0 : value;
      break;
    case "origin":
      if (isOriginId(value)) return value;
      break;
    case "time":
      if (Number.isSafeInteger(value) && (value as number) >= 0) return value === 0 ? 0 : value;
      break;
    case "times":
      if (value instanceof Uint8Array) return unpackTimes(value);
      break;
    case "bytes":
      if (value instanceof Uint8Array) return value;
      break;
    case "ranges":
      if (value instanceof Uint8Array) return unpackRanges(value, ASK_RANGES_MAX);
      break;
    case "nodes":
      if (value instanceof Uint8Array) return unpackNodes(value, ASK_NODES_MAX);
      break;
  }
  throw new MalformedMessage(`${kind}: ${name} is missing or not a ${type}`);
}

/** Refuses anything but one short array of scalars whose lengths fit the message. */
function checkFlat(bytes: Uint8Array): void {
  const count = (bytes[0] ?? 0) - 0x90;
  if (count < 1 || count > FIELDS_MAX) throw new MalformedMessage("not a short array");
  let at = 1;
  for (let i = 0; i < count; i++) {
    if (at >= bytes.length) throw new MalformedMessage("cut short");
    at += scalarBytes(bytes, at);
  }
  if (at !== bytes.length) throw new MalformedMessage(at > bytes.length ? "cut short" : "bytes after the end");
}

/** Bytes that the MessagePack scalar at `at` takes, its head included. */
function scalarBytes(bytes: Uint8Array, at: number): number {
  const head = bytes[at] as number;
  if (head <= 0x7f || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) return 1;
  if (head >= 0xa0 && head <= 0xbf) return 1 + (head - 0xa0);
  const fixed = FIXED_BYTES.get(head);
  if (fixed !== undefined) return fixed;
  const lengthBytes = LENGTH_BYTES.get(head);
  if (lengthBytes === undefined) throw new MalformedMessage("not a scalar");
  let length = 0;
  for (let i = 1; i <= lengthBytes; i++) length = length * 256 + (bytes[at + i] ?? 0);
  return 1 + lengthBytes + length;
}

/** float32, float64, uint8-64, int8-64. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [0xca, 5],
  [0xcb, 9],
  [0xcc, 2],
  [0xcd, 3],
  [0xce, 5],
  [0xcf, 9],
  [0xd0, 2],
  [0xd1, 3],
  [0xd2, 5],
  [0xd3, 9],
]);

/** bin8-32, str8-32: bytes of the length that follows the head. */
const LENGTH_BYTES: ReadonlyMap<number, number> = new Map([
  [0xc4, 1],
  [0xc5, 2],
  [0xc6, 4],
  [0xd9, 1],
  [0xda, 2],
  [0xdb, 4],
]);
