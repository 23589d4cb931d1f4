/**
 * Fences: the last accepted time of every origin of a forgotten member (rule 12).
 *
 * F1. An entry stays for ever, and its time only rises: to the greatest that any
 *     member that is not forgotten has. Without the entry every old dot of that
 *     origin would look new.
 * F2. V[origin] is never above the entry: nothing beyond it is taken, in whatever
 *     way it comes. What another member has beyond it raises the entry first.
 * F3. An entry names the member that wrote as this origin. What that name brings
 *     of its past beyond an entry raises nothing: it is refused.
 */
import type { Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";

export interface Fence {
  readonly origin: Origin;
  readonly finalTime: Time;
  readonly nodeId: string;
}

export class Fences {
  private readonly byOrigin = new Map<Origin, Fence>();

  get size(): number {
    return this.byOrigin.size;
  }

  all(): IterableIterator<Fence> {
    return this.byOrigin.values();
  }

  ofNode(nodeId: string): Fence[] {
    return [...this.byOrigin.values()].filter((fence) => fence.nodeId === nodeId);
  }

  get(origin: Origin): Fence | undefined {
    return this.byOrigin.get(origin);
  }

  /** The last time that is accepted of an origin; Infinity for those of members. */
  finalOf(origin: Origin): Time {
    return this.byOrigin.get(origin)?.finalTime ?? Number.POSITIVE_INFINITY;
  }

  /** Makes an entry or raises one; false when it says nothing new. */
  raise({ origin, finalTime, nodeId }: Fence): boolean {
    const known = this.byOrigin.get(origin);
    if (known === undefined) {
      this.byOrigin.set(origin, { origin, finalTime, nodeId });
      return true;
    }
    // Two names for one origin cannot be; if somebody says so, all come to name the same one.
    const name = known.nodeId > nodeId ? known.nodeId : nodeId;
    if (finalTime <= known.finalTime && name === known.nodeId) return false;
    this.byOrigin.set(origin, { origin, finalTime: Math.max(finalTime, known.finalTime), nodeId: name });
    return true;
  }

  /** The entries that a context lies beyond. */
  beyond(context: Context): Fence[] {
    if (this.byOrigin.size === 0) return [];
    return [...this.byOrigin.values()].filter(({ origin, finalTime }) => context.get(origin) > finalTime);
  }
}
