/**
 * What a person is told about a peer: who, how, and how far behind.
 */
import { msOfTime } from "../../crdt/clock.ts";
import type { MemberState } from "../../transport/message.ts";
import { HEARTBEAT_MS } from "../limits/replication.ts";
import type { MemberStatus } from "./cluster.ts";
import type { Journal } from "./journal.ts";
import type { Link, PeerIdentity } from "./link.ts";
import type { Member, Mesh } from "./mesh.ts";

export interface PeerStatus extends PeerIdentity {
  /** What is known of the member, link or not. */
  readonly member: MemberState;
  /** "filling": its full state comes here; "serving": ours goes there; "lost": there is no link. */
  readonly state: "connected" | "filling" | "serving" | "lost";
  /** How long ago we last had everything the peer had written. */
  readonly lagMs: number;
  /** Bytes of our own log that the peer has not acknowledged. */
  readonly lagBytes: number;
  /** Round trip; -1 until measured. */
  readonly rttMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface StatusScene {
  readonly journal: Journal;
  readonly nowMs: number;
  /** The link a repair is coming from. */
  readonly fillingFrom: Link | undefined;
}

export function peerStatus(status: MemberStatus, mesh: Mesh, scene: StatusScene): PeerStatus {
  const { nodeId, region, address, originId, state, rttMs } = status;
  const { journal } = scene;
  const member = mesh.members.get(nodeId);
  const link = member?.link;
  const acknowledged = member?.acknowledged.get(journal.state.self) ?? 0;
  return {
    nodeId,
    region,
    address,
    originId,
    member: state,
    state: stateOf(link, scene.fillingFrom),
    lagMs: member === undefined ? scene.nowMs : lagMs(member, scene),
    lagBytes: journal.log.bytesAfter(journal.state.self, acknowledged),
    rttMs,
    bytesIn: link?.bytesIn ?? 0,
    bytesOut: link?.bytesOut ?? 0,
  };
}

function stateOf(link: Link | undefined, fillingFrom: Link | undefined): PeerStatus["state"] {
  if (link === undefined) return "lost";
  if (link === fillingFrom) return "filling";
  return link.repairing ? "serving" : "connected";
}

/**
 * Measured on the peer's own clock, so that skew does not show: how far V lies
 * behind the time the peer last told, and how long that is ago beyond the
 * heartbeat that was to be expected.
 */
function lagMs(member: Member, { journal, nowMs }: StatusScene): number {
  const { link } = member;
  if (link === undefined) return nowMs - member.lostMs;
  const silentMs = Math.max(0, nowMs - link.peerTimeMs - 2 * HEARTBEAT_MS);
  const have = journal.state.context.get(member.origin);
  if (link.peerTime <= have) return silentMs;
  return msOfTime(link.peerTime) - msOfTime(have) + (nowMs - link.peerTimeMs);
}
