/**
 * The cluster as one replica sees it: the parts that know members, put
 * together. Records are told and heard (membership.ts), silence is judged
 * (failure-detector.ts), and who was forgotten stays out (forgetting.ts).
 */
import type { Origin, OriginId } from "../../crdt/origin.ts";
import type { FencesMessage, Forgotten, MemberMessage, MemberState } from "../../transport/message.ts";
import type { ProbeAnswer, ProbeRequest } from "../../transport/message.ts";
import type { Environment } from "./environment.ts";
import { FailureDetector } from "./failure-detector.ts";
import { Forgetting, type ForgetResult } from "./forgetting.ts";
import type { Greeter, OwnIdentity } from "./greeter.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import { hasHost, type MemberRecord } from "./member-record.ts";
import { Membership } from "./membership.ts";
import type { Mesh } from "./mesh.ts";

/** A member as people are told of it. */
export interface MemberStatus {
  readonly nodeId: string;
  readonly region: string;
  /** Its peer port; without a host as long as nobody knows one. */
  readonly address: string;
  /** Where its clients connect; empty as long as it has not said so. */
  readonly clientAddress: string;
  readonly originId: OriginId;
  readonly state: MemberState;
  readonly incarnation: number;
  readonly isSelf: boolean;
  /** Is there a link between it and this replica? */
  readonly isLinked: boolean;
  /** How long ago something came over the link; -1 without one. */
  readonly heardAgoMs: number;
  readonly rttMs: number;
  /** Its link: who dialed, for how long it has been open, and what waits to be sent. */
  readonly link: { readonly dialed: boolean; readonly openMs: number; readonly bufferedBytes: number } | undefined;
}

/** Somebody to be dialed. A name is given where it is known: while it is linked it need not be. */
export interface DialTarget {
  readonly address: string;
  readonly nodeId: string | undefined;
}

export type MembershipMessage = MemberMessage | FencesMessage | ProbeRequest | ProbeAnswer | Forgotten;

export class Cluster {
  /** Called when an origin got a fence, or a later one. */
  onFenced: (origin: Origin) => void = () => {};
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly greeter: Greeter;
  private readonly environment: Environment;
  private readonly membership: Membership;
  private readonly detector: FailureDetector;
  private readonly forgetting: Forgetting;
  /** Origins of members that are not there: nobody should wait for them to act. */
  private readonly absent = new Set<OriginId>();

  constructor(identity: OwnIdentity, journal: Journal, mesh: Mesh, greeter: Greeter, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.greeter = greeter;
    this.environment = environment;
    this.membership = new Membership(identity, journal, mesh, environment);
    this.detector = new FailureDetector(this.membership, mesh, environment);
    this.forgetting = new Forgetting(journal, mesh, this.membership, environment);
    this.membership.map.onChange = (after, before) => this.changed(after, before);
    journal.onFenced = (origin, nodeId) => {
      this.forgetting.fenced(origin, nodeId);
      this.onFenced(origin);
    };
    greeter.admits = (link, { nodeId, hasPast }, origin, context) => {
      const fence = this.forgetting.judge(nodeId, origin, context, hasPast === 1);
      if (fence !== undefined) this.forgetting.refuse(link, fence);
      else if (!this.membership.map.takes(nodeId)) this.mesh.end(link, "tooManyLinks", "too many names");
      return link.state !== "closed";
    };
  }

  /** Was this replica forgotten by the others? Then it serves nobody and speaks to nobody. */
  get forgotten(): boolean {
    return this.forgetting.forgotten;
  }

  /** What was kept is back. */
  recovered(): void {
    this.forgetting.recovered();
  }

  /** Did this process begin with nothing, and has it met nobody? Then nobody else has anything of it. */
  get isUnmet(): boolean {
    return this.environment.counters.linksOpened === 0 && !this.greeter.hasPast;
  }

  /** Names met so far, forgotten or not. */
  get metCount(): number {
    return this.membership.metCount;
  }

  /** Members beside this replica, those that were forgotten left out. */
  others(): Iterable<MemberRecord> {
    return this.membership.others();
  }

  /** This replica first, then the others by name. */
  members(): MemberStatus[] {
    const others = [...this.membership.others()].toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
    return [this.membership.own, ...others].map((record) => this.status(record));
  }

  /** Is this the origin of a member that is known to be away? */
  isAbsent(originId: OriginId): boolean {
    return this.absent.has(originId);
  }

  /** Whom a shell should dial, besides its seeds; undefined when this replica was forgotten and should dial nobody. */
  dialTargets(): DialTarget[] | undefined {
    if (this.forgotten) return undefined;
    const targets: DialTarget[] = [];
    for (const { nodeId, address, region, state } of this.membership.others()) {
      if (state === "left" || !hasHost(address) || this.greeter.refuses(nodeId, region)) continue;
      if (this.mesh.members.get(nodeId)?.link === undefined) targets.push({ address, nodeId });
    }
    for (const address of this.membership.met) targets.push({ address, nodeId: undefined });
    return targets;
  }

  /** Joins the cluster that has a member at this peer address, `host:port`: it is dialed for a while. */
  meet(address: string): void {
    this.membership.meet(address);
  }

  /** Forgets a member for ever, by its name. */
  forget(nodeId: string): ForgetResult {
    return this.forgetting.forget(nodeId);
  }

  /** Tells everybody that this replica takes leave, and ends all links. */
  leave(reason: string): void {
    this.membership.leave();
    for (const link of this.mesh.links) {
      this.mesh.send(link, { kind: "goodbye", reason });
      this.mesh.end(link, "goodbye", reason);
    }
  }

  /** Where clients of this replica connect, once that is known; without a host as in its peer address. */
  announce(clientAddress: string): void {
    this.membership.announce(clientAddress);
  }

  /** A link is open: what is known goes over it before any acknowledgement. */
  opened(link: Link): void {
    this.membership.introduce(link, this.journal.fences);
  }

  /** A peer has taken leave. */
  left(link: Link): void {
    if (link.peer !== undefined) this.membership.mark(link.peer.nodeId, "left");
  }

  receive(link: Link, message: MembershipMessage): void {
    switch (message.kind) {
      case "member":
        return this.membership.hear(link, message);
      case "fences":
        return this.forgetting.hear(link, message);
      case "probe-request":
        return this.detector.request(link, message);
      case "probe-answer":
        return this.detector.answer(message);
      case "forgotten":
        return this.forgetting.told(message);
    }
  }

  turn(): void {
    this.detector.turn();
    this.membership.turn();
  }

  private changed(after: MemberRecord, before: MemberRecord | undefined): void {
    if (before !== undefined && before.originId !== after.originId) this.absent.add(before.originId);
    this.absent.delete(after.originId);
    if (after.state === "dead" || after.state === "left" || after.state === "forgotten")
      this.absent.add(after.originId);
    this.membership.spread(after.nodeId);
    if (after.nodeId === this.membership.own.nodeId) return;
    this.detector.changed(after, before);
    this.forgetting.changed(after, before);
  }

  private status(record: MemberRecord): MemberStatus {
    const { nodeId, region, address, clientAddress, originId, state, incarnation } = record;
    const link = this.mesh.members.get(nodeId)?.link;
    const { nowMs } = this.environment.stopwatch;
    return {
      nodeId,
      region,
      address,
      clientAddress,
      originId,
      state,
      incarnation,
      isSelf: record === this.membership.own,
      isLinked: link !== undefined,
      heardAgoMs: link === undefined ? -1 : Math.max(0, nowMs - link.heardMs),
      rttMs: link?.rttMs ?? -1,
      link: link && {
        dialed: link.port.dialed,
        openMs: nowMs - link.openedMs,
        bufferedBytes: link.port.bufferedBytes,
      },
    };
  }
}
