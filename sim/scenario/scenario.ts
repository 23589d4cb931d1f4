/**
 * A scenario is data: everything a run depends on, as JSON.
 *
 * Replicas, the links between them, what clients do and when, what goes wrong
 * and when, and what is expected. A seed only generates a scenario; whatever
 * fails can be saved, edited by hand and run again. What each field means and
 * what is assumed when it is left out stands in schema.ts; these are its types,
 * with everything filled in.
 */
import type * as z from "zod";
import type { Reply } from "../spec/reply.ts";
import type { scenarioSchema } from "./schema.ts";

/** Replies are recursive and read-only already. */
type DeepReadonly<T> = Reply extends T
  ? T
  : T extends object
    ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> }
    : T;

export type Scenario = DeepReadonly<z.output<typeof scenarioSchema>>;
/** What may be left out is optional: a scenario as people write it. */
export type ScenarioInput = DeepReadonly<z.input<typeof scenarioSchema>>;

export type ReplicaPlan = Scenario["replicas"][number];
/** What a replica keeps on its disk, and how safe. */
export type Durability = Scenario["durability"];
export type DelayPlan = Scenario["delay"];
export type Operation = Scenario["workload"][number];
/** What can go wrong. Whatever lasts, lasts `forMs` and then mends by itself. */
export type Fault = Scenario["faults"][number];
export type Expectation = Scenario["expectations"][number];
