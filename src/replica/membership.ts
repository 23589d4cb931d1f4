/**
 * Membership: who belongs to the cluster, told from each to each.
 *
 * A changed record goes to every linked member at once (with the next turn of
 * the timer, and only its latest form), all records go over a link when it
 * opens, before any acknowledgement, and to one peer now and then. Whoever is
 * told something older than it knows answers with what it knows. So all come to
 * hold the same map, and nobody needs to be reached by everybody.
 *
 * A replica hears what is said of itself, too, and refutes what is wrong by a
 * higher incarnation. What is decided by the map: whom to dial, what people are
 * told, who must have acknowledged before residue goes; never what is true of
 * the data. That is the fences' part (forgetting.ts).
 */
import type { MemberMessage, MemberState } from "../../transport/message.ts";
import { MEET_MS_MAX, MEETS_MAX, MEMBERS_EXCHANGE_MS, REFUTE_MS_MIN } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Fences } from "./fences.ts";
import type { OwnIdentity } from "./greeter.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import { MemberMap } from "./member-map.ts";
import { messageOf, recordOf, sameRecords, withHost, type MemberRecord } from "./member-record.ts";
import type { Mesh } from "./mesh.ts";

export class Membership {
  readonly map = new MemberMap();
  private readonly ownId: string;
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  /** An incarnation that somebody else has given this replica, and that must be outdone; -1: none. */
  private outdo = -1;
  private refutedMs = Number.NEGATIVE_INFINITY;
  private exchangedMs = 0;
  /** Addresses to be dialed by command, and since when. */
  private readonly meets = new Map<string, number>();

  constructor(identity: OwnIdentity, journal: Journal, mesh: Mesh, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
    const { nodeId, region, address, clientAddress = "" } = identity;
    this.ownId = nodeId;
    const { origins, self } = journal.state;
    const originId = origins.id(self);
    const known = new Map([[originId, 1]]);
    this.map.join({ nodeId, region, address, clientAddress, originId, incarnation: 1, state: "alive", origins: known });
  }

  get own(): MemberRecord {
    return this.map.get(this.ownId) as MemberRecord; // joined by the constructor, and never removed: it is not forgotten
  }

  /** All members but this replica and those that were forgotten. */
  *others(): IterableIterator<MemberRecord> {
    for (const record of this.map.all()) {
      if (record.nodeId !== this.ownId && record.state !== "forgotten") yield record;
    }
  }

  /** Names met so far beside one's own, forgotten or not. */
  get metCount(): number {
    return this.map.size - 1;
  }

  /** A link is open: the peer is known from now on, and is told everything before anything else. */
  introduce(link: Link, fences: Fences): void {
    const { peer } = link;
    if (peer === undefined) return;
    if (this.map.get(peer.nodeId) === undefined) {
      const { nodeId, region, originId } = peer;
      const address = withHost(peer.address, link.port.remoteHost);
      const origins = new Map([[originId, 0]]);
      const record = { nodeId, region, address, clientAddress: "", originId, incarnation: 0, origins };
      this.map.join({ ...record, state: "alive" });
    }
    for (const { nodeId } of this.map.all()) link.membersDue.add(nodeId);
    for (const { nodeId } of fences.all()) link.fencesDue.add(nodeId);
    this.tell(link);
  }

  /** A peer tells what it knows of somebody. */
  hear(link: Link, message: MemberMessage): void {
    const told = recordOf(message);
    if (told.nodeId === this.ownId) return this.hearOfSelf(link, told);
    const record = told.nodeId === link.peer?.nodeId ? reachedAt(told, link.port.remoteHost) : told;
    const known = this.map.join(record);
    if (known !== undefined && !sameRecords(known, told)) link.membersDue.add(told.nodeId);
  }

  /** Says something of somebody else that was found here. */
  mark(nodeId: string, state: MemberState): void {
    const record = this.map.get(nodeId);
    if (record !== undefined) this.map.join({ ...record, state });
  }

  /** Tells where clients connect. */
  announce(clientAddress: string): void {
    this.map.join({ ...this.own, clientAddress });
  }

  /** This replica takes leave. */
  leave(): void {
    this.map.join({ ...this.own, state: "left" });
    for (const link of this.mesh.open()) this.tell(link);
  }

  /** A changed record goes to everybody. */
  spread(nodeId: string): void {
    for (const link of this.mesh.open()) link.membersDue.add(nodeId);
  }

  turn(): void {
    const { nowMs } = this.environment.stopwatch;
    if (this.outdo >= 0 && nowMs - this.refutedMs >= REFUTE_MS_MIN) this.refute(nowMs);
    if (nowMs - this.exchangedMs >= MEMBERS_EXCHANGE_MS) this.exchange(nowMs);
    for (const link of this.mesh.open()) {
      if (link.port.bufferedBytes < this.environment.limits.bufferedBytesMax) this.tell(link);
    }
    for (const [address, sinceMs] of this.meets) if (nowMs - sinceMs > MEET_MS_MAX) this.meets.delete(address);
  }

  /** From now on and for a while this address is dialed. */
  meet(address: string): void {
    this.meets.delete(address);
    this.meets.set(address, this.environment.stopwatch.nowMs);
    const [oldest] = this.meets.keys();
    if (this.meets.size > MEETS_MAX && oldest !== undefined) this.meets.delete(oldest);
  }

  /** Addresses asked for by command. */
  get met(): Iterable<string> {
    return this.meets.keys();
  }

  private hearOfSelf(link: Link, told: MemberRecord): void {
    const { own } = this;
    const isRight = told.originId === own.originId && (told.state === "alive" || told.state === own.state);
    if (told.incarnation < own.incarnation) link.membersDue.add(this.ownId);
    else if (isRight || own.state === "left") this.map.join({ ...told, state: own.state });
    else if (told.incarnation > this.outdo) this.outdo = told.incarnation;
  }

  /** Says anew that this replica lives, above what was said of it. */
  private refute(nowMs: number): void {
    const { own } = this;
    const incarnation = Math.max(own.incarnation, this.outdo) + 1;
    const origins = new Map([...own.origins, [own.originId, incarnation] as const]);
    this.map.join({ ...own, incarnation, origins });
    this.environment.counters.refutations++;
    this.outdo = -1;
    this.refutedMs = nowMs;
  }

  private exchange(nowMs: number): void {
    this.exchangedMs = nowMs;
    const links = [...this.mesh.open()];
    const link = links[Math.floor(this.environment.random() * links.length)];
    for (const { nodeId } of this.map.all()) link?.membersDue.add(nodeId);
    for (const { nodeId } of this.journal.fences.all()) link?.fencesDue.add(nodeId);
  }

  private tell(link: Link): void {
    for (const nodeId of link.fencesDue) {
      const { origins } = this.journal.state;
      const finals = this.journal.fences.ofNode(nodeId).flatMap((f) => [origins.id(f.origin), f.finalTime]);
      this.mesh.send(link, { kind: "fences", nodeId, finals });
    }
    link.fencesDue.clear();
    for (const nodeId of link.membersDue) {
      const record = this.map.get(nodeId);
      if (record !== undefined) this.mesh.send(link, messageOf(record));
    }
    link.membersDue.clear();
  }
}

/** What a member says of itself, with the host that it was met at where it names none. */
function reachedAt(record: MemberRecord, host: string): MemberRecord {
  const { address, clientAddress } = record;
  return { ...record, address: withHost(address, host), clientAddress: withHost(clientAddress, host) };
}
