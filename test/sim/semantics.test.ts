/**
 * Runs every scenario that proves a row of docs/SEMANTICS.md.
 */
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../sim/report/screen.ts";
import { runScenario } from "../../sim/run/run.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";
import { SEMANTICS_SCENARIOS } from "./semantics-scenarios.ts";

describe("what concurrent commands mean", () => {
  it.each(SEMANTICS_SCENARIOS.map((scenario) => [scenario.row, scenario.name, scenario.text]))(
    "%s %s",
    (row, name, text) => {
      const outcome = runScenario(parseScenario(`${row} ${name}`, text));
      expect(outcome.failure === undefined ? "" : describeFailure(outcome)).toBe("");
    },
  );
});
