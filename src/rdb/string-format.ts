/**
 * Lengths and strings of RDB, as they are read.
 *
 *   00LLLLLL                length below 64
 *   01LLLLLL llllllll       length below 16384
 *   10000000 + 4 bytes      length, big endian
 *   10000001 + 8 bytes      length, big endian
 *   11000000 + 1 byte       the digits of a number, little endian; 11000001 + 2 bytes, 11000010 + 4 bytes
 *   11000011                compressed: two lengths, packed and unfolded, then LZF
 */
import { ByteRange } from "../byte-range.ts";
import { RESTORED_BYTES_MAX } from "../limits/keyspace.ts";
import { unfoldLzf } from "./lzf.ts";
import { MalformedValue, PayloadCursor, pointAtDigits } from "./payload-cursor.ts";

const ENCODED = 0xc0;
const LENGTH_32 = 0x80;
const LENGTH_64 = 0x81;
const COMPRESSED = 0xc3;

/** A payload, and how much it has unfolded to so far. */
export class ValueReader {
  readonly cursor: PayloadCursor;
  private unfoldedBytes = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.cursor = new PayloadCursor(bytes, start, end);
  }

  length(): number {
    return this.lengthFrom(this.cursor.byte());
  }

  /** A count of things of which each takes at least one byte. */
  count(): number {
    const count = this.length();
    if (count > this.cursor.remaining) throw new MalformedValue("a count exceeds its bytes");
    return count;
  }

  /** `out` is valid as long as the payload. */
  string(out: ByteRange): void {
    const { cursor } = this;
    const first = cursor.byte();
    if (first < ENCODED) cursor.range(this.lengthFrom(first), out);
    else if (first < COMPRESSED) pointAtDigits(cursor.signed(1 << (first - ENCODED)), out);
    else if (first === COMPRESSED) this.unfold(out);
    else throw new MalformedValue("an unknown encoding of a string");
  }

  /** A string that holds a container of its own. */
  blob(): PayloadCursor {
    const blob = new ByteRange();
    this.string(blob);
    return new PayloadCursor(blob.bytes, blob.start, blob.end);
  }

  private lengthFrom(first: number): number {
    const { cursor } = this;
    if (first < 0x40) return first;
    if (first < LENGTH_32) return ((first & 0x3f) << 8) | cursor.byte();
    if (first === LENGTH_32) return cursor.bigEndianWord();
    if (first === LENGTH_64) return cursor.bigEndianLong();
    throw new MalformedValue("not a length");
  }

  private unfold(out: ByteRange): void {
    const packedLength = this.length();
    const length = this.length();
    this.unfoldedBytes += length;
    if (this.unfoldedBytes > RESTORED_BYTES_MAX) throw new MalformedValue("compressed bytes unfold to too much");
    const bytes = unfoldLzf(this.cursor, packedLength, length);
    out.set(bytes, 0, length);
  }
}
