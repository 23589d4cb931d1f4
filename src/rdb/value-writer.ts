/**
 * A value being written as RDB, in one buffer that grows by doubling. What
 * writes it says the type and then its parts; `seal` ends it with the footer.
 * Small numbers become numbers, the other strings stay as they are: the very
 * bytes that Redis writes, but that it compresses from 20 bytes on if it can.
 */
import type { ByteRange } from "../byte-range.ts";
import { copyBytes } from "../copy-bytes.ts";
import { FOOTER_BYTES, sealPayload } from "./payload.ts";

const BYTES_INITIAL = 256;
/** A length or a number with its first byte. */
const HEAD_BYTES_MAX = 9;
const INT32_DIGITS_MAX = 11;

export class ValueWriter {
  private bytes = new Uint8Array(BYTES_INITIAL);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  type(type: number): void {
    this.ensure(1);
    this.bytes[this.length++] = type;
  }

  count(n: number): void {
    this.ensure(HEAD_BYTES_MAX);
    const { bytes, view, length } = this;
    if (n < 0x40) {
      bytes[length] = n;
      this.length += 1;
    } else if (n < 0x4000) {
      view.setUint16(length, 0x4000 | n);
      this.length += 2;
    } else if (n < 2 ** 32) {
      bytes[length] = 0x80;
      view.setUint32(length + 1, n);
      this.length += 5;
    } else {
      bytes[length] = 0x81;
      view.setBigUint64(length + 1, BigInt(n));
      this.length += 9;
    }
  }

  string(item: ByteRange): void {
    const number = int32Of(item);
    if (Number.isNaN(number)) {
      this.count(item.length);
      this.ensure(item.length);
      copyBytes(this.bytes, this.length, item.bytes, item.start, item.end);
      this.length += item.length;
    } else {
      this.ensure(HEAD_BYTES_MAX);
      this.number(number);
    }
  }

  double(value: number): void {
    this.ensure(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  milliseconds(value: number): void {
    this.ensure(8);
    this.view.setBigUint64(this.length, BigInt(value), true);
    this.length += 8;
  }

  /** The payload with its footer; valid until the next write. */
  seal(version: number, out: ByteRange): void {
    this.ensure(FOOTER_BYTES);
    sealPayload(this.bytes, this.length, version);
    out.set(this.bytes, 0, this.length + FOOTER_BYTES);
  }

  private number(value: number): void {
    const { bytes, view, length } = this;
    if (value >= -0x80 && value < 0x80) {
      bytes[length] = 0xc0;
      view.setInt8(length + 1, value);
      this.length += 2;
    } else if (value >= -0x8000 && value < 0x8000) {
      bytes[length] = 0xc1;
      view.setInt16(length + 1, value, true);
      this.length += 3;
    } else {
      bytes[length] = 0xc2;
      view.setInt32(length + 1, value, true);
      this.length += 5;
    }
  }

  private ensure(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** The number that these are the very digits of; NaN when there is none of 32 bits. */
function int32Of(item: ByteRange): number {
  const { bytes, start, end } = item;
  if (end === start || end - start > INT32_DIGITS_MAX) return Number.NaN;
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  if (first === end) return Number.NaN;
  if (bytes[first] === 0x30) return end - start === 1 ? 0 : Number.NaN;
  let value = 0;
  for (let i = first; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30; // i < end
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (negative) value = -value;
  return (value | 0) === value ? value : Number.NaN;
}
