/** The language of text scenarios: what becomes of it, and what it refuses. */
import { describe, expect, it } from "vitest";
import { runScenario } from "../../sim/run/run.ts";
import { parseScenario, TextScenarioError } from "../../sim/scenario/text-scenario.ts";

const oracleOf = (text: string): string | undefined => runScenario(parseScenario("test", text)).failure?.details.oracle;

describe("scenarios as text", () => {
  it("become data that survives JSON", () => {
    const scenario = parseScenario(
      "test",
      `replicas us eu\npartition us|eu\nus: SET k "a b" # spaces\nheal\nexpect k = "a b"`,
    );
    expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
    expect(scenario.workload).toEqual([{ atMs: 1400, database: 0, replica: "us", command: ["SET", "k", "a b"] }]);
    expect(scenario.faults).toEqual([
      { kind: "partition", atMs: 1000, forMs: 800, groups: [["us"], ["eu"]], silent: false },
    ]);
    expect(runScenario(scenario).failure).toBeUndefined();
  });

  it("fail where an expectation is wrong", () => {
    expect(oracleOf("replicas us\nus: SET k 1\nexpect k = 2")).toBe("expectation");
    expect(oracleOf("replicas us\nus: SET k 1\nexpect k is gone")).toBe("expectation");
    expect(oracleOf("replicas us\nus: SADD k x y\nexpect k = {x}")).toBe("expectation");
    expect(oracleOf("replicas us\nus: HSET k f 1\nexpect k = {f:2}")).toBe("expectation");
    expect(oracleOf("replicas us\nus: GET k -> 1")).toBe("expectation");
  });

  it.each([
    ["replicas us\nfrobnicate", "test, line 2: not understood: frobnicate"],
    ["replicas us\nmars: GET k", "test, line 2: no replica 'mars': mars: GET k"],
    ["replicas us eu\nheal", "test, line 2: nothing to heal: heal"],
    ["replicas us eu ap\npartition us|eu", "test, line 2: a partition names every replica once: partition us|eu"],
    ["replicas us\nwait soon", "test, line 2: not a duration 'soon': wait soon"],
    ["", "test: no replicas"],
  ])("are refused with the line and the reason: %s", (text, message) => {
    expect(() => parseScenario("test", text)).toThrow(new TextScenarioError(message));
  });
});
