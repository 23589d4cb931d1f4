/**
 * The specification on one replica, over every command line that may stand in a
 * scenario: what is right must never be taken for a failure, whatever options
 * it has. (Redis itself judges the product over the same lines.)
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../sim/report/screen.ts";
import { CommandCheck } from "../../sim/run/command-check.ts";
import { runScenario } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import { FAMILY_NAMES, scenario } from "../differential/families.ts";

const LINES_MAX = 60;
/** A hunt goes on for as long as it is told to. */
const HUNT_SECONDS = process.env["SPECIFICATION_SECONDS"];
const EFFORT =
  HUNT_SECONDS === undefined
    ? { numRuns: 60 }
    : { numRuns: 10_000_000, interruptAfterTimeLimit: Number(HUNT_SECONDS) * 1000 };
const check = new CommandCheck();
const lines = scenario(FAMILY_NAMES, LINES_MAX).map((commands) =>
  commands.filter((command) => check.problem(0, command) === undefined),
);

describe("the specification", () => {
  it("takes no right reply for a wrong one, whatever the options", () => {
    fc.assert(
      fc.property(lines, (commands) => {
        const played = checkedScenario({
          replicas: [{ id: "us", region: "us" }],
          endMs: 100 + commands.length,
          workload: commands.map((command, i) => ({ atMs: 100 + i, replica: "us", command })),
        });
        expect(describeFailure(runScenario(played))).toBe("");
      }),
      EFFORT,
    );
  });
});
