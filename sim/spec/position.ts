/**
 * Where a list's elements stand, as plain numbers.
 *
 * A position is a list of digits, each [number, time, origin, index]; digits and
 * positions are compared from left to right, and what is a beginning of something
 * comes before it. Time and origin are the dot of the event that made it.
 *
 *   behind the last element   its first number + 1
 *   before the first          its first number - 1
 *   in an empty list          2^47
 *   between two               at the first depth where it fits, the left one's
 *                             number + 1, or the right one's number - 1; where
 *                             nothing fits, below the left one
 *
 * All values of one push have the same number, and an index each that rises from
 * 0 at the tail and falls from 2^32 - 1 at the head: what two replicas push does
 * not mix.
 */
import type { Dot } from "./history.ts";

type Digit = readonly [number: number, time: number, origin: number, index: number];
export type Position = readonly Digit[];

const FIRST = 2 ** 47;
const NUMBER_MAX = 2 ** 48 - 1;
const INDEX_MAX = 2 ** 32 - 1;

/** Below zero when the one stands before the other. */
export function compared(a: Position, b: Position): number {
  const [one, other] = [a.flat(), b.flat()];
  const at = one.findIndex((number, i) => number !== other[i]);
  if (at < 0) return one.length - other.length;
  return (one[at] ?? 0) - (other[at] ?? Number.NEGATIVE_INFINITY);
}

/** Of the value with a number of a command that pushes at an end, whose outermost element there was at `edge`. */
export function atEnd(end: "head" | "tail", edge: Position | undefined, dot: Dot, nth: number): Position {
  const index = end === "tail" ? nth : INDEX_MAX - nth;
  const step = end === "tail" ? 1 : -1;
  const number = edge?.[0] === undefined ? FIRST : edge[0][0] + step;
  if (number >= 0 && number <= NUMBER_MAX) return [[number, dot.time, dot.origin, index]];
  return end === "tail" ? between(edge, undefined, dot, index) : between(undefined, edge, dot, index);
}

/** Of a value between two neighbours, each of which may be missing. */
export function between(left: Position = [], right: Position | undefined, dot: Dot, index = 0): Position {
  const isBetween = (position: Position): boolean =>
    compared(left, position) < 0 && (right === undefined || compared(position, right) < 0);
  const depths = Math.max(left.length, right?.length ?? 0);
  for (let depth = 0; depth < depths; depth++) {
    for (const [neighbour, step] of [
      [left, 1],
      [right ?? [], -1],
    ] as const) {
      const number = (neighbour[depth]?.[0] ?? Number.NaN) + step;
      if (!(number >= 0 && number <= NUMBER_MAX)) continue;
      const position: Position = [...neighbour.slice(0, depth), [number, dot.time, dot.origin, index]];
      if (isBetween(position)) return position;
    }
  }
  return [...left, [FIRST, dot.time, dot.origin, index]];
}
