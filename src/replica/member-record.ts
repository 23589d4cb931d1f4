/**
 * What is known of one member, as a small lattice.
 *
 * Records of one name are in a total order, and of two the greater counts:
 *
 *   incarnation        only the member itself raises it: to refute what others say
 *   state, by rank     alive < suspect < dead < left < forgotten
 *   the rest           an address with a host before one without, then by text
 *
 * Beside it stands a set that only grows: every origin that the name was met
 * with. So records may come late, twice and in any order, and all who have
 * heard the same hold the same.
 */
import { ORIGINS_MAX, type OriginId } from "../../crdt/origin.ts";
import {
  MEMBER_STATES,
  MalformedMessage,
  type MemberMessage,
  type MemberState,
  type Times,
} from "../../transport/message.ts";

/** What travels of a member, with its state by name and its origins to be asked for. */
export interface MemberRecord extends Omit<MemberMessage, "kind" | "state" | "origins"> {
  readonly state: MemberState;
  /** By origin: the greatest incarnation at which the name was met with it. */
  readonly origins: ReadonlyMap<OriginId, number>;
}

const RANKS: Readonly<Record<MemberState, number>> = { alive: 0, suspect: 1, dead: 2, left: 3, forgotten: 4 };

/** The least record that both are part of; one of the two itself where it is. */
export function joinRecords(a: MemberRecord, b: MemberRecord): MemberRecord {
  const greater = compareRecords(a, b) >= 0 ? a : b;
  const lesser = greater === a ? b : a;
  if (holds(greater.origins, lesser.origins)) return greater;
  return { ...greater, origins: joinOrigins(greater.origins, lesser.origins) };
}

export function sameRecords(a: MemberRecord, b: MemberRecord): boolean {
  return compareRecords(a, b) === 0 && holds(a.origins, b.origins) && holds(b.origins, a.origins);
}

/** Above zero when `a` counts. */
export function compareRecords(a: MemberRecord, b: MemberRecord): number {
  return (
    a.incarnation - b.incarnation ||
    RANKS[a.state] - RANKS[b.state] ||
    Number(hasHost(a.address)) - Number(hasHost(b.address)) ||
    Number(hasHost(a.clientAddress)) - Number(hasHost(b.clientAddress)) ||
    byText(a.address, b.address) ||
    byText(a.clientAddress, b.clientAddress) ||
    byText(a.region, b.region) ||
    a.originId - b.originId
  );
}

export function hasHost(address: string): boolean {
  return address !== "" && !address.startsWith(":");
}

/** Puts a host before the port where there is none. */
export function withHost(address: string, host: string): string {
  if (hasHost(address) || address === "" || host === "") return address;
  return host.includes(":") ? `[${host}]${address}` : `${host}${address}`;
}

export function recordOf(message: MemberMessage): MemberRecord {
  const state = MEMBER_STATES[message.state];
  if (state === undefined) throw new MalformedMessage("member: no such state");
  const { nodeId, region, address, clientAddress, originId, incarnation } = message;
  if (message.origins.length / 2 > ORIGINS_MAX) throw new MalformedMessage("member: more origins than there can be");
  const origins = new Map<OriginId, number>();
  for (let i = 0; i < message.origins.length; i += 2) {
    origins.set(message.origins[i] as OriginId, message.origins[i + 1] as number);
  }
  return { nodeId, region, address, clientAddress, originId, incarnation, state, origins };
}

export function messageOf(record: MemberRecord): MemberMessage {
  const { nodeId, region, address, clientAddress, originId, incarnation } = record;
  const origins: Times = [...record.origins].toSorted(([a], [b]) => a - b).flat();
  return {
    kind: "member",
    nodeId,
    region,
    address,
    clientAddress,
    originId,
    incarnation,
    state: RANKS[record.state],
    origins,
  };
}

function joinOrigins(a: MemberRecord["origins"], b: MemberRecord["origins"]): MemberRecord["origins"] {
  const joined = new Map(a);
  for (const [originId, incarnation] of b) {
    joined.set(originId, Math.max(incarnation, joined.get(originId) ?? 0));
  }
  return joined;
}

/** Is every origin of the second in the first, as late or later? */
function holds(a: MemberRecord["origins"], b: MemberRecord["origins"]): boolean {
  for (const [originId, incarnation] of b) if ((a.get(originId) ?? -1) < incarnation) return false;
  return true;
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
