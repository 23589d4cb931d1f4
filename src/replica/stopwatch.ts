/**
 * Elapsed time made from wall times. Delays of the protocol are measured by it:
 * a wall clock that steps back stops nothing for an hour, and one that leaps
 * ahead, or a process that was paused, does not make every link look dead.
 */
import { STEP_MS_MAX } from "../limits/replication.ts";

export class Stopwatch {
  /** Milliseconds since the first wall time seen. */
  nowMs = 0;
  private lastWallMs: number | undefined;

  /** Takes in the wall time and returns the elapsed time. */
  at(wallMs: number): number {
    const stepMs = wallMs - (this.lastWallMs ?? wallMs);
    this.lastWallMs = wallMs;
    if (stepMs > 0) this.nowMs += Math.min(stepMs, STEP_MS_MAX);
    return this.nowMs;
  }
}
