/**
 * How the cluster is, as this replica sees it.
 *
 * Healthy: this replica serves, and every member that has not left is alive and
 * linked to it. Anything else is not, and says why, one sentence each.
 */
import type { MemberView } from "../commands/host.ts";
import { NOT_READY, type Readiness } from "./readiness.ts";

export interface ClusterHealth {
  readonly status: "healthy" | "unhealthy";
  readonly reasons: readonly string[];
  readonly members: readonly {
    readonly node: string;
    readonly region: string;
    readonly state: string;
    readonly address: string;
    readonly clientAddress: string;
    readonly linked: boolean;
  }[];
}

export function clusterHealth(readiness: Readiness, members: readonly MemberView[]): ClusterHealth {
  const reasons = readiness === "ready" ? [] : [NOT_READY[readiness]];
  for (const { nodeId, state, isSelf, isLinked } of members) {
    if (isSelf || state === "left") continue;
    if (state !== "alive") reasons.push(`${nodeId} is ${state}.`);
    else if (!isLinked) reasons.push(`There is no link to ${nodeId}.`);
  }
  return {
    status: reasons.length === 0 ? "healthy" : "unhealthy",
    reasons,
    members: members.map((member) => ({
      node: member.nodeId,
      region: member.region,
      state: member.state,
      address: member.address,
      clientAddress: member.clientAddress,
      linked: member.isSelf || member.isLinked,
    })),
  };
}
