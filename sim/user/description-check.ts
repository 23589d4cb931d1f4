/**
 * Checks what a user says of a scenario, before anything is made of it: fields
 * that exist, of the right type. What can only be known of the whole (names,
 * times, commands) is checked once a seed has made a scenario of it.
 */
import * as z from "zod";
import { SIMULATED_CLIENTS_MAX, SIMULATED_DELAY_MS_MAX, SIMULATED_MS_MAX } from "../limits.ts";
import { ScenarioError, schemaProblem } from "../scenario/checked-scenario.ts";
import { FAULT_KINDS, faultSchema, replicaId } from "../scenario/fault-schema.ts";
import { scenarioSchema } from "../scenario/schema.ts";
import type { ScenarioDescription } from "./description.ts";

const func = z.custom<() => unknown>((value) => typeof value === "function", "must be a function");
const ms = z.number().min(0).max(SIMULATED_MS_MAX);
const delayMs = z.number().min(0).max(SIMULATED_DELAY_MS_MAX);
const delay = z.union([delayMs, z.strictObject({ baseMs: delayMs, jitterMs: delayMs.optional() })]);

const replicaSchema = z.union([
  replicaId,
  z.strictObject({
    id: replicaId,
    region: replicaId.optional(),
    skewMs: z.number().optional(),
    driftPpm: z.number().optional(),
  }),
]);

const clientSchema = z.union([
  func,
  z.strictObject({
    program: func,
    at: z.union([replicaId, z.array(replicaId).min(1)]).optional(),
    count: z.int().min(1).max(SIMULATED_CLIENTS_MAX).optional(),
    startMs: ms.optional(),
  }),
]);

const swarmSchema = z.strictObject({
  kinds: z.array(z.enum(FAULT_KINDS)).min(1).optional(),
  everyMs: z.number().min(1).optional(),
  forMs: z.number().min(0).optional(),
});

const clientName = z.string().regex(/^[\w -]{1,40}$/, "a client's name is letters, digits, spaces, - and _");

const { name, limits, convergeMs, endMs, durability } = scenarioSchema.shape;

const descriptionSchema = z.strictObject({
  name: name.unwrap().min(1),
  replicas: z.array(replicaSchema).min(1),
  delay: delay.optional(),
  links: z.record(z.string(), delay).optional(),
  startMs: ms.optional(),
  endMs,
  convergeMs,
  clearsAtEnd: z.boolean().optional(),
  limits,
  durability,
  workload: func.optional(),
  clients: z.record(clientName, clientSchema).optional(),
  faults: z.union([z.enum(["none", "swarm"]), swarmSchema, z.array(faultSchema)]).optional(),
  expectations: z
    .record(z.string(), z.union([func, z.strictObject({ when: z.enum(["always", "converged"]), check: func })]))
    .optional(),
});

/** Throws ScenarioError with the path of the first field that is wrong, and why. */
export function checkDescription(description: unknown): asserts description is ScenarioDescription {
  const { success, error } = descriptionSchema.safeParse(description);
  if (!success) throw new ScenarioError(schemaProblem(error.issues));
}
