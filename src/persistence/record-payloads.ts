/**
 * What stands in the records, by kind. An interval is the very message that
 * travels; for the others (ByteWriter's primitives of src/store):
 *
 *   begin             times V, vectors
 *   slots             varint from, varint next: places in the order of `scatteredSlots`; content
 *   range             range of a collection, content
 *   end               times V
 *   repairPart        u8 bits, u8 replaces, varint n, n x varint node, times V of the sender, content
 *   repairRange       u8 replaces, range of a collection, times V of the sender, content
 *   repairDropped     nothing
 *   repairCommitted   times start, vectors, varint n, n x range interval
 *   fence             origin, f64 final time, range node id
 *
 *   times    varint n, n x (origin, f64 time)
 *   vectors  varint n, n x (origin, times)
 *   range of a collection  u8 db, u8 type, range key, range from, range to (places of src/store/repair/key-range.ts)
 *   content  u8 form (0 as it is, 1 zstd), varint length when it is not compressed, range bytes
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";
import { ByteRange } from "../byte-range.ts";
import { COMPRESSED_BYTES_MIN } from "../limits/durability.ts";
import type { OriginVector, RepairCommit, RepairPart, RepairRange } from "../replica/follower.ts";
import { ByteReader, MalformedDelta } from "../store/byte-reader.ts";
import { ByteWriter } from "../store/byte-writer.ts";
import { SLOTS } from "../store/hash-node.ts";
import { isKeyRange, type KeyRange } from "../store/repair/key-range.ts";
import { encodeRecord, RecordKind } from "./record-format.ts";

const TIME_BYTES = 14;
const PLAIN = 0;
const ZSTD = 1;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface SlotsPayload {
  readonly from: number;
  readonly next: number;
  readonly bytes: Uint8Array;
}

type SnapshotStart = Omit<RepairCommit, "released">;

export interface FencePayload {
  readonly originId: OriginId;
  readonly finalTime: Time;
  readonly nodeId: string;
}

export function beginRecord(start: Times, vectors: readonly OriginVector[]): Buffer {
  return record(RecordKind.begin, (out) => writeStart(out, { start, vectors }));
}

/** The payload of `begin`: what all that follows starts from. */
export function readStart(payload: Uint8Array): SnapshotStart {
  return reading(payload, readStartFrom);
}

export function slotsRecord({ from, next, bytes }: SlotsPayload): Buffer {
  return record(RecordKind.slots, (out) => {
    out.varint(from);
    out.varint(next);
    writeContent(out, bytes);
  });
}

export function readSlots(payload: Uint8Array): SlotsPayload {
  return reading(payload, (reader) => {
    const from = reader.varint();
    const next = reader.varint();
    if (next <= from || next > SLOTS) throw new MalformedDelta(`no slots from ${from} to ${next}`);
    return { from, next, bytes: readContent(reader) };
  });
}

export interface RangePayload {
  readonly range: KeyRange;
  readonly bytes: Uint8Array;
}

export function rangeRecord({ range, bytes }: RangePayload): Buffer {
  return record(RecordKind.range, (out) => {
    writeKeyRange(out, range);
    writeContent(out, bytes);
  });
}

export function readRange(payload: Uint8Array): RangePayload {
  return reading(payload, (reader) => ({ range: readKeyRange(reader), bytes: readContent(reader) }));
}

export function endRecord(context: Times): Buffer {
  return record(RecordKind.end, (out) => writeTimes(out, context));
}

export function readEnd(payload: Uint8Array): Times {
  return reading(payload, readTimes);
}

export function repairPartRecord({ bits, nodes, replaces, context, bytes }: RepairPart): Buffer {
  return record(RecordKind.repairPart, (out) => {
    out.byte(bits);
    out.byte(replaces ? 1 : 0);
    out.varint(nodes.length);
    for (const node of nodes) out.varint(node);
    writeTimes(out, context);
    writeContent(out, bytes);
  });
}

export function readRepairPart(payload: Uint8Array): RepairPart {
  return reading(payload, (reader) => {
    const bits = reader.byte();
    const replaces = reader.byte() === 1;
    const nodes: number[] = [];
    for (let n = reader.count(1); n > 0; n--) nodes.push(reader.varint());
    return { bits, nodes, replaces, context: readTimes(reader), bytes: readContent(reader) };
  });
}

export function repairRangeRecord({ range, replaces, context, bytes }: RepairRange): Buffer {
  return record(RecordKind.repairRange, (out) => {
    out.byte(replaces ? 1 : 0);
    writeKeyRange(out, range);
    writeTimes(out, context);
    writeContent(out, bytes);
  });
}

export function readRepairRange(payload: Uint8Array): RepairRange {
  return reading(payload, (reader) => {
    const replaces = reader.byte() === 1;
    return { replaces, range: readKeyRange(reader), context: readTimes(reader), bytes: readContent(reader) };
  });
}

export function repairDroppedRecord(): Buffer {
  return record(RecordKind.repairDropped, () => {});
}

export function repairCommittedRecord(commit: RepairCommit): Buffer {
  return record(RecordKind.repairCommitted, (out) => {
    writeStart(out, commit);
    out.varint(commit.released.length);
    for (const message of commit.released) out.slice(message, 0, message.length);
  });
}

export function readRepairCommitted(payload: Uint8Array): RepairCommit {
  return reading(payload, (reader) => {
    const start = readStartFrom(reader);
    const released: Uint8Array[] = [];
    for (let n = reader.count(1); n > 0; n--) released.push(reader.copy());
    return { ...start, released };
  });
}

export function fenceRecord({ originId, finalTime, nodeId }: FencePayload): Buffer {
  return record(RecordKind.fence, (out) => {
    out.origin(originId);
    out.double(finalTime);
    const name = Buffer.from(nodeId, "utf8");
    out.slice(name, 0, name.length);
  });
}

export function readFence(payload: Uint8Array): FencePayload {
  return reading(payload, (reader) => {
    const originId = reader.origin();
    const finalTime = reader.timeOrZero();
    return { originId, finalTime, nodeId: Buffer.from(reader.copy()).toString("utf8") };
  });
}

function writeStart(out: ByteWriter, { start, vectors }: SnapshotStart): void {
  writeTimes(out, start);
  writeVectors(out, vectors);
}

function readStartFrom(reader: ByteReader): SnapshotStart {
  return { start: readTimes(reader), vectors: readVectors(reader) };
}

function record(kind: number, write: (out: ByteWriter) => void): Buffer {
  const out = new ByteWriter();
  write(out);
  return encodeRecord(kind, out.lend());
}

/** Throws MalformedDelta when the payload is cut short or has bytes behind its end. */
function reading<T>(payload: Uint8Array, read: (reader: ByteReader) => T): T {
  const reader = new ByteReader(payload);
  const value = read(reader);
  if (!reader.atEnd) throw new MalformedDelta("bytes after the end of a record");
  return value;
}

function writeTimes(out: ByteWriter, times: Times): void {
  out.varint(times.length / 2);
  for (let i = 0; i < times.length; i += 2) {
    out.origin(times[i] as OriginId);
    out.double(times[i + 1] as Time);
  }
}

function readTimes(reader: ByteReader): number[] {
  const times: number[] = [];
  for (let n = reader.count(TIME_BYTES); n > 0; n--) times.push(reader.origin(), reader.timeOrZero());
  return times;
}

function writeVectors(out: ByteWriter, vectors: readonly OriginVector[]): void {
  out.varint(vectors.length);
  for (const { originId, dependencies } of vectors) {
    out.origin(originId);
    writeTimes(out, dependencies);
  }
}

function readVectors(reader: ByteReader): OriginVector[] {
  const vectors: OriginVector[] = [];
  for (let n = reader.count(7); n > 0; n--)
    vectors.push({ originId: reader.origin(), dependencies: readTimes(reader) });
  return vectors;
}

function writeKeyRange(out: ByteWriter, { db, type, key, from, to }: KeyRange): void {
  out.byte(db);
  out.byte(type);
  for (const bytes of [key, from, to]) out.slice(bytes, 0, bytes.length);
}

function readKeyRange(reader: ByteReader): KeyRange {
  const range = {
    db: reader.byte(),
    type: reader.byte(),
    key: reader.copy(),
    from: reader.copy(),
    to: reader.copy(),
  };
  if (!isKeyRange(range)) throw new MalformedDelta("not a range of a collection");
  return range;
}

function writeContent(out: ByteWriter, bytes: Uint8Array): void {
  const packed = bytes.length < COMPRESSED_BYTES_MIN ? undefined : zstdCompressSync(bytes, FASTEST);
  const isSmaller = packed !== undefined && packed.length < bytes.length;
  const content = isSmaller ? packed : bytes;
  out.byte(isSmaller ? ZSTD : PLAIN);
  out.varint(bytes.length);
  out.slice(content, 0, content.length);
}

function readContent(reader: ByteReader): Uint8Array {
  const form = reader.byte();
  const length = reader.varint();
  const range = new ByteRange();
  reader.range(range);
  const content = range.bytes.subarray(range.start, range.end);
  const bytes = form === ZSTD ? unpack(content, length) : content;
  if (form > ZSTD || bytes.length !== length) throw new MalformedDelta("content has another length");
  return bytes;
}

function unpack(content: Uint8Array, length: number): Uint8Array {
  try {
    return zstdDecompressSync(content, { maxOutputLength: Math.max(1, length) });
  } catch (error) {
    throw new MalformedDelta(`content cannot be unpacked: ${String(error)}`);
  }
}
