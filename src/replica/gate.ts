/**
 * The causal gate: decides what an interval (from, to] of an origin may do now.
 *
 *   V[origin] >= to                      duplicate: dropped
 *   from < V[origin] < to                overlap: origins cut, so the peer is wrong
 *   V[origin] < from                     gap: held (rule 2)
 *   V lacks something it depends on      held (rule 5)
 *   otherwise                            applied
 *
 * An interval names its dependencies as changes since the origin's previous
 * one. That one has been applied when this one's turn comes, and V only rises,
 * so the changes are all there is to check.
 *
 * What is held is bounded; beyond the bound the newest is dropped, and pulled
 * again when its turn comes. A held interval is found by where it begins.
 */
import type { Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { coversAll, type LocalTimes } from "./times.ts";

/** An interval in memory's terms. */
export interface LocalInterval {
  readonly origin: Origin;
  readonly from: Time;
  readonly to: Time;
  readonly changes: LocalTimes;
  readonly body: Uint8Array;
  /** The message as it came, of which the body is a part. */
  readonly message: Uint8Array;
  /** The message is memory of its own and may be kept. */
  readonly owned: boolean;
}

export type Verdict = "apply" | "hold" | "duplicate" | "overlap";

export interface HoldBounds {
  readonly bytesMax: number;
  readonly countMax: number;
}

export class Gate {
  heldBytes = 0;
  heldCount = 0;
  private readonly chains = new Map<Origin, Map<Time, LocalInterval>>();

  /** What `mayPass` says no to is held, whatever V covers. */
  judge(context: Context, interval: LocalInterval, mayPass = true): Verdict {
    const have = context.get(interval.origin);
    if (have >= interval.to) return "duplicate";
    if (have > interval.from) return "overlap";
    if (have < interval.from) return this.isHeld(interval) ? "duplicate" : "hold";
    if (mayPass && coversAll(context, interval.changes)) return "apply";
    return this.isHeld(interval) ? "duplicate" : "hold";
  }

  /** False when there is no room. */
  hold(interval: LocalInterval, bounds: HoldBounds): boolean {
    if (this.heldCount >= bounds.countMax || this.heldBytes + interval.message.length > bounds.bytesMax) return false;
    const chain = this.chains.get(interval.origin);
    if (chain === undefined) this.chains.set(interval.origin, new Map([[interval.from, interval]]));
    else chain.set(interval.from, interval);
    this.heldCount++;
    this.heldBytes += interval.message.length;
    return true;
  }

  /**
   * Hands over every held interval that `context` lets through, in causal
   * order, but for those that may not pass. `take` must raise the context to
   * the interval's end.
   */
  follow(
    context: Context,
    take: (interval: LocalInterval) => void,
    mayPass: (interval: LocalInterval) => boolean = () => true,
  ): void {
    for (let found = true; found;) {
      found = false;
      for (const [origin, chain] of this.chains) {
        let next = chain.get(context.get(origin));
        while (next !== undefined && coversAll(context, next.changes) && mayPass(next)) {
          found = true;
          take(next);
          next = chain.get(context.get(origin));
        }
      }
    }
  }

  remove(interval: LocalInterval): void {
    const chain = this.chains.get(interval.origin);
    if (chain?.delete(interval.from) !== true) return;
    if (chain.size === 0) this.chains.delete(interval.origin);
    this.heldCount--;
    this.heldBytes -= interval.message.length;
  }

  /** Drops what the context has passed by; how many that were. */
  prune(context: Context): number {
    let dropped = 0;
    for (const [origin, chain] of this.chains) {
      for (const interval of chain.values()) {
        if (interval.to > context.get(origin)) continue;
        this.remove(interval);
        dropped++;
      }
    }
    return dropped;
  }

  /** Drops what is held of an origin beyond a time. */
  dropBeyond(origin: Origin, time: Time): void {
    for (const interval of this.chains.get(origin)?.values() ?? []) if (interval.to > time) this.remove(interval);
  }

  clear(): void {
    this.chains.clear();
    this.heldBytes = 0;
    this.heldCount = 0;
  }

  /** Calls back with every event that some held interval waits for first. */
  eachMissing(context: Context, visit: (origin: Origin, time: Time) => void): void {
    for (const [origin, chain] of this.chains) {
      const have = context.get(origin);
      let first = Infinity;
      for (const from of chain.keys()) if (from < first) first = from;
      if (first > have) visit(origin, first);
      const changes = chain.get(first)?.changes ?? [];
      for (let i = 0; i < changes.length; i += 2) {
        const dependency = changes[i] as Origin;
        const time = changes[i + 1] as Time;
        if (!context.covers(dependency, time)) visit(dependency, time);
      }
    }
  }

  private isHeld(interval: LocalInterval): boolean {
    return this.chains.get(interval.origin)?.has(interval.from) === true;
  }
}
