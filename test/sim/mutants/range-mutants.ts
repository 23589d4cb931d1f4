/**
 * Mutants of large collections: what repairs and snapshots do to them by ranges.
 */
import type { Mutant } from "./mutant.ts";

export const RANGE_MUTANTS: readonly Mutant[] = [
  {
    name: "range removes beyond its end",
    rule: "what a range of a collection lacks is gone behind it, too",
    seedsMax: 60,
    patches: [
      {
        file: "src/store/repair/range-join.ts",
        find: "{ from: at, to: range.to }",
        replace: "{ from: at, to: new Uint8Array(0) }",
      },
    ],
  },
  {
    name: "range only adds",
    rule: "an element that the sender of a range has removed stays",
    from: 77,
    seedsMax: 300,
    patches: [
      {
        file: "src/store/repair/range-join.ts",
        find: "this.isSwept = !this.sweep.step(elementsMax);",
        replace: "this.isSwept = true;",
      },
    ],
  },
  {
    name: "stub drops elements",
    rule: "a key's record that only mentions a collection takes its elements away",
    seedsMax: 60,
    patches: [{ file: "src/store/repair/join-part.ts", find: "  if (stubOf !== undefined) return;\n", replace: "" }],
  },
  {
    name: "stub without ranges",
    rule: "nobody asks for the elements of a collection that a record only mentions",
    seedsMax: 60,
    patches: [
      {
        file: "src/replica/repair-answers.ts",
        find: "for (const stub of stubs) this.askAbout(stub);",
        replace: "",
      },
    ],
  },
  {
    name: "snapshot without ranges",
    rule: "a snapshot keeps of a large collection that there is one",
    seedsMax: 60,
    patches: [
      {
        file: "src/persistence/snapshot-writer.ts",
        find: "this.ranges.push({ db, key, type, ...part });",
        replace: "void part;",
      },
    ],
  },
];
