/**
 * The format that logs and snapshots share: a header, then records.
 *
 *   header  | "ATOLLREC" 8 | version 1 | kind of file 1 | length 1 | cluster id | crc32 of all that 4 |
 *   record  | payload length 4 | kind 1 | check of these five bytes 3 | crc32 of the payload 4 | payload |
 *
 * Numbers are little endian. What is too long for one record stands in several: all but the last are fragments. What a record says of itself has a check of its
 * own, so that a damaged length is not taken for a record that was cut short:
 *
 * R1. A file that was only appended to, and lost its end, ends within a record
 *     whose bytes so far are right, or in zeros. Everything else is damage.
 */
import { crc32 } from "node:zlib";
import { RECORD_BYTES_MAX } from "../limits/durability.ts";

export const FileKind = { log: 1, snapshot: 2 } as const;
export type FileKindValue = (typeof FileKind)[keyof typeof FileKind];

export const RecordKind = {
  begin: 1,
  slots: 2,
  end: 3,
  interval: 4,
  repairPart: 5,
  repairDropped: 6,
  repairCommitted: 7,
  fence: 8,
  fragment: 9,
  range: 10,
  repairRange: 11,
} as const;

/** A record's own words before its payload. */
export const RECORD_HEAD_BYTES = 12;
const SELF_BYTES = 5;

const MAGIC = Buffer.from("ATOLLREC", "latin1");
const VERSION = 1;
/** The header without the cluster id. */
const HEADER_FIXED_BYTES = MAGIC.length + 7;
const CRC_BYTES = 4;

export const HEADER_BYTES_MAX = HEADER_FIXED_BYTES + 255;

/** What is wrong with a file, and where. */
export class DamagedFile extends Error {
  readonly file: string;
  readonly offset: number;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** The file only ends too early (R1). */
  readonly torn: boolean;

  constructor(file: string, offset: number, reason: string, torn = false) {
    super(`${file} is ${torn ? "cut short" : "damaged"} at byte ${offset}: ${reason}`);
    this.file = file;
    this.offset = offset;
    this.reason = reason;
    this.torn = torn;
  }
}

export function encodeHeader(kind: FileKindValue, clusterId: string): Buffer {
  const id = Buffer.from(clusterId, "utf8");
  const body = Buffer.concat([MAGIC, Buffer.of(VERSION, kind, id.length), id]);
  return Buffer.concat([body, littleEndian(crc32(body))]);
}

/** How many bytes the header has; throws DamagedFile when it is not one of this kind and cluster. */
export function checkHeader(file: string, bytes: Uint8Array, kind: FileKindValue, clusterId: string): number {
  const expected = encodeHeader(kind, clusterId);
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, expected.length));
  if (found.equals(expected)) return expected.length;
  if (found.equals(expected.subarray(0, found.length))) throw new DamagedFile(file, 0, "it ends in its header", true);
  throw new DamagedFile(file, 0, explainHeader(bytes, kind));
}

function explainHeader(bytes: Uint8Array, kind: FileKindValue): string {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return "it is no file of Atoll's";
  const idEnd = HEADER_FIXED_BYTES - CRC_BYTES + (header[MAGIC.length + 2] ?? 0);
  if (idEnd + CRC_BYTES > header.length || crc32(header.subarray(0, idEnd)) !== header.readUInt32LE(idEnd)) {
    return "its header does not match its check";
  }
  if (header[MAGIC.length] !== VERSION) return `it has version ${header[MAGIC.length]}, and ${VERSION} is known here`;
  if (header[MAGIC.length + 1] !== kind) return "it is a file of another kind";
  return `it belongs to the cluster '${header.toString("utf8", HEADER_FIXED_BYTES - CRC_BYTES, idEnd)}'`;
}

/** A record, or as many as its length needs, in memory of its own. */
export function encodeRecord(kind: number, payload: Uint8Array, fragmentBytes = RECORD_BYTES_MAX): Buffer {
  if (payload.length <= fragmentBytes) return encodeOne(kind, payload);
  const records: Buffer[] = [];
  for (let at = 0; at < payload.length; at += fragmentBytes) {
    const isLast = at + fragmentBytes >= payload.length;
    records.push(encodeOne(isLast ? kind : RecordKind.fragment, payload.subarray(at, at + fragmentBytes)));
  }
  return Buffer.concat(records);
}

function encodeOne(kind: number, payload: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + payload.length);
  record.writeUInt32LE(payload.length, 0);
  record[4] = kind;
  record.writeUIntLE(checkOf(record, 0), SELF_BYTES, 3);
  record.writeUInt32LE(crc32(payload), SELF_BYTES + 3);
  record.set(payload, RECORD_HEAD_BYTES);
  return record;
}

export interface RecordHead {
  readonly kind: number;
  readonly payloadBytes: number;
  readonly crc: number;
}

/** Reads a whole head at `at`; undefined when it is not one. */
export function readRecordHead(bytes: Uint8Array, at: number): RecordHead | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + at, RECORD_HEAD_BYTES);
  if (checkOf(head, 0) !== head.readUIntLE(SELF_BYTES, 3)) return undefined;
  return { payloadBytes: head.readUInt32LE(0), kind: head[4] as number, crc: head.readUInt32LE(SELF_BYTES + 3) };
}

function checkOf(bytes: Uint8Array, at: number): number {
  return crc32(bytes.subarray(at, at + SELF_BYTES)) & 0xffffff;
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(CRC_BYTES);
  bytes.writeUInt32LE(value);
  return bytes;
}
