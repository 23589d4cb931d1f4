/**
 * Recovery: an empty replica takes back what a durable reader of its journal
 * was told (follower.ts), in the same order, before it meets anybody.
 *
 *   begin, slots and ranges ..., interval ..., end
 *                                             a snapshot: V at its start, then content and intervals as they came
 *   interval, repairPart, repairCommitted ... the log behind it
 *
 * What is told is checked like what comes from a peer, and goes through the
 * same join. Times that were this very origin's are taken as such when the
 * replica goes on as that origin (rule 7), and as a stranger's otherwise.
 */
import { Context } from "../../crdt/context.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Origin, OriginId } from "../../crdt/origin.ts";
import { MalformedMessage, type Times } from "../../transport/message.ts";
import { MessageCodec } from "../../transport/message-codec.ts";
import { MalformedDelta } from "../store/byte-reader.ts";
import type { KeyRange } from "../store/repair/key-range.ts";
import type { OriginVector, RepairCommit, RepairPart, RepairRange } from "./follower.ts";
import type { Journal } from "./journal.ts";
import type { StateChecks } from "./state.ts";
import { malformedWhenThrown } from "./state-checks.ts";
import { localTimes, originOf, raiseAll, timesOf } from "./times.ts";

/** What was kept does not fit together. Nothing that came after it can be used. */
export class RecoveryError extends Error {}

/** The content of nodes that hold nothing: no origins, no keys (src/store/slots-format.ts). */
const NOTHING = new Uint8Array(1);

export class Recovery {
  private readonly journal: Journal;
  private readonly checks: StateChecks;
  private readonly codec = new MessageCodec();
  private readonly onFinished: () => void;

  constructor(journal: Journal, checks: StateChecks, onFinished: () => void) {
    this.journal = journal;
    this.checks = checks;
    this.onFinished = onFinished;
  }

  /** A snapshot begins: everything up to `start` is in the slots that follow. Throws RecoveryError, as all of these. */
  begin(start: Times, vectors: readonly OriginVector[]): void {
    if (!this.journal.state.context.equals(new Context())) throw new RecoveryError("a snapshot in the middle of a log");
    this.guarded(() => this.journal.restore(this.contextOf(start), this.vectorsOf(vectors)));
  }

  /** The whole content of these nodes, as it was after the intervals told so far. */
  slots(bits: number, nodes: readonly number[], bytes: Uint8Array): void {
    this.guarded(() => void this.journal.state.repair.load(bits, nodes, bytes));
  }

  /** All elements of a range of a collection of which the slots had a stub, likewise. */
  range(range: KeyRange, bytes: Uint8Array): void {
    this.guarded(() => this.journal.state.repair.loadRange(range, bytes));
  }

  interval(message: Uint8Array, wallMs: number): void {
    this.guarded(() => {
      const decoded = this.codec.decode(message);
      if (decoded.kind !== "interval") throw new RecoveryError(`${decoded.kind} where an interval was expected`);
      const { originId, from, to, body } = decoded;
      if (body.length > 0) this.checks.delta(body, from, to);
      const { origins } = this.journal.state;
      const changes = localTimes(origins, decoded.changes);
      const origin = originOf(origins, originId);
      const followed = this.journal.replay({ origin, from, to, changes, body, message, owned: false }, wallMs);
      if (!followed) throw new RecoveryError("an interval does not follow what came before it");
    });
  }

  repairPart({ bits, nodes, replaces, context, bytes }: RepairPart): void {
    const { repair } = this.journal.state;
    this.guarded(() => {
      if (replaces) repair.load(bits, nodes, bytes);
      else malformedWhenThrown(() => repair.stage(bits, nodes, this.contextOf(context), bytes));
    });
  }

  repairRange({ range, replaces, context, bytes }: RepairRange): void {
    const { repair } = this.journal.state;
    this.guarded(() => {
      if (replaces) repair.loadRange(range, bytes);
      else malformedWhenThrown(() => repair.stageRange(range, this.contextOf(context), bytes));
    });
  }

  /** An unfinished repair counts for nothing; what was being filled is empty again. */
  repairDropped(): void {
    const { repair } = this.journal.state;
    repair.drop();
    // Content without any effect is the beginning of a copy (repair-progress.ts).
    if (this.journal.effects.equals(new Context()) && !repair.isEmpty) repair.load(0, [0], NOTHING);
  }

  repairCommitted({ start, vectors, released }: RepairCommit, wallMs: number): void {
    this.guarded(() => this.journal.commitRepair(this.contextOf(start), this.vectorsOf(vectors), wallMs));
    for (const message of released) this.interval(message, wallMs);
  }

  /** A fence that was known (rule 12); one that what was kept lies beyond says that this replica was forgotten. */
  fenced(originId: OriginId, finalTime: Time, nodeId: string): void {
    this.guarded(() => {
      const { origins, context } = this.journal.state;
      const origin = originOf(origins, originId);
      if (context.get(origin) > finalTime) this.journal.exile = { origin, finalTime, nodeId };
      else this.journal.fence(origin, finalTime, nodeId);
    });
  }

  /** A snapshot ends, exactly here. */
  end(context: Times): void {
    if (this.contextOf(context).equals(this.journal.state.context)) return;
    throw new RecoveryError("a snapshot ends elsewhere than it says");
  }

  /** V as recovered so far. */
  get context(): Times {
    const { origins, context } = this.journal.state;
    return timesOf(origins, context);
  }

  /** All is told; own time goes on behind what was recovered. */
  finish(): void {
    this.repairDropped();
    this.journal.state.resume();
    this.onFinished();
  }

  private contextOf(times: Times): Context {
    const context = new Context();
    raiseAll(context, localTimes(this.journal.state.origins, times));
    return context;
  }

  private vectorsOf(vectors: readonly OriginVector[]): Map<Origin, Context> {
    const { origins } = this.journal.state;
    return new Map(vectors.map((v) => [originOf(origins, v.originId), this.contextOf(v.dependencies)]));
  }

  /** Bytes that make no sense are told as what they are here: something kept that cannot be used. */
  private guarded(take: () => void): void {
    try {
      take();
    } catch (error) {
      if (error instanceof MalformedMessage || error instanceof MalformedDelta)
        throw new RecoveryError(error.message, { cause: error });
      throw error;
    }
  }
}
