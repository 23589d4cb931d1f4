/**
 * A process that is to die after so many more effects: messages sent, and writes to the disk. The count goes on through
 * restarts, until it is used up or given up.
 */
import { ProcessDied } from "./process-died.ts";

export class LastEffects {
  private left = Number.POSITIVE_INFINITY;
  private died: () => void = () => {};

  get isCounting(): boolean {
    return this.left !== Number.POSITIVE_INFINITY;
  }

  /** False when the process is about to die already. */
  begin(effects: number, died: () => void): boolean {
    if (this.isCounting) return false;
    this.left = effects;
    this.died = died;
    return true;
  }

  end(): void {
    this.left = Number.POSITIVE_INFINITY;
  }

  /** Before an effect; throws. */
  mayDie(): void {
    if (this.left-- <= 0) throw new ProcessDied();
  }

  /** Runs something in the process; false when it has died in the middle of it. */
  survives(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (!(error instanceof ProcessDied)) throw error;
      const { died } = this;
      this.end();
      died();
      return false;
    }
  }
}
