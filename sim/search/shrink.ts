/**
 * Shrinks a scenario that fails to a small one that still fails.
 *
 * Greedy: whatever is simpler and still fails is taken, and the way that found
 * it goes on from there. It ends when no way finds anything more, so that
 * nothing that `simpler` lists of the result still fails; or when the budget is
 * used up, with the best so far.
 */
import type { Scenario } from "../scenario/scenario.ts";
import { downwards, WAYS } from "./simpler.ts";

export interface ShrinkBudget {
  readonly attemptsMax: number;
  /** Asked before every attempt; nothing here reads a clock. */
  readonly isOver: () => boolean;
}

export interface ShrinkProgress {
  /** What is being tried: "fewer operations". */
  readonly way: string;
  readonly attempts: number;
  /** How many attempts still failed, and so were taken. */
  readonly taken: number;
  /** The simplest so far. */
  readonly scenario: Scenario;
}

export interface Shrunk {
  readonly scenario: Scenario;
  readonly attempts: number;
  readonly taken: number;
  /** Nothing simpler fails; false when the budget was used up first. */
  readonly isMinimal: boolean;
}

export function shrink(
  scenario: Scenario,
  stillFails: (candidate: Scenario) => boolean,
  budget: ShrinkBudget,
  onProgress: (progress: ShrinkProgress) => void = () => {},
): Shrunk {
  let current = scenario;
  let attempts = 0;
  let taken = 0;
  // Ways in a row that found nothing: when all have, none of them will.
  let idle = 0;
  for (let turn = 0; idle < WAYS.length; turn = (turn + 1) % WAYS.length) {
    const row = WAYS[turn];
    if (row === undefined) break;
    idle++;
    const search = downwards(row.way, current);
    for (let step = search.next(); step.done !== true;) {
      if (attempts >= budget.attemptsMax || budget.isOver())
        return { scenario: current, attempts, taken, isMinimal: false };
      attempts++;
      const fails = stillFails(step.value);
      if (fails) {
        current = step.value;
        taken++;
        idle = 0;
      }
      onProgress({ way: row.name, attempts, taken, scenario: current });
      step = search.next(fails);
    }
  }
  return { scenario: current, attempts, taken, isMinimal: true };
}
