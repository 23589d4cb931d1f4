/**
 * A causal context: for each origin, the time up to which every event of that
 * origin is incorporated. Also known as the version vector. What a context
 * covers and the state lacks has been removed; there are no tombstones.
 *
 * V1. A context only ever rises, and by whole prefixes of an origin's events.
 */
import type { Origin } from "./origin.ts";
import type { Time } from "./clock.ts";

export class Context {
  private times: Float64Array;
  /** One past the greatest origin index that may be non-zero. */
  length = 0;

  constructor(capacity = 8) {
    this.times = new Float64Array(capacity);
  }

  get(origin: Origin): Time {
    return origin < this.length ? (this.times[origin] as Time) : 0;
  }

  covers(origin: Origin, time: Time): boolean {
    return origin < this.length ? (this.times[origin] as Time) >= time : time <= 0;
  }

  /** Raises one origin; a lower time changes nothing (V1). */
  raise(origin: Origin, time: Time): void {
    if (origin >= this.times.length) this.grow(origin);
    if (origin >= this.length) this.length = origin + 1;
    if (time > (this.times[origin] as Time)) this.times[origin] = time;
  }

  /** Does this context cover everything the other covers? */
  includes(other: Context): boolean {
    for (let o = 0; o < other.length; o++) if (!this.covers(o, other.get(o))) return false;
    return true;
  }

  merge(other: Context): void {
    for (let o = 0; o < other.length; o++) {
      const time = other.get(o);
      if (time > 0) this.raise(o, time);
    }
  }

  equals(other: Context): boolean {
    return this.includes(other) && other.includes(this);
  }

  copy(): Context {
    const copy = new Context(Math.max(this.length, 1));
    copy.merge(this);
    return copy;
  }

  /** Calls back for each origin with a time, in index order. */
  each(visit: (origin: Origin, time: Time) => void): void {
    for (let o = 0; o < this.length; o++) {
      const time = this.times[o] as Time;
      if (time > 0) visit(o, time);
    }
  }

  private grow(origin: Origin): void {
    const wider = new Float64Array(Math.max(origin + 1, this.times.length * 2));
    wider.set(this.times);
    this.times = wider;
  }
}
