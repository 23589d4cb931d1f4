/**
 * The sparse form of a HyperLogLog (hyperloglog-format.ts): finding a register,
 * raising one as Redis does, byte for byte, and the one canonical form.
 *
 * P1. Which runs stand for the same registers depends on the order in which
 *     they were raised. Where it may differ from replica to replica, the form is
 *     made canonical: as few runs as possible, each as long as possible.
 */
import { HEADER_BYTES, REGISTERS } from "./hyperloglog-format.ts";

/** The greatest value that a run can hold; a greater one asks for the dense form. */
export const SPARSE_VALUE_MAX = 32;

const XZERO = 0x40;
const VALUE = 0x80;
const ZEROS_OF_BYTE = 64;
const EQUALS_OF_BYTE = 4;
/** Runs looked at after a change for neighbours that can be one. */
const MERGED_RUNS = 5;

/** How many registers the run at a place stands for. */
function lengthOf(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number; // the caller is within the bytes
  if (byte >= VALUE) return (byte & 3) + 1;
  if (byte < XZERO) return byte + 1;
  return (((byte & 0x3f) << 8) | (bytes[at + 1] ?? 0)) + 1;
}

function sizeOf(byte: number): number {
  return byte >= XZERO && byte < VALUE ? 2 : 1;
}

function valueOf(byte: number): number {
  return byte >= VALUE ? ((byte >>> 2) & 0x1f) + 1 : 0;
}

/** Do the runs stand for all registers and no more? */
export function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  let registers = 0;
  let at = start + HEADER_BYTES;
  while (at < end && registers < REGISTERS) {
    registers += lengthOf(bytes, at);
    at += sizeOf(bytes[at] as number);
  }
  return at === end && registers === REGISTERS;
}

/** What a register holds; -1 when the runs end before it. */
export function sparseRegister(bytes: Uint8Array, start: number, end: number, index: number): number {
  let first = 0;
  for (let at = start + HEADER_BYTES; at < end;) {
    const byte = bytes[at] as number;
    // By far the most frequent runs first.
    if (byte < XZERO) first += byte + 1;
    else if (byte >= VALUE) first += (byte & 3) + 1;
    else first += (((byte & 0x3f) << 8) | (bytes[++at] ?? 0)) + 1;
    if (index < first) return valueOf(byte);
    at++;
  }
  return -1;
}

/** Adds up by value how many registers hold it. False when the runs are not whole. */
export function countRuns(bytes: Uint8Array, start: number, end: number, counts: Uint32Array): boolean {
  let registers = 0;
  for (let at = start + HEADER_BYTES; at < end; at += sizeOf(bytes[at] as number)) {
    const length = lengthOf(bytes, at);
    const value = valueOf(bytes[at] as number);
    counts[value] = (counts[value] as number) + length; // value <= 32
    registers += length;
  }
  return registers === REGISTERS;
}

/** Visits the runs that hold something. The runs must be whole. */
export function eachRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: (first: number, length: number, value: number) => void,
): void {
  let first = 0;
  for (let at = start + HEADER_BYTES; at < end; at += sizeOf(bytes[at] as number)) {
    const length = lengthOf(bytes, at);
    const value = valueOf(bytes[at] as number);
    if (value > 0) visit(first, length, value);
    first += length;
  }
}

/**
 * Raises one register, as Redis does it. The bytes with the change: the same
 * ones where it fits, others where it does not; undefined when they would be
 * more than `bytesMax`, and then nothing has changed. The runs must be whole,
 * and a run must be able to hold the value.
 */
export function raiseSparse(bytes: Uint8Array, index: number, value: number, bytesMax: number): Uint8Array | undefined {
  let at = HEADER_BYTES;
  let before = at;
  let first = 0;
  let length = lengthOf(bytes, at);
  while (index >= first + length) {
    first += length;
    before = at;
    at += sizeOf(bytes[at] as number);
    length = lengthOf(bytes, at);
  }
  const byte = bytes[at] as number;
  if (valueOf(byte) >= value) return bytes;
  const seam: number[] = [];
  if (index > first) pushRun(seam, valueOf(byte), index - first);
  pushRun(seam, value, 1);
  const after = first + length - 1 - index;
  if (after > 0) pushRun(seam, valueOf(byte), after);
  const size = sizeOf(byte);
  const more = seam.length - size;
  if (more > 0 && bytes.length + more > bytesMax) return undefined;
  const changed = more === 0 ? bytes : new Uint8Array(bytes.length + more);
  if (more !== 0) {
    changed.set(bytes.subarray(0, at));
    changed.set(bytes.subarray(at + size), at + seam.length);
  }
  changed.set(seam, at);
  return mergeNeighbours(changed, before);
}

/** Appends runs for so many equal registers, at most one byte's worth of a value. */
function pushRun(runs: number[], value: number, length: number): void {
  if (value > 0) runs.push(VALUE | ((value - 1) << 2) | (length - 1));
  else if (length <= ZEROS_OF_BYTE) runs.push(length - 1);
  else runs.push(XZERO | ((length - 1) >>> 8), (length - 1) & 0xff);
}

/** Makes one run of neighbours that hold the same, a few runs from a place on, as Redis does after every change. */
function mergeNeighbours(bytes: Uint8Array, from: number): Uint8Array {
  let end = bytes.length;
  let at = from;
  for (let runs = MERGED_RUNS; at < end && runs > 0; runs--) {
    const byte = bytes[at] as number;
    const next = at + 1 < end ? (bytes[at + 1] as number) : 0;
    const length = (byte & 3) + (next & 3) + 2;
    const fits = byte >= VALUE && next >= VALUE && valueOf(byte) === valueOf(next) && length <= EQUALS_OF_BYTE;
    if (fits) {
      bytes[at + 1] = (byte & 0xfc) | (length - 1);
      bytes.copyWithin(at, at + 1, end);
      end--;
    } else {
      at += sizeOf(byte);
    }
  }
  return end === bytes.length ? bytes : bytes.slice(0, end);
}

/** The same registers in the canonical form (P1), in place where that is as long. The runs must be whole. */
export function canonicalSparse(bytes: Uint8Array): Uint8Array {
  let read = HEADER_BYTES;
  // No canonical run takes more bytes than what it stands for, so what is read next is not written over.
  let write = HEADER_BYTES;
  while (read < bytes.length) {
    const value = valueOf(bytes[read] as number);
    let length = 0;
    while (read < bytes.length && valueOf(bytes[read] as number) === value) {
      length += lengthOf(bytes, read);
      read += sizeOf(bytes[read] as number);
    }
    write = writeRun(bytes, write, value, length);
  }
  return write === bytes.length ? bytes : bytes.slice(0, write);
}

/** Bytes of the canonical form of these registers, without the header; or -1 when a run cannot hold one of them. */
export function sparseBytesOf(registers: Uint8Array): number {
  let size = 0;
  for (let at = 0; at < REGISTERS;) {
    const value = registers[at] as number;
    if (value > SPARSE_VALUE_MAX) return -1;
    const length = equalsAt(registers, at);
    size += value > 0 ? Math.ceil(length / EQUALS_OF_BYTE) : length <= ZEROS_OF_BYTE ? 1 : 2;
    at += length;
  }
  return size;
}

/** Writes the canonical runs of these registers behind the header. */
export function writeSparse(bytes: Uint8Array, registers: Uint8Array): void {
  let write = HEADER_BYTES;
  for (let at = 0; at < REGISTERS;) {
    const length = equalsAt(registers, at);
    write = writeRun(bytes, write, registers[at] as number, length);
    at += length;
  }
}

function equalsAt(registers: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < REGISTERS && registers[end] === registers[at]) end++;
  return end - at;
}

function writeRun(bytes: Uint8Array, at: number, value: number, length: number): number {
  let write = at;
  if (value === 0) {
    if (length > ZEROS_OF_BYTE) bytes[write++] = XZERO | ((length - 1) >>> 8);
    bytes[write++] = (length - 1) & 0xff;
    return write;
  }
  for (let left = length; left > 0; left -= EQUALS_OF_BYTE) {
    bytes[write++] = VALUE | ((value - 1) << 2) | (Math.min(left, EQUALS_OF_BYTE) - 1);
  }
  return write;
}

/** The runs in words, as PFDEBUG DECODE prints them: z and Z zeros, v a value and how often. */
export function describeSparse(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; at += sizeOf(bytes[at] as number)) {
    const byte = bytes[at] as number;
    const length = lengthOf(bytes, at);
    words.push(byte >= VALUE ? `v:${valueOf(byte)},${length}` : `${byte < XZERO ? "z" : "Z"}:${length}`);
  }
  return words.join(" ");
}
