/**
 * MurmurHash3 (Austin Appleby's x86 32-bit variant): a seeded hash of bytes, the
 * same on every machine, with high bits as well mixed as the low ones.
 *
 * The result is a signed 32-bit integer, because V8 passes those without making
 * an object; whoever indexes by it shifts with `>>>`.
 */
const C1 = 0xcc9e2d51 | 0;
const C2 = 0x1b873593;
const C3 = 0xe6546b64 | 0;

export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const length = end - start;
  const wholeEnd = start + (length & ~3);
  let hash = seed | 0;
  let i = start;
  for (; i < wholeEnd; i += 4) {
    const b0 = bytes[i] as number;
    const b1 = bytes[i + 1] as number;
    const b2 = bytes[i + 2] as number;
    const b3 = bytes[i + 3] as number;
    hash ^= scramble(b0 | (b1 << 8) | (b2 << 16) | (b3 << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + C3) | 0;
  }
  let tail = 0;
  for (let shift = 0; i < end; i++, shift += 8) tail |= (bytes[i] as number) << shift;
  hash ^= scramble(tail);
  return finish(hash ^ length);
}

function scramble(word: number): number {
  const mixed = Math.imul(word, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
