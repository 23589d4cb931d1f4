/**
 * Draws: what workloads and client programs decide by chance.
 *
 * Each workload and each client has a stream of its own, derived from the seed
 * and its name: one client that draws more does not change what others draw.
 */
import { Random } from "../world/random.ts";

/** A seeded stream of random choices. The same seed always gives the same choices. */
export class Draw {
  private readonly random: Random;
  private readonly owner: string;
  private readonly counts = new Map<string, number>();

  /** `owner` names the stream, and is part of every id that `id()` makes. */
  constructor(seed: number, stream: string, owner = "") {
    this.random = new Random(seed, stream);
    this.owner = owner;
  }

  /** A number from 0 up to, but not including, 1. */
  fraction(): number {
    return this.random.fraction();
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    if (!(low <= high)) throw new RangeError(`between(${low}, ${high}): nothing lies between`);
    return this.random.between(low, high);
  }

  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.random.chance(probability);
  }

  /** One of a list. Throws when the list is empty. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("pick([]): there is nothing to pick from");
    return this.random.pick(list);
  }

  /** One of several, each with its weight: `weighted([["GET", 9], ["SET", 1]])`. */
  weighted<T>(choices: readonly (readonly [choice: T, weight: number])[]): T {
    const sum = choices.reduce((total, [, weight]) => total + Math.max(weight, 0), 0);
    const chosen = choices[this.random.weighted(choices.map(([, weight]) => weight))];
    if (chosen === undefined || !(sum > 0)) throw new RangeError("weighted: there is no choice with a weight above 0");
    return chosen[0];
  }

  /** Each element of a list kept with the given probability, in order. */
  subset<T>(list: readonly T[], probability: number): T[] {
    return this.random.subset(list, probability);
  }

  /** A positive number around `mean`, exponentially distributed: the time between things that happen by chance. */
  exponential(mean: number): number {
    return this.random.exponential(mean);
  }

  /** A name that nobody else in the run has: `id("order")` is "order-1", then "order-2"; in a client its name comes along. */
  id(prefix = "id"): string {
    const count = (this.counts.get(prefix) ?? 0) + 1;
    this.counts.set(prefix, count);
    return [prefix, ...(this.owner === "" ? [] : [this.owner]), count].join("-");
  }
}

/** The draws of a workload, which also know its replicas and its time. */
export class WorkloadDraw<Replica extends string = string> extends Draw {
  /** The replicas' names. */
  readonly replicas: readonly Replica[];
  /** When the workload may begin: the replicas are connected by then. Milliseconds of virtual time. */
  readonly startMs: number;
  /** When it must have ended. Milliseconds of virtual time. */
  readonly endMs: number;

  constructor(seed: number, stream: string, setting: { replicas: readonly Replica[]; startMs: number; endMs: number }) {
    super(seed, stream);
    this.replicas = setting.replicas;
    this.startMs = setting.startMs;
    this.endMs = setting.endMs;
  }

  /** One of the replicas. */
  replica(): Replica {
    return this.pick(this.replicas);
  }

  /** A time between start and end. */
  atMs(): number {
    return this.startMs + this.fraction() * (this.endMs - this.startMs);
  }

  /** Times from start to end, by chance, on average so far apart: `for (const atMs of draw.times(20)) ...`. */
  *times(meanGapMs: number): Generator<number, void, undefined> {
    if (!(meanGapMs > 0)) throw new RangeError(`times(${meanGapMs}): the gap must be above 0`);
    for (let atMs = this.startMs; ;) {
      atMs += this.exponential(meanGapMs);
      if (atMs > this.endMs) return;
      yield atMs;
    }
  }
}
