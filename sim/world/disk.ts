/**
 * A node's virtual disk: files with what has been appended, and how much of it
 * is safe. It outlives processes; each has a folder (disk-folder.ts) of its own
 * time to work with it.
 *
 *   bytes   0 ─────────── synced ─────────── length
 *           survives      lost from some byte on when the power fails
 *
 * D1. When the power fails, every file keeps what was synced and of the rest a
 *     prefix, chosen by the stream 'disk'. A process that is killed loses
 *     nothing that it has appended.
 * D2. What was removed is gone for good only after a later `replace`, which
 *     syncs the folder; a file that was never synced may never have been.
 * D3. Words of identity change with every copy, and with every start of the
 *     machine.
 */
import type { Random } from "./random.ts";

/** A failed append has written some of it. */
interface DiskFile {
  bytes: Buffer;
  length: number;
  synced: number;
  /** Its number on this disk; a copy has another. */
  readonly inode: number;
}

/** What is wrong with a disk now: how many faults say so. */
export interface DiskTroubles {
  full: number;
  writes: number;
  syncs: number;
  /** How long a sync in the background takes. */
  syncMs: number[];
}

export class VirtualDisk {
  readonly troubles: DiskTroubles = { full: 0, writes: 0, syncs: 0, syncMs: [] };
  readonly random: Random;
  /** Somebody has tampered with what was synced: nobody can promise to find it again. */
  isDamaged = false;
  private readonly files = new Map<string, DiskFile>();
  /** Gone, but not yet for good (D2). */
  private readonly removed = new Map<string, DiskFile>();
  private readonly nextNumber: () => number;
  private boot: number;

  /** Numbers are never given twice, whatever disk asks for them. */
  constructor(random: Random, nextNumber: () => number) {
    this.random = random;
    this.nextNumber = nextNumber;
    this.boot = nextNumber();
  }

  names(): string[] {
    return [...this.files.keys()].toSorted();
  }

  /** Bytes of a file; -1 when there is none. */
  size(name: string): number {
    return this.files.get(name)?.length ?? -1;
  }

  read(name: string, offset: number, length: number): Uint8Array | undefined {
    const file = this.files.get(name);
    return file === undefined
      ? undefined
      : Uint8Array.from(file.bytes.subarray(offset, Math.min(offset + length, file.length)));
  }

  append(name: string, bytes: Uint8Array): void {
    const file = this.files.get(name) ?? this.made(name);
    const length = file.length + bytes.length;
    if (length > file.bytes.length) {
      const grown = Buffer.alloc(Math.max(length, 2 * file.bytes.length));
      file.bytes.copy(grown, 0, 0, file.length);
      file.bytes = grown;
    }
    file.bytes.set(bytes, file.length);
    file.length = length;
  }

  /** Everything of it, or what there was of it at some time, is safe. */
  sync(name: string, length = Number.POSITIVE_INFINITY): void {
    const file = this.files.get(name);
    if (file !== undefined) file.synced = Math.max(file.synced, Math.min(file.length, length));
  }

  replace(name: string, bytes: Uint8Array): void {
    const whole = { bytes: Buffer.from(bytes), length: bytes.length, synced: bytes.length, inode: this.nextNumber() };
    this.files.set(name, whole);
    this.removed.clear();
  }

  truncate(name: string, length: number): void {
    const file = this.files.get(name);
    if (file === undefined) return;
    file.length = Math.min(file.length, length);
    file.synced = Math.min(file.synced, length);
  }

  remove(name: string): void {
    const file = this.files.get(name);
    if (file === undefined) return;
    this.files.delete(name);
    if (file.synced > 0) this.removed.set(name, file);
  }

  identityOf(name: string): string {
    const file = this.files.get(name);
    return file === undefined ? "" : `${this.boot} ${file.inode}`;
  }

  /** The machine starts anew, after its power has failed (D1, D2). */
  losePower(): void {
    const { random } = this;
    for (const [name, file] of this.removed)
      if (!this.files.has(name) && random.chance(0.5)) this.files.set(name, file);
    this.removed.clear();
    for (const [name, file] of this.files) {
      const unsafe = file.length - file.synced;
      if (unsafe > 0) file.length = file.synced + (random.chance(0.3) ? 0 : random.below(unsafe + 1));
      file.synced = file.length;
      if (file.length === 0 && random.chance(0.5)) this.files.delete(name);
    }
    this.boot = this.nextNumber();
  }

  /** As it is now, as another disk (D3): a backup, or the disk of a clone. */
  copy(): VirtualDisk {
    const other = new VirtualDisk(this.random, this.nextNumber);
    other.take(this);
    return other;
  }

  /** Holds from now on what another one holds: a backup is restored. */
  take(other: VirtualDisk): void {
    this.wipe();
    this.isDamaged = other.isDamaged;
    for (const [name, { bytes, length }] of other.files) {
      const whole = { bytes: Buffer.from(bytes.subarray(0, length)), length, synced: length, inode: this.nextNumber() };
      this.files.set(name, whole);
    }
  }

  wipe(): void {
    this.files.clear();
    this.removed.clear();
    this.isDamaged = false;
    this.boot = this.nextNumber();
  }

  /** Flips one bit of what is safe in some file; false when nothing is. */
  flipBit(): boolean {
    const names = this.names().filter((name) => (this.files.get(name)?.synced ?? 0) > 0);
    if (names.length === 0) return false;
    const file = this.files.get(this.random.pick(names));
    if (file === undefined) return false;
    const at = this.random.below(file.synced);
    file.bytes[at] = (file.bytes[at] ?? 0) ^ (1 << this.random.below(8));
    this.isDamaged = true;
    return true;
  }

  private made(name: string): DiskFile {
    const file = { bytes: Buffer.alloc(256), length: 0, synced: 0, inode: this.nextNumber() };
    this.files.set(name, file);
    return file;
  }
}
