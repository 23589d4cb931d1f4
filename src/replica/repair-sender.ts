/**
 * The sending side of a full-state repair. One peer is served at a time, others
 * wait their turn.
 *
 *   repair-begin    V at the start; from this place in the log on every
 *                   interval of every origin flows on this link at once
 *   repair-vector   for each origin, the dependencies of its last interval
 *   repair-chunk    slots as they are when their turn comes, with V of then
 *   repair-end      V at the end; every interval up to it has been sent before
 *
 * A turn is one chunk at most, under the link's credit and with little waiting
 * in its socket, so that commands and live intervals are served in between. A
 * receiver that makes no room for a next one is given up after as long as it
 * would wait itself.
 */
import type { Context } from "../../crdt/context.ts";
import { encodeRepairChunk } from "../../transport/message-codec.ts";
import { PIECE_CHUNKS_MAX, REPAIR_STALLED_MS } from "../limits.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import type { Outbound } from "./outbound.ts";
import { SLOTS } from "../store/slots.ts";
import { timesOf } from "./times.ts";

interface Serving {
  readonly link: Link;
  readonly start: Context;
  nextSlot: number;
  /** When something last went out, or arrived there. */
  progressMs: number;
  acknowledgedBytes: number;
  /** Exported bytes of which a part is still to be sent. */
  exported: Exported | undefined;
}

interface Exported {
  readonly fromSlot: number;
  readonly nextSlot: number;
  readonly changes: number[];
  readonly bytes: Uint8Array;
  sent: number;
}

export class RepairSender {
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly outbound: Outbound;
  private readonly environment: Environment;
  private serving: Serving | undefined;
  private readonly waiting = new Set<Link>();

  constructor(journal: Journal, mesh: Mesh, outbound: Outbound, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.outbound = outbound;
    this.environment = environment;
  }

  request(link: Link): void {
    if (this.serving?.link === link) this.stop();
    this.waiting.add(link);
    this.startNext();
  }

  /** The receiver gave up, or is gone. */
  drop(link: Link): void {
    this.waiting.delete(link);
    if (this.serving?.link !== link) return;
    this.stop();
    if (link.state === "open") this.outbound.place(link, link.acknowledged);
    this.startNext();
  }

  /** Sends the next piece on a link that has nothing more urgent to send. */
  step(link: Link): void {
    const serving = this.serving;
    if (serving?.link !== link) return;
    if (link.lapped) return this.abort(serving, "the log has lapped the repair");
    if (!this.outbound.hasRoom(link, this.environment.limits.repairBufferedBytesMax)) return;
    if (serving.exported === undefined && serving.nextSlot < SLOTS) this.export(serving);
    if (serving.exported !== undefined) return this.sendPiece(serving, serving.exported);
    this.finish(serving);
  }

  /** A receiver that takes nothing more must not keep the others waiting. */
  turn(): void {
    const { serving } = this;
    if (serving === undefined) return;
    const { stopwatch, counters, log } = this.environment;
    const { creditAcknowledgedBytes } = serving.link;
    if (creditAcknowledgedBytes > serving.acknowledgedBytes) {
      serving.acknowledgedBytes = creditAcknowledgedBytes;
      serving.progressMs = stopwatch.nowMs;
    }
    if (stopwatch.nowMs - serving.progressMs <= REPAIR_STALLED_MS) return;
    counters.repairsStalled++;
    log("warn", `${serving.link.peer?.nodeId ?? "a peer"} takes no more of the full state`);
    this.abort(serving, "no progress");
  }

  private startNext(): void {
    if (this.serving !== undefined) return;
    for (const link of this.waiting) {
      this.waiting.delete(link);
      if (link.state !== "open") continue;
      this.start(link);
      return;
    }
  }

  private start(link: Link): void {
    // V[self] must be the end of an interval: the receiver goes on from there.
    this.journal.cut();
    const { state } = this.journal;
    const start = state.context.copy();
    this.outbound.placeAtEnd(link);
    link.repairing = true;
    const progressMs = this.environment.stopwatch.nowMs;
    const acknowledgedBytes = link.creditAcknowledgedBytes;
    this.serving = { link, start, nextSlot: 0, progressMs, acknowledgedBytes, exported: undefined };
    this.environment.counters.repairsServed++;
    this.environment.log("info", `sending the full state to ${link.peer?.nodeId ?? "a peer"}`);
    this.mesh.send(link, { kind: "repair-begin", context: timesOf(state.origins, start) });
    this.sendVectors(link, start);
  }

  /** All at once: they belong to this very moment, the next interval changes them. */
  private sendVectors(link: Link, start: Context): void {
    const { origins } = this.journal.state;
    start.each((origin) => {
      const dependencies = timesOf(origins, this.journal.dependenciesOf(origin));
      if (dependencies.length === 0) return;
      this.mesh.send(link, { kind: "repair-vector", originId: origins.id(origin), dependencies });
    });
  }

  private export(serving: Serving): void {
    this.journal.cut();
    const { state } = this.journal;
    const fromSlot = serving.nextSlot;
    const { bytes, nextSlot } = state.exportSlots(fromSlot, this.environment.limits.repairChunkBytes);
    const changes = timesOf(state.origins, state.context, serving.start);
    serving.nextSlot = nextSlot;
    serving.exported = { fromSlot, nextSlot, changes, bytes, sent: 0 };
  }

  private sendPiece(serving: Serving, exported: Exported): void {
    const { limits, counters, stopwatch } = this.environment;
    const sentNext = Math.min(exported.sent + PIECE_CHUNKS_MAX * limits.repairChunkBytes, exported.bytes.length);
    const more = sentNext < exported.bytes.length;
    const bytes = exported.bytes.subarray(exported.sent, sentNext);
    const { fromSlot, nextSlot, changes } = exported;
    this.mesh.sendBytes(serving.link, encodeRepairChunk({ fromSlot, nextSlot, more, changes, bytes }));
    counters.repairChunksSent++;
    serving.progressMs = stopwatch.nowMs;
    exported.sent = sentNext;
    if (!more) serving.exported = undefined;
  }

  private finish(serving: Serving): void {
    const { link } = serving;
    const { state } = this.journal;
    // What was cut just now goes out first; the end comes with a later turn.
    if (this.journal.cut()) return;
    if (!this.outbound.hasSentAll(link)) return this.abort(serving, "an interval was too large for the log");
    this.mesh.send(link, { kind: "repair-end", context: timesOf(state.origins, state.context) });
    this.stop();
    this.startNext();
  }

  private abort(serving: Serving, reason: string): void {
    this.environment.counters.repairsAborted++;
    this.mesh.send(serving.link, { kind: "repair-abort", reason });
    this.drop(serving.link);
  }

  private stop(): void {
    if (this.serving !== undefined) this.serving.link.repairing = false;
    this.serving = undefined;
  }
}
