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

  /** No bytes. Whoever keeps an old buffer instead, with an empty range in it, may find that its memory has gone. */
  clear(): this {
    return this.set(EMPTY, 0, 0);
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
    return compareBytes(this.bytes, this.start, this.end, other.bytes, other.start, other.end);
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

/** Compares two stretches of bytes; negative when the first comes first, as a prefix does. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shared; i++) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
