/**
 * When snapshots are made, and what becomes of them: a save rule, a grown or a
 * broken log, or a command begins one; the manifest names it when it is synced,
 * and then what it replaces is removed.
 *
 *   begin ──► (no repair is being received) ──► writer ──► its end: the log's place ──► synced ──► manifest
 *                                                  └──────────────── failed ──────────────┘
 *
 * S1. A snapshot does not begin in the middle of a repair: its pieces would be missing.
 * S2. The place in the log is taken at the very end: what comes behind it is in the log, everything before in the snapshot.
 */
import { LOG_RETRY_MS, SNAPSHOT_RETRY_MS } from "../limits/durability.ts";
import { leftOver, type Manifest, nextNumber, writeManifest } from "./manifest.ts";
import { snapshotName } from "./file-names.ts";
import type { DurableMarks } from "./durable-marks.ts";
import type { LogPlace, LogWriter } from "./log-writer.ts";
import type { PersistenceSettings } from "./settings.ts";
import type { SnapshotSource } from "./snapshot-source.ts";
import { SnapshotWriter } from "./snapshot-writer.ts";
import type { SnapshotStatus } from "./status.ts";
import { type Storage, StorageError } from "./storage.ts";

export type Purpose = "save" | "rewrite";

export interface SnapshotsOptions {
  readonly storage: Storage;
  readonly log: LogWriter;
  readonly marks: DurableMarks;
  readonly source: SnapshotSource;
  readonly settings: () => PersistenceSettings;
  readonly tell: (level: "info" | "warn" | "error", message: string) => void;
}

interface Running {
  purpose: Purpose;
  readonly number: number;
  readonly startedMs: number;
  /** Undefined while a repair is being received (S1). */
  writer: SnapshotWriter | undefined;
  /** Where the log goes on, once the snapshot has its end; undefined when there is no log. */
  place: LogPlace | undefined;
  /** The log begins anew there. */
  isNewLog: boolean;
  hasEnded: boolean;
  /** Of the source, at the end. */
  changes: number;
}

const PURPOSES: Readonly<Record<Purpose, string>> = { save: "snapshot", rewrite: "snapshot in place of the log" };

export class Snapshots {
  /** Pieces of a repair have come, and neither their commit nor their end. */
  repairIsOpen = false;
  manifest: Manifest;
  running: Running | undefined;
  private readonly options: SnapshotsOptions;
  private saveScheduled = false;
  private rewriteScheduled = false;
  private lastSaveMs: number;
  private lastSaveOk = true;
  private lastRewriteOk = true;
  private lastSaveSeconds = -1;
  private lastRewriteSeconds = -1;
  private saves = 0;
  private rewrites = 0;
  private rewriteFailures = 0;
  private bytesWritten = 0;
  private rangesWritten = 0;
  private changesAtBase: number;
  private failedAtMs = -Infinity;
  private baseBytes: number;
  /** Bytes of the log behind the base, those that were there at the start and those written by `log` since. */
  private logBytesFound: number;
  private logBytesWrittenAtBase = 0;
  /** Snapshot and log when the log was last replaced, or at the start. */
  private grownFromBytes: number;

  constructor(options: SnapshotsOptions, manifest: Manifest, logBytes: number, wallMs: number) {
    this.options = options;
    this.manifest = manifest;
    this.lastSaveMs = wallMs;
    this.changesAtBase = options.source.changes;
    this.baseBytes =
      manifest.snapshot === undefined ? 0 : Math.max(0, options.storage.size(snapshotName(manifest.snapshot)));
    this.logBytesFound = logBytes;
    this.grownFromBytes = this.baseBytes + logBytes;
  }

  get changes(): number {
    return this.options.source.changes - this.changesAtBase;
  }

  get logBytes(): number {
    return this.logBytesFound + this.options.log.bytesWritten - this.logBytesWrittenAtBase;
  }

  /** A save rule has asked for a snapshot, and it failed. */
  get saveFailed(): boolean {
    return !this.lastSaveOk;
  }

  get hasWork(): boolean {
    const { running } = this;
    if (running === undefined) return false;
    return running.writer === undefined ? !this.repairIsOpen : !running.writer.isWaiting && !running.hasEnded;
  }

  begin(purpose: Purpose, wallMs: number): boolean {
    if (this.running !== undefined) return false;
    const number = nextNumber(this.options.storage, "snapshot");
    const fresh = { writer: undefined, place: undefined, isNewLog: false, hasEnded: false, changes: 0 };
    this.running = { purpose, number, startedMs: wallMs, ...fresh };
    if (purpose === "save") this.saveScheduled = false;
    else this.rewriteScheduled = false;
    return true;
  }

  schedule(purpose: Purpose): void {
    if (purpose === "save") this.saveScheduled = true;
    else this.rewriteScheduled = true;
  }

  /** One bounded piece. */
  step(wallMs: number): void {
    this.writer()?.step();
    this.settle(wallMs);
  }

  /** All pieces at once. */
  saveNow(wallMs: number): boolean {
    if (this.running === undefined) this.begin("save", wallMs);
    const { running } = this;
    const writer = this.writer();
    if (running === undefined || writer === undefined) {
      this.running = undefined;
      this.options.tell("warn", "no snapshot can be made while a repair is being received");
      return false;
    }
    running.purpose = "save";
    if (writer.failure === undefined) writer.finish(() => this.takePlace(running));
    this.settle(wallMs);
    return this.running === undefined && this.lastSaveOk;
  }

  /** Begins what is due and goes on with what was waiting. */
  timer(wallMs: number): void {
    this.settle(wallMs);
    if (this.running !== undefined) return;
    const due = this.due(wallMs);
    if (due !== undefined) this.begin(due, wallMs);
  }

  /** What is not finished is given up. */
  close(): void {
    this.running?.writer?.abandon();
    this.running = undefined;
  }

  status(): SnapshotStatus {
    const { running } = this;
    return {
      running: running?.purpose,
      saveScheduled: this.saveScheduled,
      rewriteScheduled: this.rewriteScheduled,
      progress: running?.writer?.progress ?? 0,
      startedMs: running?.startedMs ?? 0,
      lastSaveMs: this.lastSaveMs,
      lastSaveOk: this.lastSaveOk,
      lastRewriteOk: this.lastRewriteOk,
      lastSaveSeconds: this.lastSaveSeconds,
      lastRewriteSeconds: this.lastRewriteSeconds,
      saves: this.saves,
      rewrites: this.rewrites,
      rewriteFailuresInARow: this.rewriteFailures,
      bytesWritten: this.bytesWritten + (running?.writer?.bytesWritten ?? 0),
      baseBytes: this.baseBytes,
      rangesWritten: this.rangesWritten + (running?.writer?.rangesWritten ?? 0),
      grownFromBytes: this.grownFromBytes,
    };
  }

  private due(wallMs: number): Purpose | undefined {
    const settings = this.options.settings();
    const { log } = this.options;
    const sinceFailureMs = Math.abs(wallMs - this.failedAtMs);
    if (settings.appendOnly && log.state === "broken") return sinceFailureMs >= LOG_RETRY_MS ? "rewrite" : undefined;
    if (this.rewriteScheduled) return "rewrite";
    if (this.saveScheduled) return "save";
    if (sinceFailureMs < SNAPSHOT_RETRY_MS) return undefined;
    // While writes are refused nothing changes: no rule would ask for it again.
    if (this.saveFailed && settings.saveRules.length > 0) return "save";
    const seconds = Math.floor((wallMs - this.lastSaveMs) / 1000);
    if (settings.saveRules.some((rule) => this.changes >= rule.changes && seconds > rule.seconds)) return "save";
    return log.state === "writing" && this.hasGrown(settings) ? "rewrite" : undefined;
  }

  private hasGrown({ rewritePercent, rewriteBytesMin }: PersistenceSettings): boolean {
    const bytes = this.baseBytes + this.logBytes;
    if (rewritePercent === 0 || bytes <= rewriteBytesMin) return false;
    return bytes * 100 >= Math.max(1, this.grownFromBytes) * (100 + rewritePercent);
  }

  /** The running snapshot's writer, made as soon as it may begin. */
  private writer(): SnapshotWriter | undefined {
    const { running } = this;
    if (running === undefined || (running.writer === undefined && this.repairIsOpen)) return undefined;
    const { storage, source } = this.options;
    running.writer ??= new SnapshotWriter({
      storage,
      source,
      file: snapshotName(running.number),
      clusterId: this.manifest.clusterId,
    });
    return running.writer;
  }

  /** Looks what has become of the running snapshot. */
  private settle(wallMs: number): void {
    const { running } = this;
    const writer = running?.writer;
    if (running === undefined || writer === undefined) return;
    if (writer.failure !== undefined) return this.failed(running, writer.failure, wallMs);
    if (writer.endContext !== undefined && !running.hasEnded) this.takePlace(running);
    if (writer.isSynced) this.complete(running, writer, wallMs);
  }

  /** The snapshot has its end: from here on everything is the log's (S2). */
  private takePlace(running: Running): void {
    const { log } = this.options;
    running.hasEnded = true;
    running.changes = this.options.source.changes;
    if (log.state === "writing" && !log.flush(false)) log.break();
    if (log.state === "writing") running.place = log.place;
    if (log.state !== "broken") return;
    running.isNewLog = true;
    running.place = { segment: nextNumber(this.options.storage, "log"), offset: 0 };
    log.hold();
  }

  private complete(running: Running, writer: SnapshotWriter, wallMs: number): void {
    const { storage, log, marks, tell } = this.options;
    const place = log.state === "writing" || log.state === "held" ? running.place : undefined;
    const manifest = { ...this.manifest, snapshot: running.number, log: place };
    try {
      writeManifest(storage, manifest);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return this.failed(running, error, wallMs);
    }
    this.manifest = manifest;
    this.running = undefined;
    if (running.isNewLog && place !== undefined) log.resume(place.segment);
    marks.raise(writer.endContext ?? []);
    for (const name of leftOver(storage, manifest)) storage.remove(name);
    this.baseBytes = writer.bytesWritten;
    this.bytesWritten += writer.bytesWritten;
    this.rangesWritten += writer.rangesWritten;
    this.logBytesFound = 0;
    this.logBytesWrittenAtBase = log.bytesWritten;
    this.grownFromBytes = this.baseBytes;
    this.changesAtBase = running.changes;
    this.succeeded(running, wallMs);
    tell("info", `${PURPOSES[running.purpose]} of ${writer.bytesWritten} bytes is complete`);
  }

  private succeeded({ purpose, startedMs }: Running, wallMs: number): void {
    const seconds = Math.max(0, Math.floor((wallMs - startedMs) / 1000));
    this.failedAtMs = -Infinity;
    this.lastSaveMs = wallMs;
    if (purpose === "save") {
      this.saves++;
      this.lastSaveOk = true;
      this.lastSaveSeconds = seconds;
    } else {
      this.rewrites++;
      this.rewriteFailures = 0;
      this.lastRewriteOk = true;
      this.lastRewriteSeconds = seconds;
    }
  }

  private failed({ purpose, writer }: Running, error: StorageError, wallMs: number): void {
    const { log, tell } = this.options;
    tell("error", `the ${PURPOSES[purpose]} has failed: ${error.message}`);
    this.running = undefined;
    this.failedAtMs = wallMs;
    if (log.state === "held" || log.state === "broken") log.break(error);
    if (purpose === "save") this.lastSaveOk = false;
    else this.lastRewriteOk = false;
    if (purpose === "rewrite") this.rewriteFailures++;
    try {
      writer?.abandon();
    } catch (left) {
      if (!(left instanceof StorageError)) throw left;
    }
  }
}
