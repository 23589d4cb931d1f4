/**
 * The schema of scenarios: what a file may say, and what it means when left out.
 *
 * This is the one place that says so: the TypeScript types (scenario.ts) and
 * the JSON schema that editors use are derived from it. Loaded only where
 * scenarios come from outside; a simulation itself needs no more than the types.
 */
import * as z from "zod";
import { DEFAULT_PERSISTENCE_SETTINGS } from "../../src/persistence/settings.ts";
import { REPLICA_LIMITS } from "../../src/replica/environment.ts";
import {
  SIMULATED_DELAY_MS_MAX,
  SIMULATED_DRIFT_PPM_MAX,
  SIMULATED_EXPECTATIONS_MAX,
  SIMULATED_FAULTS_MAX,
  SIMULATED_MS_MAX,
  SIMULATED_OPERATIONS_MAX,
  SIMULATED_REPLICAS_MAX,
  SIMULATED_SKEW_MS_MAX,
} from "../limits.ts";
import type { Reply } from "../spec/reply.ts";
import { atMs, faultSchema, replicaId } from "./fault-schema.ts";

const command = z.array(z.string()).min(1).describe("name and arguments; one character is one byte (latin1)");
const database = z.int().min(0).max(15).default(0);

export const durabilitySchema = z.enum(["memory", "no", "everysec", "always"]);

const replicaSchema = z.strictObject({
  id: replicaId,
  region: replicaId,
  skewMs: z
    .number()
    .min(-SIMULATED_SKEW_MS_MAX)
    .max(SIMULATED_SKEW_MS_MAX)
    .default(0)
    .describe("how far its wall clock is ahead of true time at the start"),
  driftPpm: z
    .number()
    .min(-SIMULATED_DRIFT_PPM_MAX)
    .max(SIMULATED_DRIFT_PPM_MAX)
    .default(0)
    .describe("how much faster its wall clock runs, in millionths"),
  durability: durabilitySchema.optional().describe("of this replica, where it is not the scenario's"),
});

/** As src/persistence/settings.ts, but for when the log is synced, which durability says. */
const persistenceSchema = z.strictObject({
  appendOnly: z.boolean().default(DEFAULT_PERSISTENCE_SETTINGS.appendOnly).describe("a log; else snapshots are all"),
  saveRules: z
    .array(z.strictObject({ seconds: z.int().min(1), changes: z.int().min(1) }))
    .default([])
    .describe("a snapshot when so many changes were made and so many seconds have passed"),
  rewritePercent: z.int().min(0).default(DEFAULT_PERSISTENCE_SETTINGS.rewritePercent),
  rewriteBytesMin: z.int().min(0).default(DEFAULT_PERSISTENCE_SETTINGS.rewriteBytesMin),
  stopWritesOnSaveError: z.boolean().default(DEFAULT_PERSISTENCE_SETTINGS.stopWritesOnSaveError),
});

function persistenceDefaults(): z.output<typeof persistenceSchema> {
  return persistenceSchema.parse({});
}

const delay = {
  baseMs: z.number().min(0).max(SIMULATED_DELAY_MS_MAX).describe("no message takes less"),
  jitterMs: z
    .number()
    .min(0)
    .max(SIMULATED_DELAY_MS_MAX)
    .default(0)
    .describe("mean of the exponentially distributed rest"),
};

const operationSchema = z.strictObject({
  atMs,
  replica: replicaId,
  database,
  command,
  client: z.string().optional().describe("which client issued it, where expectations tell clients apart"),
});

const replySchema: z.ZodType<Reply> = z.lazy(() =>
  z.union([z.null(), z.number(), z.string(), z.strictObject({ error: z.string() }), z.array(replySchema)]),
);

const expectationSchema = z.strictObject({
  atMs,
  replicas: z.array(replicaId).min(1).describe("asked at each of these"),
  database,
  command,
  reply: replySchema.describe("as in RESP2; an error without words stands for any error with that code"),
  order: z
    .enum(["given", "any", "pairs"])
    .default("given")
    .describe("whether the order of the reply's elements, or of its pairs, matters"),
  label: z.string().default("").describe("what it means, for the report"),
});

const limitNames = Object.keys(REPLICA_LIMITS) as (keyof typeof REPLICA_LIMITS)[];

export const scenarioSchema = z.strictObject({
  $schema: z.string().optional().describe("where editors find this schema"),
  name: z.string().max(200).default("scenario"),
  seed: z.int().min(0).default(1).describe("feeds the random streams of network, clocks and replicas"),
  replicas: z.array(replicaSchema).min(1).max(SIMULATED_REPLICAS_MAX),
  delay: z.strictObject(delay).default({ baseMs: 5, jitterMs: 0 }).describe("of every link that `links` does not name"),
  links: z.array(z.strictObject({ from: replicaId, to: replicaId, ...delay })).default([]),
  reconnectMs: z
    .number()
    .min(1)
    .max(SIMULATED_DELAY_MS_MAX)
    .default(20)
    .describe("how long a closed connection stays away; doubled at each failure up to a second"),
  timerMs: z.number().min(1).max(1000).default(10).describe("how often each replica's timer runs"),
  durability: durabilitySchema
    .default("memory")
    .describe("what is kept on disks: nothing, or a log that is synced never, once a second, or before every reply"),
  persistence: persistenceSchema
    .default(persistenceDefaults())
    .describe("what is kept where durability is more than memory"),
  limits: z
    .partialRecord(z.enum(limitNames), z.int().min(1))
    .default({})
    .describe("overrides of the replicas' own bounds, so that small scenarios reach them"),
  endMs: z
    .number()
    .min(0)
    .max(SIMULATED_MS_MAX)
    .describe("when the safety phase ends: faults mend, and the demand for convergence begins"),
  convergeMs: z
    .number()
    .min(0)
    .max(SIMULATED_MS_MAX)
    .default(60_000)
    .describe("virtual time within which everything must be equal after that"),
  clearsAtEnd: z
    .boolean()
    .default(false)
    .describe("delete everything after that, and demand that nothing is left of it anywhere"),
  workload: z.array(operationSchema).max(SIMULATED_OPERATIONS_MAX).default([]),
  faults: z.array(faultSchema).max(SIMULATED_FAULTS_MAX).default([]),
  expectations: z.array(expectationSchema).max(SIMULATED_EXPECTATIONS_MAX).default([]),
  expectationsFrom: z
    .string()
    .optional()
    .describe("a module whose expectations must hold, too; a path relative to this file"),
});
