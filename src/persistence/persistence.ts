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
import { Context } from "../../crdt/context.ts";
import type { Time } from "../../crdt/clock.ts";
import type { OriginId, Origins } from "../../crdt/origin.ts";
import type { JournalFollower, RepairCommit, RepairPart, RepairRange } from "../replica/follower.ts";
import { Stopwatch } from "../replica/stopwatch.ts";
import { DurableMarks } from "./durable-marks.ts";
import { CLEAN_STOP, MANIFEST } from "./file-names.ts";
import { type CleanStop, leaveMarker, sameTimes, takeMarker } from "./identity.ts";
import { intervalEnd, isHeartbeat } from "./interval-head.ts";
import { type LogPlace, LogWriter } from "./log-writer.ts";
import { leftOver, type Manifest, nextNumber, readingOrder, readManifest, writeManifest } from "./manifest.ts";
import { DamagedFile, encodeRecord, RecordKind } from "./record-format.ts";
import {
  fenceRecord,
  repairCommittedRecord,
  repairDroppedRecord,
  repairPartRecord,
  repairRangeRecord,
} from "./record-payloads.ts";
import { feedFile, type FileRead } from "./recovery-reader.ts";
import type { RecoveryTarget } from "./recovery-target.ts";
import { logRefusal, reasonOf, SAVE_REFUSAL } from "./refusal.ts";
import type { PersistenceSettings } from "./settings.ts";
import type { SnapshotSource } from "./snapshot-source.ts";
import { type Purpose, Snapshots } from "./snapshots.ts";
import type { LoadingStatus, LogStatus, PersistenceStatus } from "./status.ts";
import { type Storage, StorageError } from "./storage.ts";

export interface PersistenceOptions {
  readonly storage: Storage;
  readonly clusterId: string;
  readonly nodeId: string;
  /** The origin to be when the past is not proven complete (rule 7). */
  readonly newOriginId: OriginId;
  readonly settings: PersistenceSettings;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

export class Persistence implements JournalFollower {
  /** The origin that this process must be. */
  readonly originId: OriginId;
  /** Is that the origin of the process before, whose state is proven complete? */
  readonly resumed: boolean;
  /** While a recovery runs. */
  loading: LoadingStatus | undefined;
  private readonly options: PersistenceOptions;
  private readonly stopwatch = new Stopwatch();
  private readonly proof: CleanStop | undefined;
  private settings: PersistenceSettings;
  private manifest: Manifest | undefined;
  /** How the last file of the log was found. */
  private lastRead: FileRead | undefined;
  private logBytesFound = 0;
  /** What was kept ends in the middle of a repair, which counts for nothing. */
  private foundRepairOpen = false;
  private recovered: readonly number[] = [];
  private running: { log: LogWriter; marks: DurableMarks; snapshots: Snapshots; source: SnapshotSource } | undefined;

  /** Throws DamagedFile when the folder is another cluster's, or its manifest cannot be read. */
  constructor(options: PersistenceOptions) {
    const { storage, clusterId, nodeId, newOriginId, log } = options;
    this.options = options;
    this.settings = options.settings;
    this.manifest = readManifest(storage);
    if (this.manifest !== undefined && this.manifest.clusterId !== clusterId) {
      throw new DamagedFile(MANIFEST, 0, `this folder belongs to the cluster '${this.manifest.clusterId}'`);
    }
    this.proof = takeMarker(storage, this.manifest);
    if (this.manifest !== undefined && this.manifest.nodeId !== nodeId) {
      log("warn", `this folder was the replica ${this.manifest.nodeId}'s`);
      this.manifest = { ...this.manifest, nodeId };
    }
    this.resumed = this.proof !== undefined;
    this.originId = this.proof?.originId ?? newOriginId;
  }

  /** What the replica tells everything that happens. */
  get follower(): JournalFollower {
    return this;
  }

  /** Feeds what was kept; each slice is a few milliseconds of work. Throws DamagedFile, StorageError. */
  *recover(target: RecoveryTarget, wallMs: number): Generator<void, void> {
    const { storage, clusterId } = this.options;
    const order = this.manifest === undefined ? [] : readingOrder(storage, this.manifest);
    const totalBytes = order.reduce((sum, { file }) => sum + Math.max(0, storage.size(file)), 0);
    const loading = { startedMs: wallMs, totalBytes, loadedBytes: 0 };
    this.loading = loading;
    for (const reading of order) {
      const read = yield* feedFile(storage, reading, clusterId, target, wallMs, loading);
      this.foundRepairOpen = read.leavesRepairOpen ?? this.foundRepairOpen;
      if (reading.kind !== "log") continue;
      this.lastRead = read;
      this.logBytesFound += Math.max(0, read.end - reading.offset);
      if (read.torn !== undefined) this.cutTorn(read, read.torn);
      yield;
    }
    if (this.proof !== undefined && !sameTimes(this.proof.context, target.context)) {
      throw new DamagedFile(
        CLEAN_STOP,
        0,
        "what was kept ends elsewhere than the clean stop; start again to go on without it",
      );
    }
    this.recovered = target.context;
    target.finish();
    this.loading = undefined;
  }

  /** Throws StorageError when a new folder cannot be written. One that was filled is read all the same. */
  follow(source: SnapshotSource, origins: Origins, wallMs: number): void {
    const { storage, clusterId, nodeId, log: tell } = this.options;
    const marks = new DurableMarks(origins);
    const log = new LogWriter({ storage, clusterId, marks, log: tell });
    log.policy = this.settings.appendSync;
    this.stopwatch.at(wallMs);
    // What counts no more may be what fills the disk.
    if (this.manifest !== undefined) removeAll(storage, leftOver(storage, this.manifest));
    const isNew = this.manifest === undefined;
    const { manifest, place } = this.startOfLog(
      this.manifest ?? { clusterId, nodeId, snapshot: undefined, log: undefined },
    );
    const enter = (): void => {
      // Where that had to wait, a snapshot may have been completed meanwhile, or be on its way, named by nobody yet.
      const snapshots = this.running?.snapshots;
      const latest = snapshots?.manifest ?? manifest;
      writeManifest(storage, latest);
      if (snapshots?.running === undefined) removeAll(storage, leftOver(storage, latest));
    };
    if (isNew) enter();
    marks.noteAll(this.recovered);
    if (place !== undefined) log.open(place, isNew ? undefined : enter);
    const settings = (): PersistenceSettings => this.settings;
    const snapshots = new Snapshots(
      { storage, log, marks, source, settings, tell },
      manifest,
      this.logBytesFound,
      wallMs,
    );
    this.running = { log, marks, snapshots, source };
    // Else its parts would be joined with the next repair that is committed.
    if (this.foundRepairOpen) this.repairDropped();
  }

  // What the replica tells

  interval(message: Uint8Array, own: boolean): void {
    if (this.running === undefined || !this.isKept) return;
    this.mark(message);
    // Nothing is lost with a heartbeat: whoever starts again without it is another origin.
    this.keep(encodeRecord(RecordKind.interval, message), own && !isHeartbeat(message));
  }

  repairPart(part: RepairPart): void {
    this.setRepairOpen(true);
    if (this.isKept) this.keep(repairPartRecord(part), false);
  }

  repairRange(part: RepairRange): void {
    this.setRepairOpen(true);
    if (this.isKept) this.keep(repairRangeRecord(part), false);
  }

  repairDropped(): void {
    this.setRepairOpen(false);
    if (this.isKept) this.keep(repairDroppedRecord(), false);
  }

  repairCommitted(commit: RepairCommit): void {
    this.setRepairOpen(false);
    if (!this.isKept) return;
    this.running?.marks.noteAll(commit.start);
    for (const message of commit.released) this.mark(message);
    this.keep(repairCommittedRecord(commit), false);
  }

  fenced(originId: OriginId, finalTime: Time, nodeId: string): void {
    if (this.isKept) this.keep(fenceRecord({ originId, finalTime, nodeId }), false);
  }

  /** While this is true, replies to commands of this turn that changed something must not leave (policy `always`). */
  get holdsBack(): boolean {
    return this.running?.log.holdsBack ?? false;
  }

  // What the shell asks

  /** V as of the last completed sync; indexes are those of the `origins` given to `follow`. */
  get durable(): Context {
    return this.running?.marks.durable ?? NOTHING;
  }

  /** Why write commands must be refused now, in Redis's words, without the minus sign; empty: they need not be. */
  get refusal(): string {
    const { running, settings } = this;
    if (running === undefined) return "";
    if (running.log.failure !== undefined) return logRefusal(running.log.failure);
    const isSaved = settings.saveRules.length > 0 && settings.stopWritesOnSaveError;
    return isSaved && running.snapshots.saveFailed ? SAVE_REFUSAL : "";
  }

  /** Is a piece of a snapshot to be written as soon as there is time? */
  get hasWork(): boolean {
    return this.running?.snapshots.hasWork ?? false;
  }

  endTurn(wallMs: number): void {
    this.running?.log.endTurn(this.stopwatch.at(wallMs));
  }

  timer(wallMs: number): void {
    this.endTurn(wallMs);
    this.running?.snapshots.timer(wallMs);
  }

  step(wallMs: number): void {
    this.running?.snapshots.step(wallMs);
  }

  configure(settings: PersistenceSettings, wallMs: number): void {
    const before = this.settings;
    this.settings = settings;
    const { running } = this;
    if (running === undefined) return;
    running.log.policy = settings.appendSync;
    // What was answered under another policy is made safe once, so that nobody is held back for it.
    if (settings.appendSync === "always" && before.appendSync !== "always") running.log.flush(true);
    if (before.appendOnly && !settings.appendOnly) running.log.close();
    if (before.appendOnly || !settings.appendOnly) return;
    // The log lacks what happened while it was off: a snapshot is its new beginning.
    running.log.break();
    running.snapshots.begin("rewrite", wallMs);
  }

  status(): PersistenceStatus | undefined {
    const { running } = this;
    if (running === undefined) return undefined;
    const { log, snapshots } = running;
    return { changes: snapshots.changes, snapshot: snapshots.status(), log: this.logStatus(log, snapshots.logBytes) };
  }

  /** BGSAVE and BGREWRITEAOF: false when a snapshot is being written already. */
  begin(purpose: Purpose, wallMs: number): boolean {
    return this.running?.snapshots.begin(purpose, wallMs) ?? false;
  }

  schedule(purpose: Purpose): void {
    this.running?.snapshots.schedule(purpose);
  }

  /** SAVE: all pieces at once. False when the disk refused. */
  save(wallMs: number): boolean {
    return this.running?.snapshots.saveNow(wallMs) ?? false;
  }

  /**
   * The state changes no more: writes what is left, a snapshot first when asked for, and the marker when what is kept is
   * complete. False when it is not.
   */
  stop(save: boolean, wallMs: number): boolean {
    const { running } = this;
    if (running === undefined) return false;
    const { log, snapshots, source } = running;
    source.cut();
    const isSaved = save && snapshots.saveNow(wallMs);
    const isComplete = log.state === "writing" ? log.flush(true) : isSaved;
    snapshots.close();
    this.running = undefined;
    if (!isComplete) return false;
    try {
      leaveMarker(this.options.storage, snapshots.manifest, { originId: this.originId, context: source.context() });
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.options.log("error", `the clean stop cannot be noted: ${error.message}`);
      return false;
    }
    return true;
  }

  private cutTorn({ file, end, size }: FileRead, torn: DamagedFile): void {
    if (!this.settings.loadTruncated) throw torn;
    this.options.log("warn", `${torn.message}; the last ${size - end} bytes are cut off`);
    try {
      this.options.storage.truncate(file, end);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error; // else the log does it before it goes on there (L2)
    }
  }

  /** Where the log goes on, and the manifest that says so. */
  private startOfLog(manifest: Manifest): { manifest: Manifest; place: LogPlace | undefined } {
    const { storage } = this.options;
    if (!this.settings.appendOnly) return { manifest, place: undefined };
    const segment = nextNumber(storage, "log") - 1;
    const { log } = manifest;
    const last = this.lastRead;
    if (log !== undefined && last === undefined && log.offset === 0) return { manifest, place: log };
    if (log !== undefined && last !== undefined && last.end >= (segment === log.segment ? log.offset : 0)) {
      if (last.end <= last.size) return { manifest, place: { segment, offset: last.end } };
    }
    // Nothing of the segment that the manifest names was kept, or there is none: a new one begins behind the snapshot.
    const place = { segment: Math.max(segment, log?.segment ?? 0) + 1, offset: 0 };
    return { manifest: { ...manifest, log: place }, place };
  }

  private get isKept(): boolean {
    return this.settings.appendOnly || this.running?.snapshots.running !== undefined;
  }

  /** The interval is durable with the next sync. */
  private mark(message: Uint8Array): void {
    const { originId, to } = intervalEnd(message);
    this.running?.marks.note(originId, to);
  }

  private keep(record: Uint8Array, mustBeSafe: boolean): void {
    this.running?.snapshots.running?.writer?.add(record);
    this.running?.log.add(record, mustBeSafe);
  }

  private setRepairOpen(isOpen: boolean): void {
    if (this.running !== undefined) this.running.snapshots.repairIsOpen = isOpen;
  }

  private logStatus(log: LogWriter, bytes: number): LogStatus {
    const { failure, state, queueBytes, bytesWritten, syncs, delayedSyncs, syncRunning, failures } = log;
    const shown = state === "off" || state === "broken" ? state : failure === undefined ? "healthy" : "failing";
    return {
      enabled: this.settings.appendOnly,
      state: shown,
      error: failure === undefined ? "" : reasonOf(failure),
      bytes,
      pendingBytes: queueBytes,
      bytesWritten,
      syncs,
      delayedSyncs,
      syncRunning,
      failures,
    };
  }
}

const NOTHING = new Context();

function removeAll(storage: Storage, names: readonly string[]): void {
  for (const name of names) storage.remove(name);
}
