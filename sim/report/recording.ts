/**
 * A recorded run: what happened, as data, for whatever shows it.
 *
 * Times are virtual milliseconds. An event is a command (or an expiry) that
 * changed something; it bears a dot, and reaches one replica after the other.
 */
import type { CommandCause } from "../run/observer.ts";
import type { Fault, Scenario } from "../scenario/scenario.ts";
import type { Dot, History, Step } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";
import type { SimulatedNode } from "../world/node.ts";

export interface RecordedEvent {
  readonly dot: Dot;
  readonly replica: string;
  readonly atMs: number;
  readonly database: number;
  /** The command; `(expiry) key...` when the replica removed keys of its own accord. */
  readonly words: readonly string[];
  /** By path (`pathOf`), what it did to each key. */
  readonly steps: Map<string, Step>;
  /** By replica, when its present process saw the event. */
  readonly seenAtMs: Map<string, number>;
}

export interface RecordedCommand {
  readonly cause: CommandCause;
  readonly replica: string;
  readonly atMs: number;
  readonly database: number;
  readonly words: readonly string[];
  /** Undefined while it runs, and for ever when the process broke down meanwhile. */
  reply: Reply | undefined;
  event: RecordedEvent | undefined;
}

export type MessageKind =
  | "changes"
  | "heartbeat"
  | "ack"
  | "hello"
  | "goodbye"
  | "pull"
  | "lapped"
  | "repair"
  | "member"
  | "read"
  | "unknown"
  | "garbage";

export interface RecordedMessage {
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly sentMs: number;
  readonly bytes: number;
  /** What is in it, in words. */
  readonly detail: string;
  /** Of an interval: whose events it may hold, and between which times. */
  readonly interval: { readonly origin: number; readonly from: number; readonly to: number } | undefined;
  arrivedMs: number | undefined;
  lostMs: number | undefined;
}

export interface RecordedFault {
  readonly fault: Fault;
  readonly fromMs: number;
  /** Undefined: it does not last, or lasted to the end of the run. */
  untilMs: number | undefined;
}

/** Who an origin is: a replica, in which of its lives. */
export interface OriginName {
  readonly replica: string;
  readonly life: number;
}

export interface Recording {
  readonly scenario: Scenario;
  readonly nodes: readonly SimulatedNode[];
  readonly history: History;
  readonly endMs: number;
  /** Of the reading of every key at the end only what failed. */
  readonly commands: readonly RecordedCommand[];
  readonly events: readonly RecordedEvent[];
  /** Oldest first by when they were sent. */
  readonly messages: readonly RecordedMessage[];
  readonly faults: readonly RecordedFault[];
  readonly origins: ReadonlyMap<number, OriginName>;
  /** What was left out to keep the report small: a number and a word for each. */
  readonly leftOut: readonly string[];
}
