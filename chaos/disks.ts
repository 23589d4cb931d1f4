/**
 * The data folders of the replicas, each on a disk of its own where mounts are allowed: a small one in memory, that can
 * be filled to the last byte without anybody else noticing.
 *
 *   ROOT/disk-n1/data       what `--data-dir` names
 *   ROOT/disk-n1/filler     what fills the disk
 *   ROOT/copy-n1            a copy of the data, to be put back later
 */
import { execFileSync } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const DISK_MEGABYTES = 256;
const MEGABYTE = 1024 * 1024;
const BLOCK_BYTES = 4096;

export class Disks {
  readonly #root: string;
  readonly #mounted: boolean;

  /** `mounted`: this process may mount, in a mount namespace of its own. */
  constructor(root: string, names: readonly string[], mounted: boolean) {
    this.#root = root;
    this.#mounted = mounted;
    for (const name of names) {
      const disk = this.#disk(name);
      mkdirSync(disk, { recursive: true });
      if (mounted) execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m`, "tmpfs", disk]);
      mkdirSync(this.folder(name));
    }
  }

  folder(name: string): string {
    return join(this.#disk(name), "data");
  }

  /** Nobody may be writing there. */
  copy(name: string): void {
    rmSync(this.#copy(name), { recursive: true, force: true });
    cpSync(this.folder(name), this.#copy(name), { recursive: true, preserveTimestamps: true });
  }

  putBack(name: string): void {
    this.empty(name);
    cpSync(this.#copy(name), this.folder(name), { recursive: true, preserveTimestamps: true });
    rmSync(this.#copy(name), { recursive: true });
  }

  empty(name: string): void {
    rmSync(this.folder(name), { recursive: true, force: true });
    mkdirSync(this.folder(name));
  }

  fill(name: string): void {
    if (!this.#mounted) throw new Error("the disk is not ours to fill");
    const file = openSync(this.#filler(name), "w");
    for (let bytes = MEGABYTE; bytes >= BLOCK_BYTES;) {
      try {
        writeSync(file, Buffer.alloc(bytes, 1));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        bytes /= 2;
      }
    }
    closeSync(file);
  }

  free(name: string): void {
    rmSync(this.#filler(name), { force: true });
  }

  /** For looking at it later: also what is on a disk that ends with this process. */
  keep(name: string, target: string): void {
    if (existsSync(this.folder(name))) cpSync(this.folder(name), join(target, `data-${name}`), { recursive: true });
  }

  /** The folders themselves stay. */
  release(names: readonly string[]): void {
    if (this.#mounted) for (const name of names) execFileSync("umount", ["--lazy", this.#disk(name)]);
  }

  #disk(name: string): string {
    return join(this.#root, `disk-${name}`);
  }

  #filler(name: string): string {
    return join(this.#disk(name), "filler");
  }

  #copy(name: string): string {
    return join(this.#root, `copy-${name}`);
  }
}
