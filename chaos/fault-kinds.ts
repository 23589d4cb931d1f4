/**
 * What can be done to a cluster, as data: how often, for how long, to whom, what it takes, and what it may destroy.
 *
 * `loses` says what a replica may no longer hold afterwards: what it held only in the memory of its process, or also
 * what was on its disk. It is the ground on which the ledger decides which acknowledged writes must still be there.
 */
export const FAULT_NAMES = [
  "kill",
  "kill-cut",
  "kill-rewriting",
  "kill-all",
  "pause",
  "cut",
  "one-way",
  "isolate",
  "restart",
  "disk-full",
  "restore",
  "empty",
  "forget",
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

/** What a run must have for a fault to be possible. */
export const NEEDS = ["data", "private disks", "private network"] as const;
export type Need = (typeof NEEDS)[number];

export type Loss = "memory" | "disk";

export interface FaultKind {
  readonly name: FaultName;
  /** Follows "at 3.2 s" and goes before the names of the replicas. */
  readonly words: string;
  readonly weight: number;
  readonly needs: readonly Need[];
  /** The replicas that it is done to: a pair for a link. */
  readonly replicas: 1 | 2 | "all";
  /** Nothing else is done to those replicas meanwhile. */
  readonly exclusive: boolean;
  readonly forMs: readonly [number, number];
  readonly loses: Loss | "nothing";
}

const KINDS: Readonly<Record<FaultName, Omit<FaultKind, "name">>> = {
  kill: {
    words: "kill -9, started again after",
    weight: 6,
    needs: [],
    replicas: 1,
    exclusive: true,
    forMs: [100, 6_000],
    loses: "memory",
  },
  "kill-cut": {
    words: "cut from all others, then kill -9, started again after",
    weight: 5,
    needs: [],
    replicas: 1,
    exclusive: true,
    forMs: [100, 5_000],
    loses: "memory",
  },
  "kill-rewriting": {
    words: "kill -9 while its log is replaced by a snapshot, within",
    weight: 3,
    needs: ["data"],
    replicas: 1,
    exclusive: true,
    forMs: [1, 300],
    loses: "memory",
  },
  "kill-all": {
    words: "kill -9 of all at once, started again after",
    weight: 1,
    needs: ["data"],
    replicas: "all",
    exclusive: true,
    forMs: [100, 2_000],
    loses: "memory",
  },
  pause: {
    words: "stopped by SIGSTOP, continued after",
    weight: 3,
    needs: [],
    replicas: 1,
    exclusive: true,
    forMs: [300, 7_000],
    loses: "nothing",
  },
  cut: {
    words: "the link between two cut for",
    weight: 5,
    needs: [],
    replicas: 2,
    exclusive: false,
    forMs: [500, 8_000],
    loses: "nothing",
  },
  "one-way": {
    words: "the link cut in one direction for",
    weight: 3,
    needs: ["private network"],
    replicas: 2,
    exclusive: false,
    forMs: [500, 6_000],
    loses: "nothing",
  },
  isolate: {
    words: "cut from all others for",
    weight: 3,
    needs: [],
    replicas: 1,
    exclusive: false,
    forMs: [500, 8_000],
    loses: "nothing",
  },
  restart: {
    words: "stopped by SIGTERM, started again after",
    weight: 3,
    needs: [],
    replicas: 1,
    exclusive: true,
    forMs: [100, 3_000],
    loses: "nothing",
  },
  "disk-full": {
    words: "its disk full for",
    weight: 4,
    needs: ["data", "private disks"],
    replicas: 1,
    exclusive: true,
    forMs: [1_000, 6_000],
    loses: "nothing",
  },
  restore: {
    words: "its data copied, put back after",
    weight: 3,
    needs: ["data"],
    replicas: 1,
    exclusive: true,
    forMs: [1_000, 7_000],
    loses: "disk",
  },
  empty: {
    words: "kill -9, its data removed, started again after",
    weight: 2,
    needs: ["data"],
    replicas: 1,
    exclusive: true,
    forMs: [100, 4_000],
    loses: "disk",
  },
  forget: {
    words: "kill -9, forgotten by the others, let in again with no data after",
    weight: 2,
    needs: [],
    replicas: 1,
    exclusive: true,
    forMs: [1_500, 6_000],
    loses: "disk",
  },
};

export function faultKind(name: FaultName): FaultKind {
  return { name, ...KINDS[name] };
}

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(KINDS, text);
}
