/**
 * A hybrid logical clock in 53 bits: 42 bits of milliseconds, 11 of counter.
 *
 * A time is an exact JavaScript number. It is at once the identity of an event
 * of its origin, the event's place in the version vector and its stamp for
 * last-writer-wins (Kulkarni et al., "Logical Physical Clocks", 2014).
 *
 *   time = milliseconds * 2048 + counter
 *
 * C1. What an origin mints rises strictly, whatever the wall clock does.
 * C2. A peer's time is followed only up to wall + maxOffsetMs: a peer a year
 *     ahead never drags an honest clock with it.
 */
export type Time = number;

const COUNTER_RANGE = 2048;

export function timeOfMs(ms: number): Time {
  return ms * COUNTER_RANGE;
}

export function msOfTime(time: Time): number {
  return Math.floor(time / COUNTER_RANGE);
}

export class HybridClock {
  /** The last time minted, announced or followed. */
  last: Time = 0;
  readonly maxOffsetMs: number;

  constructor(maxOffsetMs: number) {
    this.maxOffsetMs = maxOffsetMs;
  }

  /** A new time, greater than all before (C1). */
  mint(wallMs: number): Time {
    return (this.last = this.upcoming(wallMs));
  }

  /** The time that would be minted. */
  upcoming(wallMs: number): Time {
    const wall = wallMs * COUNTER_RANGE;
    return wall > this.last ? wall : this.last + 1;
  }

  /** Goes on behind what was minted in an earlier life, however far ahead that is (C1). */
  resume(time: Time): void {
    if (time > this.last) this.last = time;
  }

  /** Follows a peer's time. False when it is too far ahead to be followed (C2). */
  observe(time: Time, wallMs: number): boolean {
    if (time <= this.last) return true;
    if (time > (wallMs + this.maxOffsetMs) * COUNTER_RANGE) return false;
    this.last = time;
    return true;
  }

  /** Milliseconds as this replica sees them: never behind anything it has followed. */
  nowMs(wallMs: number): number {
    const logical = msOfTime(this.last);
    return logical > wallMs ? logical : wallMs;
  }
}
