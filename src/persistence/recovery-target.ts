/**
 * Who is fed by a recovery, as much as is asked of it: `Recovery` of src/replica/recovery.ts, or a checker that only
 * looks. Each method takes one kind of record (record-format.ts), in the order of the files.
 */
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";
import type { OriginVector, RepairCommit, RepairPart, RepairRange } from "../replica/follower.ts";
import type { KeyRange } from "../store/repair/key-range.ts";

export interface RecoveryTarget {
  begin(start: Times, vectors: readonly OriginVector[]): void;
  slots(bits: number, nodes: readonly number[], bytes: Uint8Array): void;
  range(range: KeyRange, bytes: Uint8Array): void;
  interval(message: Uint8Array, wallMs: number): void;
  repairPart(part: RepairPart): void;
  repairRange(part: RepairRange): void;
  repairDropped(): void;
  repairCommitted(commit: RepairCommit, wallMs: number): void;
  fenced(originId: OriginId, finalTime: Time, nodeId: string): void;
  end(context: Times): void;
  /** V as recovered so far. */
  readonly context: Times;
  finish(): void;
}
