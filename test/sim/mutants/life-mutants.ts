/** Mistakes about what processes keep, who they are after they have died, and who is still a member. */
import type { Mutant } from "./mutant.ts";

/** What would give away at once that somebody else writes under one's origin. */
const UNSUSPECTING = [
  {
    file: "src/replica/repair-receiver.ts",
    find: 'if (!context.covers(self, start.get(self))) throw new MalformedMessage("repair-begin: knows our future");',
    replace: "",
  },
  {
    file: "src/replica/replica.ts",
    find: 'if (!context.covers(self, to)) this.mesh.end(link, "unexpected", "an interval of this replica\'s own future");\n      else ',
    replace: "",
  },
];

/** A process goes on as the one before it, whatever was kept. The oracle of origins would say so by itself; others must. */
const SAME_ORIGIN = [
  {
    file: "sim/world/node.ts",
    find: "newOriginId: newOriginId(),",
    replace: "newOriginId: this.process?.originId ?? newOriginId(),",
  },
  {
    file: "sim/oracles/promises.ts",
    find: "const isFormer = former !== undefined && former.life.originId === originId;",
    replace: "const isFormer = false;",
  },
  ...UNSUSPECTING,
];

export const LIFE_MUTANTS: readonly Mutant[] = [
  {
    letter: "d",
    name: "same origin after a restart",
    rule: "a process that lost what it had, or some of it, goes on under its old origin",
    seedsMax: 300,
    patches: SAME_ORIGIN,
  },
  {
    letter: "e",
    name: "same origin above a ceiling",
    rule: "the same, with its time above all that the former process had used",
    seedsMax: 300,
    patches: [
      ...SAME_ORIGIN,
      {
        file: "sim/world/node.ts",
        find: "started.recover(this.wallMs);\n    this.isUp = true;",
        replace: `started.recover(this.wallMs);
    const { keyspace } = started;
    keyspace.context.raise(keyspace.self, this.ceiling ?? 0);
    if (this.ceiling !== undefined) started.replica.journal.log.ofOrigin(keyspace.self).last = keyspace.context.get(keyspace.self);
    keyspace.resume();
    this.isUp = true;`,
      },
      {
        file: "sim/world/node.ts",
        find: "this.isUp = false;\n    this.life++;",
        replace: `this.isUp = false;
    this.ceiling = this.process.keyspace.context.get(this.process.keyspace.self);
    this.life++;`,
      },
    ],
  },
  {
    letter: "l",
    name: "no fence on FORGET",
    rule: "a forgotten member's record goes, and no fence is left",
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/forgetting.ts",
        find: "if (before.originId === after.originId || !this.isFreshStart(before, after)) this.fenceAll(before);",
        replace: "",
      },
    ],
  },
  {
    name: "fences not joined by their maximum",
    rule: "what was told last of a fence counts, not the greatest",
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/fences.ts",
        find: "if (finalTime <= known.finalTime && name === known.nodeId) return false;",
        replace: "if (finalTime === known.finalTime && name === known.nodeId) return false;",
      },
      {
        file: "src/replica/fences.ts",
        find: "finalTime: Math.max(finalTime, known.finalTime), nodeId: name",
        replace: "finalTime, nodeId: name",
      },
    ],
  },
  {
    name: "comparison skips a child",
    rule: "of the children of a node the last is not compared",
    seedsMax: 300,
    patches: [
      {
        file: "src/store/repair/description.ts",
        find: "const whole = bits + CHILD_BITS >= SLOT_BITS",
        replace: "if (i === CHILDREN - 1) continue;\n    const whole = bits + CHILD_BITS >= SLOT_BITS",
      },
    ],
  },
  {
    name: "residue left out of repairs",
    rule: "keys with residue are not fetched when what they show is equal",
    from: 738,
    seedsMax: 500,
    patches: [
      {
        file: "src/replica/repair-receiver.ts",
        find: 'if (!progress.isCopy) progress.asks.add("fetch", HASH_BITS, message.hashes);',
        replace: "",
      },
    ],
  },
  {
    name: "log without repairs",
    rule: "what a repair brings does not enter the log, only that it was joined",
    from: 39,
    seedsMax: 150,
    patches: [
      {
        file: "src/persistence/persistence.ts",
        find: "if (this.isKept) this.keep(repairPartRecord(part), false);",
        replace: "",
      },
    ],
  },
  {
    name: "reply before the sync",
    rule: "with `always`, own intervals are written and not synced",
    from: 716,
    seedsMax: 300,
    patches: [
      {
        file: "src/persistence/persistence.ts",
        find: "this.keep(encodeRecord(RecordKind.interval, message), own && !isHeartbeat(message));",
        replace: "this.keep(encodeRecord(RecordKind.interval, message), false);",
      },
    ],
  },
  {
    name: "snapshot misses what happens meanwhile",
    rule: "intervals that come while a snapshot is written are not written into it",
    seedsMax: 400,
    patches: [
      {
        file: "src/persistence/persistence.ts",
        find: "this.running?.snapshots.running?.writer?.add(record);",
        replace: "",
      },
      {
        file: "src/replica/recovery.ts",
        find: "if (this.contextOf(context).equals(this.journal.state.context)) return;",
        replace: "if (context.length >= 0) return;",
      },
    ],
  },
];
