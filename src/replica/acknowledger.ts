/**
 * Acknowledgements: what this replica has, told to each peer as changes since
 * the last time, and with it the credit that is free again and the two numbers
 * that measure the round trip. An ack goes out when something changed, not too
 * often; at once when the peer may soon run out of credit; and with every
 * heartbeat, so that a link is never silent. A peer with clients that wait for an ack
 * asks for it, and is promised one as soon as there is something to tell.
 *
 * K1. An ack is sent after everything of this replica's own that its `ownTime`
 *     covers was cut; `ownTime` is never behind what the changes imply. The
 *     stability of residue rests on it.
 */
import type { Time } from "../../crdt/clock.ts";
import { ACK_MS_MIN, HEARTBEAT_MS } from "../limits/replication.ts";
import type { Ack, AckRequest } from "../../transport/message.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import { localTimes } from "./times.ts";
import type { Outbound } from "./outbound.ts";
import type { DurableContext } from "./reach.ts";

/** Weight of a new sample in the smoothed round trip, as in TCP. */
const RTT_WEIGHT = 1 / 8;

export class Acknowledger {
  /** Called when a peer has told what it has. */
  onAcknowledged: () => void = () => {};
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly outbound: Outbound;
  private readonly durable: DurableContext;
  private readonly environment: Environment;

  constructor(journal: Journal, mesh: Mesh, outbound: Outbound, durable: DurableContext, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.outbound = outbound;
    this.durable = durable;
    this.environment = environment;
  }

  /** Sends an ack if it is time. */
  turn(link: Link): void {
    const agoMs = this.environment.stopwatch.nowMs - link.ackSentMs;
    const news = !link.unacknowledged.empty || link.creditReceivedBytes > link.creditReportedBytes;
    if (agoMs >= HEARTBEAT_MS || (news && agoMs >= ACK_MS_MIN)) this.send(link);
    else this.keepPromise(link);
  }

  /** The peer waits for an ack: it gets one as soon as there is what it waits for. */
  promise(link: Link, { time, durableTime }: AckRequest): void {
    link.promisedTime = Math.max(link.promisedTime, time);
    link.promisedDurableTime = Math.max(link.promisedDurableTime, durableTime);
    this.keepPromise(link);
  }

  /** Something has been joined: does one of the peers wait to hear of it? */
  keepPromises(): void {
    for (const link of this.mesh.links) {
      if (link.promisedTime > 0 || link.promisedDurableTime > 0) this.keepPromise(link);
    }
  }

  private keepPromise(link: Link): void {
    const { promisedTime, promisedDurableTime } = link;
    const has = promisedTime > 0 && this.journal.state.context.covers(link.peerOrigin, promisedTime);
    const hasOnDisk = promisedDurableTime > 0 && this.durableTimeFor(link) >= promisedDurableTime;
    if (has) link.promisedTime = 0;
    if (hasOnDisk) link.promisedDurableTime = 0;
    if (has || hasOnDisk) this.send(link);
  }

  private durableTimeFor(link: Link): Time {
    return link.peerOrigin < 0 ? 0 : (this.durable()?.get(link.peerOrigin) ?? 0);
  }

  /** A message that uses credit was taken; does the peer need to hear of it now? */
  took(link: Link, bytes: number): void {
    link.creditReceivedBytes += bytes;
    const unreported = link.creditReceivedBytes - link.creditReportedBytes;
    if (unreported > this.environment.limits.creditBytes / 4) this.send(link);
  }

  send(link: Link): void {
    const { state } = this.journal;
    const { stopwatch, counters } = this.environment;
    const nowMs = stopwatch.nowMs;
    // K1
    this.journal.cut();
    link.ackSentMs = nowMs;
    link.creditReportedBytes = link.creditReceivedBytes;
    counters.acksSent++;
    this.mesh.send(link, {
      kind: "ack",
      sentMs: nowMs,
      echoMs: link.echoMs,
      heldMs: nowMs - link.echoHeardMs,
      receivedBytes: link.creditReceivedBytes,
      ownTime: state.context.get(state.self),
      durableTime: this.durableTimeFor(link),
      changes: link.unacknowledged.take(state.origins, state.context),
    });
  }

  receive(link: Link, ack: Ack): void {
    const { stopwatch, counters } = this.environment;
    const nowMs = stopwatch.nowMs;
    counters.acksReceived++;
    const changes = localTimes(this.journal.state.origins, ack.changes);
    if (ack.sentMs >= link.echoMs) {
      link.echoMs = ack.sentMs;
      link.echoHeardMs = nowMs;
    }
    if (ack.echoMs > 0) this.measure(link, nowMs - ack.echoMs - ack.heldMs);
    link.creditAcknowledgedBytes = Math.min(
      Math.max(link.creditAcknowledgedBytes, ack.receivedBytes),
      link.creditSentBytes,
    );
    this.outbound.acknowledge(link, changes);
    link.acknowledged.raise(link.peerOrigin, ack.ownTime);
    link.known.raise(link.peerOrigin, ack.ownTime);
    if (ack.ownTime >= link.peerTime) {
      link.peerTime = ack.ownTime;
      link.peerTimeMs = nowMs;
    }
    link.durableTime = Math.max(link.durableTime, ack.durableTime);
    this.onAcknowledged();
    const member = this.mesh.memberOf(link);
    if (member === undefined) return;
    member.acknowledged.merge(link.acknowledged);
    member.acknowledgedMs = nowMs;
    for (const origin of member.fences.keys()) member.fences.set(origin, "acknowledged");
  }

  private measure(link: Link, sampleMs: number): void {
    const rttMs = Math.max(0, sampleMs);
    link.rttMs = link.rttMs < 0 ? rttMs : link.rttMs + (rttMs - link.rttMs) * RTT_WEIGHT;
  }
}
