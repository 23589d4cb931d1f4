/**
 * The sizes of block the arena hands out. A request is rounded up to the next.
 *
 *   16, 24 .. 128          in steps of 8
 *   144, 160 .. 4,096      eight steps for each doubling: at most 12.5 % is lost
 *   4,368 .. 16,384        64 KiB divided by 15, 14 .. 4, rounded down to 8
 *
 * Above 4 KiB so few blocks fit in a slab that what a finer step would save
 * inside the blocks would only move to the slab's end.
 */
export const SLAB_BYTES = 65_536;
export const BLOCK_BYTES_MAX = 16_384;

const BLOCK_BYTES_MIN = 16;
const UNIT_BYTES = 8;

const sizes = classSizes();

export const CLASS_COUNT = sizes.length;
/** Bytes of a block, by class. */
export const CLASS_BYTES = Uint16Array.from(sizes);
/** Blocks in a slab, by class. */
export const CLASS_BLOCKS = Uint16Array.from(sizes, (bytes) => Math.floor(SLAB_BYTES / bytes));
/** The class that serves a request, by its size in units of 8 bytes, rounded up. */
export const CLASS_OF_UNITS = Uint8Array.from({ length: BLOCK_BYTES_MAX / UNIT_BYTES + 1 }, (_, units) =>
  sizes.findIndex((bytes) => bytes >= units * UNIT_BYTES),
);

function classSizes(): number[] {
  const result: number[] = [];
  for (let bytes = BLOCK_BYTES_MIN; bytes <= 4096; bytes += stepAfter(bytes)) result.push(bytes);
  for (let blocks = 15; blocks >= 4; blocks--) {
    result.push(Math.floor(SLAB_BYTES / blocks / UNIT_BYTES) * UNIT_BYTES);
  }
  return result;
}

function stepAfter(bytes: number): number {
  const doubling = 2 ** Math.floor(Math.log2(bytes));
  return Math.max(UNIT_BYTES, doubling / 8);
}
