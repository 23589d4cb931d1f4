/**
 * Which origins of a context rose since somebody last looked: what the next
 * interval must name as new dependencies, what the next ack must tell. Costs
 * what changed, however long the list of past origins is.
 */
import type { Context } from "../../crdt/context.ts";
import type { Origin, Origins } from "../../crdt/origin.ts";

export class ChangedOrigins {
  private flags = new Uint8Array(8);
  private readonly list: Origin[] = [];

  get empty(): boolean {
    return this.list.length === 0;
  }

  add(origin: Origin): void {
    if (origin >= this.flags.length) {
      const wider = new Uint8Array(Math.max(origin + 1, this.flags.length * 2));
      wider.set(this.flags);
      this.flags = wider;
    }
    if (this.flags[origin] === 1) return;
    this.flags[origin] = 1;
    this.list.push(origin);
  }

  /** The changed origins with their times in `context`, as they travel; then nothing is changed any more. */
  take(origins: Origins, context: Context): number[] {
    const times: number[] = [];
    for (const origin of this.list) {
      this.flags[origin] = 0;
      times.push(origins.id(origin), context.get(origin));
    }
    this.list.length = 0;
    return times;
  }
}
