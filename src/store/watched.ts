/**
 * Keys that somebody waits at: which of them have changed, in the order in which
 * they did. What changes a key changes its fingerprint, be it a command, an
 * interval of another replica or a repair; so that is where it is noticed, at the
 * cost of one comparison while nobody waits.
 *
 * Keys are told apart by their hash alone. Who waits looks at the key itself, and
 * two keys of one hash are looked at once too often.
 */
import type { ByteRange } from "../byte-range.ts";

export class Watched {
  /** Called when something has changed that was all looked at before. */
  onChange: () => void = () => {};
  /** Hashes of changed keys; whoever has looked at one takes it out. */
  readonly changed = new Set<number>();
  private readonly watchers = new Map<number, number>();
  private readonly hash: (key: ByteRange) => number;

  constructor(hash: (key: ByteRange) => number) {
    this.hash = hash;
  }

  get isEmpty(): boolean {
    return this.watchers.size === 0;
  }

  hashOf(key: ByteRange): number {
    return this.hash(key) | 0;
  }

  /** One more waits at a key with this hash. */
  add(hash: number): void {
    this.watchers.set(hash, (this.watchers.get(hash) ?? 0) + 1);
  }

  remove(hash: number): void {
    const left = (this.watchers.get(hash) ?? 0) - 1;
    if (left > 0) {
      this.watchers.set(hash, left);
      return;
    }
    this.watchers.delete(hash);
    this.changed.delete(hash);
  }

  /** A key with this hash has changed. */
  note(hash: number): void {
    if (!this.watchers.has(hash | 0)) return;
    this.changed.add(hash | 0);
    if (this.changed.size === 1) this.onChange();
  }
}
