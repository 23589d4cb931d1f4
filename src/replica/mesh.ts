/**
 * The mesh: the links of a replica and the nodes it has met. All sending and
 * all ending of links passes through here, so that it is counted once.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { CloseCode, type CloseCodeName } from "../../transport/link.ts";
import type { ControlMessage } from "../../transport/message.ts";
import { MessageCodec, usesCredit } from "../../transport/message-codec.ts";
import { CLOSE_REASON_CHARACTERS_MAX, MEMBERS_MAX } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Link, PeerIdentity } from "./link.ts";

/** A node that has said hello at some time. */
export interface Member {
  identity: PeerIdentity;
  origin: Origin;
  /** What it was last known to have. Outlives its links. */
  acknowledged: Context;
  /** When it last said so. */
  acknowledgedMs: number;
  /** Origins for which it has told that it has a fence, too, and since when an ack has come. */
  readonly fences: Map<Origin, "told" | "acknowledged">;
  link: Link | undefined;
  lostMs: number;
}

export class Mesh {
  readonly codec = new MessageCodec();
  readonly links = new Set<Link>();
  readonly members = new Map<string, Member>();
  /** When a node was last met as a new origin; by then its former process was gone. At the start nobody can tell. */
  replacedMs = 0;
  /** Called after a link has left the mesh, whoever ended it. */
  onLeft: (link: Link) => void = () => {};
  private readonly environment: Environment;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  *open(): IterableIterator<Link> {
    for (const link of this.links) if (link.state === "open") yield link;
  }

  send(link: Link, message: ControlMessage): void {
    this.sendBytes(link, this.codec.encode(message));
  }

  sendBytes(link: Link, message: Uint8Array): void {
    if (link.state === "closed") return;
    if (usesCredit(message)) link.creditSentBytes += message.length;
    link.bytesOut += message.length;
    this.environment.counters.bytesSent += message.length;
    link.port.send(message);
  }

  /** Remembers who is at the other end of a link that has just been accepted. */
  greet(link: Link, identity: PeerIdentity, origin: Origin): void {
    const known = this.members.get(identity.nodeId);
    const same = known?.identity.originId === identity.originId;
    // What it has counts from its first ack on: before that it has told what it knows of members.
    const acknowledged = same ? known.acknowledged : new Context();
    const acknowledgedMs = same ? known.acknowledgedMs : Number.NEGATIVE_INFINITY;
    const fences: Member["fences"] = same ? known.fences : new Map();
    const { nowMs } = this.environment.stopwatch;
    if (known !== undefined && !same) this.replacedMs = nowMs;
    this.members.delete(identity.nodeId);
    this.members.set(identity.nodeId, { identity, origin, acknowledged, acknowledgedMs, fences, link, lostMs: 0 });
    if (this.members.size > MEMBERS_MAX) this.forgetOldest();
  }

  /** The member at the other end of a link, as long as that is its link. */
  memberOf(link: Link): Member | undefined {
    const member = link.peer === undefined ? undefined : this.members.get(link.peer.nodeId);
    return member?.link === link ? member : undefined;
  }

  /** Ends a link from this side. */
  end(link: Link, code: CloseCodeName, reason: string): void {
    if (link.state === "closed") return;
    this.environment.counters.closed[code]++;
    const who = link.peer === undefined ? "a peer" : `${link.peer.nodeId} (${link.peer.region})`;
    this.environment.log(QUIET.has(code) ? "debug" : "warn", `closing the link to ${who}: ${code}: ${reason}`);
    link.port.close(CloseCode[code], `${code}: ${reason}`.slice(0, CLOSE_REASON_CHARACTERS_MAX));
    this.leave(link);
  }

  /** A link is gone, whoever ended it. */
  leave(link: Link): void {
    if (link.state === "closed") return;
    link.state = "closed";
    this.links.delete(link);
    this.environment.counters.linksLost++;
    const member = link.peer === undefined ? undefined : this.members.get(link.peer.nodeId);
    if (member?.link === link) {
      member.link = undefined;
      member.lostMs = this.environment.stopwatch.nowMs;
    }
    this.onLeft(link);
  }

  /**
   * A node is no member any more. What was forgotten is refused by its origin's fence; a process of that name that
   * began anew says hello once more.
   */
  forget(nodeId: string): void {
    const link = this.members.get(nodeId)?.link;
    this.members.delete(nodeId);
    if (link !== undefined) this.end(link, "goodbye", "an earlier process of this name was forgotten");
  }

  private forgetOldest(): void {
    let oldest: string | undefined;
    let lostMs = Infinity;
    for (const [nodeId, member] of this.members) {
      if (member.link === undefined && member.lostMs < lostMs) {
        oldest = nodeId;
        lostMs = member.lostMs;
      }
    }
    if (oldest !== undefined) this.members.delete(oldest);
  }
}

const QUIET: ReadonlySet<CloseCodeName> = new Set(["duplicateLink", "goodbye", "cut"]);
