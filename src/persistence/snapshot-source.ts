/**
 * The port from a snapshot to the replica that it is made of.
 */
import type { Times } from "../../transport/message.ts";
import type { OriginVector } from "../replica/follower.ts";
import type { KeyRange } from "../store/repair/key-range.ts";
import type { Exported, RangeDescribed } from "../store/repair/repairable-state.ts";
import type { FencePayload } from "./record-payloads.ts";

export interface SnapshotSource {
  /** Ends the running interval: the follower has then been told of everything that the state holds. */
  cut(): void;
  /** V. */
  context(): Times;
  /** What the last interval of each origin within V depended on. */
  vectors(): readonly OriginVector[];
  fences(): readonly FencePayload[];
  /** Is nothing left to be joined of a repair? Only then there is something to export. */
  readonly isSettled: boolean;
  /** Joins what is left, however much that is. */
  settle(): void;
  /** As RepairableState.export. */
  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Exported;
  /** As RepairableState.exportRange. */
  exportRange(range: KeyRange, bytesMax: number): RangeDescribed;
  /** Changes to keys and elements since the start, own and foreign. */
  readonly changes: number;
}
