/**
 * How long to wait before trying again: doubling, with full jitter, so that
 * peers that lost a link together do not come back together (Brooker,
 * "Exponential Backoff and Jitter", 2015). Never below the half of the first
 * delay, so that a peer that refuses at once is not asked in a loop.
 */
export interface BackoffRange {
  readonly firstMs: number;
  readonly lastMs: number;
}

export class Backoff {
  private readonly range: BackoffRange;
  private readonly random: () => number;
  private attempts = 0;

  constructor(range: BackoffRange, random: () => number) {
    this.range = range;
    this.random = random;
  }

  nextDelayMs(): number {
    const { firstMs, lastMs } = this.range;
    const ceilingMs = Math.min(lastMs, firstMs * 2 ** Math.min(this.attempts++, 30));
    const floorMs = firstMs / 2;
    return floorMs + this.random() * (ceilingMs - floorMs);
  }

  /** After a success the next wait is short again. */
  reset(): void {
    this.attempts = 0;
  }
}
