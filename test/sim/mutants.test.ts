/**
 * The search finds mistakes: one that somebody might have made is put into the product, and noticed within a bounded
 * number of seeds. A mutant that survives longer is a place where the search is blind.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { huntFor } from "./mutants/hunted.ts";
import { patched, pathOf } from "./mutants/mutant.ts";
import { CONTROL, MUTANTS } from "./mutants/mutants.ts";

/** Real time for one of them, on a busy machine. */
const PATIENCE_MS = 300_000;
/** The product itself must outlive, under the same hook, as many seeds as the longest hunt takes. */
const CONTROL_SEEDS = 65;

// Each hunt is a process of its own: two at a time, else one core would be idle where this file is the last.
describe.concurrent("the search notices", () => {
  for (const mutant of MUTANTS) {
    it(
      `${mutant.name}: ${mutant.rule}`,
      async () => {
        const { killedBy, message } = await huntFor(mutant, mutant.from ?? 1, mutant.seedsMax, PATIENCE_MS);
        expect(killedBy, message).toBeDefined();
        expect(killedBy, message).not.toBe("no crash");
      },
      PATIENCE_MS,
    );
  }

  it(
    "nothing where the same hook changes nothing",
    async () => {
      expect(await huntFor(CONTROL, 1, CONTROL_SEEDS, PATIENCE_MS)).toMatchObject({
        seeds: CONTROL_SEEDS,
        message: "",
      });
      for (const from of MUTANTS.flatMap((mutant) => mutant.from ?? []))
        expect(await huntFor(CONTROL, from, 1, PATIENCE_MS)).toMatchObject({ seeds: 1, message: "" });
    },
    PATIENCE_MS,
  );
});

describe("mutants", () => {
  it("find what they replace exactly once, and change it", () => {
    for (const patch of MUTANTS.flatMap(({ patches }) => patches)) {
      const source = readFileSync(pathOf(patch), "utf8");
      expect(patched(source, patch)).not.toBe(source);
    }
  });

  it("have names of their own", () => {
    const names = [CONTROL, ...MUTANTS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
