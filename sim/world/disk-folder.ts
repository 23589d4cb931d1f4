/**
 * The folder that one life of a process has on its node's disk: the product's
 * port to storage (src/persistence/storage.ts), with everything that may go
 * wrong there.
 *
 * Before each effect on the disk the process may die (`mayDie` throws); in a
 * later life this folder does nothing any more. A write that fails has
 * written some of it.
 */
import { StorageError, type Storage } from "../../src/persistence/storage.ts";
import type { VirtualDisk } from "./disk.ts";

/** How long a sync in the background takes on a disk that has no troubles. */
const SYNC_MS = 4;

export interface FolderOwner {
  /** Called before each effect; throws when the process dies there, or is dead already. */
  readonly mayDie: () => void;
  /** Runs something later in this life of the process; never when it is over. */
  readonly later: (delayMs: number, run: () => void) => void;
}

export class DiskFolder implements Storage {
  private readonly disk: VirtualDisk;
  private readonly owner: FolderOwner;

  constructor(disk: VirtualDisk, owner: FolderOwner) {
    this.disk = disk;
    this.owner = owner;
  }

  list(): readonly string[] {
    return this.disk.names();
  }

  size(name: string): number {
    return this.disk.size(name);
  }

  read(name: string, offset: number, length: number): Uint8Array {
    const bytes = this.disk.read(name, offset, length);
    if (bytes === undefined) throw new StorageError("ENOENT", `${name}: no such file`);
    return bytes;
  }

  append(name: string, bytes: Uint8Array): void {
    this.owner.mayDie();
    const trouble = this.writeTrouble(name);
    if (trouble !== undefined) {
      const written = this.disk.random.below(bytes.length + 1);
      if (written > 0) this.disk.append(name, bytes.subarray(0, written));
      throw trouble;
    }
    this.disk.append(name, bytes);
  }

  sync(name: string): void {
    this.owner.mayDie();
    const trouble = this.syncTrouble(name);
    if (trouble !== undefined) throw trouble;
    this.disk.sync(name);
  }

  syncSoon(name: string, done: (error: StorageError | undefined) => void): void {
    this.owner.mayDie();
    const length = this.disk.size(name);
    const { syncMs } = this.disk.troubles;
    const delayMs = Math.max(SYNC_MS * this.disk.random.fraction(), ...syncMs);
    this.owner.later(delayMs, () => {
      const trouble = this.syncTrouble(name);
      if (trouble === undefined) this.disk.sync(name, length);
      done(trouble);
    });
  }

  replace(name: string, bytes: Uint8Array): void {
    this.owner.mayDie();
    const trouble = this.writeTrouble(name) ?? this.syncTrouble(name);
    if (trouble !== undefined) throw trouble;
    this.disk.replace(name, bytes);
  }

  truncate(name: string, length: number): void {
    this.owner.mayDie();
    const trouble = this.disk.troubles.writes > 0 ? failing(name) : undefined;
    if (trouble !== undefined) throw trouble;
    this.disk.truncate(name, length);
  }

  remove(name: string): void {
    this.owner.mayDie();
    this.disk.remove(name);
  }

  identityOf(name: string): string {
    return this.disk.identityOf(name);
  }

  private writeTrouble(name: string): StorageError | undefined {
    const { full, writes } = this.disk.troubles;
    if (full > 0) return new StorageError("ENOSPC", `${name}: No space left on device`);
    return writes > 0 ? failing(name) : undefined;
  }

  private syncTrouble(name: string): StorageError | undefined {
    return this.disk.troubles.syncs > 0 ? failing(name) : undefined;
  }
}

function failing(name: string): StorageError {
  return new StorageError("EIO", `${name}: Input/output error`);
}
