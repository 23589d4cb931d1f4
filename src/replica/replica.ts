/**
 * The replica: the sans-I/O core that keeps one keyspace equal to its peers'.
 * (Signatures first.)
 */
import type { LinkPort } from "../../transport/link.ts";
import { newReplicaCounters, type ReplicaCounters } from "./counters.ts";
import type { ReplicatedState, StateChecks } from "./state.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface ReplicaLimits {
  logBytesMax: number;
  heldBytesMax: number;
  heldCountMax: number;
  stagedBytesMax: number;
  creditBytes: number;
  bufferedBytesMax: number;
  messageBytesMax: number;
  repairChunkBytes: number;
  linksMax: number;
}

export interface ReplicaOptions<State extends ReplicatedState> {
  nodeId: string;
  region: string;
  clusterId: string;
  address: string;
  peersExpected: number;
  keyspace: State;
  random: () => number;
  log(level: LogLevel, message: string): void;
  limits?: Partial<ReplicaLimits>;
  /** The keyspace's own checks unless given. */
  checks?: StateChecks;
}

export interface Link {
  readonly port: LinkPort;
  /** Who is at the other end; known once its hello has been accepted. */
  readonly peer: PeerIdentity | undefined;
  readonly state: LinkState;
}

export interface PeerIdentity {
  readonly nodeId: string;
  readonly region: string;
  readonly address: string;
  readonly originId: number;
}

export type LinkState = "greeting" | "open" | "closed";

export interface PeerStatus extends PeerIdentity {
  /** "connected", "filling" (we receive its full state), "serving" (it receives ours) or "lost". */
  readonly state: "connected" | "filling" | "serving" | "lost";
  readonly lagMs: number;
  readonly lagBytes: number;
  readonly rttMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export class Replica<State extends ReplicatedState = ReplicatedState> {
  readonly keyspace: State;
  readonly nodeId: string;
  readonly region: string;
  readonly counters: ReplicaCounters = newReplicaCounters();

  constructor(options: ReplicaOptions<State>) {
    this.keyspace = options.keyspace;
    this.nodeId = options.nodeId;
    this.region = options.region;
  }

  /** Still filling from peers: commands answer -LOADING. */
  get loading(): boolean {
    return false;
  }

  connected(port: LinkPort, wallMs: number): Link {
    throw new Error(`not built yet ${port.dialed} ${wallMs}`);
  }

  receive(link: Link, message: Uint8Array, wallMs: number): void {
    throw new Error(`not built yet ${link.state} ${message.length} ${wallMs}`);
  }

  closed(link: Link, wallMs: number): void {
    throw new Error(`not built yet ${link.state} ${wallMs}`);
  }

  drained(link: Link, wallMs: number): void {
    throw new Error(`not built yet ${link.state} ${wallMs}`);
  }

  /** After each batch of commands. */
  endTick(wallMs: number): void {
    throw new Error(`not built yet ${wallMs}`);
  }

  /** Every 10 ms or so. */
  timer(wallMs: number): void {
    throw new Error(`not built yet ${wallMs}`);
  }

  peers(): PeerStatus[] {
    return [];
  }

  /** Is a link to this node open? The shell does not dial it again then. */
  linkedTo(nodeId: string): boolean {
    return nodeId === "";
  }

  /** Drops and refuses links to a region or node until healed; the number of links dropped. */
  cut(regionOrNode: string): number {
    return regionOrNode.length;
  }

  /** Ends all cuts; the number of cuts ended. */
  heal(): number {
    return 0;
  }

  refuses(nodeId: string, region: string): boolean {
    return nodeId === region;
  }

  /** Says goodbye on all links before the process ends. */
  goodbye(wallMs: number): void {
    throw new Error(`not built yet ${wallMs}`);
  }
}
