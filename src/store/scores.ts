/** Scores of sorted sets as commands write them. */
import { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import { elementPut } from "./element-effects.ts";
import type { ElementBatch } from "./element-batch.ts";
import { ElementTarget } from "./element-target.ts";
import { elementsPut } from "./batch-effect.ts";
import type { EntryRef } from "./entry.ts";
import { KeyType } from "./key-type.ts";
import { scoreAdd } from "./score-effects.ts";
import { SCORE_BYTES, writeScore } from "./score.ts";

/** Members, whose ranges are not the store's, and their scores, which are no NaN. */
export interface ScoreBatch {
  readonly count: number;
  member(index: number): ByteRange;
  score(index: number): number;
}

/** What Redis keeps of a score in sorted sets that are not large: -0 is 0. */
function kept(score: number): number {
  return score === 0 ? 0 : score;
}

/** Scores as the values of their members, one at a time. */
class ScoredElements implements ElementBatch {
  scores: ScoreBatch = { count: 0, member: () => this.bytes, score: () => 0 };
  private readonly bytes = new ByteRange(new Uint8Array(SCORE_BYTES));

  get count(): number {
    return this.scores.count;
  }

  element(index: number): ByteRange {
    return this.scores.member(index);
  }

  value(index: number): ByteRange {
    writeScore(kept(this.scores.score(index)), this.bytes.bytes);
    return this.bytes;
  }
}

export class Scores {
  private readonly core: Core;
  private readonly target = new ElementTarget(KeyType.zset);
  private readonly batch = new ScoredElements();
  /** The score in hand, as the value of its member. */
  private readonly value = new ByteRange(new Uint8Array(SCORE_BYTES));

  constructor(core: Core) {
    this.core = core;
  }

  /**
   * Gives a member its score, which is no NaN. True when the member is new. `found`: the key's entry, when this event has
   * just looked it up.
   */
  put(db: number, key: ByteRange, member: ByteRange, score: number, found: EntryRef = 0): boolean {
    writeScore(kept(score), this.value.bytes);
    return elementPut(this.core, this.target.aim(db, key, member), this.value, found);
  }

  /** Gives several members their scores. Returns how many are new. */
  putAll(db: number, key: ByteRange, scores: ScoreBatch, found: EntryRef = 0): number {
    this.batch.scores = scores;
    return elementsPut(this.core, this.target.aim(db, key), this.batch, found);
  }

  /** Adds to the score of a member, or to nothing; the sum must be a number. Returns the score that then shows. */
  add(db: number, key: ByteRange, member: ByteRange, increment: number, found: EntryRef = 0): number {
    return scoreAdd(this.core, this.target.aim(db, key, member), increment, found);
  }
}
