/**
 * What the receiver of a repair makes of the answers to its questions, on one
 * link: it compares what is described with what it holds, hands over what it has
 * fetched, and knows what to ask next.
 *
 * A stub in what it has fetched says that a collection is too large for one
 * piece. Its elements are asked for by ranges: all of them where nearly nothing
 * is here, else where descriptions differ, in large parts first and small ones
 * then. Each range is of a moment of its own; why that comes to the same is told
 * in src/store/repair/range-join.ts.
 */
import type { Context } from "../../crdt/context.ts";
import {
  MalformedMessage,
  type RepairChunk,
  type RepairDescription,
  type RepairRangeChunk,
  type RepairRangeDescription,
  type Times,
} from "../../transport/message.ts";
import { CHILD_BITS, HASH_BITS } from "../store/hash-node.ts";
import { type KeyRange, parts, partsToFill, type Place, wholeOf } from "../store/repair/key-range.ts";
import type { Stub } from "../store/repair/repairable-state.ts";
import type { ReplicaCounters } from "./counters.ts";
import type { Journal } from "./journal.ts";
import { type AskVerb, type NodeAsk, type RangeAsk, rangeOf } from "./repair-asks.ts";
import type { RepairProgress } from "./repair-progress.ts";
import { malformedWhenThrown } from "./state-checks.ts";
import { localTimes, raiseAll } from "./times.ts";

export type RepairAnswer = RepairDescription | RepairChunk | RepairRangeDescription | RepairRangeChunk;

/** A collection of which so many times as much is there as here is fetched whole. */
const FETCHED_WHOLE_FACTOR = 8;

export class RepairAnswers {
  /** What has come of an answer of which more is to come. */
  pieceBytes = 0;
  private pieces: Uint8Array[] = [];
  private readonly journal: Journal;
  private readonly progress: RepairProgress;
  private readonly counters: ReplicaCounters;
  private readonly salt: number;

  constructor(journal: Journal, progress: RepairProgress, counters: ReplicaCounters, salt: number) {
    this.journal = journal;
    this.progress = progress;
    this.counters = counters;
    this.salt = salt;
  }

  /** Throws MalformedMessage, also when nothing of the kind was asked. */
  take(answer: RepairAnswer): void {
    switch (answer.kind) {
      case "repair-description":
        return this.description(answer);
      case "repair-chunk":
        return this.chunk(answer);
      case "repair-range-description":
        return this.rangeDescription(answer);
      case "repair-range-chunk":
        return this.rangeChunk(answer);
    }
  }

  private description({ done, changes, bytes }: RepairDescription): void {
    const { asks } = this.progress;
    const { bits, nodes } = this.nodesOf("compare", done);
    const { repair } = this.journal.state;
    const differences = malformedWhenThrown(() => repair.compare(bits, nodes, this.salt, bytes));
    this.progress.tell(this.contextOf(changes));
    asks.answered(done);
    asks.add("compare", bits + CHILD_BITS, differences.deeper);
    asks.add("fetch", bits + CHILD_BITS, differences.fetchNodes);
    asks.add("fetch", HASH_BITS, differences.fetchHashes);
  }

  private chunk({ done, more, changes, bytes }: RepairChunk): void {
    const { bits, nodes } = this.nodesOf("fetch", done);
    this.counters.repairChunksReceived++;
    const whole = this.assembled(bytes, more);
    if (whole === undefined) return;
    const stubs = malformedWhenThrown(() => this.progress.take(bits, nodes, this.contextOf(changes), whole));
    this.progress.asks.answered(done);
    for (const stub of stubs) this.askAbout(stub);
    this.counters.repairNodesReceived += done;
  }

  private rangeDescription({ next, changes, bytes }: RepairRangeDescription): void {
    const { asks } = this.progress;
    const ask = asks.oldest;
    if (ask?.verb !== "compare-range") throw new MalformedMessage("repair: an answer to no compare-range");
    const range = answeredOf(ask, next);
    const { repair } = this.journal.state;
    const differing = malformedWhenThrown(() => repair.compareRange(range, this.salt, bytes));
    this.progress.tell(this.contextOf(changes));
    asks.answeredRange(next);
    this.counters.repairRangesCompared++;
    if (ask.isFine) asks.fetchRanges(range, differing);
    else for (const part of differing) asks.compareRange({ ...range, ...part }, true);
  }

  private rangeChunk({ next, more, changes, bytes }: RepairRangeChunk): void {
    const ask = this.progress.asks.oldest;
    if (ask?.verb !== "fetch-ranges") throw new MalformedMessage("repair: an answer to no fetch-ranges");
    const range = answeredOf(ask, next);
    this.counters.repairChunksReceived++;
    const whole = this.assembled(bytes, more);
    if (whole === undefined) return;
    malformedWhenThrown(() => this.progress.takeRange(range, this.contextOf(changes), whole));
    this.progress.asks.answeredRange(next);
    this.counters.repairRangesReceived++;
  }

  private askAbout(stub: Stub): void {
    const { progress } = this;
    // One that is told of twice, as a key with residue may be, is asked about once: its ranges are all after the start.
    if (!progress.noteLarge(stub)) return;
    const { db, key, type, elements } = stub;
    const here = progress.isCopy ? 0 : this.journal.state.repair.elementCount(stub);
    if (here * FETCHED_WHOLE_FACTOR < elements) progress.asks.fetchRanges(stub, partsToFill(type, elements));
    else progress.asks.compareRange(wholeOf(db, key, type), false);
  }

  /** All pieces of an answer; undefined while more are to come. */
  private assembled(bytes: Uint8Array, more: boolean): Uint8Array | undefined {
    if (more && bytes.length === 0) throw new MalformedMessage("repair-chunk: an empty piece");
    this.pieces.push(bytes);
    this.pieceBytes += bytes.length;
    if (more) return undefined;
    const whole = this.pieces.length === 1 ? bytes : Buffer.concat(this.pieces);
    this.pieces = [];
    this.pieceBytes = 0;
    return whole;
  }

  /** The nodes that an answer is about. */
  private nodesOf(verb: AskVerb, done: number): Pick<NodeAsk, "bits" | "nodes"> {
    const ask = this.progress.asks.oldest;
    if (ask?.verb !== verb) throw new MalformedMessage(`repair: an answer to no ${verb}`);
    if (ask.done + done > ask.nodes.length) throw new MalformedMessage("repair: an answer to more than was asked");
    return { bits: ask.bits, nodes: ask.nodes.slice(ask.done, ask.done + done) };
  }

  private contextOf(changes: Times): Context {
    const context = this.progress.start.copy();
    raiseAll(context, localTimes(this.journal.state.origins, changes));
    return context;
  }
}

/** What of a question's range an answer is about that goes as far as `next`. */
function answeredOf(ask: RangeAsk, next: Place): KeyRange {
  const range = rangeOf(ask);
  if (next.length === 0) return range;
  if (!parts(range, next)) throw new MalformedMessage("repair: no part of the range");
  return { ...range, to: next };
}
