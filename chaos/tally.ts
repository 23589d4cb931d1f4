/**
 * What a run counts about itself, for the summary.
 */
import type { FaultName } from "./fault-kinds.ts";
import type { Sights } from "./verify.ts";

export interface Tally {
  rounds: number;
  readonly faults: Map<FaultName, number>;
  readonly refusals: Map<string, number>;
  longestHealingMs: number;
  paths: number;
  readonly sights: Sights;
}

export function newTally(): Tally {
  return { rounds: 0, faults: new Map(), refusals: new Map(), longestHealingMs: 0, paths: 0, sights: new Map() };
}
