/**
 * What makes one replica different from another.
 */
import type { LoadingReads } from "../commands/config-settings.ts";
import type { Address } from "./address.ts";
import type { Log, Verbosity } from "./log.ts";

export const LOADING_READS = ["refuse", "forward"] as const satisfies readonly LoadingReads[];

export interface NodeOptions {
  readonly nodeId: string;
  readonly region: string;
  readonly clusterId: string;
  /** All three ports listen here; a port of 0 takes any free one. */
  readonly host: string;
  /** The host that others are told to reach this replica at; empty: the one it listens on. */
  readonly announceHost: string;
  readonly port: number;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly seeds: readonly Address[];
  readonly maxClients: number;
  /** Empty: no password. */
  readonly requirePass: string;
  readonly clockOffsetMsMax: number;
  readonly loadingReads: (typeof LOADING_READS)[number];
  /** Of the log of recent changes that peers are served from. */
  readonly logBytesMax: number;
  /** Where data is kept; empty: in memory only. */
  readonly dataDir: string;
  /** How, by the names of CONFIG. */
  readonly kept: Readonly<Record<string, string>>;
  readonly version: string;
  /** Changed by CONFIG SET loglevel. */
  readonly verbosity: Verbosity;
  readonly log: Log;
}
