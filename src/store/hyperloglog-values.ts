/**
 * What is seen of HyperLogLogs at a key: where the newest value is one, the
 * union of it and all others that regions began at the same time.
 *
 * C1. The cardinality that is cached in the newest one's header is that of what
 *     shows. It is forgotten when something else may show: each replica counts
 *     for itself, and nothing of it travels as an effect.
 */
import { type Cell, newestSibling, type Sibling } from "../../crdt/cell.ts";
import { isUsable, unionOf } from "../../crdt/hyperloglog.ts";
import { forgetCardinality } from "../../crdt/hyperloglog-format.ts";
import type { Origins } from "../../crdt/origin.ts";

function isUsableSibling({ value }: Sibling): boolean {
  return isUsable(value, 0, value.length);
}

/** The siblings that make up what shows, the newest first; none when that is no HyperLogLog. */
export function shownSiblings(cell: Cell, origins: Origins): Sibling[] {
  const newest = newestSibling(cell, origins);
  if (newest === undefined || !isUsableSibling(newest)) return [];
  return [newest, ...cell.siblings.filter((s) => s !== newest && isUsableSibling(s))];
}

/** The union that shows; undefined when one value alone does. */
export function shownUnion(cell: Cell, origins: Origins): Uint8Array | undefined {
  if (cell.siblings.length < 2) return undefined;
  const shown = shownSiblings(cell, origins);
  return shown.length < 2 ? undefined : unionOf(shown.map(({ value }) => value));
}

/** Forgets what was counted of a cell that holds several values, or held them before a join or in its delta (C1). */
export function forgetCardinalities(after: Cell, ...others: readonly Cell[]): void {
  if (after.siblings.length < 2 && others.every((cell) => cell.siblings.length < 2)) return;
  for (const s of after.siblings) if (isUsableSibling(s)) forgetCardinality(s.value, 0);
}
