/**
 * Durability of one replica, all of it: the one object that the shell and the simulator wire.
 *
 *   new Persistence   reads the folder's manifest, proves the clean stop (or does not), removes the marker
 *   originId          what the keyspace is to be made with: the former origin, or the new one
 *   recover           feeds an empty replica with what was kept, slice by slice
 *   follow            from now on `follower` hears everything; snapshots are made of `source`
 *   endTurn           after the commands of a turn and `replica.endTick`
 *   timer             every 10 ms or so
 *   step              while `hasWork`: a bounded piece of a snapshot
 *   stop              the last write, the last sync, and the marker of a clean stop
 *
 * It performs no I/O but through the Storage port, and time comes with each call.
 */
import type { Context } from "../../crdt/context.ts";
import type { OriginId, Origins } from "../../crdt/origin.ts";
import type { JournalFollower } from "../replica/follower.ts";
import type { RecoveryTarget } from "./recovery-target.ts";
import type { PersistenceSettings } from "./settings.ts";
import type { SnapshotSource } from "./snapshot-source.ts";
import type { LoadingStatus, PersistenceStatus } from "./status.ts";
import type { Storage } from "./storage.ts";

export interface PersistenceOptions {
  readonly storage: Storage;
  readonly clusterId: string;
  readonly nodeId: string;
  /** The origin to be when the past is not proven complete (rule 7). */
  readonly newOriginId: OriginId;
  readonly settings: PersistenceSettings;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

export interface Persistence {
  /** The origin that this process must be. */
  readonly originId: OriginId;
  /** Is that the origin of the process before, whose state is proven complete? */
  readonly resumed: boolean;
  readonly follower: JournalFollower;
  /** V as of the last completed sync; indexes are those of the `origins` given to `follow`. */
  readonly durable: Context;
  /** Why write commands must be refused now, in Redis's words, without the minus sign; empty: they need not be. */
  readonly refusal: string;
  /** While this is true, replies to commands of this turn that changed something must not leave (policy `always`). */
  readonly holdsBack: boolean;
  /** Is a piece of a snapshot to be written as soon as there is time? */
  readonly hasWork: boolean;
  readonly loading: LoadingStatus | undefined;

  /** Feeds what was kept; each slice is a few milliseconds of work. Throws DamagedFile, StorageError. */
  recover(target: RecoveryTarget, wallMs: number): Generator<void, void>;
  /** Throws StorageError when the folder cannot be written at all. */
  follow(source: SnapshotSource, origins: Origins, wallMs: number): void;
  endTurn(wallMs: number): void;
  timer(wallMs: number): void;
  step(wallMs: number): void;
  configure(settings: PersistenceSettings, wallMs: number): void;
  status(): PersistenceStatus;
  /** BGSAVE and BGREWRITEAOF: false when a snapshot is being written already. */
  begin(purpose: "save" | "rewrite", wallMs: number): boolean;
  schedule(purpose: "save" | "rewrite"): void;
  /** SAVE: all pieces at once. False when the disk refused. */
  save(wallMs: number): boolean;
  /**
   * The state changes no more: writes what is left, a snapshot first when asked for, and the marker when what is kept is
   * complete. False when it is not.
   */
  stop(save: boolean, wallMs: number): boolean;
}
