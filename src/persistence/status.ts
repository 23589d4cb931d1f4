/**
 * How durability does, as INFO and the metrics show it: plain figures, made when somebody asks.
 */
export interface SnapshotStatus {
  /** What the snapshot that is being written is for; undefined when none is. */
  readonly running: "save" | "rewrite" | undefined;
  readonly saveScheduled: boolean;
  readonly rewriteScheduled: boolean;
  /** Share of the slots that the running one has written, 0 to 1. */
  readonly progress: number;
  readonly startedMs: number;
  /** Wall milliseconds of the last one that is complete. */
  readonly lastSaveMs: number;
  readonly lastSaveOk: boolean;
  readonly lastRewriteOk: boolean;
  /** -1: there was none. */
  readonly lastSaveSeconds: number;
  readonly lastRewriteSeconds: number;
  readonly saves: number;
  readonly rewrites: number;
  readonly rewriteFailuresInARow: number;
  readonly bytesWritten: number;
  /** Bytes of the snapshot that a recovery would begin with. */
  readonly baseBytes: number;
  /** Pieces of large collections in all snapshots. */
  readonly rangesWritten: number;
  /** Bytes that a recovery would have read when the log was last replaced, or at the start. */
  readonly grownFromBytes: number;
}

export interface LogStatus {
  readonly enabled: boolean;
  /** "failing": what was not written is kept and tried again; "broken": only a snapshot can make the files whole. */
  readonly state: "off" | "healthy" | "failing" | "broken";
  /** Why, in the system's words; empty when healthy. */
  readonly error: string;
  /** Bytes that a recovery would read behind the snapshot. */
  readonly bytes: number;
  /** Bytes that wait in memory to be written. */
  readonly pendingBytes: number;
  readonly bytesWritten: number;
  readonly syncs: number;
  /** Writes that did not wait any longer for a sync that took too long. */
  readonly delayedSyncs: number;
  readonly syncRunning: boolean;
  /** Failed writes and syncs since the start. */
  readonly failures: number;
}

export interface PersistenceStatus {
  /** Changes since the last snapshot. */
  readonly changes: number;
  readonly snapshot: SnapshotStatus;
  readonly log: LogStatus;
}

/** How far a recovery is. */
export interface LoadingStatus {
  readonly startedMs: number;
  readonly totalBytes: number;
  readonly loadedBytes: number;
}
