/**
 * A bound on the events that the elements of a collection come from: for each
 * origin the latest that any of them was ever of. So a removal that has seen all
 * of it lets go of the whole collection at once, however large it is.
 */
import type { Seen } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import type { ElementState } from "./element-state.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "./entry.ts";
import type { Memory } from "./memory.ts";

export class HeldDots {
  private readonly latest = new Context(1);
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** An element is there, or has changed. */
  add(ref: EntryRef): void {
    const { entries } = this.memory;
    if (entries.kind(ref) === Kind.object) {
      this.addState(entries.object(ref) as ElementState);
      return;
    }
    this.latest.raise(entries.origin(ref), entries.time(ref));
    if ((entries.flags(ref) & HAS_DEADLINE) !== 0)
      this.latest.raise(entries.deadlineBlock(ref, 2), entries.deadlineBlock(ref, 1));
  }

  /** A plain element of this dot is there. */
  addDot(origin: Origin, time: Time): void {
    this.latest.raise(origin, time);
  }

  areCoveredBy(seen: Seen): boolean {
    let covered = true;
    this.latest.each((origin, time) => {
      if (!seen.covers(origin, time)) covered = false;
    });
    return covered;
  }

  private addState({ siblings, contributions, deadlines }: ElementState): void {
    for (const dots of [siblings, contributions, deadlines]) {
      for (const { origin, time } of dots) this.latest.raise(origin, time);
    }
  }
}
