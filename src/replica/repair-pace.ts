/**
 * The pace of repairs: how many bytes of them may leave in a second, to all
 * receivers together. A token bucket; what goes beyond it is paid back before
 * the next piece goes out.
 */
import { REPAIR_PACE_PART } from "../limits/replication.ts";

export class RepairPace {
  /** 0: as many as the receivers take. May be changed at any time. */
  bytesPerSecond: number;
  private tokens = 0;
  private filledMs = 0;

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  get isBounded(): boolean {
    return this.bytesPerSecond > 0;
  }

  /** Bytes of one piece: small enough to keep the pace even. */
  pieceBytes(most: number): number {
    return this.isBounded ? Math.max(1, Math.min(most, this.burst)) : most;
  }

  /** May a piece go out now? */
  allows(nowMs: number): boolean {
    if (!this.isBounded) return true;
    const filled = this.tokens + ((nowMs - this.filledMs) * this.bytesPerSecond) / 1000;
    this.tokens = Math.min(filled, this.burst);
    this.filledMs = nowMs;
    return this.tokens > 0;
  }

  spend(bytes: number): void {
    if (this.isBounded) this.tokens -= bytes;
  }

  private get burst(): number {
    return this.bytesPerSecond * REPAIR_PACE_PART;
  }
}
