/**
 * The intervals that went one way lately, for a fault that repeats them.
 *
 * Only intervals can come twice: a peer may have them from two others, or again
 * after a reconnect. Everything else belongs to one connection and one moment,
 * and a carrier never repeats it (transport/link.ts).
 */
import { REPEATED_INTERVALS_MAX } from "../limits.ts";

/** The first byte of an interval, in docs/PROTOCOL.md. */
export const INTERVAL = 0x01;

export class RecentIntervals {
  private readonly intervals: Uint8Array[] = [];

  note(message: Uint8Array): void {
    if (message[0] !== INTERVAL) return;
    this.intervals.push(message);
    if (this.intervals.length > REPEATED_INTERVALS_MAX) this.intervals.shift();
  }

  /** Oldest first. */
  all(): readonly Uint8Array[] {
    return [...this.intervals];
  }
}
