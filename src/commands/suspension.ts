/**
 * What a client waits for, and what it will be answered. A command that cannot be
 * answered yet makes one of these; it holds copies of whatever it needs, for the
 * arguments of the command are gone by then. See blocked-clients.ts.
 */
import type { ReplyWriter } from "../resp/reply.ts";

/** Why a client need not wait any longer: what it waited for is there, or time is over, or CLIENT UNBLOCK ... ERROR. */
export type WaitEnd = "reached" | "timeout" | "unblocked";

export interface Suspension {
  /** By the host's rising clock; Infinity: for ever. */
  readonly deadlineMicroseconds: number;
  /** May CLIENT UNBLOCK end it? Not what the client does not know to be waiting. */
  readonly unblockable: boolean;
  /** Is what it waits for there? Asked at the start, and whenever peers have acknowledged something. */
  isReached(): boolean;
  /** Writes the one reply. Between the commands of others: it may look at the keyspace, and change it. */
  answer(reply: ReplyWriter, end: "reached" | "timeout"): void;
  /** The client was answered, or has left: nobody waits any more. */
  dropped?(): void;
}
