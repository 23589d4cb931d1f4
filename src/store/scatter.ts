/**
 * An order in which to write what was read from a table into another one.
 *
 * A table gives its entries in the order of their hashes. Written in that order
 * they would all fall on the front of the table being filled, which shifts most
 * of what is there at every insert. So they come in rounds, each of which takes
 * every 16th: the first rounds in steps of the golden section, which spread any
 * number of them evenly over the whole; the others from front to back, since
 * little is then denser for a while where they have been, and memory that is read
 * and written in its order is several times as fast.
 */
const GOLDEN_SECTION = 0.618033988749895;
const ROUNDS = 16;
/** So many rounds that one more makes the front no more than a quarter denser than the rest. */
const SCATTERED_ROUNDS = 4;
/** Fewer lie in the processor's caches, and are written in any order. */
const ROUNDS_FROM = 4096;

/** Visits each of 0 .. count-1 once. */
export function inScatteredOrder(count: number, visit: (at: number) => void): void {
  const scattered = count < ROUNDS_FROM ? 1 : ROUNDS / SCATTERED_ROUNDS;
  scatter(Math.ceil(count / scattered), (at) => visit(at * scattered));
  if (scattered === 1) return;
  // Every fourth is there; what is left of every 16 is halfway between them first.
  for (const offset of [2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]) {
    for (let at = offset; at < count; at += ROUNDS) visit(at);
  }
}

function scatter(count: number, visit: (at: number) => void): void {
  const step = scatterStep(count);
  for (let n = 0, at = 0; n < count; n++, at = (at + step) % count) visit(at);
}

function scatterStep(n: number): number {
  let step = Math.max(1, Math.floor(n * GOLDEN_SECTION));
  while (greatestCommonDivisor(step, n) !== 1) step++;
  return step;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
