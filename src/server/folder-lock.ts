/**
 * The lock of a data folder: two processes that write one log would spoil it.
 *
 * A file with the words of the process that holds it: its id, when it started, and the start of the machine. What a
 * dead process left, or one before the machine's last start, is taken over.
 */
import { openSync, readFileSync, renameSync, rmSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./usage-error.ts";

const LOCK = "lock";

/** The machine's start, where the system says it; empty elsewhere. */
export function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id").trim();
}

export class FolderLock {
  private readonly path: string;
  private readonly words: string;

  /** Throws UsageError while another process holds the folder. */
  constructor(folder: string) {
    this.path = join(folder, LOCK);
    this.words = wordsOf(process.pid);
    if (this.create()) return;
    this.takeOver(folder);
  }

  release(): void {
    if (readText(this.path) === this.words) rmSync(this.path, { force: true });
  }

  private create(): boolean {
    try {
      const file = openSync(this.path, "wx");
      writeSync(file, this.words);
      closeSync(file);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
  }

  private takeOver(folder: string): void {
    const found = readText(this.path);
    const pid = Number(found.split(" ")[0]);
    const taken = `${folder} is in use by process ${pid}`;
    if (pid > 0 && found !== "" && wordsOf(pid) === found) throw new UsageError(taken);
    // Whoever moves the old lock away is the one who may make a new one.
    const aside = `${this.path}.${process.pid}`;
    try {
      renameSync(this.path, aside);
    } catch {
      throw new UsageError(`${folder} has just been taken by another process`);
    }
    const moved = readText(aside);
    if (moved !== found) renameSync(aside, this.path);
    else rmSync(aside, { force: true });
    if (moved !== found || !this.create()) throw new UsageError(`${folder} has just been taken by another process`);
  }
}

/** What tells a process from every other one; of a process that does not run, nothing that was ever written. */
function wordsOf(pid: number): string {
  return `${pid} ${startOf(pid)} ${bootId()}\n`;
}

/** When a process started, in the system's ticks; where the system does not say, whether it runs. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold anything.
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const START_TIME_FIELD = 19;
  if (stat !== "") return afterName[START_TIME_FIELD] ?? "";
  if (process.platform === "linux") return "gone";
  try {
    process.kill(pid, 0);
    return "runs";
  } catch {
    return "gone";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
