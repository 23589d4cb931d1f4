/**
 * The greeting: both sides say hello at once, and each judges the other's
 * before anything else happens on the link. A refusal has a code of its own,
 * so that an operator sees which of two replicas is set up wrongly.
 */
import type { CloseCodeName } from "../../transport/link.ts";
import { PROTOCOL_VERSION, type Hello } from "../../transport/message.ts";
import { LINK_SILENT_MS_MAX } from "../limits/replication.ts";
import type { Link } from "./link.ts";

/** Who this replica is, and what it lets in. */
export interface GreetingPolicy {
  readonly clusterId: string;
  readonly nodeId: string;
  readonly originId: number;
  readonly maxOffsetMs: number;
  refuses(nodeId: string, region: string): boolean;
}

/** What a hello is judged against. */
export interface GreetingScene {
  readonly policy: GreetingPolicy;
  readonly wallMs: number;
  readonly nowMs: number;
  readonly others: Iterable<Link>;
}

interface Refusal {
  readonly code: CloseCodeName;
  /** The reason to refuse this hello, or undefined. */
  readonly when: (hello: Hello, scene: GreetingScene) => string | undefined;
}

const REFUSALS: readonly Refusal[] = [
  {
    code: "protocolVersion",
    when: ({ version }) => (version === PROTOCOL_VERSION ? undefined : `speaks ${version}, not ${PROTOCOL_VERSION}`),
  },
  {
    code: "clusterId",
    when: ({ clusterId }, { policy }) => (clusterId === policy.clusterId ? undefined : `belongs to ${clusterId}`),
  },
  {
    code: "ownReflection",
    when: ({ originId }, { policy }) => (originId === policy.originId ? "has this replica's own origin" : undefined),
  },
  {
    code: "nodeIdTaken",
    when: ({ nodeId, originId }, { policy, others, nowMs }) =>
      nodeId === policy.nodeId || isTaken(nodeId, originId, others, nowMs) ? `${nodeId} is another` : undefined,
  },
  {
    code: "clockAhead",
    when: ({ wallMs }, { policy, wallMs: ownMs }) =>
      wallMs > ownMs + policy.maxOffsetMs ? `by ${Math.round(wallMs - ownMs)} ms` : undefined,
  },
  {
    code: "cut",
    when: ({ nodeId, region }, { policy }) => (policy.refuses(nodeId, region) ? "a fault drill is on" : undefined),
  },
];

/** The first reason to refuse, or undefined. */
export function refusalOf(hello: Hello, scene: GreetingScene): { code: CloseCodeName; reason: string } | undefined {
  for (const { code, when } of REFUSALS) {
    const reason = when(hello, scene);
    if (reason !== undefined) return { code, reason };
  }
  return undefined;
}

/**
 * Of two links to one node the one dialed by the smaller node id stays; both
 * sides come to the same choice. Dialed by the same side, the newer stays: the
 * older one is what that side has given up.
 */
export function survivor(ownNodeId: string, peerNodeId: string, older: Link, newer: Link): Link {
  if (older.port.dialed === newer.port.dialed) return newer;
  const dialedHere = older.port.dialed ? older : newer;
  const dialedThere = older.port.dialed ? newer : older;
  return ownNodeId < peerNodeId ? dialedHere : dialedThere;
}

/** Is a name, or an origin, in use by a living link to somebody else? */
function isTaken(nodeId: string, originId: number, others: Iterable<Link>, nowMs: number): boolean {
  for (const { peer, heardMs } of others) {
    if (peer === undefined || nowMs - heardMs > LINK_SILENT_MS_MAX / 4) continue;
    if ((peer.nodeId === nodeId) !== (peer.originId === originId)) return true;
  }
  return false;
}
