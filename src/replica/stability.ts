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
 * A member that is expected and was never met keeps everything waiting: better
 * a little memory than a count that comes back from the dead.
 */
import { Context } from "../../crdt/context.ts";
import { STABILITY_MS } from "../limits.ts";
import type { Environment } from "./environment.ts";
import type { Mesh } from "./mesh.ts";
import type { ReplicatedState } from "./state.ts";

type Phase = { readonly name: "idle" } | { readonly name: "sealed" | "collected"; readonly until: Context };

const IDLE: Phase = { name: "idle" };

export class Stability {
  private readonly state: ReplicatedState;
  private readonly mesh: Mesh;
  private readonly peersExpected: number;
  private readonly environment: Environment;
  private phase: Phase = IDLE;
  private lookedMs = 0;

  constructor(state: ReplicatedState, mesh: Mesh, peersExpected: number, environment: Environment) {
    this.state = state;
    this.mesh = mesh;
    this.peersExpected = peersExpected;
    this.environment = environment;
  }

  turn(): void {
    const { nowMs } = this.environment.stopwatch;
    if (nowMs - this.lookedMs < STABILITY_MS) return;
    this.lookedMs = nowMs;
    if (this.phase.name === "idle") this.seal();
    if (this.phase.name === "sealed") this.collect(this.phase.until);
    if (this.phase.name === "collected" && this.state.context.includes(this.phase.until)) {
      this.state.pruneResidue();
      this.environment.counters.residuePruned++;
      this.phase = IDLE;
    }
  }

  private seal(): void {
    if (this.state.residueCount > 0 && this.state.sealResidue()) {
      this.phase = { name: "sealed", until: this.state.context.copy() };
    }
  }

  private collect(sealed: Context): void {
    if (this.mesh.members.size < this.peersExpected) return;
    const greatest = new Context();
    for (const { acknowledged } of this.mesh.members.values()) {
      if (!acknowledged.includes(sealed)) return;
      greatest.merge(acknowledged);
    }
    this.phase = { name: "collected", until: greatest };
  }
}
