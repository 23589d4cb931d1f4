/**
 * One search: seeds handed out to threads, their results told in the order of the seeds.
 *
 * That order makes a search the same however many threads it has: the same seeds are counted and the same failures
 * are found, also when it stops at so many failures. The first few failures are shrunk while the rest goes on.
 */
import {
  SEARCH_CHUNK_MS,
  SEARCH_CHUNK_SEEDS_MAX,
  SEARCH_FAILURES_SHRUNK_MAX,
  SEARCH_WAITING_SEEDS_MAX,
} from "../limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { BadInput } from "./bad-input.ts";
import type { SmallerRun } from "./shrinking.ts";
import { Tally } from "./tally.ts";
import type { Answer, SeedResult, Task } from "./worker-messages.ts";
import { WorkerPool, type Foreman } from "./worker-pool.ts";

export interface SearchPlan {
  readonly path: string | undefined;
  readonly shown: string;
  readonly from: number;
  /** Infinity when only time limits it. */
  readonly seeds: number;
  /** Infinity when only the seeds limit it. */
  readonly minutes: number;
  readonly jobs: number;
  readonly failuresMax: number;
  /** For each failure that is shrunk; 0 shrinks none. */
  readonly shrinkSeconds: number;
}

export interface SearchFailure {
  readonly seed: number;
  readonly details: FailureDetails;
  /** Did the thread die that ran it? Then it should not be run again here. */
  readonly fatal: boolean;
  readonly shrunk: SmallerRun | undefined;
}

export class Search implements Foreman {
  readonly tally = new Tally();
  interrupted = false;
  private readonly plan: SearchPlan;
  private readonly pool: WorkerPool;
  private readonly settled: (failure: SearchFailure) => void;
  private readonly end = Promise.withResolvers<void>();
  /** The first seed that has not been handed out, and the first that has not been told of. */
  private unstarted: number;
  private untold: number;
  private stopping = false;
  private readonly waiting = new Map<number, SeedResult>();
  /** Seeds that a dead thread has left over. */
  private readonly leftOver: Task[] = [];
  private readonly fatal = new Set<number>();
  /** Failures to be shrunk, by seed; and those of them that nobody has begun with. */
  private readonly unsettled = new Map<number, FailureDetails>();
  private readonly unshrunk: number[] = [];
  private shrunkCount = 0;
  private problem: Error | undefined;

  /** `settled` is told of each failure once it has been shrunk, or will not be. */
  constructor(plan: SearchPlan, settled: (failure: SearchFailure) => void) {
    this.plan = plan;
    this.settled = settled;
    this.unstarted = this.untold = plan.from;
    this.pool = new WorkerPool(plan, this);
  }

  async run(): Promise<void> {
    const { minutes, seeds, jobs } = this.plan;
    const timer = minutes === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => this.stop(), minutes * 60_000);
    this.pool.start(Math.min(jobs, seeds));
    try {
      await this.end.promise;
    } finally {
      clearTimeout(timer);
      await this.pool.end();
    }
    for (const result of Array.from(this.waiting.values()).toSorted((a, b) => a.seed - b.seed)) this.tell(result);
    for (const [seed, details] of this.unsettled) this.settle(seed, details, undefined);
    if (this.problem !== undefined) throw this.problem;
  }

  /** Ends at once, with what there is. */
  interrupt(): void {
    this.interrupted = true;
    this.stopping = true;
    this.end.resolve();
  }

  // Foreman

  next(): Task | undefined {
    const seed = this.unshrunk.shift();
    if (seed !== undefined) return { kind: "shrink", seed, seconds: this.plan.shrinkSeconds };
    if (this.stopping) return undefined;
    const rest = this.leftOver.pop();
    if (rest !== undefined) return rest;
    const count = Math.min(this.chunk(), this.plan.from + this.plan.seeds - this.unstarted);
    if (count <= 0 || this.unstarted - this.untold > SEARCH_WAITING_SEEDS_MAX) return undefined;
    const from = this.unstarted;
    this.unstarted += count;
    return { kind: "seeds", from, count };
  }

  heard(answer: Exclude<Answer, { kind: "done" }>): void {
    if (answer.kind === "refused") this.end.reject(new BadInput(answer.message));
    else if (answer.kind === "shrunk") this.settle(answer.seed, this.unsettled.get(answer.seed), answer.smaller);
    else this.report(answer);
  }

  lost(task: Task, seed: number | undefined, reason: string): void {
    if (seed === undefined) {
      this.end.reject(new Error(`a thread of the search ended: ${reason}`));
    } else if (task.kind === "shrink") {
      this.settle(seed, this.unsettled.get(seed), undefined);
    } else {
      const count = task.from + task.count - seed - 1;
      if (count > 0) this.leftOver.push({ kind: "seeds", from: seed + 1, count });
      this.fatal.add(seed);
      const failure: FailureDetails = {
        oracle: "no crash",
        atMs: 0,
        message: `the thread that ran it ended: ${reason}`,
      };
      this.report({ kind: "seed", seed, events: 0, commands: 0, virtualMs: 0, marks: [], failure });
    }
  }

  idle(): void {
    this.end.resolve();
  }

  /** As many seeds as have taken a moment so far. */
  private chunk(): number {
    const { seeds, ranMs } = this.tally;
    const inMoment = Math.floor((seeds * SEARCH_CHUNK_MS) / Math.max(ranMs * this.plan.jobs, 1));
    return Math.min(Math.max(inMoment, 1), SEARCH_CHUNK_SEEDS_MAX);
  }

  private stop(): void {
    this.stopping = true;
    this.pool.stopSeeds();
    this.pool.wake();
  }

  private report(result: SeedResult): void {
    this.waiting.set(result.seed, result);
    for (let next = this.waiting.get(this.untold); next !== undefined; next = this.waiting.get(this.untold)) {
      this.waiting.delete(this.untold);
      this.untold++;
      this.tell(next);
    }
  }

  private tell(result: SeedResult): void {
    if (this.tally.failures >= this.plan.failuresMax) return;
    this.tally.add(result);
    if (result.failure === undefined) return;
    const { seed, failure } = result;
    if (this.interrupted || this.fatal.has(seed) || !this.mayShrink()) {
      this.settle(seed, failure, undefined);
    } else {
      this.unsettled.set(seed, failure);
      this.unshrunk.push(seed);
    }
    if (this.tally.failures >= this.plan.failuresMax) this.stop();
  }

  private mayShrink(): boolean {
    return this.plan.shrinkSeconds > 0 && this.shrunkCount++ < SEARCH_FAILURES_SHRUNK_MAX;
  }

  private settle(seed: number, details: FailureDetails | undefined, shrunk: SmallerRun | undefined): void {
    if (details === undefined) return;
    this.unsettled.delete(seed);
    try {
      this.settled({ seed, details, fatal: this.fatal.has(seed), shrunk });
    } catch (error) {
      // The thread's message brought us here; the search is where it belongs.
      this.problem ??= error instanceof Error ? error : new Error(String(error));
      this.end.resolve();
    }
  }
}
