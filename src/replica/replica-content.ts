/**
 * What a snapshot of a replica is made of: V, and the content of the state as
 * it is when its turn comes (src/persistence/snapshot-source.ts is the port).
 */
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";
import type { KeyRange } from "../store/repair/key-range.ts";
import type { Exported, RangeDescribed } from "../store/repair/repairable-state.ts";
import type { OriginVector } from "./follower.ts";
import type { Journal } from "./journal.ts";
import { timesOf } from "./times.ts";

export class ReplicaContent {
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Ends the running interval: a durable reader has been told of everything that the state holds. */
  cut(): void {
    this.journal.cut();
  }

  /** Changes to keys and elements since the start, own and others'. */
  get changes(): number {
    return this.journal.state.repair.changes;
  }

  /** Is nothing left to be joined of a repair? Only then there is something to export. */
  get isSettled(): boolean {
    return this.journal.state.repair.isSettled;
  }

  /** Joins what is left, however much that is. */
  settle(): void {
    this.journal.state.repair.settle();
  }

  /** V. */
  context(): Times {
    const { origins, context } = this.journal.state;
    return timesOf(origins, context);
  }

  /** What the last interval of each origin within V depended on. */
  vectors(): readonly OriginVector[] {
    return this.journal.vectorsOf(this.journal.state.context);
  }

  /** The last accepted times of forgotten members' origins; of this replica's own, where it is such a member. */
  fences(): readonly { originId: OriginId; finalTime: Time; nodeId: string }[] {
    const { state, fences, exile } = this.journal;
    const { origins } = state;
    return [...fences.all(), ...(exile === undefined ? [] : [exile])].map(({ origin, finalTime, nodeId }) => ({
      originId: origins.id(origin),
      finalTime,
      nodeId,
    }));
  }

  /** The content of whole nodes from the one at `from` on, at least one and about `bytesMax` bytes. */
  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Exported {
    return this.journal.state.repair.export(bits, nodes, from, bytesMax);
  }

  /** The elements of a range of a large collection from its beginning on. */
  exportRange(range: KeyRange, bytesMax: number): RangeDescribed {
    return this.journal.state.repair.exportRange(range, bytesMax);
  }
}
