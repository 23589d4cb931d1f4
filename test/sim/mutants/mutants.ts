/**
 * The mutants that the search must notice. Lettered ones were listed before there was a search; what is missing
 * between the letters has no counterpart in the product (docs/SIMULATOR.md says what it is).
 */
import { LIFE_MUTANTS } from "./life-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { TYPE_MUTANTS } from "./type-mutants.ts";
import { RANGE_MUTANTS } from "./range-mutants.ts";

/** Nothing is wrong with it: whatever kills it is the hook's fault, or a mistake in the product. */
export const CONTROL: Mutant = {
  name: "none",
  rule: "the product as it is",
  seedsMax: 0,
  patches: [
    { file: "src/replica/gate.ts", find: "export class Gate {", replace: "export class Gate {" },
    { file: "crdt/cell.ts", find: "cell.siblings = joined;", replace: "cell.siblings = joined;" },
  ],
};

export const MUTANTS: readonly Mutant[] = [
  ...LIFE_MUTANTS,
  ...TYPE_MUTANTS,
  ...RANGE_MUTANTS,
  {
    letter: "a",
    name: "no gap check",
    rule: "an interval is applied although one before it is missing",
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/gate.ts",
        find: 'if (have < interval.from) return this.isHeld(interval) ? "duplicate" : "hold";',
        replace: "",
      },
      { file: "src/replica/log.ts", find: "if (from !== log.last) throw", replace: "if (from < log.last) throw" },
    ],
  },
  {
    letter: "b",
    name: "no causal gate",
    rule: "an interval is applied before what its writer had seen",
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/gate.ts",
        find: 'if (mayPass && coversAll(context, interval.changes)) return "apply";',
        replace: 'if (mayPass) return "apply";',
      },
      {
        file: "src/replica/gate.ts",
        find: "next !== undefined && coversAll(context, next.changes)",
        replace: "next !== undefined",
      },
    ],
  },
  {
    letter: "c",
    name: "losers dropped",
    rule: "of concurrent values only the newest is kept",
    seedsMax: 150,
    patches: [
      {
        file: "src/store/join.ts",
        find: "import { type Cell, emptyCell, joinCell, type JoinScope }",
        replace: "import { type Cell, emptyCell, joinCell, type JoinScope, newestSibling }",
      },
      {
        file: "src/store/join.ts",
        find: "joinCell(cell, delta, scope);\n  countConflict(core, state.cell, cell);",
        replace:
          "joinCell(cell, delta, scope);\n  if (cell.siblings.length > 1) cell.siblings = [newestSibling(cell, core.memory.origins)];",
      },
      {
        file: "src/store/join.ts",
        find: "if (collection.type !== KeyType.set) countConflict(core, before, state);",
        replace: "if (state.siblings.length > 1) state.siblings = [newestSibling(state, core.memory.origins)];",
      },
    ],
  },
  {
    letter: "g",
    name: "expiry unlogged",
    rule: "the sweep drops expired keys without an event that others see",
    seedsMax: 150,
    patches: [
      {
        file: "src/store/expiry.ts",
        find: "removeExpired(core, database, key, ref);\n    this.onExpired(database.index, key);",
        replace: "core.keys.erase(database, core.memory.hash(key), ref);",
      },
    ],
  },
  {
    letter: "h",
    name: "no floors",
    rule: "a reset removes the contributions that it saw, and raises no floor",
    seedsMax: 150,
    patches: [
      {
        file: "crdt/cell.ts",
        find: "const raised: Contribution[] = [];\n",
        replace: "cell.contributions = [];\n  return [];\n  const raised: Contribution[] = [];\n",
      },
      {
        file: "crdt/cell.ts",
        find: "{ seen, known, whole }: JoinScope): void {\n  let joined = cell.contributions;\n  if (whole) {",
        replace: "{ seen, known, replaces }: JoinScope): void {\n  let joined = cell.contributions;\n  if (replaces) {",
      },
    ],
  },
  {
    letter: "i",
    name: "V raised first",
    rule: "a repair raises V when it begins, and joins the state later",
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/repair-receiver.ts",
        find: "return (this.progress = new RepairProgress(this.journal, start, this.isLoading()));",
        replace:
          "this.progress = new RepairProgress(this.journal, start, false);\n    this.journal.raiseEarly(start);\n    return this.progress;",
      },
      {
        file: "src/replica/journal.ts",
        find: "private setDependencies(",
        replace: `raiseEarly(start) {
    this.cut();
    const before = this.state.context.copy();
    this.state.raiseEarly(start);
    start.each((origin, time) => {
      if (before.covers(origin, time)) return;
      this.log.raiseFloor(origin, time);
      this.noteRise(origin);
    });
    this.gate.prune(this.state.context);
  }

  private setDependencies(`,
      },
      {
        file: "src/store/keyspace.ts",
        find: "get residueCount(): number {",
        replace: `raiseEarly(start) {
    this.repair.staging.early = { before: this.core.context.copy(), start };
    this.core.context.merge(start);
  }

  get residueCount(): number {`,
      },
      {
        file: "src/store/repair/staging.ts",
        find: "this.known = core.context.copy();",
        replace: `const { before, start } = this.early;
      this.known = before.copy();
      core.context.each((origin, time) => {
        if (time > start.get(origin)) this.known.raise(origin, time);
      });`,
      },
    ],
  },
  {
    letter: "j",
    name: "relays re-cut",
    rule: "a relay joins an interval with the empty one after it; receivers put up with overlaps",
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/gate.ts",
        find: 'if (have > interval.from) return "overlap";',
        replace: 'if (have > interval.from) return "apply";',
      },
      {
        file: "src/replica/log.ts",
        find: "const log = this.ofOrigin(origin);\n    if (from !== log.last) throw",
        replace:
          "const log = this.ofOrigin(origin);\n    from = Math.max(from, log.last);\n    if (from !== log.last) throw",
      },
      {
        file: "src/replica/journal.ts",
        find: "this.append(origin, from, to, keepable(interval).message);",
        replace: `const { entries } = this.log.ofOrigin(origin);
    const last = entries.at(entries.end - 1);
    this.recut ??= new Map();
    const known = this.recut.get(origin);
    if (interval.body.length === 0 && last !== undefined && known?.to === from && last.to === from) {
      const message = encodeInterval(state.origins.id(origin), known.from, to, known.changes, known.body);
      const grown = message.length - last.message.length;
      Object.assign(last, { message, to });
      this.log.bytes += grown;
      const log = this.log.ofOrigin(origin);
      log.bytes += grown;
      log.last = to;
      this.recut.set(origin, { ...known, to });
    } else {
      this.append(origin, from, to, keepable(interval).message);
      const changes = [];
      for (let i = 0; i < interval.changes.length; i += 2) {
        changes.push(state.origins.id(interval.changes[i]), interval.changes[i + 1]);
      }
      this.recut.set(origin, { from, to, changes, body: interval.body.slice() });
    }`,
      },
    ],
  },
  {
    letter: "k",
    name: "stamps ignore the future",
    rule: "a value's stamp is its time, even over a value with a greater one",
    from: 76,
    seedsMax: 150,
    patches: [
      {
        file: "crdt/cell.ts",
        find: "let stamp = own.time;\n  for",
        replace: "let stamp = own.time;\n  return stamp;\n  for",
      },
      {
        file: "src/store/core.ts",
        find: "return replaced < time || (replaced === time && origin === this.self);",
        replace: "return true;",
      },
      {
        file: "src/store/string-effects.ts",
        find: "stamp = Math.max(stamp, stampAbove(collection.newest().stamp));",
        replace: "",
      },
    ],
  },
  {
    letter: "m",
    name: "interval spans a remote one",
    rule: "the running interval is not cut before a remote one is applied",
    from: 24,
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/journal.ts",
        find: "this.cut();\n    this.join(interval, wallMs);",
        replace: "this.join(interval, wallMs);",
      },
      {
        file: "src/store/keyspace.ts",
        find: 'if (this.core.delta.length > 0) throw new Error("an interval must not span a remote one");',
        replace: "",
      },
    ],
  },
  {
    letter: "n",
    name: "write over an unfinished repair",
    rule: "a look-up does not join first what a repair has brought to its slot",
    seedsMax: 500,
    patches: [
      {
        file: "src/store/keys.ts",
        find: "this.settle(hash);\n    return database.table.find(",
        replace: "return database.table.find(",
      },
    ],
  },
  {
    name: "removes win",
    rule: "SREM and HDEL take concurrent adds with them",
    seedsMax: 150,
    patches: [
      {
        file: "src/store/delta-join.ts",
        find: "joinElement(core, open, collection, element, delta, code === Operation.elementCount ? this.adding : this.replacing);",
        replace: `const scope = code === Operation.elementRemove ? { ...this.replacing, seen: { covers: () => true } } : this.replacing;
    joinElement(core, open, collection, element, delta, code === Operation.elementCount ? this.adding : scope);`,
      },
    ],
  },
  {
    name: "deadlines outlive their lives",
    rule: "a deadline falls on whatever the key holds, not on the lives that its writer saw",
    seedsMax: 150,
    patches: [
      {
        file: "crdt/life.ts",
        find: "if (d.births.some((b) => births.some((alive) => sameDot(alive, b)))) latest = d;",
        replace: "latest = d;",
      },
    ],
  },
  {
    name: "EXPIRE beats PERSIST",
    rule: "of concurrent deadlines PERSIST is the least",
    from: 78,
    seedsMax: 300,
    patches: [
      {
        file: "crdt/life.ts",
        find: "if (a.at !== b.at) return a.at > b.at;",
        replace: "if (a.at !== b.at) return (a.at === NEVER ? 0 : a.at) > (b.at === NEVER ? 0 : b.at);",
      },
    ],
  },
  {
    name: "dependencies not sent",
    rule: "an interval does not say what its writer had seen since its last one",
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/journal.ts",
        find: "const changes = this.changedSinceCut.take(origins, context);",
        replace: "const changes = [];",
      },
    ],
  },
  {
    name: "sums saturate on the way",
    rule: "each addition of a merged counter stops at the ends of 64 bits",
    seedsMax: 300,
    patches: [
      {
        file: "crdt/cell.ts",
        find: "import { addAmounts, negateAmount, type Amount }",
        replace: "import { addAmounts, amountOfBigInt, amountToInt64, exceedsInt64, negateAmount, type Amount }",
      },
      {
        file: "crdt/cell.ts",
        find: "sum = addAmounts(sum, addAmounts(total, negateAmount(floorTotal)));",
        replace: `sum = addAmounts(sum, addAmounts(total, negateAmount(floorTotal)));
    if (exceedsInt64(sum)) sum = amountOfBigInt(amountToInt64(sum));`,
      },
    ],
  },
  {
    name: "ties broken by arrival",
    rule: "between equal stamps the order in which a replica met the origins decides",
    seedsMax: 150,
    patches: [
      {
        file: "crdt/cell.ts",
        find: "return origins.id(a.origin) > origins.id(b.origin);",
        replace: "return a.origin > b.origin;",
      },
    ],
  },
  {
    name: "residue pruned early",
    rule: "floors are forgotten before every replica has seen the reset",
    from: 67,
    seedsMax: 150,
    patches: [
      {
        file: "src/replica/stability.ts",
        find: "member.acknowledgedMs < settledMs || !member.acknowledged.includes(sealed)",
        replace: "member.acknowledgedMs < settledMs",
      },
    ],
  },
  {
    name: "residue pruned before the rest has come",
    rule: "floors are forgotten once all have seen the reset, without what they had counted before they saw it",
    from: 299,
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/stability.ts",
        find: "if (this.state.context.includes(this.phase.until)) {",
        replace: "if (this.phase.until.length >= 0) {",
      },
    ],
  },
  {
    name: "repair only adds",
    rule: "a key that the sender of a repair has removed stays",
    from: 33,
    seedsMax: 300,
    patches: [
      {
        file: "src/store/repair/join-part.ts",
        find: "removeUnnamed(core, part, named, scope, defer);\n",
        replace: "",
      },
    ],
  },
  {
    name: "repair forgets dependencies",
    rule: "after a repair the intervals that follow lack what their writers had seen before it",
    seedsMax: 500,
    patches: [
      {
        file: "src/replica/journal.ts",
        find: "if (!before.covers(origin, time)) this.jumped(origin, time, vectors.get(origin));",
        replace: "if (!before.covers(origin, time)) this.jumped(origin, time);",
      },
    ],
  },
  {
    name: "given-up repairs stay",
    rule: "what a repair that was given up had brought is joined with the next one",
    from: 42,
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/repair-progress.ts",
        find: "} else state.repair.drop();",
        replace: "}",
      },
    ],
  },
  {
    name: "repair resumed blindly",
    rule: "who lacks the start of a repair, or whose log does not reach back to it, goes on with it",
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/outbound.ts",
        find: "if (!this.journal.state.context.includes(has) || !this.reachesBackTo(known, link.peerOrigin)) return false;",
        replace: "",
      },
    ],
  },
  {
    name: "repair counted early",
    rule: "a repair counts before everything is there that its parts have seen",
    from: 42,
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/repair-progress.ts",
        find: "return this.journal.reaches(this.start, this.told);",
        replace: "return true;",
      },
    ],
  },
  {
    name: "repair removes what its sender never saw",
    rule: "what a part lacks is gone, whatever its context",
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/repair-progress.ts",
        find: "const bytes = keepable(taken);\n    const stubs",
        replace: "const bytes = keepable(taken);\n    if (!this.isCopy) context.merge(state.context);\n    const stubs",
      },
    ],
  },
  {
    name: "copy while intervals apply",
    rule: "a replica that copies its first state applies intervals meanwhile",
    from: 67,
    seedsMax: 300,
    patches: [
      {
        file: "src/replica/repair-progress.ts",
        find: "journal.holdsAll = this.isCopy;",
        replace: "",
      },
    ],
  },
  {
    name: "anybody removes expired keys",
    rule: "no grace is left to the replica that has set the deadline",
    seedsMax: 150,
    patches: [
      {
        file: "src/store/field-expiry.ts",
        find: "return atMs + (setBy?.origin === core.self ? 0 : EXPIRY_GRACE_MS) <= dueMs;",
        replace: "return atMs <= dueMs;",
      },
    ],
  },
  {
    name: "clocks follow anybody",
    rule: "a peer a year ahead drags honest clocks with it",
    seedsMax: 150,
    patches: [
      {
        file: "crdt/clock.ts",
        find: "if (time > (wallMs + this.maxOffsetMs) * COUNTER_RANGE) return false;",
        replace: "",
      },
    ],
  },
];

export function mutantNamed(name: string): Mutant {
  const mutant = [CONTROL, ...MUTANTS].find((candidate) => candidate.name === name);
  if (mutant === undefined) throw new Error(`no mutant is named '${name}'`);
  return mutant;
}
