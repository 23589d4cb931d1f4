/**
 * What can go wrong, as data: one row for each kind of fault.
 *
 * Whatever lasts, lasts `forMs` and then mends by itself; at the end of the
 * safety phase everything mends. What each kind does stands in world/faults.ts.
 */
import * as z from "zod";

export const atMs = z.number().min(0).describe("when, in milliseconds of virtual time");
const forMs = z.number().min(0).describe("how long it lasts");
export const replicaId = z.string().regex(/^\w{1,32}$/, "a replica's name is 1 to 32 letters, digits and underscores");
const pair = z.tuple([replicaId, replicaId]);

const direction = { from: replicaId, to: replicaId };

export const faultSchema = z.discriminatedUnion("kind", [
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
  z
    .strictObject({ kind: z.literal("garbage"), atMs, ...direction, bytes: z.string().max(65_536) })
    .describe("random bytes arrive as if the peer had sent them"),
  z
    .strictObject({ kind: z.literal("restart"), atMs, forMs, replica: replicaId })
    .describe("the process dies, and comes back after `forMs` as a new origin, with nothing"),
  z.strictObject({ kind: z.literal("pause"), atMs, forMs, replica: replicaId }).describe("the process stands still"),
  z
    .strictObject({ kind: z.literal("step"), atMs, replica: replicaId, byMs: z.number() })
    .describe("the wall clock steps"),
  z
    .strictObject({ kind: z.literal("drill"), atMs, forMs, replica: replicaId, target: replicaId })
    .describe("a fault drill: ATOLL CUT at this replica"),
]);
