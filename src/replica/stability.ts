/**
 * Causal stability: when may the residue of removed things be forgotten? When
 * every replica has seen the removal, and we have seen everything that any of
 * them did before it had. Two phases over all members:
 *
 *   seal     the residue of now, at our context S
 *   seen     every member's acknowledged context includes S
 *   collect  T is the pointwise maximum of those contexts: whatever a member
 *            did without knowing S lies within it
 *   prune    once our own context includes T
 *
 * A process that has been replaced by a new one may have done things without
 * knowing S that others got from it and have not yet told of. So after a new
 * origin was met only acks count that came later than any link to the former
 * process can have lasted.
 *
 * What T holds of a process that has died since, and that nobody has got from
 * it, is lost and never comes: T is then collected again from those who live.
 *
 * A member that is expected and was never met keeps everything waiting, and so
 * does one that is dead or has left: better a little memory than a count that
 * comes back from the dead. Only where nobody can have anything of us, since we
 * began with nothing and no link was ever open, there is nobody to wait for.
 * One that was forgotten is not waited for, either; but
 * until a member has told that it has its fence, too, it may take more from it:
 * only acks that come later count.
 */
import { Context } from "../../crdt/context.ts";
import { REPLACED_SETTLED_MS, STABILITY_MS } from "../limits/replication.ts";
import type { Cluster } from "./cluster.ts";
import type { Environment } from "./environment.ts";
import type { Fences } from "./fences.ts";
import type { Journal } from "./journal.ts";
import type { Member, Mesh } from "./mesh.ts";
import type { ReplicatedState } from "./state.ts";

type Phase =
  | { readonly name: "idle" }
  | { readonly name: "sealed"; readonly sealed: Context }
  | { readonly name: "collected"; readonly sealed: Context; readonly until: Context };

const IDLE: Phase = { name: "idle" };

export class Stability {
  private readonly state: ReplicatedState;
  private readonly fences: Fences;
  private readonly mesh: Mesh;
  private readonly cluster: Cluster;
  private readonly peersExpected: () => number;
  private readonly environment: Environment;
  private phase: Phase = IDLE;
  private lookedMs = 0;

  constructor(
    { state, fences }: Journal,
    mesh: Mesh,
    cluster: Cluster,
    peersExpected: () => number,
    environment: Environment,
  ) {
    this.state = state;
    this.fences = fences;
    this.mesh = mesh;
    this.cluster = cluster;
    this.peersExpected = peersExpected;
    this.environment = environment;
  }

  turn(): void {
    const { nowMs } = this.environment.stopwatch;
    if (nowMs - this.lookedMs < STABILITY_MS) return;
    this.lookedMs = nowMs;
    if (this.phase.name === "idle") this.seal();
    if (this.phase.name === "sealed") this.collect(this.phase.sealed);
    if (this.phase.name !== "collected") return;
    if (this.state.context.includes(this.phase.until)) {
      this.state.pruneResidue();
      this.environment.counters.residuePruned++;
      this.phase = IDLE;
    } else if (this.isLost(this.phase.until)) {
      this.phase = { name: "sealed", sealed: this.phase.sealed };
    }
  }

  /** Does `until` hold events that neither we nor any member of now has? */
  private isLost(until: Context): boolean {
    const members = [...this.mesh.members.values()];
    let lost = false;
    until.each((origin, time) => {
      if (this.state.context.covers(origin, time)) return;
      if (!members.some(({ acknowledged }) => acknowledged.covers(origin, time))) lost = true;
    });
    return lost;
  }

  private seal(): void {
    if (this.state.residueCount > 0 && this.state.sealResidue()) {
      this.phase = { name: "sealed", sealed: this.state.context.copy() };
    }
  }

  private collect(sealed: Context): void {
    if (this.cluster.isUnmet) return void (this.phase = { name: "collected", sealed, until: new Context() });
    if (this.cluster.metCount < this.peersExpected()) return;
    // What was recovered may name members that were forgotten, and none of the others: the first peer tells who there is.
    if (this.peersExpected() > 0 && this.environment.counters.linksOpened === 0) return;
    const greatest = new Context();
    const settledMs = this.mesh.replacedMs + REPLACED_SETTLED_MS;
    for (const { nodeId, originId } of this.cluster.others()) {
      const member = this.mesh.members.get(nodeId);
      if (member === undefined || member.identity.originId !== originId) return;
      if (member.acknowledgedMs < settledMs || !member.acknowledged.includes(sealed)) return;
      if (!this.hasAllFences(member)) return;
      greatest.merge(member.acknowledged);
    }
    this.phase = { name: "collected", sealed, until: greatest };
  }

  private hasAllFences({ fences }: Member): boolean {
    for (const { origin } of this.fences.all()) if (fences.get(origin) !== "acknowledged") return false;
    return true;
  }
}
