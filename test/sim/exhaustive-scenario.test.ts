/** Schedules as scenarios of the whole simulator: what a replica saw there, it sees here. */
import { describe, expect, it } from "vitest";
import type { Trial } from "../../sim/exhaustive/play.ts";
import { singleUnits, type Program } from "../../sim/exhaustive/program.ts";
import { scenarioOf } from "../../sim/exhaustive/scenario-of.ts";
import { orderOf, type Schedule } from "../../sim/exhaustive/schedule.ts";
import { runScenario } from "../../sim/run/run.ts";

function trial(lines: readonly string[], schedule: Schedule): Trial {
  const program: Program = lines.map((line) => {
    const [replica = "", ...command] = line.split(" ");
    return { replica: "abc".indexOf(replica), command };
  });
  const units = singleUnits(program);
  return {
    setting: { replicas: schedule.length, reads: ["GET"], everyMs: 50 },
    program,
    variant: { name: "plain", units, redelivers: false, skewsMs: [], repair: undefined },
    schedule,
    order: orderOf(units, schedule) ?? [],
    repair: undefined,
  };
}

/** What the simulator's clients are told when they do what the schedule says. */
function replies(of: Trial): [name: string, reply: unknown][] {
  const scenario = scenarioOf(of);
  if (scenario === undefined) throw new Error("no scenario");
  const { failure, executed } = runScenario(scenario);
  expect(failure).toBeUndefined();
  return executed.map(({ command, reply }) => [command[0] ?? "", reply]);
}

describe("a schedule as a scenario", () => {
  it("shows an operation to those that it has reached", () => {
    const seen = trial(
      ["a SADD k x", "b SREM k x"],
      [
        [0, 1],
        [0, 1],
      ],
    );
    expect(replies(seen)).toEqual([
      ["SADD", 1],
      ["SREM", 1],
    ]);
  });

  it("hides it from those that it has not", () => {
    const unseen = trial(
      ["a SADD k x", "b SREM k x"],
      [
        [0, 1],
        [1, 0],
      ],
    );
    expect(replies(unseen)).toEqual([
      ["SADD", 1],
      ["SREM", 0],
    ]);
  });

  it("keeps a third replica in the dark about one of two", () => {
    const lines = ["a INCR k", "b INCR k", "c INCR k"];
    const half = trial(lines, [
      [0, 1, 2],
      [1, 0, 2],
      [0, 2, 1],
    ]);
    const sum = replies(half).map(([, reply]) => reply);
    expect(sum.toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 1, 2]);
  });

  it("is not made of what a scenario cannot do", () => {
    const plain = trial(["a SET k p"], [[0], [0]]);
    expect(scenarioOf({ ...plain, variant: { ...plain.variant, redelivers: true } })).toBeUndefined();
    expect(scenarioOf(trial(["a (expiry)"], [[0], [0]]))).toBeUndefined();
  });
});
