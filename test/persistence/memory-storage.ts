/**
 * A folder in memory: a small real Storage that can be full, fail, crash and be copied.
 */
import { type Storage, StorageError } from "../../src/persistence/storage.ts";

interface MemoryFile {
  bytes: Buffer;
  /** How much of it survives a crash. */
  synced: number;
  identity: string;
}

type Operation = "append" | "sync" | "replace" | "truncate";

let identities = 0;

export class MemoryStorage implements Storage {
  readonly files = new Map<string, MemoryFile>();
  /** What the disk refuses, and why. */
  readonly refused = new Map<Operation, string>();
  /** A refused append writes so many bytes before. */
  partialBytes = 0;
  /** Syncs in the background wait until `settle`. */
  readonly syncing: (() => void)[] = [];
  syncsByName: string[] = [];
  appends = 0;

  list(): readonly string[] {
    return [...this.files.keys()];
  }

  size(name: string): number {
    return this.files.get(name)?.bytes.length ?? -1;
  }

  read(name: string, offset: number, length: number): Uint8Array {
    const file = this.files.get(name);
    if (file === undefined) throw new StorageError("ENOENT", `there is no ${name}`);
    return Buffer.from(file.bytes.subarray(offset, offset + length));
  }

  append(name: string, bytes: Uint8Array): void {
    this.appends++;
    const code = this.refused.get("append");
    const taken = code === undefined ? bytes : bytes.subarray(0, this.partialBytes);
    if (code === undefined || taken.length > 0) {
      const file = this.fileOf(name);
      file.bytes = Buffer.concat([file.bytes, taken]);
    }
    if (code !== undefined) throw new StorageError(code, `${code}: append refused`);
  }

  sync(name: string): void {
    this.refuse("sync");
    this.syncsByName.push(name);
    const file = this.fileOf(name);
    file.synced = file.bytes.length;
  }

  syncSoon(name: string, done: (error: StorageError | undefined) => void): void {
    const file = this.fileOf(name);
    const length = file.bytes.length;
    this.syncing.push(() => {
      const code = this.refused.get("sync");
      if (code !== undefined) return done(new StorageError(code, `${code}: sync refused`));
      file.synced = Math.max(file.synced, Math.min(length, file.bytes.length));
      this.syncsByName.push(name);
      done(undefined);
    });
  }

  /** Lets the syncs in the background end. */
  settle(): void {
    for (const end of this.syncing.splice(0)) end();
  }

  replace(name: string, bytes: Uint8Array): void {
    this.refuse("replace");
    this.files.set(name, { bytes: Buffer.from(bytes), synced: bytes.length, identity: `#${++identities}` });
  }

  truncate(name: string, length: number): void {
    this.refuse("truncate");
    const file = this.fileOf(name);
    file.bytes = Buffer.from(file.bytes.subarray(0, length));
    file.synced = Math.min(file.synced, length);
  }

  remove(name: string): void {
    this.files.delete(name);
  }

  identityOf(name: string): string {
    return this.fileOf(name).identity;
  }

  /** What a machine finds after its power failed: of each file what was synced, and `share` of the rest. */
  crashed(share = 0): MemoryStorage {
    const after = this.copy(true);
    for (const [name, file] of after.files) {
      const kept = file.synced + Math.floor((file.bytes.length - file.synced) * share);
      if (kept === 0 && file.synced === 0) after.files.delete(name);
      else file.bytes = file.bytes.subarray(0, kept);
    }
    return after;
  }

  /** The same folder for the next process, or a copy of it, whose files are others. */
  copy(isSame = false): MemoryStorage {
    const copy = new MemoryStorage();
    for (const [name, { bytes, synced, identity }] of this.files) {
      copy.files.set(name, { bytes: Buffer.from(bytes), synced, identity: isSame ? identity : `#${++identities}` });
    }
    return copy;
  }

  private fileOf(name: string): MemoryFile {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const file = { bytes: Buffer.alloc(0), synced: 0, identity: `#${++identities}` };
    this.files.set(name, file);
    return file;
  }

  private refuse(operation: Operation): void {
    const code = this.refused.get(operation);
    if (code !== undefined) throw new StorageError(code, `${code}: ${operation} refused`);
  }
}
