/**
 * HyperLogLogs as a lattice: of each register the greater value counts, so that
 * the union of two is what one would have become that met the elements of both.
 *
 * Values are bytes in Redis's format (hyperloglog-format.ts). A value that is not
 * whole (`isUsable`) takes part in nothing.
 *
 * U1. A union is in the canonical form (hyperloglog-sparse.ts, P1): dense when
 *     one of the two was, or a register is too great for the sparse form. So it
 *     does not depend on the order in which it was put together.
 */
import {
  emptyDense,
  emptySparse,
  forgetCardinality,
  HEADER_BYTES,
  isDense,
  isHyperLogLog,
  REGISTERS,
} from "./hyperloglog-format.ts";
import {
  canonicalSparse,
  eachRun,
  isWhole,
  raiseSparse,
  SPARSE_VALUE_MAX,
  sparseBytesOf,
  sparseRegister,
  writeSparse,
} from "./hyperloglog-sparse.ts";

const RISES_MIN = 16;

/** Registers that are to hold at least so much, in the order in which they rose. */
export class Rises {
  private indexes = new Uint16Array(0);
  private values = new Uint8Array(0);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(index: number, value: number): void {
    if (this.count === this.indexes.length) this.grow();
    this.indexes[this.count] = index;
    this.values[this.count++] = value;
  }

  index(n: number): number {
    return this.indexes[n] as number; // n < count
  }

  value(n: number): number {
    return this.values[n] as number; // n < count
  }

  private grow(): void {
    const capacity = Math.max(RISES_MIN, this.count * 2);
    const indexes = new Uint16Array(capacity);
    const values = new Uint8Array(capacity);
    indexes.set(this.indexes);
    values.set(this.values);
    this.indexes = indexes;
    this.values = values;
  }
}

/** Is it a HyperLogLog whose every register can be read? */
export function isUsable(bytes: Uint8Array, start: number, end: number): boolean {
  return isHyperLogLog(bytes, start, end) && (isDense(bytes, start) || isWhole(bytes, start, end));
}

/** What a register of a HyperLogLog holds; -1 when it is too short. */
export function registerAt(bytes: Uint8Array, start: number, end: number, index: number): number {
  return isDense(bytes, start) ? denseRegister(bytes, start, index) : sparseRegister(bytes, start, end, index);
}

/** Six bits that may begin in one byte and end in the next. */
function denseRegister(bytes: Uint8Array, start: number, index: number): number {
  const bit = index * 6;
  const at = start + HEADER_BYTES + (bit >>> 3);
  return (((bytes[at] as number) | ((bytes[at + 1] ?? 0) << 8)) >>> (bit & 7)) & 63;
}

function setDense(bytes: Uint8Array, index: number, value: number): void {
  const bit = index * 6;
  const at = HEADER_BYTES + (bit >>> 3);
  const shift = bit & 7;
  bytes[at] = ((bytes[at] as number) & ~(63 << shift)) | (value << shift);
  // Registers that end within their byte must not touch the next, which for the last one is not there.
  if (shift > 2) bytes[at + 1] = ((bytes[at + 1] as number) & ~(63 >>> (8 - shift))) | (value >>> (8 - shift));
}

/**
 * Raises registers one after the other. The bytes with the change: the same ones, which are the caller's to change, or
 * others. The sparse form gives way to the dense where it would be longer than `sparseBytesMax`. The value must be usable.
 */
export function raise(value: Uint8Array, rises: Rises, sparseBytesMax: number): Uint8Array {
  let bytes = value;
  for (let n = 0; n < rises.count; n++) {
    const index = rises.index(n);
    const most = rises.value(n);
    if (!isDense(bytes, 0)) {
      const raised = most > SPARSE_VALUE_MAX ? undefined : raiseSparse(bytes, index, most, sparseBytesMax);
      bytes = raised ?? toDense(bytes);
    }
    if (isDense(bytes, 0) && denseRegister(bytes, 0, index) < most) setDense(bytes, index, most);
  }
  if (rises.count > 0) forgetCardinality(bytes, 0);
  return bytes;
}

/** In the dense form; the very same bytes when they are dense. The value must be usable. */
export function toDense(value: Uint8Array): Uint8Array {
  if (isDense(value, 0)) return value;
  const bytes = emptyDense(value);
  eachRun(value, 0, value.length, (first, length, held) => {
    for (let index = first; index < first + length; index++) setDense(bytes, index, held);
  });
  return bytes;
}

/** In the canonical form (U1); the bytes are the caller's to change. The value must be usable. */
export function toCanonical(value: Uint8Array): Uint8Array {
  return isDense(value, 0) ? value : canonicalSparse(value);
}

/** Raises each of 16384 registers to what a usable value holds there. */
export function mergeRegisters(registers: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
  if (!isDense(bytes, start)) {
    eachRun(bytes, start, end, (first, length, held) => {
      for (let index = first; index < first + length; index++) {
        if (held > (registers[index] as number)) registers[index] = held;
      }
    });
    return;
  }
  for (let index = 0, at = start + HEADER_BYTES; index < REGISTERS; index += 4, at += 3) {
    const four = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const [a, b, c, d] = [four & 63, (four >>> 6) & 63, (four >>> 12) & 63, four >>> 18];
    if (a > (registers[index] as number)) registers[index] = a;
    if (b > (registers[index + 1] as number)) registers[index + 1] = b;
    if (c > (registers[index + 2] as number)) registers[index + 2] = c;
    if (d > (registers[index + 3] as number)) registers[index + 3] = d;
  }
}

/** The union of usable values, in memory of its own, with the header of the first (U1). Its cardinality is that header's, too. */
export function unionOf(values: readonly Uint8Array[]): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (const value of values) mergeRegisters(registers, value, 0, value.length);
  const header = values[0];
  if (header === undefined) throw new Error("a union of nothing");
  const size = values.some((value) => isDense(value, 0)) ? -1 : sparseBytesOf(registers);
  if (size >= 0) {
    const bytes = emptySparse(header, HEADER_BYTES + size);
    writeSparse(bytes, registers);
    return bytes;
  }
  const bytes = emptyDense(header);
  for (let index = 0; index < REGISTERS; index++) setDense(bytes, index, registers[index] as number);
  return bytes;
}
