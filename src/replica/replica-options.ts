/** What a replica is made with: who it is, what it replicates, and what it may ask of the world around it. */
import type { LogLevel, ReplicaLimits } from "./environment.ts";
import type { ServeRead } from "./forwarded-reads.ts";
import type { OwnIdentity } from "./greeter.ts";
import type { DurableContext } from "./reach.ts";
import type { ReplicatedState, StateChecks } from "./state.ts";

export interface ReplicaOptions<State extends ReplicatedState> extends OwnIdentity {
  /** How many other nodes the cluster has, as far as can be known from its seeds. */
  readonly peersExpected: number;
  /** How many of these have turned out to be this replica itself. */
  readonly ownSeeds?: () => number;
  readonly keyspace: State;
  readonly random: () => number;
  readonly log: (level: LogLevel, message: string) => void;
  readonly limits?: Partial<ReplicaLimits>;
  /** How bytes meant for the state are checked before it sees them; the keyspace's own way unless given. */
  readonly checks?: StateChecks;
  /** What is on disk, for those who wait for it. */
  readonly durable?: DurableContext;
  /** Runs the reads of peers that are loading; without it they are refused. */
  readonly serveRead?: ServeRead;
}
