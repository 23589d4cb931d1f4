/**
 * Runs a user's code, for a while: a loop in it that never ends is stopped.
 *
 * Only the engine can stop code that does not return, and it does so where it
 * runs a script with a time limit. The limit is of real time, and so generous
 * that no run that anybody would wait for meets it.
 */
import { createContext, Script, type Context } from "node:vm";
import { USER_RUN_SECONDS_MAX } from "../limits.ts";

/** Real time is up. */
export class TimeIsUp extends Error {}

export class BoundedTime {
  private readonly slot: { run: () => void } = { run: () => {} };
  private readonly context: Context = createContext(this.slot);
  private readonly script = new Script("run()");
  private readonly seconds: number;

  constructor(seconds = USER_RUN_SECONDS_MAX) {
    this.seconds = seconds;
  }

  /** Throws what `run` throws, or TimeIsUp. */
  call(run: () => void): void {
    this.slot.run = run;
    try {
      this.script.runInContext(this.context, { timeout: this.seconds * 1000, displayErrors: false });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      throw new TimeIsUp(`has not returned after ${this.seconds} s`);
    } finally {
      this.slot.run = () => {};
    }
  }
}
