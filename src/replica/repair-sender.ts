/**
 * The sending side of repairs: answers what receivers ask, one session a link.
 *
 *   repair-begin    V at the start, or what is resumed; from there on every
 *                   interval of every origin flows on this link at once
 *   repair-vector   for each origin, the dependencies of its last interval
 *   repair-residue  keys that hold what fingerprints do not show
 *   then an answer to each question, in their order, with V of the moment:
 *     repair-description, repair-chunk, repair-range-description, repair-range-chunk
 *   repair-residue  when all was asked: those that have come to hold some since
 *   repair-end      V at the end; every interval up to it has been sent before
 *
 * All that is kept of a receiver is its start and a few open questions. A turn
 * does about a millisecond of work, under the link's credit and with little
 * waiting in its socket, so that commands and live intervals are served in
 * between. A receiver that makes no room for a next piece is given up after as
 * long as it would wait itself.
 */
import { Context } from "../../crdt/context.ts";
import {
  encodeRangeChunk,
  encodeRangeDescription,
  encodeRepairChunk,
  encodeRepairDescription,
  encodeRepairResidue,
} from "../../transport/message-codec.ts";
import {
  ASKS_OPEN_MAX,
  MalformedMessage,
  type RepairCompare,
  type RepairCompareRange,
  type RepairFetch,
  type RepairFetchRanges,
} from "../../transport/message.ts";
import {
  PIECE_CHUNKS_MAX,
  REPAIR_RESIDUE_HASHES,
  REPAIR_STALLED_MS,
  REPAIR_TURN_ANSWERS_MAX,
  REPAIR_WALKED_ENTRIES_MAX,
} from "../limits/replication.ts";
import { HASH_BITS, isDescribable, isNode, SLOT_BITS } from "../store/hash-node.ts";
import type { Place } from "../store/repair/key-range.ts";
import type { DescriptionBounds } from "../store/repair/repairable-state.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import type { Outbound } from "./outbound.ts";
import { type Ask, type CompareRangeAsk, goOnFrom, type NodeAsk, type RangeAsk, rangeOf } from "./repair-asks.ts";
import { rangeAskOf } from "./repair-questions.ts";
import { RepairPace } from "./repair-pace.ts";
import { NamedResidue } from "./repair-residue.ts";
import { raiseAll, timesOf, type LocalTimes } from "./times.ts";

interface Session {
  readonly link: Link;
  readonly start: Context;
  readonly salt: number;
  readonly residue: NamedResidue;
  readonly asks: Ask[];
  /** Exported bytes of which a part is still to be sent. */
  exported: Exported | undefined;
  /** The receiver has nothing more to ask. */
  isDone: boolean;
  /** When something last went out, or arrived there. */
  progressMs: number;
  acknowledgedBytes: number;
}

interface Exported {
  /** How far it answers the question: so many nodes, or a range as far as a place. */
  readonly answers: { readonly done: number } | { readonly next: Place };
  readonly changes: number[];
  readonly bytes: Uint8Array;
  sent: number;
}

export class RepairSender {
  readonly pace: RepairPace;
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly outbound: Outbound;
  private readonly environment: Environment;
  /** The one whose turn comes first is in front. */
  private readonly sessions = new Map<Link, Session>();

  constructor(journal: Journal, mesh: Mesh, outbound: Outbound, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.outbound = outbound;
    this.environment = environment;
    this.pace = new RepairPace(environment.limits.repairBytesPerSecond);
  }

  /** Receivers that are being served. */
  get sessionCount(): number {
    return this.sessions.size;
  }

  /** Questions that wait for their answers. */
  get asksQueued(): number {
    let count = 0;
    for (const { asks } of this.sessions.values()) count += asks.length;
    return count;
  }

  request(link: Link, resume: LocalTimes): void {
    this.stop(link);
    const { holdsAll, state } = this.journal;
    const notNow = holdsAll ? "copying" : state.repair.isSettled ? undefined : "busy";
    if (notNow === undefined) return this.begin(link, resume);
    this.environment.counters.repairsPutOff++;
    this.mesh.send(link, { kind: "repair-abort", bySender: 1, reason: notNow });
  }

  ask(link: Link, message: RepairCompare | RepairFetch): void {
    const { bits, nodes } = message;
    const verb = message.kind === "repair-fetch" ? "fetch" : "compare";
    // What is larger than a slot would be too much for one turn.
    const canBe =
      verb === "fetch" ? bits >= SLOT_BITS && (isDescribable(bits) || bits === HASH_BITS) : isDescribable(bits);
    if (!canBe) {
      throw new MalformedMessage(`${message.kind}: no nodes of ${bits} bits`);
    }
    if (!nodes.every((node) => isNode(bits, node))) throw new MalformedMessage(`${message.kind}: not a node`);
    const session = this.askable(link);
    if (session === undefined) return;
    session.asks.push({ verb, bits, nodes, done: 0 });
  }

  askRange(link: Link, message: RepairCompareRange | RepairFetchRanges): void {
    const ask = rangeAskOf(message);
    if (ask === undefined) throw new MalformedMessage(`${message.kind}: no range of a collection`);
    this.askable(link)?.asks.push(ask);
  }

  /** The session of which one more question may be open. */
  private askable(link: Link): Session | undefined {
    const session = this.sessions.get(link);
    // A session that has ended here may not have there.
    if (session === undefined) return undefined;
    if (!session.isDone && session.asks.length < ASKS_OPEN_MAX) return session;
    this.mesh.end(link, "unexpected", "more questions than may be open");
    return undefined;
  }

  done(link: Link): void {
    const session = this.sessions.get(link);
    if (session !== undefined) session.isDone = true;
  }

  /** The receiver gave up, or is gone. */
  drop(link: Link): void {
    if (!this.stop(link) || link.state !== "open") return;
    this.outbound.place(link, link.acknowledged);
  }

  /** Answers on a link that has nothing more urgent to send. What is paced waits for its turn. */
  step(link: Link): void {
    const session = this.sessions.get(link);
    if (session !== undefined && !this.pace.isBounded) this.answerSome(session);
  }

  /** A bounded piece of work for one receiver, each in its turn. False when none takes anything now. */
  work(): boolean {
    const { counters } = this.environment;
    const sentBefore = counters.repairBytesSent;
    for (let n = this.sessions.size; n > 0; n--) {
      const [session] = this.sessions.values();
      if (session === undefined) return false;
      const { link } = session;
      if (this.outbound.pump(link)) this.answerSome(session);
      if (this.sessions.delete(link)) this.sessions.set(link, session);
      if (counters.repairBytesSent > sentBefore) return true;
    }
    return false;
  }

  turn(): void {
    if (this.sessions.size === 0) return;
    while (this.pace.isBounded && this.work());
    for (const session of this.sessions.values()) this.giveUpWhenStalled(session);
  }

  /** A receiver that takes nothing more is not kept for ever. */
  private giveUpWhenStalled(session: Session): void {
    const { stopwatch, counters, log } = this.environment;
    const { link } = session;
    if (link.creditAcknowledgedBytes > session.acknowledgedBytes) {
      session.acknowledgedBytes = link.creditAcknowledgedBytes;
      session.progressMs = stopwatch.nowMs;
    }
    if (stopwatch.nowMs - session.progressMs <= REPAIR_STALLED_MS) return;
    counters.repairsStalled++;
    log("warn", `${link.peer?.nodeId ?? "a peer"} takes no more of its repair`);
    this.abort(session, "no progress");
  }

  private begin(link: Link, resume: LocalTimes): void {
    // V[self] must be the end of an interval: the receiver goes on from there.
    this.journal.cut();
    const { state } = this.journal;
    const { stopwatch, counters, log, random } = this.environment;
    const kept = new Context();
    raiseAll(kept, resume);
    const resumes = resume.length > 0 && this.outbound.placeForRepair(link, kept);
    if (!resumes) this.outbound.placeAtEnd(link);
    const start = resumes ? kept : state.context.copy();
    const salt = Math.floor(random() * 2 ** 32);
    const residue = new NamedResidue(state.repair.residueHashes());
    link.repairing = true;
    this.sessions.set(link, {
      link,
      start,
      salt,
      residue,
      asks: [],
      exported: undefined,
      isDone: false,
      progressMs: stopwatch.nowMs,
      acknowledgedBytes: link.creditAcknowledgedBytes,
    });
    counters.repairsServed++;
    log("info", `${resumes ? "going on with" : "beginning"} a repair of ${link.peer?.nodeId ?? "a peer"}`);
    const context = timesOf(state.origins, start);
    this.mesh.send(link, { kind: "repair-begin", context, resumed: resumes ? 1 : 0, salt });
    if (!resumes) this.sendVectors(link, start);
  }

  /** All at once: they belong to this very moment, the next interval changes them. */
  private sendVectors(link: Link, start: Context): void {
    for (const vector of this.journal.vectorsOf(start)) this.mesh.send(link, { kind: "repair-vector", ...vector });
  }

  /** About as much as one chunk costs. */
  private answerSome(session: Session): void {
    let budget = this.environment.limits.repairChunkBytes;
    for (let n = 0; n < REPAIR_TURN_ANSWERS_MAX && budget > 0; n++) {
      const spent = this.answer(session);
      if (spent === 0) return;
      budget -= spent;
    }
  }

  /** Sends the next piece; what it cost in bytes, 0 when nothing can be sent now. */
  private answer(session: Session): number {
    const { link, asks } = session;
    const { limits, stopwatch } = this.environment;
    if (this.sessions.get(link) !== session) return 0;
    if (!this.outbound.hasRoom(link, limits.repairBufferedBytesMax) || !this.pace.allows(stopwatch.nowMs)) return 0;
    if (session.residue.isPending) return this.sendResidue(session);
    if (session.exported !== undefined) return this.sendPiece(session, session.exported);
    const ask = asks[0];
    if (ask === undefined) return session.isDone ? this.finish(session) : 0;
    if (!this.journal.state.repair.isSettled) {
      // It was repaired itself, and joins that first.
      session.progressMs = stopwatch.nowMs;
      return 0;
    }
    this.journal.cut();
    // What was cut just now may not be as safe as was promised.
    if (this.journal.follower.holdsBack) return 0;
    // What is told now must come to the receiver as intervals, too.
    if (!this.outbound.canSendAll(link)) return this.abort(session, "the log does not reach back to the start");
    if (!("nodes" in ask)) return this.answerRange(session, ask);
    if (ask.verb === "compare") return this.describe(session, ask);
    this.export(session, ask);
    return session.exported === undefined ? 0 : this.sendPiece(session, session.exported);
  }

  private describe(session: Session, ask: NodeAsk): number {
    const { state } = this.journal;
    const { limits } = this.environment;
    const { bits, nodes } = ask;
    const { bytes, done } = state.repair.describe(bits, nodes, ask.done, session.salt, this.descriptionBounds());
    this.answered(session, ask, done);
    session.residue.described();
    this.environment.counters.repairDescriptionsSent++;
    this.send(session, encodeRepairDescription({ done, changes: this.changesOf(session), bytes }));
    // To walk the keys below the slots is all the work of a turn.
    return bits >= SLOT_BITS ? Math.max(bytes.length, limits.repairChunkBytes) : bytes.length;
  }

  /** To walk elements, too, is all the work of a turn. */
  private describeRange(session: Session, ask: CompareRangeAsk): number {
    const { repair } = this.journal.state;
    const { bytes, next } = repair.describeRange(ask.range, ask.isFine, session.salt, this.descriptionBounds());
    this.answeredRange(session, ask, next);
    this.environment.counters.repairDescriptionsSent++;
    this.send(session, encodeRangeDescription({ next, changes: this.changesOf(session), bytes }));
    return Math.max(bytes.length, this.environment.limits.repairChunkBytes);
  }

  private export(session: Session, ask: NodeAsk): void {
    const { bytes, done } = this.journal.state.repair.export(ask.bits, ask.nodes, ask.done, this.chunkBytes());
    this.answered(session, ask, done);
    session.exported = { answers: { done }, changes: this.changesOf(session), bytes, sent: 0 };
  }

  private answerRange(session: Session, ask: RangeAsk): number {
    if (ask.verb === "compare-range") return this.describeRange(session, ask);
    this.exportRange(session, ask);
    return session.exported === undefined ? 0 : this.sendPiece(session, session.exported);
  }

  private exportRange(session: Session, ask: RangeAsk): void {
    const { bytes, next } = this.journal.state.repair.exportRange(rangeOf(ask), this.chunkBytes());
    this.answeredRange(session, ask, next);
    session.exported = { answers: { next }, changes: this.changesOf(session), bytes, sent: 0 };
  }

  private chunkBytes(): number {
    return this.pace.pieceBytes(this.environment.limits.repairChunkBytes);
  }

  private descriptionBounds(): DescriptionBounds {
    return { entriesMax: REPAIR_WALKED_ENTRIES_MAX, bytesMax: this.chunkBytes() };
  }

  /** V now, as the receiver is told of it. */
  private changesOf({ start }: Session): number[] {
    const { origins, context } = this.journal.state;
    return timesOf(origins, context, start);
  }

  private answered(session: Session, ask: NodeAsk, done: number): void {
    ask.done += done;
    if (ask.done >= ask.nodes.length) session.asks.shift();
  }

  private answeredRange(session: Session, ask: RangeAsk, next: Place): void {
    if (goOnFrom(ask, next)) session.asks.shift();
  }

  private sendPiece(session: Session, exported: Exported): number {
    const { limits, counters } = this.environment;
    const sentNext = Math.min(exported.sent + PIECE_CHUNKS_MAX * limits.repairChunkBytes, exported.bytes.length);
    const more = sentNext < exported.bytes.length;
    const bytes = exported.bytes.subarray(exported.sent, sentNext);
    const { answers, changes } = exported;
    exported.sent = sentNext;
    if (!more) session.exported = undefined;
    counters.repairChunksSent++;
    const message =
      "next" in answers
        ? encodeRangeChunk({ ...answers, more, changes, bytes })
        : encodeRepairChunk({ ...answers, more, changes, bytes });
    return this.send(session, message);
  }

  private sendResidue(session: Session): number {
    const { hashes, more } = session.residue.take(REPAIR_RESIDUE_HASHES);
    return this.send(session, encodeRepairResidue(hashes, more));
  }

  private finish(session: Session): number {
    const { link } = session;
    const { state } = this.journal;
    if (session.residue.arose(() => state.repair.residueHashes())) {
      session.isDone = false;
      return this.sendResidue(session);
    }
    // What was cut just now goes out first; the end comes with a later turn.
    if (this.journal.cut()) return 0;
    if (!this.outbound.hasSentAll(link)) return this.abort(session, "an interval was too large for the log");
    this.mesh.send(link, { kind: "repair-end", context: timesOf(state.origins, state.context) });
    this.stop(link);
    return 0;
  }

  private send(session: Session, message: Uint8Array): number {
    this.mesh.sendBytes(session.link, message);
    this.pace.spend(message.length);
    this.environment.counters.repairBytesSent += message.length;
    session.progressMs = this.environment.stopwatch.nowMs;
    return message.length;
  }

  private abort({ link }: Session, reason: string): number {
    this.environment.counters.repairsAborted++;
    this.mesh.send(link, { kind: "repair-abort", bySender: 1, reason });
    this.drop(link);
    return 0;
  }

  private stop(link: Link): boolean {
    link.repairing = false;
    return this.sessions.delete(link);
  }
}
