/**
 * Bytes of a dumped value being read. Every read checks its bounds and throws
 * {@link MalformedValue}; nothing is allocated from an announced length, so
 * hostile bytes cost no more than their own size.
 */
import type { ByteRange } from "../byte-range.ts";

/** Bytes that no Redis has written as a value. Nothing was changed. */
export class MalformedValue extends Error {}

export class PayloadCursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.end - this.position;
  }

  byte(): number {
    const at = this.take(1);
    return this.bytes[at] as number; // take has checked
  }

  /** Steps over so many bytes and returns where they begin. */
  take(length: number): number {
    const at = this.position;
    if (length > this.end - at) throw new MalformedValue("cut short");
    this.position = at + length;
    return at;
  }

  range(length: number, out: ByteRange): void {
    const at = this.take(length);
    out.set(this.bytes, at, at + length);
  }

  /** Unsigned, little endian. */
  half(): number {
    return this.view.getUint16(this.take(2), true);
  }

  /** Unsigned, little endian. */
  word(): number {
    return this.view.getUint32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** Unsigned, big endian. */
  bigEndianWord(): number {
    return this.view.getUint32(this.take(4), false);
  }

  /** Unsigned, big endian; beyond 2^53 it is only known to be large. */
  bigEndianLong(): number {
    return this.bigEndianWord() * 2 ** 32 + this.bigEndianWord();
  }

  /** Unsigned, little endian; beyond 2^53 it is only known to be large. */
  long(): number {
    return this.word() + this.word() * 2 ** 32;
  }

  /** Signed, little endian, of 1, 2, 3, 4 or 8 bytes. */
  signed(width: number): number | bigint {
    const at = this.take(width);
    switch (width) {
      case 1:
        return this.view.getInt8(at);
      case 2:
        return this.view.getInt16(at, true);
      case 3:
        return this.view.getUint16(at, true) + this.view.getInt8(at + 2) * 2 ** 16;
      case 4:
        return this.view.getInt32(at, true);
      default:
        return this.view.getBigInt64(at, true);
    }
  }
}

/** Redis keeps numbers as numbers and shows them as their digits. */
export function pointAtDigits(value: number | bigint, out: ByteRange): void {
  const digits = Buffer.from(String(value), "latin1");
  out.set(digits, 0, digits.length);
}
