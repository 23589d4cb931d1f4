/**
 * A range of bytes inside a larger buffer, without a copy.
 *
 * Commands see their arguments, keys and values through these. A ByteRange is a
 * cursor: its owner points it at other bytes again and again, so whoever wants
 * to keep the bytes must copy them (`copy`). A range handed out by the store
 * stays valid until the next write to the store; a range of a command's
 * arguments until the command returns.
 */
export class ByteRange {
  bytes: Uint8Array;
  start: number;
  end: number;

  constructor(bytes: Uint8Array = EMPTY, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }

  set(bytes: Uint8Array, start: number, end: number): this {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    return this;
  }

  /** The bytes in memory of their own. */
  copy(): Uint8Array {
    // Not `slice`: a Buffer's shares its memory.
    return new Uint8Array(this.bytes.subarray(this.start, this.end));
  }

  equals(other: ByteRange): boolean {
    const length = this.end - this.start;
    if (other.end - other.start !== length) return false;
    const a = this.bytes;
    const b = other.bytes;
    for (let i = 0, p = this.start, q = other.start; i < length; i++, p++, q++) {
      if (a[p] !== b[q]) return false;
    }
    return true;
  }

  /** Negative, 0 or positive: by the bytes from the first on, and what has no more comes first. */
  compare(other: ByteRange): number {
    const length = this.end - this.start;
    const otherLength = other.end - other.start;
    const shared = Math.min(length, otherLength);
    for (let i = 0, p = this.start, q = other.start; i < shared; i++, p++, q++) {
      const difference = (this.bytes[p] as number) - (other.bytes[q] as number);
      if (difference !== 0) return difference;
    }
    return length - otherLength;
  }

  /** One character a byte: lossless for any bytes, and the cheapest string there is. */
  latin1(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.start, this.length).toString("latin1");
  }

  utf8(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.start, this.length).toString("utf8");
  }

  static ofText(text: string): ByteRange {
    return new ByteRange(Buffer.from(text, "utf8"));
  }
}

const EMPTY = new Uint8Array(0);
