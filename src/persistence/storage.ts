/**
 * The port to a folder of files, as much of it as logs and snapshots need. The
 * shell implements it over a real folder, the simulator over a virtual disk that
 * can be full, fail, lose what was not synced, or be copied.
 *
 * Everything but `syncSoon` is synchronous: the caller is the one thread, and a
 * write is copied by the kernel. Names are plain file names of that one folder.
 *
 * F1. What was appended and synced survives any crash; what was appended may
 *     survive in part, always a prefix.
 * F2. `replace` is atomic, and durable when it returns.
 */

/** The disk refused: full, failing, or gone. Nothing is known of what a failed append has written. */
export class StorageError extends Error {
  /** The system's code, as ENOSPC or EIO. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Storage {
  list(): readonly string[];
  /** Bytes of a file; -1 when there is none. */
  size(name: string): number;
  /** Up to `length` bytes from `offset` on; fewer at the end. */
  read(name: string, offset: number, length: number): Uint8Array;
  /** Appends, and makes the file when it is missing. Throws StorageError. */
  append(name: string, bytes: Uint8Array): void;
  /** What was appended is on the disk when this returns. Throws StorageError. */
  sync(name: string): void;
  /** The same without waiting; `done` gets what went wrong. At most one at a time per file. */
  syncSoon(name: string, done: (error: StorageError | undefined) => void): void;
  /** Writes a whole small file in the place of another (F2). Throws StorageError. */
  replace(name: string, bytes: Uint8Array): void;
  /** Cuts a file. Throws StorageError. */
  truncate(name: string, length: number): void;
  /** Harmless when there is none. */
  remove(name: string): void;
  /**
   * Words that are the same as long as the file is this very file on this very machine since its start: not after a
   * copy, a restore from a backup, or on the clone of a disk.
   */
  identityOf(name: string): string;
}
