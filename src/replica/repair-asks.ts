/**
 * What the receiver of a repair has to ask: nodes of the hash space to be
 * described, nodes to be fetched, and the same of ranges of large collections.
 *
 *   waiting ─► open, in the order in which they were asked ─► answered
 *
 * What is to be fetched is asked first, and of what is to be described the
 * deepest: so the list of what waits stays as short as one path down the tree
 * is wide, however much differs. Ranges come before nodes: a chunk with many
 * stubs is dealt with before the next one is asked for.
 */
import { ASK_NODES_MAX, ASK_RANGES_MAX, ASKS_OPEN_MAX } from "../../transport/message.ts";
import type { CollectionName, KeyRange, Place, PlaceRange } from "../store/repair/key-range.ts";

export type AskVerb = "compare" | "fetch";

export interface NodeAsk {
  readonly verb: AskVerb;
  readonly bits: number;
  readonly nodes: readonly number[];
  /** How many of the nodes were answered. */
  done: number;
}

export interface CompareRangeAsk {
  readonly verb: "compare-range";
  /** What of it is still to be answered. */
  range: KeyRange;
  /** To be compared in small parts. */
  readonly isFine: boolean;
}

export interface FetchRangesAsk {
  readonly verb: "fetch-ranges";
  readonly of: CollectionName;
  /** Those that are still to be answered, the first perhaps in part. */
  ranges: readonly PlaceRange[];
}

export type RangeAsk = CompareRangeAsk | FetchRangesAsk;
export type Ask = NodeAsk | RangeAsk;

/** The range that the next answer to a question is about. */
export function rangeOf(ask: RangeAsk): KeyRange {
  if (ask.verb === "compare-range") return ask.range;
  const [first] = ask.ranges;
  if (first === undefined) throw new Error("a question that is answered");
  return { ...ask.of, ...first };
}

/** It was answered as far as `next`; open: all of its range. True when nothing of it is left. */
export function goOnFrom(ask: RangeAsk, next: Place): boolean {
  const isAll = next.length === 0;
  if (ask.verb === "compare-range") {
    if (!isAll) ask.range = { ...ask.range, from: next };
    return isAll;
  }
  const [first, ...rest] = ask.ranges;
  ask.ranges = isAll || first === undefined ? rest : [{ from: next, to: first.to }, ...rest];
  return ask.ranges.length === 0;
}

export class RepairAsks {
  /** Nodes that nobody was asked about yet. */
  waitingNodes = 0;
  /** Asked and not fully answered, the oldest first. */
  private readonly open: Ask[] = [];
  private readonly waiting = { compare: new Map<number, number[]>(), fetch: new Map<number, number[]>() };
  /** Those that came last are asked first. */
  private readonly fetchedRanges: FetchRangesAsk[] = [];
  private readonly comparedRanges: CompareRangeAsk[] = [];
  private fetchedRangesCount = 0;

  /** Ranges that nobody was asked about yet. */
  get waitingRanges(): number {
    return this.fetchedRangesCount + this.comparedRanges.length;
  }

  add(verb: AskVerb, bits: number, nodes: readonly number[]): void {
    if (nodes.length === 0) return;
    this.waitingNodes += nodes.length;
    const waiting = this.waiting[verb].get(bits);
    if (waiting === undefined) this.waiting[verb].set(bits, [...nodes]);
    else for (const node of nodes) waiting.push(node);
  }

  /** They are asked for in their order. */
  fetchRanges(of: CollectionName, ranges: readonly PlaceRange[]): void {
    const asks: FetchRangesAsk[] = [];
    for (let at = 0; at < ranges.length; at += ASK_RANGES_MAX) {
      asks.push({ verb: "fetch-ranges", of, ranges: ranges.slice(at, at + ASK_RANGES_MAX) });
    }
    this.fetchedRanges.push(...asks.toReversed());
    this.fetchedRangesCount += ranges.length;
  }

  compareRange(range: KeyRange, isFine: boolean): void {
    this.comparedRanges.push({ verb: "compare-range", range, isFine });
  }

  /** The next to be asked now; undefined while nothing waits or enough is open. */
  next(): Ask | undefined {
    if (this.open.length >= ASKS_OPEN_MAX) return undefined;
    const ask = this.takeFetchedRanges() ?? this.comparedRanges.pop() ?? this.take("fetch") ?? this.take("compare");
    if (ask !== undefined) this.open.push(ask);
    return ask;
  }

  /** The one that is being answered. */
  get oldest(): Ask | undefined {
    return this.open[0];
  }

  answered(done: number): void {
    const ask = this.open[0];
    if (ask === undefined || !("nodes" in ask)) return;
    ask.done += done;
    if (ask.done >= ask.nodes.length) this.open.shift();
  }

  /** The oldest, about a range, was answered as far as `next`; open: all of that range. */
  answeredRange(next: Place): void {
    const ask = this.open[0];
    if (ask !== undefined && !("nodes" in ask) && goOnFrom(ask, next)) this.open.shift();
  }

  /** Whoever was asked answers no more: what is open waits again. */
  reopen(): void {
    for (const ask of this.open.splice(0)) {
      if ("nodes" in ask) this.add(ask.verb, ask.bits, ask.nodes.slice(ask.done));
      else if (ask.verb === "fetch-ranges") this.fetchRanges(ask.of, ask.ranges);
      else this.comparedRanges.push(ask);
    }
  }

  get isEmpty(): boolean {
    return this.open.length === 0 && this.waitingNodes === 0 && this.waitingRanges === 0;
  }

  private takeFetchedRanges(): FetchRangesAsk | undefined {
    const ask = this.fetchedRanges.pop();
    this.fetchedRangesCount -= ask?.ranges.length ?? 0;
    return ask;
  }

  private take(verb: AskVerb): NodeAsk | undefined {
    const waiting = this.waiting[verb];
    if (waiting.size === 0) return undefined;
    const bits = Math.max(...waiting.keys());
    const all = waiting.get(bits) ?? [];
    const nodes = all.splice(-ASK_NODES_MAX);
    if (all.length === 0) waiting.delete(bits);
    this.waitingNodes -= nodes.length;
    return { verb, bits, nodes, done: 0 };
  }
}
