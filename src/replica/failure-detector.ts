/**
 * The failure detector, in the style of SWIM (Das, Gupta, Motivala, 2002).
 *
 * Links carry something ten times a second, so that silence itself is the
 * failed probe. Who hears nothing of a member asks a few others whether they
 * do. One that does is enough: a member that somebody reaches is alive,
 * whatever is wrong between it and us. When nobody does, the member is suspect,
 * and all are told, itself included if anything reaches it; unless it refutes
 * that in time, it is dead.
 *
 *   silence 1 s (a lost link: 0.3 s) ─► asking, at most 0.5 s ─► suspect 2 s ─► dead
 *
 * It decides what people are told, and how patient relays and expiry are; a
 * mistake costs nothing but that.
 */
import type { ProbeAnswer, ProbeRequest } from "../../transport/message.ts";
import {
  PROBE_AGAIN_MS,
  PROBE_ANSWER_MS,
  PROBE_FRESH_MS,
  PROBE_LOST_MS,
  PROBE_PEERS,
  PROBE_SILENT_MS,
  SUSPECT_MS,
} from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Link } from "./link.ts";
import type { MemberRecord } from "./member-record.ts";
import type { Membership } from "./membership.ts";
import type { Member, Mesh } from "./mesh.ts";

/** What is known of one member that is not forgotten, beside its record. */
interface Watch {
  /** When it was last heard of: by its link, by a peer's word, or by its own. */
  heardMs: number;
  suspectMs: number;
  /** The question under way, when it was asked, and how many have not answered yet. */
  sequence: number;
  askedMs: number;
  open: number;
}

const LOOK_MS = 50;
const NOT_ASKED = -1;

export class FailureDetector {
  private readonly membership: Membership;
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly watches = new Map<string, Watch>();
  private sequence = 0;
  private lookedMs = 0;

  constructor(membership: Membership, mesh: Mesh, environment: Environment) {
    this.membership = membership;
    this.mesh = mesh;
    this.environment = environment;
  }

  turn(): void {
    const { nowMs } = this.environment.stopwatch;
    if (nowMs - this.lookedMs < LOOK_MS) return;
    this.lookedMs = nowMs;
    for (const record of this.membership.others()) {
      if (record.state === "alive" || record.state === "suspect") this.look(record, nowMs);
    }
  }

  /** A record has changed: suspicion begins, or is over. */
  changed(after: MemberRecord, before: MemberRecord | undefined): void {
    const { nowMs } = this.environment.stopwatch;
    if (after.state !== "alive" && after.state !== "suspect") {
      this.watches.delete(after.nodeId);
      return;
    }
    const watch = this.watch(after.nodeId, nowMs);
    if (after.state === "suspect" && before?.state !== "suspect") watch.suspectMs = nowMs;
    // Nobody but itself raises its incarnation.
    if (after.incarnation > (before?.incarnation ?? 0)) watch.heardMs = nowMs;
  }

  /** A peer asks whether this replica hears of somebody. */
  request(link: Link, { nodeId, sequence }: ProbeRequest): void {
    const about = this.mesh.members.get(nodeId)?.link;
    const freshMs = about === undefined ? Number.POSITIVE_INFINITY : this.environment.stopwatch.nowMs - about.heardMs;
    this.environment.counters.probesAnswered++;
    this.mesh.send(link, { kind: "probe-answer", sequence, reached: freshMs <= PROBE_FRESH_MS ? 1 : 0 });
  }

  answer({ sequence, reached }: ProbeAnswer): void {
    for (const watch of this.watches.values()) {
      if (watch.sequence !== sequence) continue;
      watch.open--;
      if (reached !== 1) continue;
      watch.sequence = NOT_ASKED;
      watch.heardMs = this.environment.stopwatch.nowMs;
    }
  }

  private look(record: MemberRecord, nowMs: number): void {
    const { nodeId } = record;
    const watch = this.watch(nodeId, nowMs);
    const member = this.mesh.members.get(nodeId);
    const link = member?.link;
    if (link !== undefined && nowMs - link.heardMs <= PROBE_SILENT_MS) {
      watch.heardMs = link.heardMs;
      watch.sequence = NOT_ASKED;
      watch.suspectMs = nowMs;
      return;
    }
    if (record.state === "suspect") {
      if (nowMs - watch.suspectMs >= SUSPECT_MS) this.bury(nodeId, nowMs - watch.heardMs);
      return;
    }
    if (watch.sequence === NOT_ASKED) {
      if (nowMs >= this.dueMs(watch, member)) this.ask(nodeId, watch, nowMs);
    } else if (watch.open <= 0 || nowMs - watch.askedMs >= PROBE_ANSWER_MS) this.suspect(nodeId, watch);
  }

  /** When others are to be asked. A link that was just lost may be dialed again, or is lost because of a death. */
  private dueMs(watch: Watch, member: Member | undefined): number {
    if (member === undefined || member.link !== undefined) return watch.heardMs + PROBE_SILENT_MS;
    return watch.heardMs > member.lostMs ? watch.heardMs + PROBE_AGAIN_MS : member.lostMs + PROBE_LOST_MS;
  }

  private ask(nodeId: string, watch: Watch, nowMs: number): void {
    const peers = this.somePeers(nodeId);
    watch.sequence = ++this.sequence;
    watch.askedMs = nowMs;
    watch.open = peers.length;
    for (const link of peers) this.mesh.send(link, { kind: "probe-request", sequence: watch.sequence, nodeId });
    this.environment.counters.probesSent += peers.length;
  }

  /** Random ones, of those that are heard. */
  private somePeers(nodeId: string): Link[] {
    const { random, stopwatch } = this.environment;
    const links = [...this.mesh.open()].filter(
      ({ peer, heardMs }) => peer?.nodeId !== nodeId && stopwatch.nowMs - heardMs <= PROBE_SILENT_MS,
    );
    const chosen: Link[] = [];
    while (chosen.length < PROBE_PEERS && links.length > 0) {
      chosen.push(...links.splice(Math.floor(random() * links.length), 1));
    }
    return chosen;
  }

  private suspect(nodeId: string, watch: Watch): void {
    watch.sequence = NOT_ASKED;
    this.environment.counters.suspicions++;
    this.environment.log("warn", `nobody hears of ${nodeId}: it is suspected to be dead`);
    this.membership.mark(nodeId, "suspect");
  }

  private bury(nodeId: string, silentMs: number): void {
    this.environment.counters.deaths++;
    this.environment.counters.detectionMs += silentMs;
    this.environment.log("warn", `${nodeId} is dead: nothing was heard of it for ${Math.round(silentMs)} ms`);
    this.membership.mark(nodeId, "dead");
  }

  private watch(nodeId: string, nowMs: number): Watch {
    const known = this.watches.get(nodeId);
    if (known !== undefined) return known;
    const watch = { heardMs: nowMs, suspectMs: nowMs, sequence: NOT_ASKED, askedMs: 0, open: 0 };
    this.watches.set(nodeId, watch);
    return watch;
  }
}
