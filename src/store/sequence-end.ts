/**
 * The ends of a sequence: the leaf there, and the branches above it, which lie on
 * the outermost way down from the root.
 */
import type { Branch, SequenceNode } from "./sequence-branch.ts";
import type { Leaf } from "./sequence-leaf.ts";

/** Which end of the sequence an entry is pushed to, if any. */
export type Edge = -1 | 0 | 1;

export function leafAtEnd(root: SequenceNode, isTail: boolean): Leaf {
  let node = root;
  while (node.height > 0) {
    const branch = node as Branch;
    node = branch.children[isTail ? branch.length - 1 : 0] as SequenceNode;
  }
  return node as Leaf;
}

/** The leaf at an end has got an entry there, or lost one: the branches above count it. */
export function countAtEnd(root: SequenceNode, isTail: boolean, by: 1 | -1): void {
  if (root.height === 0) return;
  const leaf = leafAtEnd(root, isTail);
  const score = leaf.score(0);
  const address = leaf.address(0);
  let node = root;
  while (node.height > 0) {
    const branch = node as Branch;
    const child = isTail ? branch.length - 1 : 0;
    branch.counts[child] = (branch.counts[child] as number) + by;
    if (!isTail) branch.setFirst(score, address);
    node = branch.children[child] as SequenceNode;
  }
}

export function edgeOf(leaf: Leaf, index: number): Edge {
  if (index === leaf.count && leaf.next === undefined) return 1;
  return index === 0 && leaf.previous === undefined ? -1 : 0;
}

/** How much stays in the left one of the two halves of a full node; at an end that is all or nothing (Q3 of sequence.ts). */
export function splitIndex(length: number, edge: Edge): number {
  return edge > 0 ? length : edge < 0 ? 0 : length >>> 1;
}
