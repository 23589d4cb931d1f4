/**
 * A real folder as the Storage port of src/persistence.
 *
 * Files that are appended to stay open. A new file's name is made durable with its first sync, by a sync of the
 * folder; so is a file that replaces another. What the system refuses becomes a StorageError.
 */
import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlink,
  writeSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { MANIFEST } from "../persistence/file-names.ts";
import { REMOVED_AT_ONCE_BYTES_MAX } from "../limits/durability.ts";
import { type Storage, StorageError } from "../persistence/storage.ts";
import { bootId, FolderLock } from "./folder-lock.ts";

interface OpenFile {
  readonly descriptor: number;
  /** Its name is not durable yet. */
  isNew: boolean;
  /** Syncs that run; it is closed after the last. */
  syncs: number;
  isRemoved: boolean;
}

const TEMPORARY = ".new";
/** A file on its way out. */
const REMOVED = ".removed";

export class FileStorage implements Storage {
  readonly folder: string;
  /** Time spent in syncs, those in the background included, and the longest. */
  syncSeconds = 0;
  syncSecondsMax = 0;
  private readonly lock: FolderLock | undefined;
  private readonly open = new Map<string, OpenFile>();
  private reading: { name: string; descriptor: number } | undefined;

  /** Makes the folder when it is missing. Throws UsageError when another process has it, or the system's error. */
  constructor(folder: string, mode: "write" | "look" = "write") {
    this.folder = folder;
    if (mode === "look") return;
    makeFolder(folder);
    this.lock = new FolderLock(folder);
    rmSync(this.path(MANIFEST + TEMPORARY), { force: true });
    for (const name of this.list()) if (name.endsWith(REMOVED)) rmSync(this.path(name), { force: true });
  }

  /** Lets go of everything; what was not synced is left to the system. */
  close(): void {
    for (const name of this.open.keys()) this.closeFile(name);
    this.closeReading();
    this.lock?.release();
  }

  list(): readonly string[] {
    return guarded(() => readdirSync(this.folder));
  }

  size(name: string): number {
    return guarded(() => statSync(this.path(name), { throwIfNoEntry: false })?.size ?? -1);
  }

  read(name: string, offset: number, length: number): Uint8Array {
    return guarded(() => {
      const descriptor = this.descriptorToRead(name);
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size(name) - offset)));
      let read = 0;
      while (read < bytes.length) {
        const count = readSync(descriptor, bytes, read, bytes.length - read, offset + read);
        if (count === 0) break;
        read += count;
      }
      return bytes.subarray(0, read);
    });
  }

  append(name: string, bytes: Uint8Array): void {
    guarded(() => {
      const { descriptor } = this.fileToAppend(name);
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    });
  }

  sync(name: string): void {
    const startMs = performance.now();
    guarded(() => {
      const file = this.fileToAppend(name);
      fdatasyncSync(file.descriptor);
      if (file.isNew) this.syncFolder();
      file.isNew = false;
    });
    this.noteSync(startMs);
  }

  syncSoon(name: string, done: (error: StorageError | undefined) => void): void {
    const startMs = performance.now();
    let file: OpenFile;
    try {
      file = guarded(() => this.fileToAppend(name));
    } catch (error) {
      setImmediate(done, error as StorageError); // `guarded` throws nothing else
      return;
    }
    const { descriptor, isNew } = file;
    const ended = (error: Error | null): void => {
      file.syncs--;
      if (error === null) file.isNew = false;
      if (file.isRemoved && file.syncs === 0) closeSync(descriptor);
      this.noteSync(startMs);
      done(error === null ? undefined : storageError(error));
    };
    file.syncs++;
    fdatasync(descriptor, (error) => {
      if (error !== null || !isNew) ended(error);
      else this.syncFolderSoon(ended);
    });
  }

  replace(name: string, bytes: Uint8Array): void {
    guarded(() => {
      const temporary = this.path(name + TEMPORARY);
      try {
        writeWhole(temporary, bytes);
        renameSync(temporary, this.path(name));
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
      this.syncFolder();
    });
  }

  truncate(name: string, length: number): void {
    guarded(() => truncateSync(this.path(name), length));
  }

  /** The file has its name no more when this returns; the blocks of a large one are freed in the background. */
  remove(name: string): void {
    guarded(() => {
      this.closeFile(name);
      const path = this.path(name);
      if (this.size(name) <= REMOVED_AT_ONCE_BYTES_MAX) return rmSync(path, { force: true });
      renameSync(path, path + REMOVED);
      // What cannot be removed now is left over, and tried again at the next start.
      unlink(path + REMOVED, () => {});
    });
  }

  identityOf(name: string): string {
    const boot = bootId();
    // Where the machine's start is not known, nothing is the same as before.
    if (boot === "") return randomUUID();
    return guarded(() => {
      const { dev, ino, birthtimeNs } = statSync(this.path(name), { bigint: true });
      return `device ${dev}, inode ${ino}, born ${birthtimeNs}, machine started ${boot}`;
    });
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private fileToAppend(name: string): OpenFile {
    const known = this.open.get(name);
    if (known !== undefined) return known;
    const isNew = this.size(name) < 0;
    const descriptor = openSync(this.path(name), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o644);
    const file = { descriptor, isNew, syncs: 0, isRemoved: false };
    this.open.set(name, file);
    return file;
  }

  private closeFile(name: string): void {
    if (this.reading?.name === name) this.closeReading();
    const file = this.open.get(name);
    if (file === undefined) return;
    this.open.delete(name);
    file.isRemoved = true;
    if (file.syncs === 0) closeSync(file.descriptor);
  }

  /** Recovery reads one file from its beginning to its end. */
  private descriptorToRead(name: string): number {
    if (this.reading?.name === name) return this.reading.descriptor;
    this.closeReading();
    const descriptor = openSync(this.path(name), "r");
    this.reading = { name, descriptor };
    return descriptor;
  }

  private closeReading(): void {
    if (this.reading !== undefined) closeSync(this.reading.descriptor);
    this.reading = undefined;
  }

  private syncFolder(): void {
    const descriptor = openSync(this.folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  private syncFolderSoon(done: (error: Error | null) => void): void {
    let descriptor: number;
    try {
      descriptor = openSync(this.folder, "r");
    } catch (error) {
      return done(error as Error); // what node:fs throws
    }
    fsync(descriptor, (error) => {
      closeSync(descriptor);
      done(error);
    });
  }

  private noteSync(startMs: number): void {
    const seconds = (performance.now() - startMs) / 1000;
    this.syncSeconds += seconds;
    this.syncSecondsMax = Math.max(this.syncSecondsMax, seconds);
  }
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "w");
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Step by step: in some file systems (procfs) Node's own recursion never ends. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function guarded<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw storageError(error);
  }
}

function storageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  if (!(error instanceof Error)) return new StorageError("EIO", String(error));
  return new StorageError("code" in error ? String(error.code) : "EIO", error.message);
}
