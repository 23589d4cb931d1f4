/**
 * Copies of many byte strings in one buffer.
 *
 * While a collection or the keyspace is visited nothing may be written, and what
 * was visited moves with the next write; commands that do both (SPOP, SUNIONSTORE,
 * RENAME...) collect copies here in between.
 *
 *   bytes   |first|second|third|...      ends   [5, 11, 16, ...]
 */
import type { ByteRange } from "../byte-range.ts";
import { copyBytes } from "../copy-bytes.ts";

const BYTES_INITIAL = 256;
const ENDS_INITIAL = 16;

export class ByteList {
  count = 0;
  private bytes = new Uint8Array(BYTES_INITIAL);
  private ends = new Float64Array(ENDS_INITIAL);

  push(item: ByteRange): void {
    const start = this.endOf(this.count - 1);
    const end = start + item.length;
    if (end > this.bytes.length) this.growBytes(end);
    if (this.count === this.ends.length) this.growEnds();
    copyBytes(this.bytes, start, item.bytes, item.start, item.end);
    this.ends[this.count++] = end;
  }

  /** Points `out` at an item; valid until the next push. */
  at(index: number, out: ByteRange): ByteRange {
    if (index < 0 || index >= this.count) throw new RangeError(`no item ${index} of ${this.count}`);
    return out.set(this.bytes, this.endOf(index - 1), this.endOf(index));
  }

  private endOf(index: number): number {
    return index < 0 ? 0 : (this.ends[index] as number); // callers stay below count
  }

  private growBytes(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
  }

  private growEnds(): void {
    const grown = new Float64Array(this.ends.length * 2);
    grown.set(this.ends);
    this.ends = grown;
  }
}
