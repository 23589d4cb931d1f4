/**
 * The state of an element: its cell, and the deadlines of the lives that the
 * cell's content belongs to. Only fields of hashes have deadlines; their rules
 * are those of keys (crdt/life.ts).
 */
import { type Cell, isLiveContribution } from "../../crdt/cell.ts";
import { type Deadline, effectiveDeadline, livesIn, livesOfCell } from "../../crdt/life.ts";
import type { Origins } from "../../crdt/origin.ts";

export interface ElementState extends Cell {
  deadlines: readonly Deadline[];
}

const NO_DEADLINES: readonly Deadline[] = [];

export function emptyElement(): ElementState {
  return { siblings: [], contributions: [], deadlines: NO_DEADLINES };
}

export function isEmptyElement({ siblings, contributions, deadlines }: ElementState): boolean {
  return siblings.length === 0 && contributions.length === 0 && deadlines.length === 0;
}

/** The deadline that the visible content dies by. */
export function deadlineOfElement(state: ElementState, origins: Origins): Deadline | undefined {
  if (state.deadlines.length === 0) return undefined;
  return effectiveDeadline(state.deadlines, livesOfCell(state, origins), origins);
}

/** Does some content, shown or hidden, belong to one of a deadline's lives? */
export function isElementDeadlineAlive(state: ElementState, deadline: Deadline): boolean {
  return deadline.births.some((life) => livesIn(state, life));
}

export function hasDeadDeadlines(state: ElementState): boolean {
  return state.deadlines.some((d) => !isElementDeadlineAlive(state, d));
}

/** Does it hold what shows nothing and waits for every replica to have seen why (residue.ts)? */
export function hasElementResidue(state: ElementState): boolean {
  return state.contributions.some((c) => !isLiveContribution(c)) || hasDeadDeadlines(state);
}

/** Drops what shows nothing. */
export function withoutResidue(state: ElementState): ElementState {
  return {
    siblings: state.siblings,
    contributions: state.contributions.filter(isLiveContribution),
    deadlines: state.deadlines.filter((d) => isElementDeadlineAlive(state, d)),
  };
}
