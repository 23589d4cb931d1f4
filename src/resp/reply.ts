/**
 * Writes replies of RESP2 and RESP3 into one growable buffer.
 *
 * The caller writes any number of replies, then takes what is pending and sends
 * it. Numbers are written digit by digit and short strings byte by byte, so that
 * a common reply makes no JavaScript string and no object.
 *
 *   sealed chunks (frozen, in order)  |  buffer[base .. position)  |  free
 *
 * Almost always everything is in the buffer. A large bulk becomes a chunk of its
 * own: what precedes it is sealed, and its bytes are copied exactly once.
 * Lengths and marks count bytes from the first pending byte, over all chunks.
 */
import type { ByteRange } from "../byte-range.ts";
import {
  REPLY_BUFFER_BYTES,
  REPLY_BUFFER_BYTES_MAX,
  REPLY_BUFFER_KEPT_BYTES_MAX,
  REPLY_OWN_CHUNK_BYTES,
} from "../limits/clients.ts";
import { copyBytes } from "../copy-bytes.ts";
import { formatDouble } from "./double.ts";
import { digitCount, HEADER_BYTES_MAX, writeHeader } from "./header.ts";

/** Below this, writing character by character beats the native call. */
const TEXT_BY_LOOP_LENGTH_MAX = 48;

const CR = 13;
const LF = 10;
const Sign = {
  simple: 0x2b, // +
  error: 0x2d, // -
  integer: 0x3a, // :
  bulk: 0x24, // $
  array: 0x2a, // *
  map: 0x25, // %
  set: 0x7e, // ~
  push: 0x3e, // >
  double: 0x2c, // ,
  bigNumber: 0x28, // (
  verbatim: 0x3d, // =
} as const;
const OK = Buffer.from("+OK\r\n");
const NIL2 = Buffer.from("$-1\r\n");
const NIL3 = Buffer.from("_\r\n");
const NIL_ARRAY2 = Buffer.from("*-1\r\n");
const TRUE3 = Buffer.from("#t\r\n");
const FALSE3 = Buffer.from("#f\r\n");
const LINE_BREAKS = /[\r\n]/g;

export class ReplyWriter {
  /** What the client understands; HELLO changes it. */
  protocol: 2 | 3 = 2;
  /** Text of the latest error reply, for statistics by code. */
  lastError = "";
  private errors = 0;
  private buffer: Buffer = Buffer.allocUnsafeSlow(REPLY_BUFFER_BYTES);
  private base = 0;
  private position = 0;
  private sealed: Uint8Array[] = [];
  private sealedBytes = 0;

  /** Error replies written since the start; whoever runs a command compares before and after. */
  get errorCount(): number {
    return this.errors;
  }

  /** Bytes pending. */
  get length(): number {
    return this.sealedBytes + this.position - this.base;
  }

  ok(): void {
    this.constant(OK);
  }

  simple(text: string): void {
    this.line(Sign.simple, text);
  }

  /** `text` is everything after the minus sign: "ERR syntax error". */
  error(text: string): void {
    this.errors += 1;
    this.lastError = text;
    this.line(Sign.error, text);
  }

  integer(n: number): void {
    this.header(Sign.integer, n);
  }

  bigint(n: bigint): void {
    this.line(Sign.integer, n.toString());
  }

  bulk(range: ByteRange): void {
    this.bulkBytes(range.bytes, range.start, range.end);
  }

  bulkText(text: string): void {
    const length = Buffer.byteLength(text, "utf8");
    this.header(Sign.bulk, length);
    this.text(text, length);
  }

  bulkBytes(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length >= REPLY_OWN_CHUNK_BYTES) {
      this.header(Sign.bulk, length);
      this.seal();
      this.appendSealed(new Uint8Array(bytes.subarray(start, end)));
      this.ensure(2);
      this.buffer[this.position++] = CR;
      this.buffer[this.position++] = LF;
      return;
    }
    this.ensure(HEADER_BYTES_MAX + length + 2);
    const { buffer } = this;
    const at = writeHeader(buffer, this.position, Sign.bulk, length);
    copyBytes(buffer, at, bytes, start, end);
    buffer[at + length] = CR;
    buffer[at + length + 1] = LF;
    this.position = at + length + 2;
  }

  nil(): void {
    this.constant(this.protocol === 3 ? NIL3 : NIL2);
  }

  nilArray(): void {
    this.constant(this.protocol === 3 ? NIL3 : NIL_ARRAY2);
  }

  array(n: number): void {
    this.header(Sign.array, n);
  }

  map(pairs: number): void {
    if (this.protocol === 3) this.header(Sign.map, pairs);
    else this.header(Sign.array, pairs * 2);
  }

  set(n: number): void {
    this.header(this.protocol === 3 ? Sign.set : Sign.array, n);
  }

  push(n: number): void {
    this.header(this.protocol === 3 ? Sign.push : Sign.array, n);
  }

  double(x: number): void {
    if (this.protocol === 2 && x > 0 && (x | 0) === x) this.bulkDigits(x);
    else this.doubleText(formatDouble(x));
  }

  /** A double with digits of the caller's choice. */
  doubleText(text: string): void {
    if (this.protocol === 3) this.line(Sign.double, text);
    else this.bulkText(text);
  }

  boolean(b: boolean): void {
    if (this.protocol === 3) this.constant(b ? TRUE3 : FALSE3);
    else this.integer(b ? 1 : 0);
  }

  /** `text` is a decimal integer of any size. */
  bigNumber(text: string): void {
    if (this.protocol === 3) this.line(Sign.bigNumber, text);
    else this.bulkText(text);
  }

  verbatim(format: "txt" | "mkd", text: string): void {
    if (this.protocol === 2) {
      this.bulkText(text);
      return;
    }
    const length = Buffer.byteLength(text, "utf8") + 4;
    this.header(Sign.verbatim, length);
    this.text(`${format}:${text}`, length);
  }

  /** Bytes that are RESP already. */
  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    copyBytes(this.buffer, this.position, bytes, 0, bytes.length);
    this.position += bytes.length;
  }

  /** Opens an array whose length is known only when it has been written; close it with `endArray`. */
  beginArray(): number {
    return this.length;
  }

  endArray(mark: number, n: number): void {
    this.insertHeader(mark, Sign.array, n);
  }

  beginMap(): number {
    return this.length;
  }

  endMap(mark: number, pairs: number): void {
    if (this.protocol === 3) this.insertHeader(mark, Sign.map, pairs);
    else this.insertHeader(mark, Sign.array, pairs * 2);
  }

  beginSet(): number {
    return this.length;
  }

  endSet(mark: number, n: number): void {
    this.insertHeader(mark, this.protocol === 3 ? Sign.set : Sign.array, n);
  }

  /** Takes back everything beyond the first `length` pending bytes. */
  rollback(length: number): void {
    if (length < 0 || length > this.length) throw new RangeError(`rollback to ${length} of ${this.length}`);
    if (length < this.sealedBytes) {
      this.position = this.base;
      this.truncateSealed(length);
    } else {
      this.position = this.base + length - this.sealedBytes;
    }
  }

  /** All pending bytes lie in one piece of the buffer: `head()` is all there is to send. */
  get isContiguous(): boolean {
    return this.sealedBytes === 0;
  }

  /** The pending bytes when contiguous, without a copy: valid until `clear` and the next reply. */
  head(): Uint8Array {
    return this.buffer.subarray(this.base, this.position);
  }

  /** Hands over the pending bytes, which are contiguous, and goes on behind them: valid until `clear`. */
  detach(): Uint8Array {
    const piece = this.head();
    this.base = this.position;
    return piece;
  }

  /** Bytes of the buffer that are in use, pending or handed over. */
  get usedBytes(): number {
    return this.position;
  }

  /** Forgets what is pending, because it was sent or copied; the buffer is used again. */
  clear(): void {
    this.sealed.length = 0;
    this.sealedBytes = 0;
    this.base = 0;
    this.position = 0;
    if (this.buffer.length > REPLY_BUFFER_KEPT_BYTES_MAX) this.buffer = Buffer.allocUnsafeSlow(REPLY_BUFFER_BYTES);
  }

  /** Hands over everything pending, in order, and goes on behind it: valid until `clear`. */
  take(): Uint8Array[] {
    this.seal();
    const chunks = this.sealed;
    this.sealed = [];
    this.sealedBytes = 0;
    return chunks;
  }

  /** Goes on in new memory, because what was handed over is still in use. */
  renew(): void {
    this.buffer = Buffer.allocUnsafeSlow(REPLY_BUFFER_BYTES);
    this.base = 0;
    this.position = 0;
  }

  private header(sign: number, n: number): void {
    this.ensure(HEADER_BYTES_MAX);
    this.position = writeHeader(this.buffer, this.position, sign, n);
  }

  /** A positive integer as a bulk, which most scores are. */
  private bulkDigits(n: number): void {
    this.ensure(2 * HEADER_BYTES_MAX);
    this.header(Sign.bulk, digitCount(n));
    // In the place of a type byte: the line feed that is there already.
    this.position = writeHeader(this.buffer, this.position - 1, LF, n);
  }

  private constant(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    const buffer = this.buffer;
    let position = this.position;
    for (let i = 0; i < bytes.length; i++) buffer[position++] = bytes[i] as number; // i < length
    this.position = position;
  }

  /** A line must not hold a line break: it becomes a space, as in Redis. */
  private line(sign: number, text: string): void {
    const clean = text.replace(LINE_BREAKS, " ");
    const length = Buffer.byteLength(clean, "utf8");
    this.ensure(1);
    this.buffer[this.position++] = sign;
    this.text(clean, length);
  }

  private text(text: string, length: number): void {
    this.ensure(length + 2);
    if (length > TEXT_BY_LOOP_LENGTH_MAX || length !== text.length) {
      this.position += this.buffer.write(text, this.position, length, "utf8");
    } else {
      // As many bytes as characters: all of them are ASCII.
      for (let i = 0; i < length; i++) this.buffer[this.position++] = text.charCodeAt(i);
    }
    this.buffer[this.position++] = CR;
    this.buffer[this.position++] = LF;
  }

  private ensure(bytes: number): void {
    if (this.buffer.length - this.position < bytes) this.grow(bytes);
  }

  private grow(bytes: number): void {
    if (this.buffer.length >= REPLY_BUFFER_BYTES_MAX) {
      this.seal();
      this.buffer = Buffer.allocUnsafeSlow(Math.max(REPLY_BUFFER_BYTES, bytes));
      this.base = 0;
      this.position = 0;
      return;
    }
    const used = this.position - this.base;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length, used * 2, used + bytes));
    grown.set(this.buffer.subarray(this.base, this.position));
    this.buffer = grown;
    this.base = 0;
    this.position = used;
  }

  private seal(): void {
    if (this.position > this.base) this.appendSealed(this.buffer.subarray(this.base, this.position));
    this.base = this.position;
  }

  private appendSealed(chunk: Uint8Array): void {
    this.sealed.push(chunk);
    this.sealedBytes += chunk.length;
  }

  private truncateSealed(length: number): void {
    while (this.sealedBytes > length) {
      const last = this.sealed.pop();
      if (last === undefined) throw new Error("sealed bytes without a chunk");
      this.sealedBytes -= last.length;
      if (this.sealedBytes < length) this.appendSealed(last.subarray(0, length - this.sealedBytes));
    }
  }

  /** Puts a header before what was written since `mark`; small content moves, large content is sealed in place. */
  private insertHeader(mark: number, sign: number, n: number): void {
    const header = Buffer.allocUnsafe(HEADER_BYTES_MAX);
    const size = writeHeader(header, 0, sign, n);
    this.ensure(size); // Before all places: it may move or seal everything.
    const at = this.base + mark - this.sealedBytes;
    if (at >= this.base && this.position - at < REPLY_OWN_CHUNK_BYTES) {
      this.buffer.copyWithin(at + size, at, this.position);
      this.buffer.set(header.subarray(0, size), at);
      this.position += size;
      return;
    }
    this.seal();
    const chunks = this.sealed;
    const tail: Uint8Array[] = [];
    while (this.sealedBytes > mark) {
      const last = chunks.pop();
      if (last === undefined) throw new Error("sealed bytes without a chunk");
      this.sealedBytes -= last.length;
      const before = Math.max(0, mark - this.sealedBytes);
      tail.push(last.subarray(before));
      if (before > 0) this.appendSealed(last.subarray(0, before));
    }
    this.appendSealed(header.subarray(0, size));
    while (tail.length > 0) this.appendSealed(tail.pop() as Uint8Array); // not empty
  }
}
