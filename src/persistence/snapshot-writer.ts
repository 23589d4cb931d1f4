/**
 * The writer of one snapshot, made while the replica goes on serving:
 *
 *   begin    V and vectors at the start, fences
 *   slots    the content of some slots as it is when their turn comes  ┐
 *   range    some elements of a large collection, likewise              │ in the order in which they happen
 *   ...      every interval and repair that the journal takes meanwhile ┘
 *   end      V at the end
 *
 * So replaying the file from its start makes the state of its end, exactly: a
 * piece of content replaces what its slots hold, or a range of a collection of
 * which they held a stub, and nothing was done to them before it that is not in
 * it. An interval that touches a place not yet written is replayed on what there
 * is, and what it did there is replaced by a later range, which shows it. When
 * the key goes, or becomes something else, the interval that does so is replayed
 * upon what was written so far, and the ranges that follow are empty. When it is
 * made anew, intervals bring what lies before the next range.
 *
 * S1. The running interval is cut before each export, else a later record would
 *     hold effects that the content has already.
 * S2. Each step is one bounded piece. While a sync runs nothing is written: the
 *     kernel would make the thread wait.
 */
import { SNAPSHOT_PIECE_BYTES, SNAPSHOT_QUEUE_BYTES_MAX, SNAPSHOT_SYNC_BYTES } from "../limits/durability.ts";
import type { Times } from "../../transport/message.ts";
import { scatteredSlots, SLOT_BITS, SLOTS } from "../store/hash-node.ts";
import { type KeyRange, partsToFill } from "../store/repair/key-range.ts";
import { encodeHeader, FileKind } from "./record-format.ts";
import { beginRecord, endRecord, fenceRecord, rangeRecord, slotsRecord } from "./record-payloads.ts";
import type { SnapshotSource } from "./snapshot-source.ts";
import { type Storage, StorageError } from "./storage.ts";

export interface SnapshotWriterOptions {
  readonly storage: Storage;
  readonly file: string;
  readonly clusterId: string;
  readonly source: SnapshotSource;
  readonly pieceBytes?: number;
}

const NODES = scatteredSlots();

export class SnapshotWriter {
  readonly file: string;
  bytesWritten = 0;
  /** Pieces of large collections. */
  rangesWritten = 0;
  /** V at the end, once all is written. */
  endContext: Times | undefined;
  /** Everything is on the disk. */
  isSynced = false;
  failure: StorageError | undefined;
  private readonly options: SnapshotWriterOptions;
  private place = 0;
  /** What is still to be written of the collections of which there was a stub. */
  private ranges: KeyRange[] = [];
  private queue: Uint8Array[] = [];
  private queueBytes = 0;
  private bytesSinceSync = 0;
  private syncRunning = false;
  private abandoned = false;

  /** Call when the replica is settled and receives no repair. */
  constructor(options: SnapshotWriterOptions) {
    const { source, clusterId } = options;
    this.options = options;
    this.file = options.file;
    source.cut();
    this.push(encodeHeader(FileKind.snapshot, clusterId));
    this.push(beginRecord(source.context(), source.vectors()));
    for (const fence of source.fences()) this.push(fenceRecord(fence));
  }

  /** Share of the slots that are written. */
  get progress(): number {
    return this.place / SLOTS;
  }

  get isWaiting(): boolean {
    return this.syncRunning || this.failure !== undefined || this.isSynced || !this.options.source.isSettled;
  }

  /** What the journal has taken, until the end. */
  add(record: Uint8Array): void {
    if (this.endContext !== undefined || this.failure !== undefined) return;
    this.push(record);
    if (this.queueBytes <= SNAPSHOT_QUEUE_BYTES_MAX) return;
    this.failure = new StorageError("EBUSY", "the disk is too slow for the changes that are made meanwhile");
  }

  /** Writes the next piece, with what was added before it. */
  step(): void {
    if (this.isWaiting || this.endContext !== undefined) return;
    this.guarded(() => {
      this.piece();
      this.write();
      if (this.endContext !== undefined || this.bytesSinceSync >= SNAPSHOT_SYNC_BYTES) this.syncSoon();
    });
  }

  /** All that is left, at once; `onEnd` when the end is written and not yet synced. */
  finish(onEnd: () => void = () => {}): void {
    this.guarded(() => {
      const isOpen = this.endContext === undefined;
      while (this.endContext === undefined) {
        this.options.source.settle();
        this.piece();
        this.write();
      }
      if (isOpen) onEnd();
      this.options.storage.sync(this.file);
      this.isSynced = true;
    });
  }

  /** Nobody wants it any more. */
  abandon(): void {
    this.abandoned = true;
    this.options.storage.remove(this.file);
  }

  private piece(): void {
    const { source, pieceBytes = SNAPSHOT_PIECE_BYTES } = this.options;
    source.cut();
    if (this.ranges.length > 0) this.rangesPiece(pieceBytes);
    else if (this.place < SLOTS) this.slotsPiece(pieceBytes);
    if (this.place < SLOTS || this.ranges.length > 0) return;
    this.endContext = source.context();
    this.push(endRecord(this.endContext));
  }

  private slotsPiece(pieceBytes: number): void {
    const from = this.place;
    const { bytes, done, stubs } = this.options.source.export(SLOT_BITS, NODES, from, pieceBytes);
    this.place = from + done;
    this.push(slotsRecord({ from, next: this.place, bytes }));
    for (const { db, key, type, elements } of stubs) {
      for (const part of partsToFill(type, elements).toReversed()) this.ranges.push({ db, key, type, ...part });
    }
  }

  /** Several ranges, where they are small. */
  private rangesPiece(pieceBytes: number): void {
    for (let written = 0; written < pieceBytes;) {
      const range = this.ranges.pop();
      if (range === undefined) return;
      const { bytes, next } = this.options.source.exportRange(range, pieceBytes - written);
      const isLast = next.length === 0;
      const record = rangeRecord({ range: isLast ? range : { ...range, to: next }, bytes });
      this.rangesWritten++;
      this.push(record);
      if (!isLast) this.ranges.push({ ...range, from: next });
      // What is compressed has cost as much as it was.
      written += Math.max(bytes.length, record.length);
    }
  }

  private push(record: Uint8Array): void {
    this.queue.push(record);
    this.queueBytes += record.length;
  }

  private write(): void {
    const bytes = Buffer.concat(this.queue);
    this.options.storage.append(this.file, bytes);
    this.bytesWritten += bytes.length;
    this.bytesSinceSync += bytes.length;
    this.queue = [];
    this.queueBytes = 0;
  }

  private syncSoon(): void {
    const isLast = this.endContext !== undefined;
    this.syncRunning = true;
    this.bytesSinceSync = 0;
    this.options.storage.syncSoon(this.file, (error) => {
      if (this.abandoned) return;
      this.syncRunning = false;
      if (error !== undefined) this.failure = error;
      else if (isLast) this.isSynced = true;
    });
  }

  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.failure = error;
    }
  }
}
