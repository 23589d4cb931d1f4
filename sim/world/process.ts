/**
 * One life of a simulated process: the real keyspace, replica and dispatcher
 * under a new origin. When the process dies all of it is gone.
 */
import { HybridClock } from "../../crdt/clock.ts";
import { Origins, type OriginId } from "../../crdt/origin.ts";
import { Dispatcher } from "../../src/commands/dispatcher.ts";
import { Replica } from "../../src/replica/replica.ts";
import { SimulatedClient } from "./client.ts";
import { simulatedHost, type HostClock } from "./host.ts";
import { ObservedKeyspace } from "./observed-keyspace.ts";
import type { Random } from "./random.ts";
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
  /** What the keyspace took when it was empty. */
  readonly usedBytesAtStart: number;
}

interface ProcessOptions {
  readonly scenario: Pick<Scenario, "replicas" | "limits">;
  readonly plan: ReplicaPlan;
  readonly originId: OriginId;
  readonly clock: HostClock;
  readonly random: Random;
  readonly log: (level: string, message: string) => void;
}

export function startProcess(options: ProcessOptions): Process {
  const { scenario, plan, originId, clock, random } = options;
  const keyspace = new ObservedKeyspace({
    originId,
    origins: new Origins(),
    clock: new HybridClock(FOLLOWED_OFFSET_MS_MAX),
    hashSeed: HASH_SEED,
    logging: scenario.replicas.length > 1,
  });
  const replica = new Replica({
    nodeId: plan.id,
    region: plan.region,
    clusterId: CLUSTER_ID,
    address: `${plan.id}:7946`,
    peersExpected: scenario.replicas.length - 1,
    keyspace,
    random: random.fraction,
    log: options.log,
    limits: scenario.limits,
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
    reach: replica.reach,
    reads: replica.reads,
  };
  const host = simulatedHost(view, clock, random);
  const dispatcher = new Dispatcher(keyspace, host);
  return {
    originId,
    keyspace,
    replica,
    client: new SimulatedClient(dispatcher, clock.wallMs()),
    usedBytesAtStart: keyspace.usedBytes,
  };
}
