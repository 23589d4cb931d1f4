/**
 * The members as Redis Cluster's clients and tools want to see them. Every
 * replica holds every key and takes every write, which Redis Cluster has no
 * word for; so each describes itself as the one master of all slots and the
 * other members as its replicas. A client thus writes where it asked, may read
 * anywhere, and goes to another member when that one is gone, which then is the
 * master of all slots in its turn.
 */
import type { Call } from "./command.ts";
import type { MemberView } from "./host.ts";
import { CLUSTER_SLOTS } from "./key-slot.ts";

export interface ClusterNode {
  readonly member: MemberView;
  /** 40 hexadecimal digits. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** The peer port. */
  readonly busPort: number;
  /** Is it there, as far as is known? */
  readonly isUp: boolean;
}

/** This replica first, then the other members by name. */
export function clusterNodes(call: Call): ClusterNode[] {
  return call.host.replica.cluster.members().map((member) => nodeOf(call, member));
}

/** Those that a client may use now: this replica first. */
export function usableNodes(call: Call): ClusterNode[] {
  return clusterNodes(call).filter(({ member, isUp, port }) => member.isSelf || (isUp && port > 0));
}

/** Finds a member by its id of 40 digits or by its name. */
export function findNode(call: Call, idOrName: string): ClusterNode | undefined {
  return clusterNodes(call).find(({ id, member }) => id === idOrName || member.nodeId === idOrName);
}

/** Who belongs together in Redis's sense: all, in one shard. */
export function shardId({ host }: Call): string {
  return host.nodeName("");
}

/** The line of a node in CLUSTER NODES. */
export function nodeLine(call: Call, node: ClusterNode, masterId: string): string {
  const { member, id, host, port, busPort } = node;
  const pongMs = member.heardAgoMs < 0 ? 0 : Math.round(call.host.wallMs() - member.heardAgoMs);
  const words = [
    id,
    `${host}:${port}@${busPort}`,
    flagsOf(member),
    member.isSelf ? "-" : masterId,
    0,
    member.isSelf ? 0 : pongMs,
    member.incarnation,
    member.isSelf || member.isLinked ? "connected" : "disconnected",
  ];
  if (member.isSelf) words.push(`0-${CLUSTER_SLOTS - 1}`);
  return words.join(" ");
}

function flagsOf({ isSelf, state }: MemberView): string {
  if (isSelf) return "myself,master";
  if (state === "alive") return "slave";
  return state === "suspect" ? "slave,fail?" : "slave,fail";
}

function nodeOf(call: Call, member: MemberView): ClusterNode {
  const clients = splitAddress(member.clientAddress);
  const peers = splitAddress(member.address);
  // Bound to every address and told of none: the one that this client has found it at is right for this client.
  const own = member.isSelf ? splitAddress(call.client.localAddress).host : "";
  return {
    member,
    id: call.host.nodeName(member.nodeId),
    host: clients.host || own || peers.host,
    port: clients.port,
    busPort: peers.port,
    isUp: member.state === "alive" || member.state === "suspect",
  };
}

/** `host:port`, where either may be missing; an IPv6 host stands in brackets. */
function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  if (colon < 0) return { host: "", port: 0 };
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(address.slice(colon + 1)) || 0 };
}
