/**
 * Members with scores in memory of their own, for commands that write what they
 * have read, or that put members of several sets together.
 */
import { ByteRange } from "../byte-range.ts";
import type { Elements } from "../store/elements.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { inScatteredOrder } from "../store/scatter.ts";
import { ByteList } from "./byte-list.ts";

const SCORES_INITIAL = 16;

export class ScoredMembers {
  readonly members: ByteList;
  private scores = new Float64Array(SCORES_INITIAL);
  private readonly scratch = new ByteRange();

  /** `members`: where the members stand when somebody else keeps them. */
  constructor(members = new ByteList()) {
    this.members = members;
  }

  get count(): number {
    return this.members.count;
  }

  push(member: ByteRange, score: number): void {
    this.members.push(member);
    this.setScore(this.members.count - 1, score);
  }

  score(index: number): number {
    return this.scores[index] as number; // callers stay below count
  }

  setScore(index: number, score: number): void {
    if (index >= this.scores.length) {
      const grown = new Float64Array(this.scores.length * 2);
      grown.set(this.scores);
      this.scores = grown;
    }
    this.scores[index] = score;
  }

  /** Adds what stands in a sorted set from a rank on. */
  collect(set: Elements, rank: number, count: number, step: 1 | -1): this {
    if (count === 0) return this;
    set.walk(rank, count, step, (ref, score) => {
      set.element(ref, this.scratch);
      this.push(this.scratch, score);
    });
    return this;
  }

  /** Indexes in the order of a sorted set. */
  sorted(): number[] {
    const order = Array.from({ length: this.count }, (_, i) => i);
    const a = new ByteRange();
    const b = new ByteRange();
    return order.toSorted(
      (i, j) => this.score(i) - this.score(j) || this.members.at(i, a).compare(this.members.at(j, b)),
    );
  }

  /** Makes a key hold these members and nothing else. */
  store(keyspace: Keyspace, db: number, key: ByteRange): void {
    const member = new ByteRange();
    keyspace.remove(db, key);
    inScatteredOrder(this.count, (at) => keyspace.scores.put(db, key, this.members.at(at, member), this.score(at)));
  }
}
