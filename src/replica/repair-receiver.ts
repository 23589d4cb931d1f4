/**
 * The receiving side of a repair, which drives it.
 *
 *   idle ─► requested ─► asking ─► waiting ─► idle
 *
 *   asking   descends the tree of the hash space where descriptions differ, and
 *            fetches what differs; it is put aside (repair-progress.ts)
 *   waiting  nothing is left to ask; what came after the start is not all here
 *
 * Meanwhile the gate goes on applying what it can and holds what comes after
 * the start. When everything that any sender has told of is at hand, all counts
 * in one step and V is raised last (rule 6): no command ever sees a half.
 *
 * A node that is equal when it is compared needs nothing: both contents are the
 * same, and what changes later comes as intervals. So a repair that breaks off
 * loses nothing. What there is of it is kept for a while, and any peer that has
 * everything from its start on can go on with it; otherwise it begins anew.
 * Messages of a repair that is not ours any more are passed over.
 */
import type { Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { Backoff } from "../../transport/backoff.ts";
import {
  MalformedMessage,
  type RepairBegin,
  type RepairEnd,
  type RepairResidue,
  type RepairVector,
} from "../../transport/message.ts";
import {
  REPAIR_KEPT_MS,
  REPAIR_PENDING_NODES_MAX,
  REPAIR_PENDING_RANGES_MAX,
  REPAIR_RESUME_MS,
  REPAIR_RETRY_MS,
  REPAIR_SETTLE_MS_MIN,
  REPAIR_STALLED_MS,
  REPAIR_TOO_LARGE_RETRY_MS,
} from "../limits/replication.ts";
import { HASH_BITS } from "../store/hash-node.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import { type RepairAnswer, RepairAnswers } from "./repair-answers.ts";
import { question } from "./repair-questions.ts";
import { RepairProgress } from "./repair-progress.ts";
import { localTimes, originOf, raiseAll, timesOf } from "./times.ts";

type Phase =
  | { readonly name: "idle" }
  | { readonly name: "requested"; readonly link: Link; progressMs: number }
  | Asking
  | { readonly name: "waiting"; readonly link: Link; progressMs: number };

interface Asking {
  readonly name: "asking";
  readonly link: Link;
  readonly answers: RepairAnswers;
  progressMs: number;
  residueIsComplete: boolean;
  isDone: boolean;
  /** Until then the first comparison waits for what is on its way. */
  readonly settledMs: number;
  /** What the sender had when it last said something of the repair: that goes out before it says more. */
  readonly owed: Context;
}

const IDLE: Phase = { name: "idle" };

export class RepairReceiver {
  /** Called after a repair was joined. */
  onCommitted: () => void = () => {};
  /** Does the replica serve nobody yet? */
  isLoading: () => boolean = () => false;
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly backoff: Backoff;
  private phase: Phase = IDLE;
  private progress: RepairProgress | undefined;
  /** When the progress was left without a sender. */
  private leftMs = 0;
  private nextTryMs = 0;

  constructor(journal: Journal, mesh: Mesh, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
    this.backoff = new Backoff(REPAIR_RETRY_MS, environment.random);
  }

  /** The link that something of a repair is expected from. */
  get link(): Link | undefined {
    return this.phase.name === "requested" || this.phase.name === "asking" ? this.phase.link : undefined;
  }

  /** Is a repair under way, or is something kept of one? */
  get isActive(): boolean {
    return this.phase.name !== "idle" || this.progress !== undefined;
  }

  /** Does what is missing come by a repair, or not at all? */
  get isBusy(): boolean {
    return this.phase.name !== "idle" || this.progress?.isCopy === true;
  }

  /** Received and not yet handed to the state. */
  get bytes(): number {
    return this.phase.name === "asking" ? this.phase.answers.pieceBytes : 0;
  }

  /** Nodes, and ranges of large collections, that are still to be asked about. */
  get waitingNodes(): number {
    const asks = this.progress?.asks;
    return asks === undefined ? 0 : asks.waitingNodes + asks.waitingRanges;
  }

  /** Asks a peer for a repair, unless one is under way or was tried just now. */
  request(link: Link): void {
    const { nowMs } = this.environment.stopwatch;
    if (this.phase.name !== "idle" || nowMs < this.nextTryMs || !this.journal.state.repair.isSettled) return;
    if (this.progress === undefined) return this.ask(link);
    const other = this.resumable(this.progress);
    if (other !== undefined || nowMs - this.leftMs >= REPAIR_RESUME_MS) this.ask(other ?? link);
  }

  begin(link: Link, message: RepairBegin): void {
    if (this.phase.name !== "requested" || this.phase.link !== link) {
      this.mesh.send(link, { kind: "repair-abort", bySender: 0, reason: "not asked for any more" });
      return;
    }
    const { origins, context, self } = this.journal.state;
    const start = new Context();
    raiseAll(start, localTimes(origins, message.context));
    if (!context.covers(self, start.get(self))) throw new MalformedMessage("repair-begin: knows our future");
    const progress = this.begun(start, message.resumed !== 0);
    const progressMs = this.environment.stopwatch.nowMs;
    const settledMs = progressMs + Math.max(REPAIR_SETTLE_MS_MIN, 2 * link.rttMs);
    const answers = new RepairAnswers(this.journal, progress, this.environment.counters, message.salt >>> 0);
    const owed = link.acknowledged.copy();
    this.phase = {
      name: "asking",
      link,
      answers,
      progressMs,
      residueIsComplete: false,
      isDone: false,
      settledMs,
      owed,
    };
    this.askMore(this.phase);
  }

  vector(link: Link, message: RepairVector): void {
    const { progress } = this;
    if (progress === undefined || this.askingOf(link) === undefined) return;
    if (progress.hasVectors) throw new MalformedMessage("repair-vector: too late");
    const { origins } = this.journal.state;
    const dependencies = new Context(1);
    raiseAll(dependencies, localTimes(origins, message.dependencies));
    progress.vectors.set(originOf(origins, message.originId), dependencies);
  }

  residue(link: Link, message: RepairResidue): void {
    const asking = this.askingOf(link);
    const { progress } = this;
    if (asking === undefined || progress === undefined) return;
    if (asking.residueIsComplete && !asking.isDone) throw new MalformedMessage("repair-residue: at the wrong time");
    // Some of it has arisen since the beginning.
    asking.isDone = false;
    progress.hasVectors = true;
    asking.residueIsComplete = !message.more;
    if (!progress.isCopy) progress.asks.add("fetch", HASH_BITS, message.hashes);
    this.goOn(asking, progress);
  }

  /** What was asked for: a description, or content. */
  answer(link: Link, answer: RepairAnswer): void {
    const asking = this.askingOf(link);
    if (asking === undefined || this.progress === undefined) return;
    asking.answers.take(answer);
    this.goOn(asking, this.progress);
  }

  end(link: Link, message: RepairEnd, wallMs: number): void {
    const asking = this.askingOf(link);
    const { progress } = this;
    if (asking === undefined || progress === undefined) return;
    if (!asking.isDone) throw new MalformedMessage("repair-end: before everything was asked");
    const end = new Context();
    raiseAll(end, localTimes(this.journal.state.origins, message.context));
    if (!end.includes(progress.start)) throw new MalformedMessage("repair-end: before its begin");
    progress.tell(end);
    this.phase = { name: "waiting", link, progressMs: this.environment.stopwatch.nowMs };
    this.commitWhenComplete(wallMs);
  }

  /**
   * An interval came, be it a duplicate: on a slow link a resumed repair has its answers behind all that was written since
   * its start. Only what the sender owes counts, which is bounded: a sender that has lost the repair has heartbeats, too.
   */
  came(link: Link, origin: Origin, to: Time): void {
    const { phase } = this;
    if (phase.name !== "asking" || phase.link !== link || !phase.owed.covers(origin, to)) return;
    phase.progressMs = this.environment.stopwatch.nowMs;
  }

  /** Joins the repair once everything that was told of is at hand. */
  commitWhenComplete(wallMs: number): void {
    const { phase, progress } = this;
    if (phase.name !== "waiting" || progress === undefined || !progress.isComplete) return;
    this.phase = IDLE;
    this.progress = undefined;
    this.backoff.reset();
    this.nextTryMs = 0;
    progress.commit(wallMs);
    this.environment.counters.repairsCommitted++;
    this.onCommitted();
    this.environment.log("info", `joined a repair from ${phase.link.peer?.nodeId ?? "a peer"}`);
  }

  /** Leaves the sender, or is left by it, and keeps what it has got; the sender is told unless it knows. */
  leave(reason: string, tell: boolean): void {
    const { phase, progress } = this;
    if (phase.name === "idle") return;
    const { stopwatch, counters, log, limits } = this.environment;
    this.phase = IDLE;
    this.leftMs = stopwatch.nowMs;
    this.nextTryMs = stopwatch.nowMs + this.backoff.nextDelayMs();
    counters.repairsAborted++;
    log("warn", `a repair broke off: ${reason}`);
    if (progress?.hasVectors === true) progress.asks.reopen();
    else this.drop();
    const { gate } = this.journal;
    // What was held on the repair's account comes again when it is resumed, by a pull or with the next one.
    if (gate.heldBytes > limits.heldBytesMax || gate.heldCount > limits.heldCountMax) gate.clear();
    if (tell && phase.link.state === "open") this.mesh.send(phase.link, { kind: "repair-abort", bySender: 0, reason });
  }

  /** An interval after the start could not be held: the next repair starts later. */
  overflowed(): void {
    if (this.phase.name === "idle") return;
    this.leave("too much is held", true);
    this.drop();
    this.makeRoom();
  }

  /** An origin got a fence. What a repair has brought from beyond it came from the forgotten member itself. */
  fenced(origin: Origin): void {
    const { progress } = this;
    if (progress === undefined || progress.told.get(origin) <= this.journal.fences.finalOf(origin)) return;
    this.leave("its sender was forgotten", true);
    this.drop();
  }

  turn(wallMs: number): void {
    const { phase, progress } = this;
    const { nowMs } = this.environment.stopwatch;
    if (phase.name === "asking" && progress?.hasBegun === false) this.askMore(phase);
    if (phase.name !== "idle") {
      if (nowMs - phase.progressMs <= REPAIR_STALLED_MS) return;
      this.leave("no progress", true);
      // A sender told of something that nobody has: what it brought must not count.
      if (phase.name === "waiting") this.drop();
    } else if (progress !== undefined) {
      const link = this.resumable(progress);
      // Meanwhile much is held (repair-progress.ts): among peers that all cannot go on with it that is not worth it.
      const [somebody] = this.mesh.open();
      const keptMs = link === undefined && somebody !== undefined ? REPAIR_RESUME_MS : REPAIR_KEPT_MS;
      if (nowMs - this.leftMs > keptMs) this.drop();
      else if (link !== undefined && nowMs >= this.nextTryMs) this.request(link);
    } else this.journal.release(wallMs);
  }

  private ask(link: Link): void {
    const { stopwatch, counters, log } = this.environment;
    const { origins } = this.journal.state;
    const resume = this.progress === undefined ? [] : timesOf(origins, this.progress.start);
    this.phase = { name: "requested", link, progressMs: stopwatch.nowMs };
    counters.repairsRequested++;
    log("info", `asking ${link.peer?.nodeId ?? "a peer"} for a repair`);
    this.mesh.send(link, { kind: "repair-request", resume });
  }

  /** A peer that has all that the senders before it have told of, residue, too; most likely it can go on with the progress. */
  private resumable({ told }: RepairProgress): Link | undefined {
    const links = [...this.mesh.open()].filter((link) => link.acknowledged.includes(told));
    return links[Math.floor(this.environment.random() * links.length)];
  }

  private begun(start: Context, resumes: boolean): RepairProgress {
    if (resumes) {
      if (this.progress?.start.equals(start) !== true) throw new MalformedMessage("repair-begin: resumes nothing");
      this.environment.counters.repairsResumed++;
      return this.progress;
    }
    this.drop();
    return (this.progress = new RepairProgress(this.journal, start, this.isLoading()));
  }

  private drop(): void {
    const { progress } = this;
    this.progress = undefined;
    progress?.drop();
  }

  /** What is held takes room of a repair: the next one would have no more than this one. It comes again behind that one. */
  private makeRoom(): void {
    this.journal.gate.clear();
  }

  /** More differs than there is room for: asking again at once would end the same way. */
  private giveUp(): void {
    const { counters, log, stopwatch, limits } = this.environment;
    counters.repairsTooLarge++;
    log("error", `a repair needs more than the ${limits.stagedBytesMax} bytes it may stage`);
    this.leave("more than there is room for", true);
    this.drop();
    this.makeRoom();
    this.nextTryMs = stopwatch.nowMs + REPAIR_TOO_LARGE_RETRY_MS;
  }

  private goOn(asking: Asking, progress: RepairProgress): void {
    const { state, gate } = this.journal;
    const bytes = state.repair.stagedBytes + asking.answers.pieceBytes + gate.heldBytes;
    const { waitingNodes, waitingRanges } = progress.asks;
    const isTooMuch = waitingNodes > REPAIR_PENDING_NODES_MAX || waitingRanges > REPAIR_PENDING_RANGES_MAX;
    if (isTooMuch || bytes > this.environment.limits.stagedBytesMax) return this.giveUp();
    this.askMore(asking);
  }

  private askMore(asking: Asking): void {
    const { progress } = this;
    if (progress === undefined || !this.mayAsk(asking, progress)) return;
    const { asks } = progress;
    for (let ask = asks.next(); ask !== undefined; ask = asks.next()) this.mesh.send(asking.link, question(ask));
    if (asking.isDone || !asks.isEmpty || !asking.residueIsComplete) return;
    asking.isDone = true;
    this.mesh.send(asking.link, { kind: "repair-done" });
  }

  private mayAsk(asking: Asking, progress: RepairProgress): boolean {
    if (progress.hasBegun) return true;
    if (this.environment.stopwatch.nowMs < asking.settledMs && !progress.isUpToStart) return false;
    progress.beginComparing();
    return true;
  }

  private askingOf(link: Link): Asking | undefined {
    if (this.phase.name !== "asking" || this.phase.link !== link) return undefined;
    this.phase.progressMs = this.environment.stopwatch.nowMs;
    this.phase.owed.merge(link.acknowledged);
    return this.phase;
  }
}
