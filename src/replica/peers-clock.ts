/**
 * What time it is by the clocks of others.
 *
 * A deadline that has passed by one's own clock alone is a reason to show the
 * key no more, but not to take it away from everybody: a clock that leaps ahead
 * would empty the cache in every region. So what removes keys goes by the
 * latest time that any linked peer has told, carried on by the stopwatch, and
 * some tolerance.
 */
import { msOfTime } from "../../crdt/clock.ts";
import { QUIET_HEARTBEAT_MS } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Mesh } from "./mesh.ts";

export class PeersClock {
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly toleranceMs: number;
  /** By how much peers' time is ahead of the stopwatch, as last known: without links it goes on from there. */
  private aheadMs = Infinity;

  /** `maxOffsetMs`: by how much clocks may differ that are right. */
  constructor(mesh: Mesh, environment: Environment, maxOffsetMs: number) {
    this.mesh = mesh;
    this.environment = environment;
    // A peer's own time moves with its heartbeats.
    this.toleranceMs = maxOffsetMs + QUIET_HEARTBEAT_MS;
  }

  /** No deadline after this may be taken for passed; Infinity as long as no peer has told its time. */
  boundMs(): number {
    let aheadMs = -Infinity;
    for (const link of this.mesh.open()) {
      if (link.peerTime > 0) aheadMs = Math.max(aheadMs, msOfTime(link.peerTime) - link.peerTimeMs);
    }
    if (aheadMs > -Infinity) this.aheadMs = aheadMs;
    return this.environment.stopwatch.nowMs + this.aheadMs + this.toleranceMs;
  }
}
