/**
 * The port from the replica to the state it replicates: the delta side of the
 * keyspace. The keyspace implements it for the product; tests implement it as
 * a log of event ids that checks the replica's promises:
 *
 * P1. `applyInterval` is called at most once per interval, without gaps, and
 *     only when `context` covers the dependencies.
 * P2. No interval of this replica's own is running at that moment.
 * P3. `repair.commit` is called when everything between its context and all that
 *     was staged is at hand, and that follows within the same call.
 */
import type { HybridClock, Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin, Origins } from "../../crdt/origin.ts";
import type { RepairableState } from "../store/repair/repairable-state.ts";

export interface ReplicatedState {
  readonly origins: Origins;
  readonly clock: HybridClock;
  readonly self: Origin;
  /** V. The state raises it; the replica only reads it. */
  readonly context: Context;

  /** Are effects written down for others? A replica that has no peers saves itself the trouble. */
  readonly logging: boolean;
  /** From now on they are. What was before reaches others by repair. */
  enableDeltas(): void;
  /** Encoded effects of the running interval; 0 means there is nothing to cut. */
  readonly pendingBytes: number;
  /** Ends the running interval. The body is valid until the next effect. */
  cutInterval(): CutInterval;
  /** After a recovery: own time goes on above V[self], and the running interval begins there. */
  resume(): void;
  /** Closes the time up to now with an empty interval. */
  heartbeat(wallMs: number): { from: Time; to: Time };
  /** Joins what `origin` did in (from, to] and raises V[origin] to `to`. Keeps neither `dependencies` nor `body`. */
  applyInterval(origin: Origin, from: Time, to: Time, dependencies: Context, body: Uint8Array, wallMs: number): void;

  readonly repair: RepairableState;
  /** What the content amounts to: the same after the same effects. Joins first what is still to be joined. */
  digest(): string;

  readonly residueCount: number;
  sealResidue(): boolean;
  pruneResidue(): void;

  expireSome(wallMs: number, boundMs: number, keysMax: number): number;
}

export interface CutInterval {
  readonly from: Time;
  readonly to: Time;
  readonly body: Uint8Array;
}

/** Checks of bytes that came from outside; each throws when they are not what it expects and touches nothing. */
export interface StateChecks {
  delta(body: Uint8Array, from: Time, to: Time): void;
}
