/**
 * The threads of a search. Each asks a foreman for a task, does it, and asks again; one that has got none sleeps
 * until it is woken. A thread that dies is replaced, and the foreman is told which seed it died of.
 */
import { Worker } from "node:worker_threads";
import { SEARCH_SEED_SECONDS_MAX } from "../limits.ts";
import { firstLine } from "./bad-input.ts";
import {
  NO_SEED,
  RUNNING_SEED,
  STOP,
  type Answer,
  type SharedFlags,
  type Task,
  type WorkerSetup,
} from "./worker-messages.ts";

export interface Foreman {
  /** A task for a thread that has none; undefined when there is none now. */
  next(): Task | undefined;
  heard(answer: Exclude<Answer, { kind: "done" }>): void;
  /** A thread died in the middle of a task; of which seed, when it ran one. */
  lost(task: Task, seed: number | undefined, reason: string): void;
  /** No thread has anything to do, and the foreman has no task. */
  idle(): void;
}

interface Thread {
  readonly worker: Worker;
  readonly flags: SharedFlags;
  task: Task | undefined;
  /** What it threw, if it did. */
  reason: string | undefined;
  /** The seed that was running when somebody last looked, and since when. */
  seen: { readonly seed: number; readonly sinceMs: number };
}

const WATCH_MS = 1000;

export class WorkerPool {
  private readonly threads = new Set<Thread>();
  private readonly file: Pick<WorkerSetup, "path" | "shown">;
  private readonly foreman: Foreman;
  private watch: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(file: Pick<WorkerSetup, "path" | "shown">, foreman: Foreman) {
    this.file = file;
    this.foreman = foreman;
  }

  start(jobs: number): void {
    for (let i = 0; i < jobs; i++) this.startThread();
    this.watch = setInterval(() => this.endWhatNeverEnds(), WATCH_MS);
    this.wake();
  }

  /** Threads without a task ask for one. */
  wake(): void {
    if (this.ended) return;
    for (const thread of this.threads) if (thread.task === undefined) this.assign(thread);
    if (!Array.from(this.threads).some(({ task }) => task !== undefined)) this.foreman.idle();
  }

  /** Threads that run seeds stop after the one that they are at. */
  stopSeeds(): void {
    for (const { task, flags } of this.threads) if (task?.kind === "seeds") flags[STOP] = 1;
  }

  async end(): Promise<void> {
    this.ended = true;
    clearInterval(this.watch);
    await Promise.all(Array.from(this.threads, async ({ worker }) => await worker.terminate()));
  }

  private startThread(): void {
    const flags: SharedFlags = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
    flags[RUNNING_SEED] = NO_SEED;
    const setup: WorkerSetup = { ...this.file, flags };
    // What a user's module prints must not get into the results on stdout.
    const worker = new Worker(new URL("search-worker.ts", import.meta.url), { workerData: setup, stdout: true });
    worker.stdout.on("data", (text: Uint8Array) => process.stderr.write(text));
    const thread: Thread = { worker, flags, task: undefined, reason: undefined, seen: { seed: NO_SEED, sinceMs: 0 } };
    this.threads.add(thread);
    worker.on("message", (answer: Answer) => this.hear(thread, answer));
    worker.on("error", (error) => (thread.reason = firstLine(error)));
    worker.on("exit", (code) => this.bury(thread, code));
  }

  private assign(thread: Thread): void {
    thread.task = this.foreman.next();
    if (thread.task === undefined) return;
    thread.flags[STOP] = 0;
    thread.worker.postMessage(thread.task, []);
  }

  private hear(thread: Thread, answer: Answer): void {
    if (this.ended) return;
    if (answer.kind !== "done") {
      this.foreman.heard(answer);
      return;
    }
    thread.task = undefined;
    this.wake();
  }

  private endWhatNeverEnds(): void {
    const nowMs = performance.now();
    for (const thread of this.threads) {
      const seed = thread.flags[RUNNING_SEED] ?? NO_SEED;
      if (seed !== thread.seen.seed || thread.task?.kind !== "seeds") thread.seen = { seed, sinceMs: nowMs };
      if (seed === NO_SEED || nowMs - thread.seen.sinceMs < SEARCH_SEED_SECONDS_MAX * 1000) continue;
      thread.reason = `it had run for ${SEARCH_SEED_SECONDS_MAX} s`;
      void thread.worker.terminate();
    }
  }

  private bury(thread: Thread, code: number): void {
    this.threads.delete(thread);
    if (this.ended) return;
    const seed = thread.flags[RUNNING_SEED];
    this.startThread();
    if (thread.task !== undefined)
      this.foreman.lost(thread.task, seed === NO_SEED ? undefined : seed, thread.reason ?? `exit code ${code}`);
    this.wake();
  }
}
