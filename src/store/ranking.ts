/**
 * Keeps the order of a sorted set in step with its members: those that show are
 * ranked by the scores that they show.
 *
 * Whoever changes a member takes it out before and adds it after; or, where it
 * is rewritten in its place, asks for its score before and moves it after.
 */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "./entry.ts";
import type { Order } from "./order.ts";

/** What is known of a member. */
interface Scores {
  score(ref: EntryRef): number;
  shows(ref: EntryRef): boolean;
}

export class Ranking {
  private readonly order: Order;
  private readonly scores: Scores;
  private readonly scratch = new ByteRange();

  constructor(order: Order, scores: Scores) {
    this.order = order;
    this.scores = scores;
  }

  get tableBytes(): number {
    return this.order.sequence.byteLength;
  }

  add(ref: EntryRef): void {
    if (this.scores.shows(ref)) this.order.insert(ref, this.scores.score(ref), this.scratch);
  }

  remove(ref: EntryRef): void {
    if (this.scores.shows(ref)) this.order.remove(ref, this.scores.score(ref), this.scratch);
  }

  /** The score that a member is ranked by; NaN when it is not. */
  scoreOf(ref: EntryRef): number {
    return this.scores.shows(ref) ? this.scores.score(ref) : Number.NaN;
  }

  /** After a member that shows was rewritten in its place; `before` is what `scoreOf` said of it. */
  move(ref: EntryRef, before: number): void {
    if (Number.isNaN(before)) this.add(ref);
    else this.order.rescore(ref, before, this.scores.score(ref), this.scratch);
  }
}
