/**
 * The divergence alarm: replicas tell each other what their content amounts to,
 * and notice if it is not the same although it ought to be.
 *
 * Content is what the effects within V have made of it, and nothing else. So a
 * digest is comparable as soon as both have the same effects: V here covers all
 * that had any effect there, and V there all that had any here. Heartbeats, by
 * which contexts always differ a little, do not count. A digest that came early
 * waits for V to rise; one that is behind what has happened here is passed over.
 *
 * A digest is sent after something had an effect, and not again until something
 * else has: a quiet cluster stays quiet.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import type { Digest } from "../../transport/message.ts";
import { DIGEST_MS, DIVERGENCE_LOG_MS, DIVERGENCE_REPAIR_MS } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import { localTimes, raiseAll, timesOf } from "./times.ts";

interface Told {
  readonly context: Context;
  readonly effects: Context;
  readonly digest: string;
  /** An origin of which V does not cover all effects yet. */
  waitsFor: Origin;
}

export class Divergence {
  /** Called with a peer whose content differs. */
  onDiverged: (link: Link) => void = () => {};
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  /** The latest from each peer that could not be compared yet. */
  private readonly early = new Map<Link, Told>();
  private loggedMs = -Infinity;
  private repairedMs = -Infinity;

  constructor(journal: Journal, mesh: Mesh, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
  }

  /** Tells the peer what this content amounts to, if it has not heard and it is time. */
  tell(link: Link): void {
    const { journal } = this;
    const { state } = journal;
    const { nowMs } = this.environment.stopwatch;
    if (link.digestedEffects === journal.effectCount || nowMs - link.digestMs < DIGEST_MS) return;
    if (!this.isComparable) return;
    journal.cut();
    link.digestMs = nowMs;
    link.digestedEffects = journal.effectCount;
    this.mesh.send(link, {
      kind: "digest",
      context: timesOf(state.origins, state.context),
      effects: timesOf(state.origins, journal.effects),
      digest: state.digest(),
    });
  }

  receive(link: Link, message: Digest): void {
    const { origins } = this.journal.state;
    const context = new Context();
    const effects = new Context();
    raiseAll(context, localTimes(origins, message.context));
    raiseAll(effects, localTimes(origins, message.effects));
    this.look(link, { context, effects, digest: message.digest, waitsFor: -1 });
  }

  /** V may have risen to what some peer told of. */
  risen(): void {
    if (this.early.size === 0) return;
    for (const [link, told] of this.early) {
      if (!this.journal.state.context.covers(told.waitsFor, told.effects.get(told.waitsFor))) continue;
      this.early.delete(link);
      this.look(link, told);
    }
  }

  forget(link: Link): void {
    this.early.delete(link);
  }

  private look(link: Link, told: Told): void {
    const { state, effects } = this.journal;
    this.early.delete(link);
    if (!this.isComparable || !told.context.includes(effects)) return;
    told.waitsFor = missing(state.context, told.effects);
    if (told.waitsFor >= 0) return void this.early.set(link, told);
    // What runs here has had an effect that nobody can know of.
    if (state.pendingBytes > 0) return;
    this.environment.counters.digestsCompared++;
    if (state.digest() !== told.digest) this.diverged(link);
  }

  /** Is the content exactly what V says, and cheap to tell? */
  private get isComparable(): boolean {
    return !this.journal.holdsAll && this.journal.state.repair.isSettled;
  }

  private diverged(link: Link): void {
    const { counters, stopwatch, log } = this.environment;
    const { nowMs } = stopwatch;
    counters.divergences++;
    // It shall look as well: what is too much there only a repair from here takes away.
    link.digestedEffects = -1;
    if (nowMs - this.loggedMs >= DIVERGENCE_LOG_MS) {
      this.loggedMs = nowMs;
      log("error", `the content differs from that of ${link.peer?.nodeId ?? "a peer"} after the same changes`);
    }
    if (nowMs - this.repairedMs < DIVERGENCE_REPAIR_MS) return;
    this.repairedMs = nowMs;
    this.onDiverged(link);
  }
}

/** The first origin of which `context` does not cover what `other` has, or -1. */
function missing(context: Context, other: Context): Origin {
  for (let origin = 0; origin < other.length; origin++) if (!context.covers(origin, other.get(origin))) return origin;
  return -1;
}
