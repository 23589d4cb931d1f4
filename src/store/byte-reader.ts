/**
 * Bytes being read: the counterpart of ByteWriter. Every read checks its bounds
 * and throws {@link MalformedDelta}; nothing is allocated from an announced
 * length, so hostile bytes cost no more than their own size.
 */
import { amountOfScaled } from "../../crdt/amount.ts";
import { EXPONENT_MIN, exactOf, type Total } from "../../crdt/dyadic.ts";
import { ORIGIN_ID_MAX, type OriginId } from "../../crdt/origin.ts";
import type { ByteRange } from "../byte-range.ts";

/** Bytes from a peer or a file that are not what they should be. Nothing was changed. */
export class MalformedDelta extends Error {}

/** 10^-17 units of numbers within the range of a double. */
const AMOUNT_DIGITS_MAX = 360;
/** Sums of 2^53 differences between doubles lie below 2 to this power. */
const DYADIC_POWER_MAX = 1088;

export class ByteReader {
  private bytes: Uint8Array;
  private view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.position++];
    if (value === undefined) throw new MalformedDelta("cut short");
    return value;
  }

  varint(): number {
    let value = this.byte();
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 128, i = 1; i < 8; i++, scale *= 128) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new MalformedDelta("a number is too long");
  }

  /** A count of things of which each takes at least `bytesEach`. */
  count(bytesEach: number): number {
    const count = this.varint();
    if (count * bytesEach > this.bytes.length - this.position) throw new MalformedDelta("a count exceeds its bytes");
    return count;
  }

  /** Unsigned. */
  word(): number {
    const at = this.position;
    if (at + 4 > this.bytes.length) throw new MalformedDelta("cut short");
    this.position = at + 4;
    return this.view.getUint32(at, true);
  }

  double(): number {
    const at = this.position;
    if (at + 8 > this.bytes.length) throw new MalformedDelta("cut short");
    this.position = at + 8;
    return this.view.getFloat64(at, true);
  }

  /** A time: a positive exact integer. */
  time(): number {
    const time = this.double();
    if (!Number.isSafeInteger(time) || time <= 0) throw new MalformedDelta(`not a time: ${time}`);
    return time;
  }

  /** A time or zero, where zero says that there is none. */
  timeOrZero(): number {
    const time = this.double();
    if (!Number.isSafeInteger(time) || time < 0) throw new MalformedDelta(`not a time: ${time}`);
    return time;
  }

  /** A deadline in whole milliseconds, or infinity, which is never. */
  deadline(): number {
    const at = this.double();
    if ((Number.isSafeInteger(at) && at > 0) || at === Number.POSITIVE_INFINITY) return at;
    throw new MalformedDelta(`not a deadline: ${at}`);
  }

  origin(): OriginId {
    const at = this.position;
    if (at + 6 > this.bytes.length) throw new MalformedDelta("cut short");
    this.position = at + 6;
    const id = this.view.getUint32(at, true) + this.view.getUint16(at + 4, true) * 4294967296;
    if (id === 0 || id > ORIGIN_ID_MAX) throw new MalformedDelta("not an origin");
    return id;
  }

  range(out: ByteRange): void {
    const length = this.varint();
    const start = this.position;
    if (length > this.bytes.length - start) throw new MalformedDelta("a length exceeds its bytes");
    this.position = start + length;
    out.set(this.bytes, start, start + length);
  }

  /** A range in memory of its own. */
  copy(): Uint8Array {
    const length = this.varint();
    const start = this.position;
    if (length > this.bytes.length - start) throw new MalformedDelta("a length exceeds its bytes");
    this.position = start + length;
    // Not `slice`: a Buffer's shares its memory.
    return new Uint8Array(this.bytes.subarray(start, this.position));
  }

  skip(): void {
    const length = this.varint();
    if (length > this.bytes.length - this.position) throw new MalformedDelta("a length exceeds its bytes");
    this.position += length;
  }

  total(): Total {
    const kind = this.byte();
    if (kind === 2 || kind === 3) return this.dyadic(kind === 3);
    if (kind === 0) {
      const value = this.double();
      if (!Number.isSafeInteger(value)) throw new MalformedDelta(`not an amount: ${value}`);
      return value === 0 ? 0 : value;
    }
    const digits = Buffer.from(this.copy()).toString("latin1");
    if (kind !== 1 || digits.length > AMOUNT_DIGITS_MAX || !/^-?\d+$/.test(digits))
      throw new MalformedDelta("not an amount");
    return amountOfScaled(BigInt(digits));
  }

  private dyadic(negative: boolean): Total {
    const shift = this.varint();
    const digits = Buffer.from(this.copy()).toString("hex");
    if (digits === "" || shift + EXPONENT_MIN + digits.length * 4 > DYADIC_POWER_MAX)
      throw new MalformedDelta("not an amount");
    const magnitude = BigInt(`0x${digits}`);
    return exactOf(negative ? -magnitude : magnitude, shift + EXPONENT_MIN);
  }
}
