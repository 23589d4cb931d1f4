/**
 * What commands may ask of the world around them.
 *
 * The shell implements this once with sockets, clocks and the process; the
 * simulator and the tests with plain objects. Everything here is synchronous.
 * Measured figures are handed over together (`gauges`), because only INFO and
 * its like read them and the hot path should not be tempted.
 */
import type { Time } from "../../crdt/clock.ts";
import type { LoadingStatus, PersistenceStatus } from "../persistence/status.ts";
import type { BlockedClients } from "./blocked-clients.ts";
import type { Client } from "./client.ts";
import type { Config } from "./config.ts";
import type { LatencyMonitor } from "./latency-monitor.ts";
import type { Slowlog } from "./slowlog-ring.ts";
import type { Statistics } from "./statistics.ts";

export interface ShutdownOptions {
  readonly save: "default" | "save" | "nosave";
  /** Do not wait for peers that lag. */
  readonly now: boolean;
  readonly force: boolean;
}

/** Figures of process and shell at one moment. */
export interface Gauges {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  /** Memory of the keyspace by its own exact accounting. */
  readonly datasetBytes: number;
  /** Heap and keyspace together: the most there has been, and what there was at the start. */
  readonly usedBytesPeak: number;
  readonly usedBytesAtStart: number;
  readonly totalSystemBytes: number;
  readonly cpuUserSeconds: number;
  readonly cpuSystemSeconds: number;
  readonly uptimeMs: number;
  readonly connectionsReceived: number;
  readonly connectionsRejected: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly queryBufferDisconnections: number;
  readonly outputBufferDisconnections: number;
}

/** What stays the same for the life of the process. */
export interface Identity {
  readonly atollVersion: string;
  readonly processId: number;
  /** 40 hexadecimal digits. */
  readonly runId: string;
  readonly tcpPort: number;
  readonly operatingSystem: string;
  readonly runtime: string;
  readonly executable: string;
  readonly clusterId: string;
}

export interface PeerView {
  readonly nodeId: string;
  readonly region: string;
  readonly address: string;
  readonly state: string;
  /** alive, suspect, dead or left, link or not. */
  readonly member: string;
  readonly lagMs: number;
  readonly lagBytes: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A member of the cluster, this replica included. */
export interface MemberView {
  readonly nodeId: string;
  readonly region: string;
  /** Its peer port, and where its clients connect; without a host, or empty, as long as that is not known. */
  readonly address: string;
  readonly clientAddress: string;
  readonly state: "alive" | "suspect" | "dead" | "left" | "forgotten";
  readonly incarnation: number;
  readonly isSelf: boolean;
  readonly isLinked: boolean;
  /** How long ago something came from it; -1 when it is not linked. */
  readonly heardAgoMs: number;
  readonly link: { readonly dialed: boolean; readonly openMs: number; readonly bufferedBytes: number } | undefined;
}

export interface ClusterView {
  /** The others have forgotten this replica: it serves nobody. */
  readonly forgotten: boolean;
  /** This replica first. */
  members(): readonly MemberView[];
}

/** How far this replica's own writes have come; times are its own. */
export interface WriteReach {
  /** Linked peers that have everything up to `time`. */
  peers(time: Time): number;
  /** ... and on disk. */
  durablePeers(time: Time): number;
  /** Is it on this replica's own disk? Undefined when nothing is appended to a log there. */
  durableHere(time: Time): boolean | undefined;
  /** Nodes of a region that have it, this one included; undefined when no node of that region is known. */
  nodesOf(region: string, time: Time): number | undefined;
  /** Somebody waits: peers are asked to acknowledge it, on disk if `durably`, without delay. */
  hurry(time: Time, durably: boolean): void;
}

/** A read for a peer: a command as a client would send it. */
export interface PeerRead {
  readonly db: number;
  /** The version of the Redis protocol that the reply is to be in. */
  readonly protocol: number;
  readonly command: Uint8Array;
}

/** Reads that peers answer while this replica is loading. */
export interface ReadForwarding {
  /** Its number, for `forget`; 0 when no peer can be asked. `done` is called once, without a reply when no peer would answer. */
  ask(read: PeerRead, done: (reply: Uint8Array | undefined) => void): number;
  /** Nobody waits for the reply any more. */
  forget(id: number): void;
}

/** What repairs take up just now: what was received, what is still to be asked, who is served. */
export interface RepairFiguresView {
  readonly stagedBytes: number;
  readonly waitingNodes: number;
  readonly serving: number;
  readonly asksQueued: number;
}

/** The part of a replica that commands read and steer. */
export interface ReplicaView {
  readonly nodeId: string;
  readonly region: string;
  readonly loading: boolean;
  peers(): readonly PeerView[];
  /** Drops and refuses links with a region or a node until `heal`; how many links it dropped. */
  cut(regionOrNode: string): number;
  heal(): number;
  readonly cluster: ClusterView;
  /** Joins the cluster that has a member at this peer address. */
  meet(address: string, wallMs: number): void;
  /** Forgets a member for ever. */
  forget(nodeId: string, wallMs: number): "forgotten" | "unknown" | "self";
  readonly reach: WriteReach;
  readonly reads: ReadForwarding;
  /** Plain numbers by name: intervals applied, refused hellos by reason... */
  readonly counters: object;
  readonly repairFigures: RepairFiguresView;
}

/** What is kept on disk (src/persistence). */
export interface Durability {
  /** Why write commands must be refused now; empty: they need not be. */
  readonly refusal: string;
  /** While what was kept is being loaded. */
  readonly loading: LoadingStatus | undefined;
  /** Undefined until everything is loaded. */
  status(): PersistenceStatus | undefined;
  /** Begins a snapshot; false when one is being written already. */
  begin(purpose: "save" | "rewrite", wallMs: number): boolean;
  /** One is to follow the one that is being written. */
  schedule(purpose: "save" | "rewrite"): void;
  /** Writes a whole one before it returns; false when that failed. */
  save(wallMs: number): boolean;
}

export interface Host {
  readonly config: Config;
  readonly statistics: Statistics;
  readonly slowlog: Slowlog;
  readonly latency: LatencyMonitor;
  readonly replica: ReplicaView;
  readonly identity: Identity;
  /** Without a data folder there is none. */
  readonly durability?: Durability | undefined;
  readonly blocked: BlockedClients;

  /** What CLUSTER commands call a member: 40 hexadecimal digits; of the empty name, what they call all together. */
  nodeName(nodeId: string): string;
  clients(): Iterable<Client>;
  findClient(id: number): Client | undefined;
  /** Ends a connection at once; what it was still owed is dropped. For oneself set `client.state` to "closing". */
  closeClient(client: Client): void;

  /** In [0, 1). */
  random(): number;
  wallMs(): number;
  /** A rising clock for durations; whole microseconds. */
  microseconds(): number;
  /** Stands still, serving nobody: DEBUG SLEEP. */
  sleep(ms: number): void;
  shutdown(options: ShutdownOptions): void;
  gauges(): Gauges;
  /** Something is wrong that only a person can mend. */
  log(level: "debug" | "info" | "warn" | "error", message: string): void;
}
