/**
 * Bytes being written: the primitives that deltas and exported slots are made
 * of. One buffer that grows by doubling and is reused; `take` copies what was
 * written into memory of its own, `lend` does not.
 *
 *   varint  7 bits a byte, low first, at most 8 bytes (53 bits)
 *   word    4 bytes, little endian
 *   double  8 bytes, little endian
 *   origin  6 bytes, little endian
 *   range   varint length, then the bytes
 *   total   0, then a double: a safe integer; or
 *           1, then a range of decimal digits (units of 10^-17); or
 *           2, or 3 when negative, then varint shift (units of 2^(shift - 1074)) and a range: the magnitude, low byte last
 */
import { EXPONENT_MIN, type Total } from "../../crdt/dyadic.ts";
import type { OriginId } from "../../crdt/origin.ts";
import type { ByteRange } from "../byte-range.ts";
import { copyBytes } from "../copy-bytes.ts";

const INITIAL_BYTES = 512;
/** A buffer that one large value made this big is given back. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

export class ByteWriter {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  /** What was written, in memory of its own; the writer is empty afterwards. */
  take(): Uint8Array {
    return this.lend().slice();
  }

  /** The same in the writer's memory: valid until something is written again. */
  lend(): Uint8Array {
    const lent = this.bytes.subarray(0, this.length);
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES_MAX) {
      this.bytes = new Uint8Array(INITIAL_BYTES);
      this.view = new DataView(this.bytes.buffer);
    }
    return lent;
  }

  /** Do these bytes stand at a place? */
  holds(range: ByteRange, at: number): boolean {
    for (let i = range.start; i < range.end; i++) if (range.bytes[i] !== this.bytes[at + i - range.start]) return false;
    return true;
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    if (this.length + bytes > this.bytes.length) this.grow(bytes);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }

  /** Its lowest 32 bits, signed or not. */
  word(value: number): void {
    if (this.length + 4 > this.bytes.length) this.grow(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  varint(value: number): void {
    if (this.length + 8 > this.bytes.length) this.grow(8);
    const bytes = this.bytes;
    let at = this.length;
    while (value > 0x7fffffff) {
      bytes[at++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.length = at;
  }

  double(value: number): void {
    if (this.length + 8 > this.bytes.length) this.grow(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  origin(id: OriginId): void {
    if (this.length + 6 > this.bytes.length) this.grow(6);
    this.view.setUint32(this.length, id % 4294967296, true);
    this.view.setUint16(this.length + 4, Math.floor(id / 4294967296), true);
    this.length += 6;
  }

  range(range: ByteRange): void {
    this.slice(range.bytes, range.start, range.end);
  }

  slice(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.varint(length);
    if (this.length + length > this.bytes.length) this.grow(length);
    copyBytes(this.bytes, this.length, source, start, end);
    this.length += length;
  }

  total(total: Total): void {
    if (typeof total === "number") {
      this.byte(0);
      this.double(total);
    } else if (typeof total === "bigint") {
      const digits = Buffer.from(total.toString(), "latin1");
      this.byte(1);
      this.slice(digits, 0, digits.length);
    } else {
      const negative = total.odd < 0n;
      const digits = (negative ? -total.odd : total.odd).toString(16);
      const magnitude = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
      this.byte(negative ? 3 : 2);
      this.varint(total.exponent - EXPONENT_MIN);
      this.slice(magnitude, 0, magnitude.length);
    }
  }

  private grow(more: number): void {
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }
}
