/**
 * The receiving side of a full-state repair.
 *
 * Chunks are staged beside the keyspace; meanwhile the gate goes on applying
 * what it can and holds what comes after the repair's start. Only when the end
 * has come and every interval up to it is at hand, everything is joined in one
 * step, and V is raised last (rule 6): no command ever sees a half.
 *
 *   idle -> requested -> receiving -> idle
 *
 * A lost link, an abort, silence or a full stage drop what was staged; after a
 * jittered wait any peer is asked again. Messages of a repair that is not ours
 * any more are passed over.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { Backoff } from "../../transport/backoff.ts";
import {
  MalformedMessage,
  type RepairBegin,
  type RepairChunk,
  type RepairEnd,
  type RepairVector,
} from "../../transport/message.ts";
import { REPAIR_RETRY_MS, REPAIR_STALLED_MS } from "../limits.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import { SLOTS } from "../store/slots.ts";
import type { StateChecks } from "./state.ts";
import { localTimes, originOf, raiseAll } from "./times.ts";

type Phase =
  | { readonly name: "idle" }
  | { readonly name: "requested"; readonly link: Link; progressMs: number }
  | Receiving;

interface Receiving {
  readonly name: "receiving";
  readonly link: Link;
  progressMs: number;
  readonly start: Context;
  readonly vectors: Map<Origin, Context>;
  nextSlot: number;
  pieces: Uint8Array[];
  /** Bytes of pieces and vectors; what is staged in the keyspace is counted there. */
  bytes: number;
  end: Context | undefined;
}

const IDLE: Phase = { name: "idle" };

export class RepairReceiver {
  /** Called after a repair was joined. */
  onCommitted: () => void = () => {};
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly checks: StateChecks;
  private readonly environment: Environment;
  private readonly backoff: Backoff;
  private phase: Phase = IDLE;
  private nextTryMs = 0;

  constructor(journal: Journal, mesh: Mesh, checks: StateChecks, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.checks = checks;
    this.environment = environment;
    this.backoff = new Backoff(REPAIR_RETRY_MS, environment.random);
  }

  /** The link that a repair is expected from. */
  get link(): Link | undefined {
    return this.phase.name === "idle" ? undefined : this.phase.link;
  }

  /** Received and not yet handed to the keyspace. */
  get bytes(): number {
    return this.phase.name === "receiving" ? this.phase.bytes : 0;
  }

  /** Asks a peer for its full state, unless that is under way or was tried just now. */
  request(link: Link): void {
    const { stopwatch, counters, log } = this.environment;
    if (this.phase.name !== "idle" || stopwatch.nowMs < this.nextTryMs) return;
    this.phase = { name: "requested", link, progressMs: stopwatch.nowMs };
    counters.repairsRequested++;
    log("info", `asking ${link.peer?.nodeId ?? "a peer"} for its full state`);
    this.mesh.send(link, { kind: "repair-request" });
  }

  begin(link: Link, message: RepairBegin): void {
    if (this.phase.name === "idle" || this.phase.link !== link) {
      this.mesh.send(link, { kind: "repair-abort", reason: "not asked for any more" });
      return;
    }
    const { origins, context, self } = this.journal.state;
    const start = new Context();
    raiseAll(start, localTimes(origins, message.context));
    if (!context.covers(self, start.get(self))) throw new MalformedMessage("repair-begin: knows our future");
    this.dropOwnStage();
    const progressMs = this.environment.stopwatch.nowMs;
    const fresh = { vectors: new Map(), nextSlot: 0, pieces: [], bytes: 0, end: undefined };
    this.phase = { name: "receiving", link, progressMs, start, ...fresh };
  }

  vector(link: Link, message: RepairVector): void {
    const receiving = this.receivingFrom(link);
    if (receiving === undefined) return;
    const { origins } = this.journal.state;
    const dependencies = new Context(1);
    raiseAll(dependencies, localTimes(origins, message.dependencies));
    receiving.vectors.set(originOf(origins, message.originId), dependencies);
    receiving.bytes += dependencies.length * 8;
    this.checkRoom(receiving);
  }

  chunk(link: Link, chunk: RepairChunk): void {
    const receiving = this.receivingFrom(link);
    if (receiving === undefined) return;
    if (chunk.fromSlot !== receiving.nextSlot) throw new MalformedMessage("repair-chunk: out of order");
    if (chunk.more && chunk.bytes.length === 0) throw new MalformedMessage("repair-chunk: an empty piece");
    this.environment.counters.repairChunksReceived++;
    receiving.pieces.push(chunk.bytes);
    receiving.bytes += chunk.bytes.length;
    if (!chunk.more) this.stage(receiving, chunk);
    this.checkRoom(receiving);
  }

  end(link: Link, message: RepairEnd, wallMs: number): void {
    const receiving = this.receivingFrom(link);
    if (receiving === undefined) return;
    if (receiving.nextSlot !== SLOTS) throw new MalformedMessage("repair-end: before the last slot");
    const end = new Context();
    raiseAll(end, localTimes(this.journal.state.origins, message.context));
    if (!end.includes(receiving.start)) throw new MalformedMessage("repair-end: before its begin");
    receiving.end = end;
    this.commitWhenComplete(wallMs);
  }

  /** Joins the repair once everything up to its end is at hand. */
  commitWhenComplete(wallMs: number): void {
    const receiving = this.phase;
    if (receiving.name !== "receiving" || receiving.end === undefined) return;
    if (!this.journal.reaches(receiving.start, receiving.end)) return;
    this.phase = IDLE;
    this.backoff.reset();
    this.nextTryMs = 0;
    this.journal.commitRepair(receiving.start, receiving.vectors, wallMs);
    this.environment.counters.repairsCommitted++;
    this.onCommitted();
    this.environment.log("info", `joined the full state of ${receiving.link.peer?.nodeId ?? "a peer"}`);
  }

  /** Gives up; the peer is told if it is still there and did not say so itself. */
  abort(reason: string, tell: boolean): void {
    const { phase } = this;
    if (phase.name === "idle") return;
    const { stopwatch, counters, log, limits } = this.environment;
    this.dropOwnStage();
    this.phase = IDLE;
    this.nextTryMs = stopwatch.nowMs + this.backoff.nextDelayMs();
    counters.repairsAborted++;
    log("warn", `repair given up: ${reason}`);
    const { gate } = this.journal;
    // What was held on the repair's account comes again by a pull or the next repair.
    if (gate.heldBytes > limits.heldBytesMax || gate.heldCount > limits.heldCountMax) gate.clear();
    if (tell && phase.link.state === "open") this.mesh.send(phase.link, { kind: "repair-abort", reason });
  }

  turn(): void {
    if (this.phase.name === "idle") return;
    const silentMs = this.environment.stopwatch.nowMs - this.phase.progressMs;
    if (silentMs > REPAIR_STALLED_MS) this.abort("no progress", true);
  }

  /** What an earlier repair has committed may still be staged, and is joined as it is needed: that is not ours to drop. */
  private dropOwnStage(): void {
    if (this.phase.name === "receiving" && this.phase.nextSlot > 0) this.journal.state.dropStage();
  }

  private stage(receiving: Receiving, chunk: RepairChunk): void {
    const whole = receiving.pieces.length === 1 ? chunk.bytes : Buffer.concat(receiving.pieces);
    const context = receiving.start.copy();
    raiseAll(context, localTimes(this.journal.state.origins, chunk.changes));
    this.checks.slots(whole);
    this.journal.state.stage(chunk.fromSlot, chunk.nextSlot, context, whole);
    receiving.bytes -= whole.length;
    receiving.pieces = [];
    receiving.nextSlot = chunk.nextSlot;
  }

  private checkRoom(receiving: Receiving): void {
    const { state, gate } = this.journal;
    if (state.stagedBytes + receiving.bytes + gate.heldBytes <= this.environment.limits.stagedBytesMax) return;
    this.abort("more than there is room for", true);
  }

  private receivingFrom(link: Link): Receiving | undefined {
    if (this.phase.name !== "receiving" || this.phase.link !== link) return undefined;
    this.phase.progressMs = this.environment.stopwatch.nowMs;
    return this.phase;
  }
}
