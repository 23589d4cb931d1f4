/**
 * What a workload asks a client to send, with what it does to the paths of the ledger.
 */
import type { Path } from "./ledger.ts";

/** Neither value nor amount: a removal. */
export interface Effect {
  readonly path: Path;
  readonly value?: string;
  readonly amount?: number;
}

export interface Request {
  readonly args: readonly string[];
  readonly effects: readonly Effect[];
  /** The string whose own last write the reply must show. */
  readonly reads?: Path;
  /** A pop: what its reply names is removed, the other effects do not happen. */
  readonly pops?: string;
}
