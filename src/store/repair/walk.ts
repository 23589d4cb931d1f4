/**
 * Walking the entries of many nodes: node by node, or, where the nodes are many
 * and the entries few, all entries once.
 */
import type { Database } from "../database.ts";
import type { EntryRef } from "../entry.ts";
import { nodeOf } from "../hash-node.ts";

/** So many nodes cost about as much to look into as one entry costs to be walked. */
const NODES_OF_ENTRY = 8;

/** The nodes that hold anything; undefined when there may be so many that it does not pay to know. */
export function occupiedNodes(
  databases: readonly Database[],
  bits: number,
  nodeCount: number,
): ReadonlySet<number> | undefined {
  let entries = 0;
  for (const { table } of databases) entries += table.size;
  if (entries * NODES_OF_ENTRY > nodeCount) return undefined;
  const occupied = new Set<number>();
  for (const { table } of databases) table.forEach((_, hash) => void occupied.add(nodeOf(hash, bits)));
  return occupied;
}

/** Visits the entries of a database that lie in some nodes. The visitor must not write. */
export function eachEntryIn(
  database: Database,
  bits: number,
  nodes: readonly number[],
  visit: (ref: EntryRef, hash: number) => void,
): void {
  const { table } = database;
  if (table.size === 0) return;
  if (table.size * NODES_OF_ENTRY > nodes.length) {
    for (const node of nodes) table.forEachIn(bits, node, visit);
    return;
  }
  const wanted = new Set(nodes);
  table.forEach((ref, hash) => {
    if (wanted.has(nodeOf(hash, bits))) visit(ref, hash);
  });
}
