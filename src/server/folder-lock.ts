/**
 * The lock of a data folder: two processes that write one log would spoil it.
 *
 * It holds the words of the process that has it: its id, when it started, and the start of the machine. What a dead
 * process left, or one before the machine's last start, is taken over.
 *
 * The words are the target of a symbolic link: that is made in one step, and takes no room on a disk that is full.
 * Where there are no such links it is a file.
 */
import { readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./usage-error.ts";

const LOCK = "lock";
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

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
    if (readLock(this.path) === this.words) rmSync(this.path, { force: true });
  }

  private create(): boolean {
    try {
      symlinkSync(this.words, this.path);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === "EEXIST") return false;
      if (!NO_LINKS.has(code)) throw error;
    }
    try {
      writeFileSync(this.path, this.words, { flag: "wx" });
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  private takeOver(folder: string): void {
    const found = readLock(this.path);
    const pid = Number(found.split(" ")[0]);
    const taken = `${folder} is in use by process ${pid}; remove ${this.path} if it came with a copy of that one's folder`;
    if (pid > 0 && found !== "" && wordsOf(pid) === found) throw new UsageError(taken);
    // Whoever moves the old lock away is the one who may make a new one.
    const aside = `${this.path}.${process.pid}`;
    try {
      renameSync(this.path, aside);
    } catch {
      throw new UsageError(`${folder} has just been taken by another process`);
    }
    const moved = readLock(aside);
    if (moved !== found) renameSync(aside, this.path);
    else rmSync(aside, { force: true });
    if (moved !== found || !this.create()) throw new UsageError(`${folder} has just been taken by another process`);
  }
}

/** What tells a process from every other one; of a process that does not run, nothing that was ever written. */
function wordsOf(pid: number): string {
  return `${pid} ${startOf(pid)} ${bootId()}`;
}

function readLock(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return readText(path).trim();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** When a process started, in the system's ticks; where the system does not say, whether it runs. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold anything.
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const START_TIME_FIELD = 19;
  // One that was killed stays in the list until its parent asks for it, which in a container may be never.
  if (stat !== "" && afterName[0] !== "Z") return afterName[START_TIME_FIELD] ?? "";
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
