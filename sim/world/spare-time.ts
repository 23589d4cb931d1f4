/**
 * The spare time of a process: what a repair has brought is joined, and memory freed, when nobody wants anything.
 *
 * A busy process finds a moment now and then, for one step. Where steps stay undone it finds longer ones, twice as long
 * each time: a real process works off in milliseconds what would take a step at a time minutes, and a repair by a
 * replica that has not joined its own waits for that.
 */
import type { Random } from "./random.ts";

const MOMENT_CHANCE = 0.2;

export class SpareTime {
  private readonly random: Random;
  private steps = 1;

  constructor(random: Random) {
    this.random = random;
  }

  /** A turn is over. `step` does a piece of work, and says whether more is left. */
  turn(step: () => boolean): void {
    if (!this.random.chance(MOMENT_CHANCE)) return;
    for (let n = 0; n < this.steps; n++) {
      if (step()) continue;
      this.steps = 1;
      return;
    }
    this.steps *= 2;
  }
}
