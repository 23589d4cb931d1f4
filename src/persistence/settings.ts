/**
 * What an operator decides about durability. The object is replaced, never changed: `Persistence.configure`.
 */
export type SyncPolicy = "always" | "everysec" | "no";

/** A save rule: a snapshot when so many changes were made and so many seconds have passed since the last one. */
export interface SaveRule {
  readonly seconds: number;
  readonly changes: number;
}

export interface PersistenceSettings {
  /** Is there a log? Without it a snapshot is all that is kept. */
  readonly appendOnly: boolean;
  readonly appendSync: SyncPolicy;
  readonly saveRules: readonly SaveRule[];
  /** The log is replaced by a snapshot when it has grown by so much since the last one; 0: never by itself. */
  readonly rewritePercent: number;
  /** But not as long as it is smaller than this. */
  readonly rewriteBytesMin: number;
  /** Are writes refused after a snapshot that a save rule had asked for has failed? */
  readonly stopWritesOnSaveError: boolean;
  /** Is a log whose last record is incomplete cut there, with a warning? Otherwise it is refused. */
  readonly loadTruncated: boolean;
}

export const DEFAULT_PERSISTENCE_SETTINGS: PersistenceSettings = {
  appendOnly: true,
  appendSync: "everysec",
  saveRules: [],
  rewritePercent: 100,
  rewriteBytesMin: 64 * 1024 * 1024,
  stopWritesOnSaveError: true,
  loadTruncated: true,
};
