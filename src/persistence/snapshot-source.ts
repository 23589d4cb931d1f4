/**
 * The port from a snapshot to the replica that it is made of.
 */
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";
import type { OriginVector } from "../replica/follower.ts";
import type { Described } from "../replica/repair-port.ts";

export interface Fence {
  readonly originId: OriginId;
  readonly finalTime: Time;
}

export interface SnapshotSource {
  /** Ends the running interval: the follower has then been told of everything that the state holds. */
  cut(): void;
  /** V. */
  context(): Times;
  /** What the last interval of each origin within V depended on. */
  vectors(): readonly OriginVector[];
  fences(): readonly Fence[];
  /** As RepairableState.export (src/replica/repair-port.ts). */
  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Described;
}
