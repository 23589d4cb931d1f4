/** A replica's wall clock: true time seen through skew, drift and steps. Whole milliseconds, as processes read them. */
import type { ReplicaPlan } from "../scenario/scenario.ts";

/** When virtual time begins: some day in 2026. */
export const EPOCH_MS = 1_780_000_000_000;

export class WallClock {
  private offsetMs: number;
  private readonly skewMs: number;
  private rate: number;

  constructor(plan: ReplicaPlan) {
    this.skewMs = plan.skewMs;
    this.offsetMs = plan.skewMs;
    this.rate = 1 + plan.driftPpm / 1e6;
  }

  at(virtualMs: number): number {
    return EPOCH_MS + Math.floor(virtualMs * this.rate + this.offsetMs);
  }

  /** Runs at another speed from a moment on; returns what sets it right again. */
  drift(virtualMs: number, ppm: number): () => void {
    const change = ppm / 1e6;
    this.rate += change;
    this.offsetMs -= virtualMs * change;
    return () => {
      this.rate -= change;
      this.offsetMs += virtualMs * change;
    };
  }

  step(byMs: number): void {
    this.offsetMs += byMs;
  }

  /** As before its steps: what an operator does about a clock that stepped. */
  mend(): void {
    this.offsetMs = this.skewMs;
  }
}
