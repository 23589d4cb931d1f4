/**
 * What a run may be given beside its scenario: everything that cannot be data.
 *
 * Expectations that are functions look at the run through a `RunView`. They
 * throw when they are not met; what they throw is the report.
 */
import type { Reply } from "../spec/reply.ts";
import type { Operation } from "../scenario/scenario.ts";
import type { RunObserver } from "./observer.ts";

/** A command that ran, and what the client was told. */
export interface ExecutedOperation extends Operation {
  readonly reply: Reply;
}

export interface RunView {
  /** What clients did, in the order in which it happened. */
  readonly executed: readonly ExecutedOperation[];
  /** Virtual time. */
  readonly nowMs: number;
  /** The replicas' names. */
  readonly replicas: readonly string[];
  /** Asks a replica something now, in database 0. */
  ask(replica: string, ...command: readonly string[]): Reply;
}

export interface NamedExpectation {
  readonly name: string;
  /** After every command of a client, or once when all replicas have converged. */
  readonly when: "always" | "converged";
  readonly check: (run: RunView) => void;
}

export interface RunOptions {
  /** Keeps what is needed to compare two runs event for event, and the replicas' logs. */
  readonly records?: boolean;
  readonly expectations?: readonly NamedExpectation[];
  /** Watches the run; changes nothing. */
  readonly observer?: RunObserver | undefined;
}
