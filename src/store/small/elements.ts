/** The elements of a small collection (layout.ts), as commands read them. */
import type { ByteRange } from "../../byte-range.ts";
import type { ElementRef, Elements, HashedVisitor, RankVisitor } from "../elements.ts";
import type { EntryRef } from "../entry.ts";
import { type CollectionType, KeyType } from "../key-type.ts";
import type { Values } from "../values.ts";
import type { SmallChanges } from "./changes.ts";
import type { SmallLayout } from "./layout.ts";

/** Readers beyond these are made and forgotten: few commands look at so many collections. */
const READERS_KEPT_MAX = 64;

export class SmallElements implements Elements {
  readonly members = undefined;
  private readonly small: SmallChanges;
  private readonly layout: SmallLayout;
  private readonly values: Values;
  private ref: EntryRef = 0;

  constructor(small: SmallChanges, values: Values) {
    this.small = small;
    this.layout = small.layout;
    this.values = values;
  }

  /** Reads this entry from now on. */
  aim(ref: EntryRef): this {
    this.ref = ref;
    return this;
  }

  get type(): CollectionType {
    return this.layout.typeOf(this.ref);
  }

  get size(): number {
    return this.layout.size(this.ref);
  }

  find(element: ByteRange): ElementRef {
    return this.layout.find(this.ref, element);
  }

  element(at: ElementRef, out: ByteRange): void {
    this.layout.element(this.ref, at, out);
  }

  value(at: ElementRef, out: ByteRange): void {
    if (this.layout.isCounter(this.ref, at)) this.values.print(this.small.score(this.ref, at), out);
    else this.layout.value(this.ref, at, out);
  }

  plainCount(at: ElementRef): number | undefined {
    return this.layout.isCounter(this.ref, at) ? this.small.score(this.ref, at) : undefined;
  }

  /** A collection whose fields have deadlines is not small. */
  deadline(): number {
    return -1;
  }

  score(at: ElementRef): number {
    return this.small.score(this.ref, at);
  }

  forEach(visit: HashedVisitor): void {
    const end = this.layout.end(this.ref);
    for (let at = this.layout.first; at < end; at = this.layout.next(this.ref, at)) {
      if (visit(at, undefined) === false) return;
    }
  }

  /** All of it, at once. */
  scan(_cursor: number, _count: number, visit: (ref: ElementRef) => void): number {
    this.forEach(visit);
    return 0;
  }

  random(random: () => number): ElementRef {
    return this.at(Math.floor(random() * this.size));
  }

  at(rank: number): ElementRef {
    let at = this.layout.first;
    for (let i = 0; i < rank; i++) at = this.layout.next(this.ref, at);
    return at;
  }

  rankOf(ref: ElementRef): number {
    let rank = 0;
    for (let at = this.layout.first; at < ref; at = this.layout.next(this.ref, at)) rank++;
    return rank;
  }

  countBelow(score: number, inclusive: boolean): number {
    let below = 0;
    this.forEach((at) => {
      const own = this.small.score(this.ref, at);
      if (own > score || (own === score && !inclusive)) return false;
      below++;
      return true;
    });
    return below;
  }

  countBefore(member: ByteRange, inclusive: boolean): number {
    // Where scores differ, only the lowest are looked at, as in a large collection.
    const lowest = this.score(this.layout.first);
    let before = 0;
    this.forEach((at) => {
      const compared = this.layout.compare(this.ref, at, member);
      if (compared > 0 || (compared === 0 && !inclusive) || this.score(at) > lowest) return false;
      before++;
      return true;
    });
    return before;
  }

  walk(rank: number, count: number, step: 1 | -1, visit: RankVisitor): void {
    const isScored = this.type === KeyType.zset;
    if (step === 1) {
      const end = this.layout.end(this.ref);
      let at = this.at(rank);
      for (let left = count; left > 0 && at < end; left--, at = this.layout.next(this.ref, at)) {
        if (visit(at, isScored ? this.score(at) : 0) === false) return;
      }
      return;
    }
    for (let left = count, before = rank + 1; left > 0 && before > 0; left--, before--) {
      const at = this.at(before - 1);
      if (visit(at, isScored ? this.score(at) : 0) === false) return;
    }
  }
}

/** Readers of small collections, made once: commands read a few at a time, and none beyond its event. */
export class SmallReaders {
  private readonly small: SmallChanges;
  private readonly values: Values;
  private readonly readers: SmallElements[] = [];
  private taken = 0;

  constructor(small: SmallChanges, values: Values) {
    this.small = small;
    this.values = values;
  }

  /** Those handed out are free again. */
  begin(): void {
    this.taken = 0;
  }

  of(ref: EntryRef): SmallElements {
    if (this.taken === READERS_KEPT_MAX) return new SmallElements(this.small, this.values).aim(ref);
    const reader = (this.readers[this.taken] ??= new SmallElements(this.small, this.values));
    this.taken++;
    return reader.aim(ref);
  }
}
