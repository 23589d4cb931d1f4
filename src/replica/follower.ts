/**
 * The port of a durable reader of the journal. Whatever changes a replica's
 * state is told to it in the order in which it happened, so that telling the
 * same again to an empty replica makes the same state (`Replica.recover`):
 *
 *   interval         an interval that entered the log, own or foreign, as it travels
 *   repairPart       a piece of a repair: nothing yet, until the commit; or, where an empty replica is being filled and
 *                    takes what comes at once, what those nodes hold from now on
 *   repairRange      the same of a part of a large collection
 *   repairDropped    the pieces since the last commit are void; what was taken at once is so, too
 *   repairCommitted  all pieces since then count, in one step with the intervals that were held for them
 *   fenced           an origin's last accepted time (rule 12)
 *
 * What is handed over is the receiver's to keep. `interval` with `own` returns
 * when the bytes are as safe as the policy promises; `holdsBack` says that they
 * are not, and then own intervals are not sent and their commands not answered.
 */
import type { OriginId } from "../../crdt/origin.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Times } from "../../transport/message.ts";
import type { KeyRange } from "../store/repair/key-range.ts";

/** Dependencies of the last interval of each origin within a context. */
export interface OriginVector {
  readonly originId: OriginId;
  readonly dependencies: Times;
}

/** The complete content of some nodes of the hash space (src/store/hash-node.ts), as its sender held it. */
export interface RepairPart {
  readonly bits: number;
  readonly nodes: readonly number[];
  /** The nodes hold exactly this at once (`load`), instead of being joined at the commit (`stage`). */
  readonly replaces: boolean;
  /** V of the sender when it exported them. */
  readonly context: Times;
  readonly bytes: Uint8Array;
}

/** All elements of a range of a collection, as its sender held it. */
export interface RepairRange {
  readonly range: KeyRange;
  readonly replaces: boolean;
  readonly context: Times;
  readonly bytes: Uint8Array;
}

export interface RepairCommit {
  readonly start: Times;
  readonly vectors: readonly OriginVector[];
  /**
   * The intervals that were held for the repair and are applied in the same step, in their order: what was staged shows
   * changes of theirs. They are told here and not as intervals, since half of the step must never be all that is kept.
   */
  readonly released: readonly Uint8Array[];
}

export interface JournalFollower {
  interval(message: Uint8Array, own: boolean): void;
  repairPart(part: RepairPart): void;
  repairRange(part: RepairRange): void;
  repairDropped(): void;
  repairCommitted(commit: RepairCommit): void;
  /** `nodeId`: the forgotten member that wrote as this origin. A later call for the same origin has a later time. */
  fenced(originId: OriginId, finalTime: Time, nodeId: string): void;
  /** Something own is not as safe as was promised: it must not leave this process yet. */
  readonly holdsBack: boolean;
}

/** Memory only: nothing is kept, and nothing held back. */
export const NO_FOLLOWER: JournalFollower = {
  interval: () => {},
  repairPart: () => {},
  repairRange: () => {},
  repairDropped: () => {},
  repairCommitted: () => {},
  fenced: () => {},
  holdsBack: false,
};
