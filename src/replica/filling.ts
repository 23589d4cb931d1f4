/**
 * Filling: finding out that the state must come from a peer's repair, and from
 * whose. A replica that has just started is loading until it knows: until a
 * repair has been joined, or all that its peers had when they said hello has
 * come from their logs. A running replica that some log has lapped first gives
 * other peers a moment to show that theirs reaches back further.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { JOIN_MS_MAX, LAPPED_GRACE_MS } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import type { RepairReceiver } from "./repair-receiver.ts";
import type { ReplicatedState } from "./state.ts";

export class Filling {
  loading: boolean;
  private readonly state: ReplicatedState;
  private readonly mesh: Mesh;
  private readonly receiver: RepairReceiver;
  private readonly peersExpected: () => number;
  private readonly environment: Environment;
  /** Some peer has lapped us while loading: only a repair, or peers that all begin anew, end it. */
  private needsRepair = false;

  constructor(
    state: ReplicatedState,
    mesh: Mesh,
    receiver: RepairReceiver,
    peersExpected: () => number,
    environment: Environment,
  ) {
    this.state = state;
    this.mesh = mesh;
    this.receiver = receiver;
    this.peersExpected = peersExpected;
    this.environment = environment;
    this.loading = peersExpected() > 0 && state.context.equals(new Context());
  }

  /** What had effects was kept: it is served at once, and what is missing comes as after any partition. */
  recovered(effects: Context): void {
    if (!effects.equals(new Context())) this.loading = false;
  }

  /** Asks for a repair where one is needed, and ends loading when it is over. */
  turn(): void {
    const { nowMs } = this.environment.stopwatch;
    let lapped = false;
    for (const link of this.mesh.open()) {
      if (!this.isLappedBy(link)) {
        link.lappedSinceMs = -1;
        continue;
      }
      lapped = true;
      if (link.lappedSinceMs < 0) link.lappedSinceMs = nowMs;
    }
    if (lapped) this.requestFromOne(nowMs);
    if (this.loading) this.settle(lapped, nowMs);
  }

  /** Asks one of those that have lapped us for long enough. */
  private requestFromOne(nowMs: number): void {
    const due = [...this.mesh.open()].filter(
      ({ lappedSinceMs }) => lappedSinceMs >= 0 && (this.loading || nowMs - lappedSinceMs >= LAPPED_GRACE_MS),
    );
    const link = due[Math.floor(this.environment.random() * due.length)];
    if (link !== undefined) this.receiver.request(link);
  }

  /** A repair has been joined. */
  filled(): void {
    this.needsRepair = false;
    this.loading = false;
  }

  private settle(lapped: boolean, nowMs: number): void {
    if (lapped) this.needsRepair = true;
    if (lapped || this.receiver.isBusy) return;
    const links = [...this.mesh.open()];
    const met = links.length >= this.peersExpected() || (!this.needsRepair && nowMs >= JOIN_MS_MAX);
    if (met && links.every((link) => this.state.context.includes(link.greeted))) this.loading = false;
  }

  /** Is there an origin of which we have less than this peer's log serves, and no other peer can help? */
  private isLappedBy(link: Link): boolean {
    if (link.floors.length === 0) return false;
    let lapped = false;
    link.floors.each((origin, floor) => {
      if (origin === this.state.self || this.state.context.covers(origin, floor)) return;
      if (!this.isServedByAnother(link, origin, floor)) lapped = true;
    });
    return lapped;
  }

  private isServedByAnother(than: Link, origin: Origin, floor: number): boolean {
    const have = this.state.context.get(origin);
    for (const link of this.mesh.open()) {
      if (link !== than && link.floors.get(origin) <= have && link.acknowledged.covers(origin, floor)) return true;
    }
    return false;
  }
}
