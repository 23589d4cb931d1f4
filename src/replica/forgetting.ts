/**
 * Forgetting a member for ever (rule 12): its origins get fences, which are
 * told to everybody, kept by durable readers, and only rise. What is left of it
 * here goes: its link, and its place among those who are waited for.
 *
 * A name that was forgotten may come back as a new start. Its hello shows
 * whether it is one: it holds nothing of a fenced origin beyond the fence.
 * Otherwise the link is closed and the other side told, which from then on
 * serves nobody: what its clients wrote would never leave it.
 *
 *   hello of          holds something beyond a fence
 *   a fenced origin   refused, whatever it holds: it is the forgotten process itself
 *   the fenced name   refused: its past, unless it began with nothing
 *   a forgotten name  refused, unless it began with nothing
 *   anybody else      the fence rises: a member had it before it heard of the fence
 */
import type { Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin, OriginId } from "../../crdt/origin.ts";
import type { FencesMessage, Forgotten } from "../../transport/message.ts";
import type { Environment } from "./environment.ts";
import type { Fence } from "./fences.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { MemberRecord } from "./member-record.ts";
import type { Membership } from "./membership.ts";
import type { Mesh } from "./mesh.ts";
import { originOf } from "./times.ts";

/** What came of the wish to forget somebody. */
export type ForgetResult = "forgotten" | "unknown" | "self";

export class Forgetting {
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly membership: Membership;
  private readonly environment: Environment;

  constructor(journal: Journal, mesh: Mesh, membership: Membership, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.membership = membership;
    this.environment = environment;
  }

  /** This replica was forgotten by the others: it serves nobody any more. */
  get forgotten(): boolean {
    return this.journal.exile !== undefined;
  }

  /** What was kept may be that of a forgotten process, or a copy of it. */
  recovered(): void {
    if (this.forgotten) this.tellPeople();
  }

  forget(nodeId: string): ForgetResult {
    if (nodeId === this.membership.own.nodeId) return "self";
    const record = this.membership.map.get(nodeId);
    if (record === undefined || record.state === "forgotten") return "unknown";
    this.membership.mark(nodeId, "forgotten");
    return "forgotten";
  }

  /** A record has changed. What is known here of a name that was forgotten just now is fenced. */
  changed(after: MemberRecord, before: MemberRecord | undefined): void {
    this.keepForgotten(after);
    if (after.state !== "forgotten" || before === undefined || before.state === "forgotten") return;
    this.environment.log("warn", `${after.nodeId} is forgotten: nothing new of it is taken any more`);
    if (before.originId === after.originId || !this.isFreshStart(before, after)) this.fenceAll(before);
    this.mesh.forget(after.nodeId);
  }

  /** A forgotten process may go on saying of itself that it lives. */
  private keepForgotten(record: MemberRecord): void {
    const origin = this.journal.state.origins.find(record.originId);
    const isFenced = origin !== undefined && this.journal.fences.get(origin) !== undefined;
    if (isFenced && record.state !== "forgotten") this.membership.mark(record.nodeId, "forgotten");
  }

  /** A name was forgotten for an earlier process of it, and this one here began with nothing: only the earlier ones are fenced. */
  private isFreshStart(here: MemberRecord, forgotten: MemberRecord): boolean {
    const link = this.mesh.members.get(here.nodeId)?.link;
    if (link === undefined) return false;
    const { origins } = this.journal.state;
    for (const originId of forgotten.origins.keys()) {
      if (originId !== here.originId && link.greeted.get(originOf(origins, originId)) > 0) return false;
    }
    return true;
  }

  private fenceAll({ nodeId, originId, origins }: MemberRecord): void {
    for (const id of new Set([originId, ...origins.keys()])) {
      this.journal.fence(originOf(this.journal.state.origins, id), 0, nodeId);
    }
  }

  /** Told by a peer. */
  hear(link: Link, { nodeId, finals }: FencesMessage): void {
    const { origins, self } = this.journal.state;
    const fences = this.mesh.memberOf(link)?.fences;
    for (let i = 0; i < finals.length; i += 2) {
      const origin = originOf(origins, finals[i] as OriginId);
      if (origin === self) return this.beForgotten(origin, finals[i + 1] as number);
      this.journal.fence(origin, finals[i + 1] as number, nodeId);
      if (fences?.has(origin) === false) fences.set(origin, "told");
    }
  }

  /** A fence was made or raised: everybody is told, and whoever writes as this origin goes. */
  fenced(origin: Origin, nodeId: string): void {
    const fence = this.journal.fences.get(origin);
    for (const link of this.mesh.links) {
      link.fencesDue.add(nodeId);
      if (link.peerOrigin === origin && fence !== undefined) this.refuse(link, fence);
    }
    const { map } = this.membership;
    const originId = this.journal.state.origins.id(origin);
    // Known from its fences alone: so much is kept when all records are gone.
    if (map.get(nodeId) === undefined) {
      const nothing = { region: "", address: "", clientAddress: "", incarnation: 0, origins: new Map([[originId, 0]]) };
      map.join({ nodeId, originId, state: "forgotten", ...nothing });
    }
    const record = map.get(nodeId);
    if (record !== undefined) this.keepForgotten(record);
  }

  /** The fence for which a hello is refused; a hello of a member raises fences instead. */
  judge(nodeId: string, origin: Origin, context: Context, hasPast: boolean): Fence | undefined {
    const { fences } = this.journal;
    const own = fences.get(origin);
    if (own !== undefined) return own;
    const beyond = fences.beyond(context);
    const isForgotten = this.membership.map.get(nodeId)?.state === "forgotten";
    // Who began with nothing has it from members, who have not told of it yet.
    const refused = hasPast ? beyond.find((fence) => isForgotten || fence.nodeId === nodeId) : undefined;
    if (refused === undefined) this.journal.raiseFences(context);
    return refused;
  }

  /** Tells the other side and ends the link. */
  refuse(link: Link, { origin, finalTime }: Fence): void {
    const originId = this.journal.state.origins.id(origin);
    this.mesh.send(link, { kind: "forgotten", originId, finalTime });
    this.mesh.end(link, "forgotten", "this member was forgotten");
  }

  /** A peer says that this replica was forgotten. */
  told({ originId, finalTime }: Forgotten): void {
    const { origins, self, context } = this.journal.state;
    const origin = origins.find(originId);
    if (origin === undefined) return;
    if (origin === self || context.get(origin) > finalTime) this.beForgotten(origin, finalTime);
  }

  private beForgotten(origin: Origin, finalTime: Time): void {
    if (this.forgotten) return;
    this.journal.goIntoExile(origin, finalTime, this.membership.own.nodeId);
    this.tellPeople();
    for (const link of this.mesh.links) this.mesh.end(link, "goodbye", "forgotten");
  }

  private tellPeople(): void {
    this.environment.log(
      "error",
      "this replica was forgotten by the cluster (CLUSTER FORGET): it serves no commands; start it anew without its data",
    );
  }
}
