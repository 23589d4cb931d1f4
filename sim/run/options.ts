/**
 * What a run may be given beside its scenario: everything that cannot be data.
 *
 * Expectations that are functions look at the run through a `RunView`. They
 * throw when they are not met; what they throw is the report.
 */
import type { Reply } from "../spec/reply.ts";
import type { Operation } from "../scenario/scenario.ts";
import type { RunObserver } from "./observer.ts";
import type { Program } from "./program.ts";

/** A command that ran, and what the client was told. */
export interface ExecutedOperation extends Operation {
  readonly reply: Reply;
}

/** Which commands are meant; what is left out does not matter. */
export interface CommandFilter {
  /** The command's name in any case: "SADD". */
  readonly name?: string;
  /** Its first argument, which of most commands is the key. */
  readonly key?: string;
  readonly replica?: string;
  /** A client program's full name, "shopper@us#2", or "shopper" for all of that kind. */
  readonly client?: string;
}

/** What an expectation may look at. */
export interface RunView {
  /**
   * The commands that clients ran and were answered, in the order in which it happened; `atMs` is when. In an
   * expectation that holds always, the last one has just run.
   */
  readonly executed: readonly ExecutedOperation[];
  /** Virtual time in milliseconds, from the beginning of the run. */
  readonly nowMs: number;
  /** The replicas' names. */
  readonly replicas: readonly string[];
  /** Those of the executed commands that match; all of them without a filter. */
  commands(filter?: CommandFilter): readonly ExecutedOperation[];
  /** Does the replica answer? Not while it is down, stands still or loads from its peers. */
  answers(replica: string): boolean;
  /**
   * Asks a replica something now, in database 0, as a client there would; the reply is in RESP2. While the replica does
   * not answer, this throws, and the expectation is put off until it is called the next time. Throws also for
   * commands that write, and for those that are wrong in themselves.
   */
  ask(replica: string, ...command: readonly (string | number)[]): Reply;
}

export interface NamedExpectation {
  readonly name: string;
  /** When all replicas have converged; "always" also after every command of a client. */
  readonly when: "always" | "converged";
  readonly check: (run: RunView) => void;
}

export interface RunOptions {
  /** Keeps what is needed to compare two runs event for event, and the replicas' logs. */
  readonly records?: boolean;
  readonly expectations?: readonly NamedExpectation[];
  /** Clients that react to replies; what they issue becomes part of the outcome's scenario. */
  readonly programs?: readonly Program[];
  /** Calls the run, and may end it early by throwing: a bound on real time, which the simulation does not know. */
  readonly bounded?: (run: () => void) => void;
  /** Watches the run; changes nothing. */
  readonly observer?: RunObserver | undefined;
}
