/**
 * What can go wrong, as data: one row for each kind of fault.
 *
 * Whatever lasts, lasts `forMs` and then mends by itself; at the end of the
 * safety phase everything mends. What each kind does stands in world/faults.ts,
 * how the search draws it in search/generate-faults.ts.
 *
 * Kinds stand in groups by what they harm: links, the wire, processes, clocks,
 * and what an operator does. Disks (full, failing, flipped bits), restores from
 * old backups, clones of an identity and changes of membership have groups of
 * their own once replicas have disks and memberships.
 */
import * as z from "zod";
import { FAULT_DRIFT_PPM_MAX, SIMULATED_SKEW_MS_MAX } from "../../src/limits.ts";

export const atMs = z.number().min(0).describe("when, in milliseconds of virtual time");
const forMs = z.number().min(0).describe("how long it lasts");
export const replicaId = z.string().regex(/^\w{1,32}$/, "a replica's name is 1 to 32 letters, digits and underscores");
const pair = z.tuple([replicaId, replicaId]);

const direction = { from: replicaId, to: replicaId };

export const faultSchema = z.discriminatedUnion("kind", [
  // Links
  z
    .strictObject({ kind: z.literal("break"), atMs, between: pair })
    .describe("the connection breaks; each direction loses a suffix of what is in flight"),
  z
    .strictObject({
      kind: z.literal("partition"),
      atMs,
      forMs,
      groups: z.array(z.array(replicaId).min(1)).min(2).describe("those of different groups cannot reach each other"),
      silent: z.boolean().default(false).describe("connections stay up and carry nothing, instead of breaking"),
      oneWay: z.boolean().default(false).describe("only what the first group sends to the others is lost; silent"),
      flapMs: z.number().min(0).default(0).describe("comes and goes: so long cut, so long whole; 0 stays cut"),
    })
    .describe("groups cannot reach each other"),
  z
    .strictObject({ kind: z.literal("cut"), atMs, forMs, ...direction })
    .describe("one direction carries nothing; the sender does not notice"),
  z
    .strictObject({ kind: z.literal("jam"), atMs, forMs, ...direction })
    .describe("one direction carries nothing, and the sender's buffer fills"),
  z
    .strictObject({ kind: z.literal("slow"), atMs, forMs, ...direction, bytesPerMs: z.number().positive() })
    .describe("one direction carries only so many bytes a millisecond"),
  z
    .strictObject({ kind: z.literal("double"), atMs, between: pair })
    .describe("a second connection between two that already have one"),

  // The wire
  z
    .strictObject({ kind: z.literal("garbage"), atMs, ...direction, bytes: z.string().max(65_536) })
    .describe("random bytes arrive as if the peer had sent them"),
  z
    .strictObject({ kind: z.literal("repeat"), atMs, ...direction })
    .describe("intervals that one has sent to the other lately arrive there once more, whole"),
  z
    .strictObject({
      kind: z.literal("dialect"),
      atMs,
      forMs,
      replica: replicaId,
      speaks: z
        .enum(["other", "newer"])
        .describe("`other`: a version that nobody else takes; `newer`: ours, with fields and messages of a later one"),
    })
    .describe("the replica speaks another version of the wire; its connections break before and after"),

  // Processes
  z
    .strictObject({ kind: z.literal("restart"), atMs, forMs, replica: replicaId })
    .describe("the process dies, and comes back after `forMs` as a new origin, with nothing"),
  z.strictObject({ kind: z.literal("pause"), atMs, forMs, replica: replicaId }).describe("the process stands still"),

  // Clocks
  z
    .strictObject({
      kind: z.literal("step"),
      atMs,
      replica: replicaId,
      byMs: z.number().min(-SIMULATED_SKEW_MS_MAX).max(SIMULATED_SKEW_MS_MAX),
    })
    .describe("the wall clock steps, and stays so until the end of the safety phase or another step"),
  z
    .strictObject({
      kind: z.literal("drift"),
      atMs,
      forMs,
      replica: replicaId,
      ppm: z
        .number()
        .min(-FAULT_DRIFT_PPM_MAX)
        .max(FAULT_DRIFT_PPM_MAX)
        .describe("how much faster, in millionths; -1000000 stands still"),
    })
    .describe("the wall clock runs at another speed, and then steps back to where it would have been"),

  // Operators
  z
    .strictObject({ kind: z.literal("drill"), atMs, forMs, replica: replicaId, target: replicaId })
    .describe("a fault drill: ATOLL CUT at this replica"),
]);

export const FAULT_KINDS = faultSchema.options.map((option) => option.shape.kind.value);
