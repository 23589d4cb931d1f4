/**
 * Pulls: asking for what should have come and has not.
 *
 * A held interval waits for something: after two round trips it is pulled. And
 * what a peer has said to have, while nothing has come for much longer, is
 * pulled too; so whatever was lost on the way, dropped for want of room or
 * skipped by a relay comes in the end. An origin that makes progress is left
 * alone. One peer is asked, one whose log reaches back far enough if there is.
 */
import type { Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { PULL_AGAIN_MS_MAX, PULL_DELAY_MS_MIN, PULL_STALLED_MS } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";

/** How long one origin has been waited for. */
interface Wait {
  have: Time;
  sinceMs: number;
  pulls: number;
}

const LOOK_AGAIN_MS = PULL_DELAY_MS_MIN / 2;

export class Pulls {
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly waits = new Map<Origin, Wait>();
  private lookedMs = 0;

  constructor(journal: Journal, mesh: Mesh, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
  }

  turn(): void {
    const { nowMs } = this.environment.stopwatch;
    if (nowMs - this.lookedMs < LOOK_AGAIN_MS) return;
    this.lookedMs = nowMs;
    const { context, self } = this.journal.state;
    if (this.hasAll()) return this.waits.clear();
    const blocking = new Context();
    this.journal.gate.eachMissing(context, (origin, time) => blocking.raise(origin, time));
    const missing = blocking.copy();
    for (const link of this.mesh.open()) missing.merge(link.acknowledged);
    const asked = new Set<Link>();
    missing.each((origin, time) => {
      if (origin === self || context.covers(origin, time)) this.waits.delete(origin);
      else if (this.isDue(origin, blocking.get(origin) > 0, nowMs)) this.choose(origin, asked);
    });
    for (const link of asked) {
      this.environment.counters.pullsSent++;
      this.mesh.send(link, { kind: "pull", have: this.allMissing(link) });
    }
  }

  /** Does nothing wait, and has no peer more than this replica? The usual case, and looked at often. */
  private hasAll(): boolean {
    const { gate, state } = this.journal;
    if (gate.heldCount > 0) return false;
    for (const link of this.mesh.open()) if (!state.context.includes(link.acknowledged)) return false;
    return true;
  }

  private isDue(origin: Origin, blocks: boolean, nowMs: number): boolean {
    const have = this.journal.state.context.get(origin);
    const wait = this.waits.get(origin);
    if (wait === undefined || wait.have !== have) {
      this.waits.set(origin, { have, sinceMs: nowMs, pulls: 0 });
      return false;
    }
    const firstMs = blocks ? Math.max(PULL_DELAY_MS_MIN, 2 * this.roundTripMs()) : PULL_STALLED_MS;
    if (nowMs - wait.sinceMs < Math.min(firstMs * 2 ** wait.pulls, PULL_AGAIN_MS_MAX)) return false;
    wait.sinceMs = nowMs;
    wait.pulls++;
    return true;
  }

  /**
   * Everything that a peer has beyond us, not only what is overdue: it comes in
   * the order of the peer's log, which is causal, and so needs no room to wait in.
   */
  private allMissing(link: Link): number[] {
    const { context, origins, self } = this.journal.state;
    const have: number[] = [];
    link.acknowledged.each((origin, time) => {
      if (origin !== self && !context.covers(origin, time)) have.push(origins.id(origin), context.get(origin));
    });
    return have;
  }

  private choose(origin: Origin, asked: Set<Link>): void {
    const have = this.journal.state.context.get(origin);
    const candidates = [...this.mesh.open()].filter((link) => link.acknowledged.get(origin) > have);
    const serving = candidates.filter((link) => link.floors.get(origin) <= have);
    const from = serving.length > 0 ? serving : candidates;
    if (from.some((link) => asked.has(link))) return;
    const link = from[Math.floor(this.environment.random() * from.length)];
    if (link !== undefined) asked.add(link);
  }

  private roundTripMs(): number {
    let greatest = 0;
    for (const link of this.mesh.open()) greatest = Math.max(greatest, link.rttMs);
    return greatest;
  }
}
