/**
 * CRC-64 as Redis seals its dumps: the polynomial of David T. Jones,
 * 0xad93d23594c935a9, bits reflected, starting from zero.
 *
 * Sixty-four bits are two halves of 32. Eight bytes are taken in one step by
 * eight tables (slicing): table k says what a byte does to the remainder when k
 * bytes follow it.
 */
const POLYNOMIAL_REFLECTED = 0x95ac9329ac4bc9b5n;
const SLICES = 8;

/** Low and high halves for each slice and byte: index slice * 256 + byte. */
const LOW = new Int32Array(SLICES * 256);
const HIGH = new Int32Array(SLICES * 256);

for (let byte = 0; byte < 256; byte++) {
  let remainder = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >> 1n) ^ (remainder & 1n ? POLYNOMIAL_REFLECTED : 0n);
  LOW[byte] = Number(BigInt.asIntN(32, remainder));
  HIGH[byte] = Number(BigInt.asIntN(32, remainder >> 32n));
}
for (let i = 256; i < SLICES * 256; i++) {
  const low = LOW[i - 256] as number;
  const high = HIGH[i - 256] as number;
  LOW[i] = ((low >>> 8) | (high << 24)) ^ (LOW[low & 0xff] as number);
  HIGH[i] = (high >>> 8) ^ (HIGH[low & 0xff] as number);
}

/** Of `bytes[start .. end)`, as eight bytes from low to high. */
export function crc64(bytes: Uint8Array, start: number, end: number): Uint8Array {
  let low = 0;
  let high = 0;
  let i = start;
  // Every index below is inside its array: i + 7 < end, and tables have a row for each byte.
  for (; i + SLICES <= end; i += SLICES) {
    const a = low ^ wordAt(bytes, i);
    const b = high ^ wordAt(bytes, i + 4);
    low = sliced(LOW, a, b);
    high = sliced(HIGH, a, b);
  }
  for (; i < end; i++) {
    const at = (low ^ (bytes[i] as number)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (LOW[at] as number);
    high = (high >>> 8) ^ (HIGH[at] as number);
  }
  const sum = new Uint8Array(8);
  const view = new DataView(sum.buffer);
  view.setInt32(0, low, true);
  view.setInt32(4, high, true);
  return sum;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function sliced(table: Int32Array, a: number, b: number): number {
  return (
    (table[0x700 + (a & 0xff)] as number) ^
    (table[0x600 + ((a >>> 8) & 0xff)] as number) ^
    (table[0x500 + ((a >>> 16) & 0xff)] as number) ^
    (table[0x400 + (a >>> 24)] as number) ^
    (table[0x300 + (b & 0xff)] as number) ^
    (table[0x200 + ((b >>> 8) & 0xff)] as number) ^
    (table[0x100 + ((b >>> 16) & 0xff)] as number) ^
    (table[b >>> 24] as number)
  );
}
