/**
 * Durability: what clients were told is done, and what their replica has promised to keep.
 *
 * With `always`, a reply is a promise: whatever happens to the process, the next one on the same disk has seen the
 * write, and in the end everybody has. The promise ends where the disk is tampered with: a flipped bit, a backup in its
 * place, an empty one; and where the replica leaves for good or is forgotten.
 *
 * And the origin: where a process goes on as the one before it, that one was asked to stop, and nothing that it ever wrote
 * is missing.
 */
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";

/** How the former process of a node has ended. */
interface Ended {
  readonly life: Process;
  /** Its own time then. */
  readonly ownTime: number;
  readonly wasAsked: boolean;
}

export class Promises {
  /** By node and origin the time of the last write that was promised. */
  private readonly kept = new Map<SimulatedNode, Map<number, number>>();
  private readonly ended = new Map<SimulatedNode, Ended>();

  acknowledged(node: SimulatedNode, time: number): void {
    if (node.durability !== "always" || !node.logs || time === 0) return;
    const byOrigin = this.kept.get(node) ?? new Map<number, number>();
    this.kept.set(node, byOrigin);
    byOrigin.set(node.process.originId, time);
  }

  /** Nobody can keep what was promised. */
  release(node: SimulatedNode): void {
    this.kept.delete(node);
    this.ended.delete(node);
  }

  died(node: SimulatedNode, wasAsked: boolean): void {
    const { process: life } = node;
    const { context, self } = life.keyspace;
    this.ended.set(node, { life, ownTime: context.get(self), wasAsked });
  }

  /** What is wrong with a process that has just started. */
  *problemsAtStart(node: SimulatedNode, others: readonly SimulatedNode[]): Iterable<string> {
    const { originId, keyspace } = node.process;
    const former = this.ended.get(node);
    const isFormer = former !== undefined && former.life.originId === originId;
    if (isFormer && !former.wasAsked) yield `goes on as origin ${originId}, whose process was not asked to stop`;
    if (isFormer && keyspace.context.get(keyspace.self) < former.ownTime)
      yield `goes on as origin ${originId} from ${keyspace.context.get(keyspace.self)}, which had come to ${former.ownTime}`;
    const twin = others.find((other) => other !== node && other.isUp && other.process.originId === originId);
    if (twin !== undefined) yield `is origin ${originId}, as ${twin.id} is`;
    yield* this.lacking(node, node);
  }

  /** What a replica lacks of what these have promised. */
  *broken(node: SimulatedNode, promisers: readonly SimulatedNode[]): Iterable<string> {
    for (const promiser of promisers) yield* this.lacking(node, promiser);
  }

  private *lacking({ id, process: life }: SimulatedNode, promiser: SimulatedNode): Iterable<string> {
    const { origins, context } = life.keyspace;
    for (const [originId, time] of this.kept.get(promiser) ?? []) {
      const origin = origins.find(originId);
      const has = origin === undefined ? 0 : context.get(origin);
      if (has < time)
        yield `${id} has origin ${originId} up to ${has}; ${promiser.id} has told clients that ${time} was safe`;
    }
  }
}
