/**
 * How each fault is done, and undone when its time is over.
 *
 * A fault that cannot be carried out because of another (a replica that is away cannot be told to forget) is left out;
 * whatever a fault began, it ends, also when the run is being stopped.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import type { FaultName } from "./fault-kinds.ts";
import type { Direction } from "./network.ts";
import type { PlannedFault } from "./schedule.ts";

interface Site {
  readonly cluster: Cluster;
  readonly fault: PlannedFault;
  /** Lets the fault's time pass; ends early when the run is stopped. */
  readonly last: () => Promise<void>;
}

type Deed = (site: Site) => Promise<void>;

/** How long a replica with its old data is left to find out that it was forgotten. */
const RETURN_MS = 1_500;
/** How long a replica goes on alone before it is killed. */
const ALONE_MS_MAX = 800;

const DEEDS: Readonly<Record<FaultName, Deed>> = {
  kill: async ({ cluster, fault, last }) => {
    const index = first(fault);
    await cluster.kill(index);
    await last();
    cluster.start(index);
  },
  "kill-cut": async (site) => {
    const { cluster, fault } = site;
    const index = first(fault);
    const end = await cluster.cut(allAround(site));
    // Before the others are missed, mostly: what is acknowledged now stands here alone.
    await pause(Math.min(fault.forMs, ALONE_MS_MAX));
    await cluster.kill(index);
    await site.last();
    if (fault.variant) await end();
    cluster.start(index);
    if (!fault.variant) await pause(ALONE_MS_MAX);
    await end();
  },
  "kill-rewriting": async ({ cluster, fault, last }) => {
    const index = first(fault);
    await rewrite(cluster, index);
    await last();
    await cluster.kill(index);
    cluster.start(index);
  },
  "kill-all": async ({ cluster, fault, last }) => {
    await Promise.all(fault.replicas.map(async (index) => await cluster.kill(index)));
    await last();
    for (const index of fault.replicas) cluster.start(index);
  },
  pause: async ({ cluster, fault, last }) => {
    const replica = cluster.replica(first(fault));
    replica.pause();
    await last();
    replica.resume();
  },
  cut: async (site) => {
    const [from, to] = pair(site.fault);
    await whileCut(site, [
      [from, to],
      [to, from],
    ]);
  },
  "one-way": async (site) => await whileCut(site, [pair(site.fault)]),
  isolate: async (site) => await whileCut(site, allAround(site)),
  restart: async ({ cluster, fault, last }) => {
    const index = first(fault);
    await cluster.stop(index);
    await last();
    cluster.start(index);
  },
  "disk-full": async ({ cluster, fault, last }) => {
    const index = first(fault);
    const { name } = cluster.replica(index);
    // A replica that is only starting says that it cannot use its folder, and ends.
    if (!(await cluster.serves(index))) return;
    cluster.disks?.fill(name);
    if (fault.variant) await rewrite(cluster, index);
    await last();
    cluster.disks?.free(name);
  },
  restore: async ({ cluster, fault, last }) => {
    const index = first(fault);
    const replica = cluster.replica(index);
    if (fault.variant) {
      // With all that a clean stop leaves behind.
      await cluster.stop(index);
      cluster.disks?.copy(replica.name);
      cluster.start(index);
    } else {
      replica.pause();
      cluster.disks?.copy(replica.name);
      replica.resume();
    }
    await last();
    await cluster.kill(index, "disk");
    cluster.disks?.putBack(replica.name);
    cluster.start(index);
  },
  empty: async ({ cluster, fault, last }) => {
    const index = first(fault);
    await cluster.kill(index, "disk");
    cluster.disks?.empty(cluster.replica(index).name);
    await last();
    cluster.start(index);
  },
  forget: async ({ cluster, fault, last }) => {
    const index = first(fault);
    const { name } = cluster.replica(index);
    await cluster.kill(index, "disk");
    await forget(cluster, index);
    await last();
    if (fault.variant) {
      cluster.start(index);
      await pause(RETURN_MS);
      await cluster.kill(index, "disk");
    }
    cluster.disks?.empty(name);
    cluster.start(index);
  },
};

export async function commit(cluster: Cluster, fault: PlannedFault, signal: AbortSignal): Promise<void> {
  const last = async (): Promise<void> => {
    await pause(fault.forMs, undefined, { signal }).catch(() => {});
  };
  await DEEDS[fault.name]({ cluster, fault, last });
}

/** Both directions of all links of the replica. */
function allAround({ cluster, fault }: Site): Direction[] {
  const index = first(fault);
  return cluster.replicas.flatMap(({ index: other }): Direction[] =>
    other === index
      ? []
      : [
          [index, other],
          [other, index],
        ],
  );
}

async function whileCut({ cluster, last }: Site, directions: readonly Direction[]): Promise<void> {
  const end = await cluster.cut(directions);
  await last();
  await end();
}

/** Begins to replace the log by a snapshot. A replica that cannot now says so, which is in order. */
async function rewrite(cluster: Cluster, index: number): Promise<void> {
  await cluster.ask(index, "BGREWRITEAOF").catch(() => {});
}

/** As an operator does it: tells one replica; another, when that is away, too. */
async function forget(cluster: Cluster, index: number): Promise<void> {
  const { name } = cluster.replica(index);
  for (const { index: other } of cluster.replicas) {
    if (other === index) continue;
    try {
      await cluster.ask(other, "CLUSTER", "FORGET", name);
      return;
    } catch {
      // It is away, or does not know that replica yet.
    }
  }
}

function first({ replicas }: PlannedFault): number {
  return replicas[0] ?? 0;
}

function pair({ replicas }: PlannedFault): Direction {
  return [replicas[0] ?? 0, replicas[1] ?? 0];
}
