/**
 * The time axis of the diagram: downwards, and not to scale.
 *
 * What happens at one instant gets as many rows as its labels need; the room
 * between two instants grows with the logarithm of the time between them, so
 * that milliseconds can be told apart and idle seconds cost no paper.
 *
 * X1. A later instant is never above an earlier one.
 * X2. Two labels of one lane are at least a row apart.
 * X3. What is said to be quiet has room for saying so.
 */
import { REPORT_DIAGRAM_HEIGHT_MAX } from "../limits.ts";

const ROW_HEIGHT = 15;
/** Longer than this without anything is said to be quiet. */
const QUIET_MS = 400;
const QUIET_HEIGHT = 34;
/** Less room, where everything is pressed together, and the label would lie on that of the next instant. */
const QUIET_HEIGHT_MIN = 28;
const GAP_MAX = 26;
const TOP = 26;

/** Something to be placed: an instant, and the lane that its label takes a row of. */
export interface Mark {
  readonly atMs: number;
  readonly lane: number | undefined;
}

interface Knot {
  readonly atMs: number;
  readonly firstY: number;
  readonly lastY: number;
}

export interface Quiet {
  readonly y: number;
  readonly fromY: number;
  readonly untilY: number;
  readonly forMs: number;
}

export interface TimeAxis {
  readonly height: number;
  readonly quiet: readonly Quiet[];
  /** Every instant, and where it begins. */
  readonly instants: readonly { readonly atMs: number; readonly y: number }[];
  /** Where each mark's label goes, in the order of the marks. */
  readonly rows: readonly number[];
  /** Where an instant begins. */
  readonly first: (ms: number) => number;
  /** Where it ends: below all its labels. */
  readonly last: (ms: number) => number;
}

/** The marks must be sorted by time. */
export function timeAxis(marks: readonly Mark[]): TimeAxis {
  const scale = scaleFor(marks);
  const knots: Knot[] = [];
  const quiet: Quiet[] = [];
  const rows: number[] = [];
  const lowest = new Map<number, number>();
  let y = TOP;
  for (let at = 0; at < marks.length;) {
    const atMs = marks[at]?.atMs ?? 0;
    const before = knots.at(-1);
    const gap = before === undefined ? 0 : gapFor(atMs - before.atMs) * scale;
    if (before !== undefined && atMs - before.atMs > QUIET_MS && gap >= QUIET_HEIGHT_MIN)
      quiet.push({ y: y + 12, fromY: y, untilY: y + gap, forMs: atMs - before.atMs });
    const firstY = y + gap;
    y = firstY;
    for (; at < marks.length && marks[at]?.atMs === atMs; at++) {
      const lane = marks[at]?.lane;
      const row = lane === undefined ? firstY : Math.max(firstY, (lowest.get(lane) ?? 0) + ROW_HEIGHT); // X2
      if (lane !== undefined) lowest.set(lane, row);
      rows.push(row);
      y = Math.max(y, row);
    }
    knots.push({ atMs, firstY, lastY: y });
  }
  return {
    height: y + QUIET_HEIGHT,
    quiet,
    instants: knots.map(({ atMs, firstY }) => ({ atMs, y: firstY })),
    rows,
    first: (ms) => placeOf(knots, ms, "firstY"),
    last: (ms) => placeOf(knots, ms, "lastY"),
  };
}

function gapFor(ms: number): number {
  return ms > QUIET_MS ? QUIET_HEIGHT : Math.min(GAP_MAX, 2 + 5 * Math.log2(1 + 2 * ms));
}

/** Below 1 when the gaps alone would make the diagram too high. */
function scaleFor(marks: readonly Mark[]): number {
  const gaps = marks.map((mark, i) => gapFor(mark.atMs - (marks[i - 1]?.atMs ?? mark.atMs)));
  const height = gaps.reduce((sum, gap) => sum + gap, 0);
  return Math.min(1, REPORT_DIAGRAM_HEIGHT_MAX / Math.max(1, height));
}

/** Between two knots in proportion to the time (X1). */
function placeOf(knots: readonly Knot[], ms: number, edge: "firstY" | "lastY"): number {
  let low = 0;
  let high = knots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((knots[middle]?.atMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  const after = knots[low];
  const before = knots[low - 1];
  if (after === undefined) return before?.lastY ?? TOP;
  if (after.atMs === ms) return after[edge];
  if (before === undefined) return after.firstY - Math.min(TOP, after.atMs - ms);
  const part = (ms - before.atMs) / (after.atMs - before.atMs);
  return before.lastY + part * (after.firstY - before.lastY);
}
