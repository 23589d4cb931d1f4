/**
 * What the sender of a repair names of its residue: keys that hold what
 * fingerprints do not show.
 *
 * What a key held when it was described may have been residue only, and looked
 * like nothing. If it arose after the start, what reset it comes as an interval,
 * but not what was reset. So when all was asked, the keys that have come to hold
 * some meanwhile are named, too. What arises after the last description needs no
 * naming: the receiver has, or has fetched, what it is the rest of.
 */
export class NamedResidue {
  /** Still to be named; undefined when all of it was. */
  private rest: readonly number[] | undefined;
  private readonly named: Set<number>;
  private hasDescribed = false;

  constructor(hashes: readonly number[]) {
    this.rest = hashes;
    this.named = new Set(hashes);
  }

  /** Is there anything to be told now, if only that there is nothing? */
  get isPending(): boolean {
    return this.rest !== undefined;
  }

  /** The next so many to be told, and whether more are to come. */
  take(count: number): { hashes: readonly number[]; more: boolean } {
    const hashes = this.rest ?? [];
    const more = hashes.length > count;
    this.rest = more ? hashes.slice(count) : undefined;
    return { hashes: hashes.slice(0, count), more };
  }

  /** Something was described as it is now. */
  described(): void {
    this.hasDescribed = true;
  }

  /** The receiver has asked for all. Is there something that was not told and may have been described? `hashes` is all of now. */
  arose(hashes: () => readonly number[]): boolean {
    if (!this.hasDescribed) return false;
    this.hasDescribed = false;
    const late = hashes().filter((hash) => !this.named.has(hash));
    for (const hash of late) this.named.add(hash);
    if (late.length > 0) this.rest = late;
    return late.length > 0;
  }
}
