/**
 * Scores of sorted sets: doubles, never NaN, as eight bytes in the place of a
 * value (little-endian), plus what was counted, exactly (crdt/dyadic.ts).
 */
import { type Cell, exactCountOf, newestSibling } from "../../crdt/cell.ts";
import { addExact, exactOfDouble, roundExact } from "../../crdt/dyadic.ts";
import type { Origins } from "../../crdt/origin.ts";

export const SCORE_BYTES = 8;

/** One number as a double and as bytes, which turns one into the other; it carries nothing from one call to the next. */
const double = new Float64Array(1);
const bytesOfDouble = new Uint8Array(double.buffer);

export function readScore(bytes: Uint8Array, start: number): number {
  for (let i = 0; i < SCORE_BYTES; i++) bytesOfDouble[i] = bytes[start + i] as number;
  return double[0] as number;
}

export function writeScore(score: number, out: Uint8Array): void {
  double[0] = score;
  out.set(bytesOfDouble);
}

/** What a reader sees: the newest score, or nothing, plus what was counted. An infinite score stays what it is. */
export function scoreOfCell(cell: Cell, origins: Origins): number {
  const base = newestSibling(cell, origins);
  const score = base === undefined ? 0 : readScore(base.value, 0);
  if (cell.contributions.length === 0 || !Number.isFinite(score)) return score;
  return roundExact(addExact(exactOfDouble(score), exactCountOf(cell)));
}
