/**
 * The nearest (or farthest) few of many distances, in order; equal distances keep
 * the order in which they came.
 *
 * A heap holds the best so far with the worst of them on top, so that most of
 * the others cost one comparison.
 */

/** Indices of the first `count` distances in order. */
export function nearest(distances: readonly number[], count: number, farthestFirst: boolean): Uint32Array {
  const ranks = ranksOf(distances, farthestFirst ? -1 : 1);
  const chosen = firstIndices(Math.min(count, ranks.length));
  if (chosen.length < ranks.length) chooseBest(chosen, ranks);
  return chosen.toSorted((a, b) => compare(ranks, a, b));
}

/** The numbers from 0 on. */
export function firstIndices(count: number): Uint32Array {
  const indices = new Uint32Array(count);
  for (let index = 0; index < count; index++) indices[index] = index;
  return indices;
}

function ranksOf(distances: readonly number[], sign: 1 | -1): Float64Array {
  const ranks = new Float64Array(distances.length);
  for (let index = 0; index < ranks.length; index++) {
    const distance = distances[index] as number; // as many as there are ranks
    // The other end of the world, where rounding has left no number.
    ranks[index] = sign * (Number.isNaN(distance) ? Number.MAX_VALUE : distance);
  }
  return ranks;
}

function compare(ranks: Float64Array, a: number, b: number): number {
  // Both are indices of ranks.
  return (ranks[a] as number) - (ranks[b] as number) || a - b;
}

/** Makes the indices of the first ranks those of the best, in the order of a heap. */
function chooseBest(heap: Uint32Array, ranks: Float64Array): void {
  for (let at = heap.length >>> 1; at-- > 0;) sink(heap, ranks, at);
  for (let index = heap.length; index < ranks.length; index++) {
    // What comes later and is equal comes after.
    if ((ranks[index] as number) >= (ranks[heap[0] as number] as number)) continue;
    heap[0] = index;
    sink(heap, ranks, 0);
  }
}

/** Restores the heap below a place whose item may be better than those beneath. */
function sink(heap: Uint32Array, ranks: Float64Array, from: number): void {
  let at = from;
  for (;;) {
    const left = at * 2 + 1;
    const right = left + 1;
    let worst = at;
    // Places below the length hold indices of ranks.
    if (left < heap.length && compare(ranks, heap[left] as number, heap[worst] as number) > 0) worst = left;
    if (right < heap.length && compare(ranks, heap[right] as number, heap[worst] as number) > 0) worst = right;
    if (worst === at) return;
    const item = heap[at] as number;
    heap[at] = heap[worst] as number;
    heap[worst] = item;
    at = worst;
  }
}
