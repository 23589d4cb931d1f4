/**
 * Staged parts of a repair. A receiver keeps what it gets aside and, when all of
 * it is there, commits: its context rises at once, and from then on the parts of
 * a slot are joined when somebody first looks at that slot, or when the shell has
 * time. So nobody sees half a repair, no local write meets a cell that its
 * context does not cover, and no command waits for more than the few parts that
 * touch its slot.
 *
 * P1. What is staged is joined against the context from before the commit: the
 *     state that it meets is of that time.
 * P2. Nothing reads or writes a slot between the commit and the join of every
 *     part that touches it.
 */
import type { Context } from "../../../crdt/context.ts";
import type { Core } from "../core.ts";
import { slotOf } from "../hash-node.ts";
import type { Pending } from "../keys.ts";
import { joinPart, type Part } from "./join-part.ts";
import { PartsOfSlots } from "./parts-of-slots.ts";

const NOTHING = new PartsOfSlots([]);

export class Staging implements Pending {
  stagedBytes = 0;
  private readonly core: Core;
  /** In the order in which they came. */
  private readonly parts = new Set<Part>();
  /** After the commit: the parts that touch each slot, those already joined among them. */
  private touching = NOTHING;
  private known: Context | undefined;
  private isJoining = false;

  constructor(core: Core) {
    this.core = core;
  }

  /** Is nothing left to be joined of what was committed? */
  get isSettled(): boolean {
    return this.known === undefined;
  }

  stage(part: Part): void {
    this.settleAll();
    this.parts.add(part);
    this.stagedBytes += part.bytes.length;
  }

  /** Forgets what was staged; what was committed is part of the state and stays. */
  drop(): void {
    if (!this.isSettled) return;
    this.parts.clear();
    this.stagedBytes = 0;
  }

  /** Raises the context; from now on the staged parts are joined as they are needed. */
  commit(context: Context): void {
    const { core } = this;
    this.settleAll();
    if (this.parts.size > 0) {
      this.known = core.context.copy();
      this.touching = new PartsOfSlots([...this.parts]);
      core.keys.pending = this;
    }
    core.context.merge(context);
  }

  settle(hash: number): void {
    if (!this.isJoining) this.touching.take(slotOf(hash), (part) => this.join(part));
  }

  settleAll(): void {
    if (this.isJoining) return;
    while (this.settleSome());
  }

  /** Joins one part; false when none is left. */
  settleSome(): boolean {
    if (this.isSettled) return false;
    for (const part of this.parts) {
      this.join(part);
      break;
    }
    return !this.isSettled;
  }

  private join(part: Part): void {
    const { core, known } = this;
    if (known === undefined || !this.parts.delete(part)) return;
    this.stagedBytes -= part.bytes.length;
    // Its own look-ups must not join the other parts of a slot in the midst of it.
    this.isJoining = true;
    joinPart(core, part, known);
    this.isJoining = false;
    if (this.parts.size > 0) return;
    this.touching = NOTHING;
    this.known = undefined;
    core.keys.pending = undefined;
  }
}
