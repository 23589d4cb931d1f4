/**
 * The running event: the command, or transaction, whose effects are one.
 *
 * Its dot is minted at its first effect, so that a command that changes nothing
 * is no event; all its effects carry that one dot, and other replicas apply them
 * together or not at all.
 */
import type { HybridClock, Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";

export class RunningEvent {
  readonly self: Origin;
  /** What expiry is judged by: never behind what this replica has followed. */
  nowMs = 0;
  private wallMs = 0;
  private minted: Time = 0;
  private readonly clock: HybridClock;
  private readonly context: Context;

  constructor(self: Origin, clock: HybridClock, context: Context) {
    this.self = self;
    this.clock = clock;
    this.context = context;
  }

  begin(wallMs: number): void {
    this.wallMs = wallMs;
    this.nowMs = this.clock.nowMs(wallMs);
    this.minted = 0;
  }

  get hadEffect(): boolean {
    return this.minted !== 0;
  }

  /** The event's time; minting it makes it part of this replica's context. */
  time(): Time {
    return this.minted !== 0 ? this.minted : this.renew();
  }

  /** The time that the event has, or that it would get. */
  upcoming(): Time {
    return this.minted !== 0 ? this.minted : this.clock.upcoming(this.wallMs);
  }

  /**
   * A second time within the same event, for an increment of a counter that the
   * event itself has reset: its floor must lie below it.
   */
  renew(): Time {
    this.minted = this.clock.mint(this.wallMs);
    this.context.raise(this.self, this.minted);
    return this.minted;
  }
}
