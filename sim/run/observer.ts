/**
 * The port of whoever watches a run: a report, for one.
 *
 * An observer looks and changes nothing: a run is the same, event for event,
 * with and without one. Whatever it is told happens now, by the run's clock.
 */
import type { Fault, Scenario } from "../scenario/scenario.ts";
import type { Dot, History } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { ExpiredKey } from "../world/observed-keyspace.ts";
import type { Wiretap } from "../world/wiretap.ts";

/** What an observer may look at while the run goes on, and after it. */
export interface ObservedRun {
  readonly scenario: Scenario;
  readonly nodes: readonly SimulatedNode[];
  readonly history: History;
  nowMs(): number;
}

/** Who gives a command: a client, an expectation, the reading of every key at the end, or the clearing after it. */
export type CommandCause = "client" | "expectation" | "reading" | "clearing";

export interface RunObserver extends Wiretap {
  /** Before anything happens. */
  begins(run: ObservedRun): void;
  /** A command is about to run. */
  asks(cause: CommandCause, node: SimulatedNode, database: number, command: readonly string[]): void;
  /** It has run; `dot` is the event that it became, if it became one. */
  answered(reply: Reply, dot: Dot | undefined): void;
  /** A replica has removed keys whose time had come, by an event of its own. */
  expired(node: SimulatedNode, dot: Dot, keys: readonly ExpiredKey[]): void;
  /** Something may have reached a replica, or time has passed there. */
  changed(node: SimulatedNode): void;
  struck(fault: Fault): void;
  mended(fault: Fault): void;
}
