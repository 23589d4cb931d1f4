/** The examples do what their comments say: which expectations hold in partitions, and which break, and when. */
import { describe, expect, test } from "vitest";
import { runScenario, type Outcome } from "../../sim/run/run.ts";
import { shrinkFailure } from "../../sim/search/shrink-failure.ts";
import { loadModule } from "../../sim/user/load-module.ts";

const EXAMPLES = [
  { file: "cart.ts", breaks: "an item that is taken out after everybody put it in is gone" },
  { file: "rate-limiter.ts", breaks: "all regions together keep to the limit" },
  { file: "sessions.ts", breaks: "who travels is not signed out while active" },
];

interface Broken {
  readonly seed: number;
  readonly outcome: Outcome;
}

/** Few enough for a test, and enough for every expectation that breaks. */
const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);

describe.each(EXAMPLES)("sim/examples/$file", async ({ file, breaks }) => {
  const source = await loadModule(new URL(`../../sim/examples/${file}`, import.meta.url).pathname);

  function outcome(seed: number, wanted: (name: string) => boolean, cutOff = true): Outcome {
    const { scenario, options } = source.prepare(seed);
    const expectations = (options.expectations ?? []).filter(({ name }) => wanted(name));
    expect(expectations.length).toBeGreaterThan(0);
    return runScenario(cutOff ? scenario : { ...scenario, faults: [] }, { ...options, expectations });
  }

  /** The first seed whose partition breaks something. */
  function searchBroken(): Broken {
    for (const seed of SEEDS) {
      const broken = outcome(seed, () => true);
      if (broken.failure !== undefined) return { seed, outcome: broken };
    }
    throw new Error("no partition breaks anything");
  }

  let found: Broken | undefined;
  const firstBroken = (): Broken => (found ??= searchBroken());

  test("keeps in partitions what it says holds", () => {
    for (const seed of SEEDS) expect(outcome(seed, (name) => name !== breaks).failure).toBeUndefined();
  });

  test("keeps everything while no region is cut off", () => {
    for (const seed of SEEDS) expect(outcome(seed, () => true, false).failure).toBeUndefined();
  });

  test("has a partition within a few seeds that breaks what it says breaks", () => {
    const { failure } = firstBroken().outcome;
    expect(failure?.details).toMatchObject({ oracle: "expectation" });
    expect(failure?.details.message).toMatch(`${breaks}: Error: `);
    expect(failure?.details.message).toMatch(`${file}:`);
  });

  test("shrinks to a few of the commands that its clients issued, as they were", () => {
    const { seed, outcome: whole } = firstBroken();
    const issued = whole.scenario.workload.map(({ command }) => command.join(" "));
    const shrunk = shrinkFailure(source.prepare(seed), { attemptsMax: 100, isOver: () => false });
    const left = shrunk?.scenario.workload.map(({ command }) => command.join(" ")) ?? [];
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(issued.length / 2);
    expect(issued).toEqual(expect.arrayContaining(left));
  });

  test("runs again from saved data as it ran with its programs", () => {
    for (const seed of SEEDS.slice(0, 4)) {
      const first = outcome(seed, () => true);
      const { options } = source.prepare(seed);
      const saved = JSON.parse(JSON.stringify(first.scenario)) as typeof first.scenario;
      const again = runScenario(saved, { expectations: options.expectations ?? [] });
      expect(first.executed.length).toBeGreaterThan(100);
      expect(again.executed).toEqual(first.executed);
      expect(again.trace.hash).toBe(first.trace.hash);
      expect(again.failure?.details).toEqual(first.failure?.details);
    }
  });
});
