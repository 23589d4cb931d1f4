/**
 * What the threads of a search and their foreman say to each other: plain data, a message each.
 *
 *   foreman → thread   a task: some seeds to run, or one to shrink
 *   thread → foreman   the result of each seed as it comes, what became of shrinking, and that the task is done
 */
import type { SmallerRun } from "./shrinking.ts";
import type { Addend } from "./tally.ts";

export type Task =
  | { readonly kind: "seeds"; readonly from: number; readonly count: number }
  | { readonly kind: "shrink"; readonly seed: number; readonly seconds: number };

export interface SeedResult extends Addend {
  readonly kind: "seed";
  readonly seed: number;
}

export interface ShrunkResult {
  readonly kind: "shrunk";
  readonly seed: number;
  /** Undefined when it fails only with client programs, which are no data. */
  readonly smaller: SmallerRun | undefined;
}

export type Answer =
  | SeedResult
  | ShrunkResult
  | { readonly kind: "done" }
  /** The source cannot make a scenario of a seed; the message is for the person. */
  | { readonly kind: "refused"; readonly message: string };

export interface WorkerSetup {
  /** The source's file; undefined for the generator. */
  readonly path: string | undefined;
  readonly shown: string;
  readonly flags: SharedFlags;
}

/**
 * Two numbers that both sides see at once: the seed that runs, and whether to stop after it. A thread that dies
 * can send nothing any more; this is how the foreman knows what it died of.
 */
export type SharedFlags = Float64Array<SharedArrayBuffer>;
export const RUNNING_SEED = 0;
export const STOP = 1;
/** In the place of a seed: none runs. */
export const NO_SEED = -1;
