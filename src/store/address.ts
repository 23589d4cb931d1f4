/**
 * A place in the arena: 32 bits that reach 32 GiB, since blocks lie on multiples
 * of 8 bytes. 0 is no place.
 *
 *   address = page (9 bits) | offset in the page / 8 (23 bits)
 */
export type Address = number;

const UNIT_MASK = 0x7f_ffff;

export function pageOf(address: Address): number {
  return address >>> 23;
}

/** Where in the page: an index into its bytes .. */
export function byteOf(address: Address): number {
  return (address & UNIT_MASK) << 3;
}

/** .. its 32-bit words .. */
export function wordOf(address: Address): number {
  return (address & UNIT_MASK) << 1;
}

/** .. and its doubles. */
export function doubleOf(address: Address): number {
  return address & UNIT_MASK;
}
