/** Mistakes about what sorted sets, lists, HyperLogLogs and fields with deadlines are made of. */
import type { Mutant } from "./mutant.ts";

export const TYPE_MUTANTS: readonly Mutant[] = [
  {
    name: "LSET as a new element",
    rule: "LSET removes the element, and puts another one in its place",
    from: 25,
    seedsMax: 300,
    patches: [
      {
        file: "src/store/list-effects.ts",
        find: "this.pointAt(list, list.at(rank));\n    elementPut(this.core, target, value, 0);",
        replace: "this.insert(db, key, rank, value);\n    this.remove(db, key, rank + 1);",
      },
    ],
  },
  {
    name: "removal by rank",
    rule: "who hears of a pop removes what stands first, not what was popped",
    seedsMax: 300,
    patches: [
      {
        file: "src/store/delta-join.ts",
        find: "const dot = this.dot();\n    if (code === Operation.elementPut) reader.range(value);",
        replace: `const dot = this.dot();
    if (code === Operation.elementRemove && type === KeyType.list) {
      const held = core.keys.raw(core.keys.database(db), core.memory.hash(this.key), this.key);
      const list = held === 0 ? undefined : core.elementsAt(held);
      if (list !== undefined && list.type === type && list.size > 0) {
        list.element(list.at(0), element);
        const first = element.copy();
        element.set(first, 0, first.length);
      }
    }
    if (code === Operation.elementPut) reader.range(value);`,
      },
    ],
  },
  {
    name: "position without its time",
    rule: "positions of one origin are told apart by nothing but their numbers",
    seedsMax: 300,
    patches: [
      {
        file: "crdt/position.ts",
        find: "const timeHigh = (time / TWO_32) >>> 0;",
        replace: "time = 1;\n  const timeHigh = 0;",
      },
    ],
  },
  {
    name: "a dead HyperLogLog grows",
    rule: "growth of a life that is gone brings it back",
    seedsMax: 300,
    patches: [
      {
        file: "src/store/hyperloglog-effects.ts",
        find: 'import { forgetCardinalities } from "./hyperloglog-values.ts";',
        replace:
          'import { emptyHyperLogLog } from "../../crdt/hyperloglog-format.ts";\nimport { forgetCardinalities } from "./hyperloglog-values.ts";',
      },
      {
        file: "src/store/hyperloglog-effects.ts",
        find: "if (old !== undefined) reprint(core, database, hash, old, joinGrowth(state, old, growth));",
        replace:
          "if (old === undefined) return false;\n  reprint(core, database, hash, old, joinGrowth(state, old, growth));",
      },
      {
        file: "src/store/hyperloglog-effects.ts",
        find: "if (old !== undefined) joinGrowth(state, old, growth);",
        replace: `if (old !== undefined) {
    joinGrowth(state, old, growth);
    return;
  }
  const revived = { ...life, stamp: life.time, birth: life, value: emptyHyperLogLog() };
  const { siblings, contributions } = state.cell;
  state.cell = { siblings: [...siblings, revived], contributions };
  joinGrowth(state, revived, growth);`,
      },
    ],
  },
  {
    name: "a field's deadline outlives it",
    rule: "a deadline counts for whatever value the field has, also for one that its writer had not seen",
    from: 139,
    seedsMax: 300,
    patches: [
      {
        file: "src/store/element-state.ts",
        find: "return effectiveDeadline(state.deadlines, livesOfCell(state, origins), origins);",
        replace: "return effectiveDeadline(state.deadlines, state.deadlines.flatMap(({ births }) => births), origins);",
      },
    ],
  },
  {
    name: "scores summed as they come",
    rule: "what was counted is added up in floating point, in the order in which it is held",
    seedsMax: 500,
    patches: [
      {
        file: "src/store/score.ts",
        find: "return roundExact(addExact(exactOfDouble(score), exactCountOf(cell)));",
        replace:
          "return cell.contributions.reduce((sum, c) => sum + roundExact(c.total) - roundExact(c.floorTotal), score);",
      },
    ],
  },
];
