/**
 * What every bench is given, and what a bench is.
 */
import type { Fleet } from "./fleet.ts";
import type { Report } from "./report.ts";

export interface Workbench {
  readonly fleet: Fleet;
  readonly report: Report;
  /** A short look instead of figures to publish. */
  readonly quick: boolean;
}

export type Bench = (workbench: Workbench) => Promise<void>;
