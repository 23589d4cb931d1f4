/**
 * Nodes of the hash space: all hashes that begin with the same `bits` bits. A
 * node is named by the least of its hashes, an unsigned 32-bit number with zeros
 * behind the bits.
 *
 *   bits  2 ─► 6 ─► 10 ─► 14 ─► 18 ─► 22 ─► 26 ─► 30     32
 *         the 4            the 16,384                     single hashes
 *         roots            slots
 *
 * A repair descends from the roots, and each step has 16 children.
 */
export const ROOT_BITS = 2;
export const SLOT_BITS = 14;
export const HASH_BITS = 32;
export const CHILD_BITS = 4;
export const CHILDREN = 2 ** CHILD_BITS;
/** The deepest nodes that are described; they hold four hashes. */
export const DEEPEST_BITS = 30;
export const SLOTS = 2 ** SLOT_BITS;

/** Bits of a hash that are not its slot's. */
const SLOT_SHIFT = HASH_BITS - SLOT_BITS;

export const ROOTS: readonly number[] = Array.from({ length: 2 ** ROOT_BITS }, (_, i) => i * sizeOf(ROOT_BITS));

/** How many hashes a node of so many bits has. */
export function sizeOf(bits: number): number {
  return 2 ** (HASH_BITS - bits);
}

/** The node of so many bits that a hash, signed or not, belongs to. */
export function nodeOf(hash: number, bits: number): number {
  const unsigned = hash >>> 0;
  return unsigned - (unsigned % sizeOf(bits));
}

export function isNode(bits: number, node: number): boolean {
  return Number.isInteger(node) && node >= 0 && node < 2 ** HASH_BITS && node % sizeOf(bits) === 0;
}

/** Can nodes of so many bits be described? */
export function isDescribable(bits: number): boolean {
  return Number.isInteger(bits) && bits >= ROOT_BITS && bits <= DEEPEST_BITS && (bits - ROOT_BITS) % CHILD_BITS === 0;
}

/** Which of its node's 16 children a hash belongs to. */
export function childIndex(hash: number, bits: number): number {
  return (hash >>> (HASH_BITS - bits - CHILD_BITS)) & (CHILDREN - 1);
}

export function childOf(node: number, bits: number, index: number): number {
  return node + index * sizeOf(bits + CHILD_BITS);
}

export function slotOf(hash: number): number {
  return hash >>> SLOT_SHIFT;
}

function nodeOfSlot(slot: number): number {
  return slot * 2 ** SLOT_SHIFT;
}

/** Slots in bit-reversed order, so that what comes first is spread over the whole of the table that is being filled. */
const SCATTERED = Uint16Array.from({ length: SLOTS }, (_, slot) => {
  let mirror = 0;
  for (let bit = 1; bit < SLOTS; bit <<= 1) mirror = (mirror << 1) | ((slot & bit) === 0 ? 0 : 1);
  return mirror;
});

/** The nodes of the slots at the places from .. to - 1 of that order. */
export function scatteredSlots(from = 0, to = SLOTS): number[] {
  return Array.from(SCATTERED.subarray(from, to), nodeOfSlot);
}
