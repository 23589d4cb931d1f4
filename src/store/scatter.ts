/**
 * An order in which to write what was read from a table into another one.
 *
 * A table gives its entries in the order of their hashes. Written in that order
 * they would all fall on the front of the table being filled, which shifts most
 * of what is there at every insert. Steps of the golden section spread any
 * number of them evenly over the whole.
 */
const GOLDEN_SECTION = 0.618033988749895;

/** Visits each of 0 .. count-1 once. */
export function inScatteredOrder(count: number, visit: (at: number) => void): void {
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
