/** Dumped values for tests: the parts of RDB by hand, and a sink that keeps what a value holds. */
import type { ByteRange } from "../../src/byte-range.ts";
import { decodeValue, type ValueSink } from "../../src/rdb/decode.ts";
import { sealPayload } from "../../src/rdb/payload.ts";
import { MalformedValue } from "../../src/rdb/payload-cursor.ts";
import type { ValueKind } from "../../src/rdb/value-type.ts";

export function rdbLength(n: number): Buffer {
  if (n < 0x40) return Buffer.of(n);
  if (n < 0x4000) return Buffer.of(0x40 | (n >> 8), n & 0xff);
  const bytes = Buffer.alloc(5, 0x80);
  bytes.writeUInt32BE(n, 1);
  return bytes;
}

export function rdbString(bytes: Buffer | string): Buffer {
  const item = Buffer.from(bytes);
  return Buffer.concat([rdbLength(item.length), item]);
}

/** LZF that compresses nothing: runs of literals. */
export function rdbCompressed(bytes: Buffer): Buffer {
  const runs: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += 32) {
    const run = bytes.subarray(i, i + 32);
    runs.push(Buffer.of(run.length - 1), run);
  }
  const packed = Buffer.concat(runs);
  return Buffer.concat([Buffer.of(0xc3), rdbLength(packed.length), rdbLength(bytes.length), packed]);
}

/** A value with its footer. */
export function sealed(type: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat([Buffer.of(type), ...parts]);
  const payload = Buffer.concat([value, Buffer.alloc(10)]);
  sealPayload(payload, value.length, type >= 22 ? 12 : 10);
  return payload;
}

/** What a sink was told, as latin1: elements, with what was said of them behind. */
export class Collected implements ValueSink {
  kind: ValueKind = "string";
  readonly told: string[] = [];
  private readonly elements = new Set<string>();

  begin(kind: ValueKind): void {
    this.kind = kind;
  }

  element(item: ByteRange): boolean {
    const text = item.latin1();
    if (this.elements.has(text)) return false;
    this.elements.add(text);
    this.told.push(text);
    return true;
  }

  value(item: ByteRange): void {
    this.told.push(item.latin1());
  }

  score(score: number): void {
    this.told.push(`score ${score}`);
  }

  deadline(ms: number): void {
    this.told.push(`until ${ms}`);
  }
}

/** What the value without footer holds; undefined when it is malformed. */
export function decoded(value: Uint8Array): Collected | undefined {
  const sink = new Collected();
  try {
    decodeValue(value, 0, value.length, sink);
    return sink;
  } catch (cause) {
    if (cause instanceof MalformedValue) return undefined;
    throw cause;
  }
}
