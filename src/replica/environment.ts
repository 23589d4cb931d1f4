/**
 * What every part of a replica is given: bounds, time, randomness, a place to
 * count and a place to tell. Nothing here decides anything.
 */
import {
  HELD_BYTES_MAX,
  HELD_COUNT_MAX,
  LINKS_MAX,
  LINK_BUFFERED_BYTES_MAX,
  LINK_CREDIT_BYTES,
  LOG_BYTES_MAX,
  REPAIR_BUFFERED_BYTES_MAX,
  REPAIR_CHUNK_BYTES,
  REPAIR_HELD_COUNT_MAX,
  REPAIR_STAGED_BYTES_MAX,
} from "../limits/replication.ts";
import { MESSAGE_BYTES_MAX } from "../../transport/message.ts";
import type { ReplicaCounters } from "./counters.ts";
import type { Stopwatch } from "./stopwatch.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** The bounds a replica may be given instead of those of `src/limits/`, where the reasons stand. */
export interface ReplicaLimits {
  readonly logBytesMax: number;
  readonly heldBytesMax: number;
  readonly heldCountMax: number;
  readonly stagedBytesMax: number;
  readonly stagedHeldCountMax: number;
  readonly creditBytes: number;
  readonly bufferedBytesMax: number;
  readonly repairBufferedBytesMax: number;
  readonly messageBytesMax: number;
  readonly repairChunkBytes: number;
  /** Bytes of repairs sent in a second to all receivers together; 0: as many as they take. */
  readonly repairBytesPerSecond: number;
  readonly linksMax: number;
}

export const REPLICA_LIMITS: ReplicaLimits = {
  logBytesMax: LOG_BYTES_MAX,
  heldBytesMax: HELD_BYTES_MAX,
  heldCountMax: HELD_COUNT_MAX,
  stagedBytesMax: REPAIR_STAGED_BYTES_MAX,
  stagedHeldCountMax: REPAIR_HELD_COUNT_MAX,
  creditBytes: LINK_CREDIT_BYTES,
  bufferedBytesMax: LINK_BUFFERED_BYTES_MAX,
  repairBufferedBytesMax: REPAIR_BUFFERED_BYTES_MAX,
  messageBytesMax: MESSAGE_BYTES_MAX,
  repairChunkBytes: REPAIR_CHUNK_BYTES,
  repairBytesPerSecond: 0,
  linksMax: LINKS_MAX,
};

export interface Environment {
  readonly limits: ReplicaLimits;
  readonly counters: ReplicaCounters;
  readonly stopwatch: Stopwatch;
  readonly random: () => number;
  readonly log: (level: LogLevel, message: string) => void;
}
