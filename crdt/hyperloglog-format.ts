/**
 * The bytes of a HyperLogLog, as Redis writes them: a header, and 16384
 * registers of 6 bits, of which each keeps the longest run of zeros that it met.
 *
 *   header    "HYLL", u8 encoding (0 dense, 1 sparse), 3 unused bytes,
 *             u64 cardinality when last counted; its highest bit says that
 *             registers have changed since
 *   dense     12288 bytes: register n in the bits from 6n on, lowest bit first
 *   sparse    runs of equal registers, one after the other, to the last:
 *               00nnnnnn            n + 1 zeros
 *               01nnnnnn nnnnnnnn   n + 1 zeros
 *               1vvvvvnn            n + 1 registers that hold v + 1
 *
 * After Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (2007), and Heule,
 * Nunkesser, Hall, "HyperLogLog in Practice" (2013).
 */
export const REGISTERS = 16_384;
export const REGISTER_BITS = 6;
/** As much as six bits hold. Hashes give 51 at the most. */
export const REGISTER_MAX = 63;

export const HEADER_BYTES = 16;
export const REGISTERS_BYTES = (REGISTERS * REGISTER_BITS) / 8;
export const DENSE_BYTES = HEADER_BYTES + REGISTERS_BYTES;

const MAGIC = Uint8Array.of(0x48, 0x59, 0x4c, 0x4c);
const ENCODING_AT = 4;
const DENSE = 0;
const SPARSE = 1;
const CARDINALITY_AT = 8;
const STALE_AT = 15;
const STALE = 0x80;
const TWO_32 = 4294967296;
/** An empty sparse one: a single run of 16384 zeros. */
const EMPTY_BODY = Uint8Array.of(0x7f, 0xff);

/** Does it look like one? That the runs of a sparse one add up is not looked at (see `isWhole` in hyperloglog-sparse.ts). */
export function isHyperLogLog(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES) return false;
  for (let i = 0; i < MAGIC.length; i++) if (bytes[start + i] !== MAGIC[i]) return false;
  const encoding = bytes[start + ENCODING_AT];
  return encoding === SPARSE || (encoding === DENSE && end - start === DENSE_BYTES);
}

export function isDense(bytes: Uint8Array, start: number): boolean {
  return bytes[start + ENCODING_AT] === DENSE;
}

export function emptyHyperLogLog(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + EMPTY_BODY.length);
  bytes.set(MAGIC);
  bytes[ENCODING_AT] = SPARSE;
  bytes.set(EMPTY_BODY, HEADER_BYTES);
  return bytes;
}

/** A dense one without registers yet, with another's header. */
export function emptyDense(header: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DENSE_BYTES);
  bytes.set(header.subarray(0, HEADER_BYTES));
  bytes[ENCODING_AT] = DENSE;
  return bytes;
}

/** A sparse one of so many bytes without registers yet, with another's header. */
export function emptySparse(header: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(header.subarray(0, HEADER_BYTES));
  bytes[ENCODING_AT] = SPARSE;
  return bytes;
}

/** The cardinality that was counted last; -1 when registers have changed since, or it is more than anybody can have counted. */
export function cachedCardinality(bytes: Uint8Array, start: number): number {
  if (((bytes[start + STALE_AT] as number) & STALE) !== 0) return -1;
  const cached = wordAt(bytes, start + CARDINALITY_AT) + wordAt(bytes, start + CARDINALITY_AT + 4) * TWO_32;
  return Number.isSafeInteger(cached) ? cached : -1;
}

export function cacheCardinality(bytes: Uint8Array, start: number, cardinality: number): void {
  let rest = cardinality;
  for (let at = start + CARDINALITY_AT; at <= start + STALE_AT; at++) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Registers have changed: the cardinality must be counted anew. What it was stays, as in Redis. */
export function forgetCardinality(bytes: Uint8Array, start: number): void {
  bytes[start + STALE_AT] = (bytes[start + STALE_AT] as number) | STALE;
}

function wordAt(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}
