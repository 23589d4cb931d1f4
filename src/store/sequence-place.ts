/**
 * Places in the order of a sequence: a score and, among equal scores, what the
 * caller knows of the entries. Searches halve the arrays of leaves and branches.
 */
import type { Address } from "./address.ts";
import type { Branch } from "./sequence-branch.ts";
import type { Leaf } from "./sequence-leaf.ts";

/** The place that is looked for among equal scores. */
export interface Tie {
  /** Does the entry at this address stand before the place that is looked for? Asked only where scores are equal. */
  isBefore(address: Address): boolean;
}

export const BEFORE_EQUALS: Tie = { isBefore: () => false };
export const AFTER_EQUALS: Tie = { isBefore: () => true };

/** In which child the place is: the last one whose first entry stands before it. */
export function childAt(branch: Branch, score: number, tie: Tie): number {
  return Math.max(0, search(branch.firstScores, branch.firstAddresses, 0, branch.length, score, tie) - 1);
}

/** How many of a leaf's entries stand before the place. */
export function indexIn(leaf: Leaf, score: number, tie: Tie): number {
  const { start } = leaf;
  return search(leaf.scores, leaf.addresses, start, start + leaf.count, score, tie) - start;
}

/** The first index from `from` on, below `to`, that does not stand before the place; `to` when there is none. */
function search(
  scores: Float64Array,
  addresses: Uint32Array,
  from: number,
  to: number,
  score: number,
  tie: Tie,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = scores[middle] as number; // below `to`, which the arrays reach
    if (found < score || (found === score && tie.isBefore(addresses[middle] as number))) low = middle + 1;
    else high = middle;
  }
  return low;
}
