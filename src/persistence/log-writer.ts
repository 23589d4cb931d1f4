/**
 * The writer of the log: takes records in their order, writes them at the end of
 * each turn, and syncs as the policy says.
 *
 *   always     a record that must be safe is written and synced at once, with everything before it; others, which peers
 *              hold, too, are synced in the background after the turn
 *   everysec   a sync in the background once a second; while it runs, writes wait
 *   no         the system decides
 *
 *            ┌───────────────── written again ◄─────────────────┐
 *   add ──► queue ──► append ──► unsynced ──► sync ──► durable  │ failing, once a second
 *                        └──────────┴───────── StorageError ────┘
 *
 * L1. What was appended is kept until it is synced: a sync that failed may have lost it, whatever a later one says.
 * L2. A record is never written behind bytes that are unsure: the file is cut to what is sure first.
 * L3. A segment is followed by the next only when it is synced: no later one survives without it.
 *
 * When more waits than may, the log is *broken*: it has a hole, and is of no use until a snapshot is its new base. The
 * same holds of a log that is switched on while the replica runs. Records are then dropped until `hold`, kept in memory
 * until the snapshot is safe, and written to a new segment from `resume` on.
 */
import {
  LOG_BUFFER_BYTES_MAX,
  LOG_RETRY_MS,
  LOG_SEGMENT_BYTES,
  LOG_SYNC_MS,
  LOG_SYNC_WAIT_BYTES_MAX,
  LOG_SYNC_WAIT_MS_MAX,
} from "../limits/durability.ts";
import type { DurableMarks } from "./durable-marks.ts";
import { encodeHeader, FileKind } from "./record-format.ts";
import { segmentName } from "./file-names.ts";
import type { SyncPolicy } from "./settings.ts";
import { type Storage, StorageError } from "./storage.ts";

export interface LogWriterOptions {
  readonly storage: Storage;
  readonly clusterId: string;
  readonly marks: DurableMarks;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
  readonly segmentBytes?: number;
  readonly bufferBytesMax?: number;
}

/** A place in the log: what comes behind it has not been there before. */
export interface LogPlace {
  readonly segment: number;
  readonly offset: number;
}

type State = "off" | "writing" | "broken" | "held";

export class LogWriter {
  state: State = "off";
  policy: SyncPolicy = "everysec";
  failure: StorageError | undefined;
  failures = 0;
  syncs = 0;
  delayedSyncs = 0;
  bytesWritten = 0;
  queueBytes = 0;
  syncRunning = false;
  private readonly options: LogWriterOptions;
  private readonly header: Buffer;
  private segment = 0;
  /** Bytes of the segment that are written and, as far as is known, right. */
  private fileBytes = 0;
  private syncedBytes = 0;
  private queue: Uint8Array[] = [];
  /** Written behind `syncedBytes`; undefined when it was too much to keep, or no sync will ask for it. */
  private unsynced: Uint8Array[] | undefined = [];
  /** Is still to be done before anything is written. */
  private prepare: (() => void) | undefined;
  /** The file may hold more than `fileBytes` (L2). */
  private isRagged = false;
  /** A record that must be safe is not. */
  private owes = false;
  private nowMs = 0;
  private failedMs = 0;
  private syncStartedMs = 0;
  private waitingSinceMs = -1;
  /** Syncs of an abandoned segment end unheard. */
  private generation = 0;

  constructor(options: LogWriterOptions) {
    this.options = options;
    this.header = encodeHeader(FileKind.log, options.clusterId);
  }

  /**
   * Goes on behind `offset` of a segment; 0 begins it. What is there already is synced. `prepare` comes before the first
   * byte is written, and again until it throws no StorageError.
   */
  open({ segment, offset }: LogPlace, prepare?: () => void): void {
    this.startSegment(segment);
    this.fileBytes = this.syncedBytes = offset;
    this.isRagged = true;
    this.prepare = prepare;
    this.state = "writing";
    this.flush(true);
  }

  close(): void {
    this.state = "off";
    this.drop();
    this.failure = undefined;
    this.owes = false;
  }

  /** There is a hole from here on, until a snapshot is the new base; with `why` it could not be made. */
  break(why?: StorageError): void {
    this.state = "broken";
    this.failure ??= why;
    this.drop();
  }

  /** The snapshot that is to be the base is complete but for its sync: what comes now is the log's again. */
  hold(): void {
    this.drop();
    this.state = "held";
  }

  /** The base is safe, and all that was owed before `hold` with it. */
  resume(segment: number): void {
    this.startSegment(segment);
    this.state = "writing";
    this.failure = undefined;
    if (this.queueBytes === 0) this.owes = false;
  }

  get name(): string {
    return segmentName(this.segment);
  }

  get segmentNumber(): number {
    return this.segment;
  }

  /** Something that must be safe is not (policy `always`). */
  get holdsBack(): boolean {
    return this.owes && this.policy === "always";
  }

  /** Where the next record will stand. */
  get place(): LogPlace {
    const headerBytes = this.fileBytes === 0 ? this.header.length : 0;
    return { segment: this.segment, offset: this.fileBytes + headerBytes + this.queueBytes };
  }

  /** Is everything that was taken on the disk? */
  get isSynced(): boolean {
    return this.state === "writing" && this.queueBytes === 0 && !this.isRagged && this.syncedBytes === this.fileBytes;
  }

  /** Takes a record. With `mustBeSafe` under `always` it is synced when this returns, or `holdsBack` is set. */
  add(record: Uint8Array, mustBeSafe: boolean): void {
    if (this.state === "off") return;
    // A log that is switched on promises nothing before it has its base.
    if (mustBeSafe && (this.state === "writing" || this.failure !== undefined)) this.owes = true;
    if (this.state === "broken") return;
    this.queue.push(record);
    this.queueBytes += record.length;
    const isNow = mustBeSafe && this.policy === "always" && this.state === "writing" && this.failure === undefined;
    if (isNow) this.flush(true);
    else if (this.queueBytes > (this.options.bufferBytesMax ?? LOG_BUFFER_BYTES_MAX)) this.overflow();
  }

  /** Writes what is due, and begins a sync where one is. */
  endTurn(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.state !== "writing") return;
    if (this.failure !== undefined) return this.retry();
    if (this.isFull && this.fileBytes === this.syncedBytes && !this.syncRunning) this.startSegment(this.segment + 1);
    if (this.queueBytes > 0 && this.mayWrite() && !this.flush(false)) return;
    if (!this.syncRunning && this.isSyncDue()) this.syncSoon();
  }

  /** Writes and syncs everything now; false when the disk refused. */
  flush(withSync: boolean): boolean {
    if (this.state !== "writing") return false;
    let wasWritten = false;
    try {
      this.write();
      wasWritten = true;
      if (withSync) this.sync();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.fail(error);
      if (wasWritten) this.takeBack();
      return false;
    }
    this.recovered();
    return true;
  }

  private write(): void {
    const { storage } = this.options;
    this.prepare?.();
    this.prepare = undefined;
    if (this.isRagged) {
      if (storage.size(this.name) > this.fileBytes) storage.truncate(this.name, this.fileBytes);
      this.isRagged = false;
    }
    if (this.queueBytes === 0) return;
    if (this.fileBytes === 0) this.queue.unshift(this.header);
    const bytes = this.queue.length === 1 ? (this.queue[0] as Uint8Array) : Buffer.concat(this.queue);
    if (this.fileBytes === 0) this.queue.shift();
    this.isRagged = true;
    storage.append(this.name, bytes);
    this.isRagged = false;
    this.fileBytes += bytes.length;
    this.bytesWritten += bytes.length;
    this.keep(bytes);
    this.queue = [];
    this.queueBytes = 0;
    this.waitingSinceMs = -1;
  }

  private keep(bytes: Uint8Array): void {
    const unsyncedBytes = this.fileBytes - this.syncedBytes;
    const isKept = this.policy !== "no" && unsyncedBytes <= (this.options.bufferBytesMax ?? LOG_BUFFER_BYTES_MAX);
    if (isKept) this.unsynced?.push(bytes);
    else this.unsynced = undefined;
  }

  private sync(): void {
    if (this.fileBytes > 0) this.options.storage.sync(this.name);
    this.options.marks.seal();
    this.synced(this.fileBytes);
  }

  private syncSoon(): void {
    const { generation, fileBytes, syncedBytes, unsynced } = this;
    const { storage, marks } = this.options;
    const pieces = unsynced?.length ?? 0;
    this.syncRunning = true;
    this.syncStartedMs = this.nowMs;
    marks.seal();
    storage.syncSoon(this.name, (error) => {
      if (generation !== this.generation) return;
      this.syncRunning = false;
      if (error !== undefined) {
        // A sync in between has said that all is well; which of the two is right nobody knows.
        if (this.syncedBytes !== syncedBytes) this.unsynced = undefined;
        this.fail(error);
        return this.takeBack();
      }
      if (this.syncedBytes >= fileBytes) return;
      this.unsynced = this.unsynced?.slice(pieces) ?? (this.fileBytes === fileBytes ? [] : undefined);
      this.synced(fileBytes);
    });
  }

  private synced(upTo: number): void {
    this.syncs++;
    this.syncedBytes = upTo;
    this.options.marks.commit();
    if (this.syncedBytes < this.fileBytes) return;
    this.unsynced = [];
    if (this.queueBytes === 0) this.owes = false;
  }

  private fail(error: StorageError): void {
    this.failures++;
    this.failedMs = this.nowMs;
    if (this.failure === undefined) {
      this.options.log("error", `the log cannot be written: ${error.message}; trying again`);
    }
    this.failure = error;
  }

  /** A sync has failed: what was written since the last one is to be written again (L1). */
  private takeBack(): void {
    this.options.marks.unseal();
    if (this.unsynced === undefined) return this.overflow();
    const pieces = this.unsynced;
    const first = pieces[0];
    // The first piece of a segment begins with the header, which is written anew with it.
    if (first !== undefined && this.syncedBytes === 0) pieces[0] = first.subarray(this.header.length);
    this.queue = [...pieces, ...this.queue];
    this.queueBytes = this.queue.reduce((sum, bytes) => sum + bytes.length, 0);
    this.unsynced = [];
    this.fileBytes = this.syncedBytes;
    this.isRagged = true;
  }

  private retry(): void {
    if (this.nowMs - this.failedMs >= LOG_RETRY_MS) this.flush(true);
  }

  private recovered(): void {
    if (this.failure === undefined) return;
    this.failure = undefined;
    this.options.log("info", "the log is written again; nothing is missing in it");
  }

  private overflow(): void {
    if (this.failure === undefined && this.state === "writing") {
      // Only a sync holds the writes up: rather wait for the disk than lose the log.
      this.flush(false);
      return;
    }
    this.options.log("error", "more waits for the log than is kept: a snapshot will be its new beginning");
    this.break();
  }

  /** While a sync runs a write could wait for it in the kernel. */
  private mayWrite(): boolean {
    if (!this.syncRunning || (this.policy === "no" && !this.isFull)) return true;
    if (this.waitingSinceMs < 0) this.waitingSinceMs = this.nowMs;
    if (this.queueBytes < LOG_SYNC_WAIT_BYTES_MAX && this.nowMs - this.waitingSinceMs < LOG_SYNC_WAIT_MS_MAX)
      return false;
    this.delayedSyncs++;
    return true;
  }

  private isSyncDue(): boolean {
    if (this.fileBytes === this.syncedBytes) return false;
    if (this.policy === "no") return this.isFull;
    return this.policy === "always" || this.nowMs - this.syncStartedMs >= LOG_SYNC_MS;
  }

  private get isFull(): boolean {
    return this.fileBytes >= (this.options.segmentBytes ?? LOG_SEGMENT_BYTES);
  }

  private startSegment(segment: number): void {
    this.generation++;
    this.segment = segment;
    this.fileBytes = this.syncedBytes = 0;
    this.unsynced = [];
    this.isRagged = false;
    this.syncRunning = false;
  }

  private drop(): void {
    this.generation++;
    this.queue = [];
    this.queueBytes = 0;
    this.unsynced = [];
    this.prepare = undefined;
    this.syncRunning = false;
    this.waitingSinceMs = -1;
  }
}
