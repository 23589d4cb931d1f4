/**
 * One life of a simulated process: the real keyspace, replica and dispatcher,
 * and where there is a disk the real persistence, which decides what origin it
 * is. When the process dies all of it is gone.
 */
import { HybridClock } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { Origins, type OriginId } from "../../crdt/origin.ts";
import { Dispatcher } from "../../src/commands/dispatcher.ts";
import { Replica } from "../../src/replica/replica.ts";
import { SIMULATED_RANGE_BOUNDS } from "../limits.ts";
import { SimulatedClient } from "./client.ts";
import { simulatedHost, type HostClock } from "./host.ts";
import { ObservedKeyspace } from "./observed-keyspace.ts";
import type { Random } from "./random.ts";
import { Persistence } from "../../src/persistence/persistence.ts";
import type { SyncPolicy } from "../../src/persistence/settings.ts";
import type { Storage } from "../../src/persistence/storage.ts";
import type { ReplicaPlan, Scenario } from "../scenario/scenario.ts";

/** How far ahead a peer's clock is followed: the default of `--max-clock-offset`. */
export const FOLLOWED_OFFSET_MS_MAX = 500;
const CLUSTER_ID = "simulated";
/** Any number; the same at all replicas of a cluster. */
export const HASH_SEED = 0x5eed;

export interface Process {
  readonly originId: OriginId;
  readonly keyspace: ObservedKeyspace;
  readonly replica: Replica<ObservedKeyspace>;
  readonly client: SimulatedClient;
  /** Undefined: nothing is kept. */
  readonly persistence: Persistence | undefined;
  /** How many others it was told of. */
  readonly peersExpected: number;
  /** Did it begin with something that was kept? */
  readonly hasRecovered: boolean;
  /** Takes back what was kept, before anything else. Throws what the persistence throws. */
  recover(wallMs: number): void;
  /** What the keyspace took when it was empty. */
  readonly usedBytesAtStart: number;
}

interface ProcessOptions {
  readonly scenario: Pick<Scenario, "replicas" | "limits" | "persistence">;
  readonly plan: ReplicaPlan;
  /** How many others it was told of. */
  readonly peersExpected: number;
  readonly newOriginId: OriginId;
  readonly clock: HostClock;
  readonly random: Random;
  readonly log: (level: string, message: string) => void;
  /** Where something is kept, and how safe. */
  readonly kept?: { readonly folder: Storage; readonly sync: SyncPolicy } | undefined;
}

export function addressOf({ id }: ReplicaPlan): string {
  return `${id}:7946`;
}

export function startProcess(options: ProcessOptions): Process {
  const { scenario, plan, clock, random } = options;
  const persistence = openPersistence(options);
  const originId = persistence?.originId ?? options.newOriginId;
  const keyspace = new ObservedKeyspace({
    originId,
    origins: new Origins(),
    clock: new HybridClock(FOLLOWED_OFFSET_MS_MAX),
    hashSeed: HASH_SEED,
    logging: scenario.replicas.length > 1 || persistence !== undefined,
    ranges: SIMULATED_RANGE_BOUNDS,
  });
  const replica = new Replica({
    nodeId: plan.id,
    region: plan.region,
    clusterId: CLUSTER_ID,
    address: addressOf(plan),
    peersExpected: options.peersExpected,
    keyspace,
    random: random.fraction,
    log: options.log,
    limits: scenario.limits,
    durable: () => persistence?.durable,
  });
  const view = {
    nodeId: plan.id,
    region: plan.region,
    clusterId: CLUSTER_ID,
    get loading() {
      return replica.loading;
    },
    peers: () => replica.peers(),
    cut: (target: string) => replica.cut(target),
    heal: () => replica.heal(),
    counters: replica.counters,
    get repairFigures() {
      return replica.repairFigures;
    },
    reach: replica.reach,
    reads: replica.reads,
    cluster: replica.cluster,
    meet: (address: string, wallMs: number) => replica.meet(address, wallMs),
    forget: (nodeId: string, wallMs: number) => replica.forget(nodeId, wallMs),
  };
  const host = simulatedHost(view, clock, random, persistence);
  const dispatcher = new Dispatcher(keyspace, host);
  let hasRecovered = false;
  return {
    originId,
    peersExpected: options.peersExpected,
    keyspace,
    replica,
    client: new SimulatedClient(dispatcher, clock.wallMs()),
    persistence,
    get hasRecovered() {
      return hasRecovered;
    },
    recover: (wallMs) => {
      if (persistence === undefined) return;
      const slices = persistence.recover(replica.recover(), wallMs);
      while (slices.next().done !== true);
      hasRecovered = !keyspace.context.equals(new Context());
      persistence.follow(replica.content, keyspace.origins, wallMs);
      replica.follow(persistence.follower);
    },
    usedBytesAtStart: keyspace.usedBytes,
  };
}

function openPersistence({ scenario, plan, newOriginId, kept, log }: ProcessOptions): Persistence | undefined {
  if (kept === undefined) return undefined;
  const { appendOnly, saveRules, rewritePercent, rewriteBytesMin, stopWritesOnSaveError } = scenario.persistence;
  return new Persistence({
    storage: kept.folder,
    clusterId: CLUSTER_ID,
    nodeId: plan.id,
    newOriginId,
    settings: {
      appendOnly,
      appendSync: kept.sync,
      saveRules,
      rewritePercent,
      rewriteBytesMin,
      stopWritesOnSaveError,
      loadTruncated: true,
    },
    log,
  });
}
