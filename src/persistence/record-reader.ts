/**
 * Reads the records of one file in their order, a large piece at a time.
 *
 *   next() ──► a record, whose payload is valid until the next call
 *          ──► undefined at the clean end
 *          ──► DamagedFile with the place; `torn` where the file only ends too early (record-format.ts, R1)
 */
import { crc32 } from "node:zlib";
import { RECORD_BYTES_MAX, RECOVERY_READ_BYTES } from "../limits/durability.ts";
import {
  checkHeader,
  DamagedFile,
  type FileKindValue,
  HEADER_BYTES_MAX,
  readRecordHead,
  RecordKind,
  RECORD_HEAD_BYTES,
  type RecordHead,
} from "./record-format.ts";
import type { Storage } from "./storage.ts";

export interface FileRecord {
  readonly kind: number;
  readonly payload: Uint8Array;
  /** Where it begins. */
  readonly offset: number;
}

type ReadableStorage = Pick<Storage, "size" | "read">;

export class RecordReader {
  readonly file: string;
  readonly size: number;
  /** Where the next record begins: everything before is whole. */
  offset = 0;
  private readonly storage: ReadableStorage;
  private piece: Uint8Array = new Uint8Array(0);
  private pieceAt = 0;

  /** Throws DamagedFile when the header is not what was expected. */
  constructor(storage: ReadableStorage, file: string, kind: FileKindValue, clusterId: string) {
    this.storage = storage;
    this.file = file;
    this.size = storage.size(file);
    if (this.size < 0) throw new DamagedFile(file, 0, "it is missing");
    this.offset = checkHeader(file, storage.read(file, 0, HEADER_BYTES_MAX), kind, clusterId);
  }

  /** Goes on at another place, which must be where a record begins. */
  skipTo(offset: number): void {
    this.offset = Math.max(this.offset, offset);
  }

  next(): FileRecord | undefined {
    const first = this.offset;
    const fragments: Uint8Array[] = [];
    try {
      for (;;) {
        const record = this.one();
        if (record === undefined && fragments.length > 0) {
          throw new DamagedFile(this.file, first, "the last record lacks its end", true);
        }
        if (record === undefined || (fragments.length === 0 && record.kind !== RecordKind.fragment)) return record;
        fragments.push(record.payload.slice());
        if (record.kind === RecordKind.fragment) continue;
        return { kind: record.kind, payload: Buffer.concat(fragments), offset: first };
      }
    } catch (error) {
      if (error instanceof DamagedFile && error.torn) this.offset = first;
      throw error;
    }
  }

  private one(): FileRecord | undefined {
    const { offset, size } = this;
    if (offset >= size) return undefined;
    const left = size - offset;
    const headBytes = this.bytes(offset, Math.min(left, RECORD_HEAD_BYTES));
    if (left < RECORD_HEAD_BYTES) throw new DamagedFile(this.file, offset, "it ends in the head of a record", true);
    const head = readRecordHead(headBytes, 0);
    if (head === undefined || head.payloadBytes > RECORD_BYTES_MAX) throw this.noRecord(headBytes);
    if (left < RECORD_HEAD_BYTES + head.payloadBytes) throw this.cutShort(head, left);
    const payload = this.bytes(offset + RECORD_HEAD_BYTES, head.payloadBytes);
    if (crc32(payload) !== head.crc) throw new DamagedFile(this.file, offset, "a record does not match its checksum");
    this.offset = offset + RECORD_HEAD_BYTES + head.payloadBytes;
    return { kind: head.kind, payload, offset };
  }

  private cutShort(head: RecordHead, left: number): DamagedFile {
    const missing = RECORD_HEAD_BYTES + head.payloadBytes - left;
    return new DamagedFile(this.file, this.offset, `the last record lacks ${missing} bytes`, true);
  }

  /** Zeros to the end are what some file systems leave of bytes that were not synced. */
  private noRecord(head: Uint8Array): DamagedFile {
    if (head.every((byte) => byte === 0) && this.isZeroToEnd()) {
      return new DamagedFile(this.file, this.offset, "it ends in zeros", true);
    }
    return new DamagedFile(this.file, this.offset, "there is no record here");
  }

  private isZeroToEnd(): boolean {
    for (let at = this.offset; at < this.size; at += RECOVERY_READ_BYTES) {
      if (this.storage.read(this.file, at, RECOVERY_READ_BYTES).some((byte) => byte !== 0)) return false;
    }
    return true;
  }

  private bytes(offset: number, length: number): Uint8Array {
    const within = offset - this.pieceAt;
    if (within < 0 || within + length > this.piece.length) {
      this.piece = this.storage.read(this.file, offset, Math.max(length, RECOVERY_READ_BYTES));
      this.pieceAt = offset;
      if (this.piece.length < length) throw new DamagedFile(this.file, offset, "it became shorter while it was read");
      return this.piece.subarray(0, length);
    }
    return this.piece.subarray(within, within + length);
  }
}
