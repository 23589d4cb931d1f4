/**
 * Fences: what a forgotten member does after its end never shows.
 *
 * Each replica keeps the last time that it accepts of a forgotten origin; others may raise it, nobody lowers it or takes
 * it away, and V never lies beyond it.
 */
import type { Marks } from "./marks.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";

export class FenceWatch {
  private readonly marks: Marks;
  private readonly known = new WeakMap<Process, Map<number, number>>();

  constructor(marks: Marks) {
    this.marks = marks;
  }

  /** What is wrong with the fences of a replica; undefined when nothing is. */
  problem({ process: life }: SimulatedNode): string | undefined {
    const { keyspace, replica } = life;
    // Who was forgotten lies beyond one, and says so.
    if (replica.cluster.forgotten) return undefined;
    const before = this.known.get(life);
    const now = new Map(replica.content.fences().map(({ originId, finalTime }) => [originId, finalTime]));
    this.known.set(life, now);
    for (const [originId, finalTime] of before ?? []) {
      const left = now.get(originId);
      if (left === undefined || left < finalTime)
        return `the fence of origin ${originId} was ${finalTime} and is ${left ?? "gone"}`;
      if (left > finalTime) this.marks.add("fence raised");
    }
    for (const [originId, finalTime] of now) {
      const origin = keyspace.origins.find(originId);
      const has = origin === undefined ? 0 : keyspace.context.get(origin);
      if (has > finalTime) return `it has origin ${originId} up to ${has}, beyond the fence at ${finalTime}`;
    }
    return undefined;
  }

  /** A replica was told to forget whoever writes as an origin: it must not take more of that. */
  problemOfForgetting({ process: life }: SimulatedNode, originId: number): string | undefined {
    const { keyspace, replica } = life;
    const origin = keyspace.origins.find(originId);
    if (origin === undefined || keyspace.context.get(origin) === 0) return undefined;
    if (replica.content.fences().some((fence) => fence.originId === originId)) return undefined;
    return `it was told to forget who writes as origin ${originId}, and has no fence for it`;
  }
}
