/**
 * What can go wrong, as data: one row for each kind of fault.
 *
 * Whatever lasts, lasts `forMs` and then mends by itself; at the end of the
 * safety phase everything mends. What each kind does stands in world/faults.ts,
 * how the search draws it in search/generate-faults.ts.
 *
 * Kinds stand in groups by what they harm: links, the wire, processes, disks,
 * clocks, who belongs to the cluster, and what an operator does.
 */
import * as z from "zod";
import { FAULT_DRIFT_PPM_MAX, FAULT_EFFECTS_MAX, SIMULATED_SKEW_MS_MAX } from "../limits.ts";

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
    .strictObject({
      kind: z.literal("restart"),
      atMs,
      forMs,
      replica: replicaId,
      how: z
        .enum(["crash", "kill", "stop"])
        .default("crash")
        .describe("`crash`: the power fails; `kill`: the disk keeps what was written; `stop`: in order"),
      effects: z
        .int()
        .min(0)
        .max(FAULT_EFFECTS_MAX)
        .default(0)
        .describe(
          "so many more effects (messages sent, writes to the disk) before it dies, wherever that is; 0: at once",
        ),
    })
    .describe("the process ends, and comes back after `forMs` with what its disk holds; without a disk with nothing"),
  z.strictObject({ kind: z.literal("pause"), atMs, forMs, replica: replicaId }).describe("the process stands still"),

  // Disks: of replicas that keep something on them
  z.strictObject({ kind: z.literal("disk-full"), atMs, forMs, replica: replicaId }).describe("nothing can be written"),
  z
    .strictObject({
      kind: z.literal("disk-fails"),
      atMs,
      forMs,
      replica: replicaId,
      what: z.enum(["writes", "syncs", "all"]).default("all"),
    })
    .describe("writes, or syncs, or both fail"),
  z
    .strictObject({ kind: z.literal("disk-slow"), atMs, forMs, replica: replicaId, syncMs: z.number().min(0) })
    .describe("a sync in the background takes so long"),
  z
    .strictObject({ kind: z.literal("bit-flip"), atMs, replica: replicaId })
    .describe("a bit of what was written and synced is another one"),
  z
    .strictObject({ kind: z.literal("restore"), atMs, forMs, replica: replicaId, backupMs: z.number().min(0) })
    .describe("the process dies, and comes back with its disk as it was at `backupMs`"),
  z
    .strictObject({ kind: z.literal("save"), atMs, replica: replicaId })
    .describe("BGREWRITEAOF: a snapshot is made, in pieces, and takes the place of the log before it"),

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

  // Members: a replica that first of all joins, or begins as a clone, is not there before
  z
    .strictObject({
      kind: z.literal("join"),
      atMs,
      replica: replicaId,
      through: replicaId,
      fresh: z.boolean().default(false).describe("with an empty disk, whatever it held"),
    })
    .describe("a process starts that knows one other and learns of the rest; one that runs dies first"),
  z
    .strictObject({ kind: z.literal("clone"), atMs, replica: replicaId, of: replicaId })
    .describe("a process starts under another name with a copy of a living replica's disk"),
  z
    .strictObject({ kind: z.literal("leave"), atMs, replica: replicaId })
    .describe("the process takes leave, ends in order and stays away"),
  z
    .strictObject({ kind: z.literal("forget"), atMs, replica: replicaId, by: replicaId })
    .describe("CLUSTER FORGET at `by`: the replica is a member no more, whether or not its process lives"),

  // Operators
  z
    .strictObject({ kind: z.literal("drill"), atMs, forMs, replica: replicaId, target: replicaId })
    .describe("a fault drill: ATOLL CUT at this replica"),
]);

export const FAULT_KINDS = faultSchema.options.map((option) => option.shape.kind.value);

/** Kinds that need a disk. */
export const DISK_FAULT_KINDS: readonly (typeof FAULT_KINDS)[number][] = [
  "disk-full",
  "disk-fails",
  "disk-slow",
  "bit-flip",
  "restore",
  "save",
];

/** Kinds that change who belongs to the cluster: they happen where somebody asks for them. */
export const MEMBER_FAULT_KINDS: readonly (typeof FAULT_KINDS)[number][] = ["join", "clone", "leave", "forget"];
