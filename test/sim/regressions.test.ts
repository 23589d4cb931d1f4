/**
 * What the search has found and was mended: the shrunk scenarios, each named by
 * the promise that it broke.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../sim/report/screen.ts";
import { runTwice } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";

const FOLDER = new URL("regressions/", import.meta.url);

const scenarios = readdirSync(FOLDER).map((file) =>
  checkedScenario(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"))),
);

describe("what was mended stays so", () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_, scenario) => {
    expect(describeFailure(runTwice(scenario))).toBe("");
  });
});
