/** Scores of sorted sets as commands write them. */
import { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import { elementPut } from "./element-effects.ts";
import { ElementTarget } from "./element-target.ts";
import type { EntryRef } from "./entry.ts";
import { KeyType } from "./key-type.ts";
import { scoreAdd } from "./score-effects.ts";
import { SCORE_BYTES, writeScore } from "./score.ts";

export class Scores {
  private readonly core: Core;
  private readonly target = new ElementTarget(KeyType.zset);
  /** The score in hand, as the value of its member. */
  private readonly value = new ByteRange(new Uint8Array(SCORE_BYTES));

  constructor(core: Core) {
    this.core = core;
  }

  /**
   * Gives a member its score, which is no NaN. True when the member is new. `found`: the key's entry, when this event has
   * just looked it up. Scores of -0 are kept as 0, as Redis keeps them in sorted sets that are not large.
   */
  put(db: number, key: ByteRange, member: ByteRange, score: number, found: EntryRef = 0): boolean {
    writeScore(score === 0 ? 0 : score, this.value.bytes);
    return elementPut(this.core, this.target.aim(db, key, member), this.value, found);
  }

  /** Adds to the score of a member, or to nothing; the sum must be a number. Returns the score that then shows. */
  add(db: number, key: ByteRange, member: ByteRange, increment: number, found: EntryRef = 0): number {
    return scoreAdd(this.core, this.target.aim(db, key, member), increment, found);
  }
}
