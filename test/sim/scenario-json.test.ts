/** Scenarios as JSON files: short, readable, and replayed event for event. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runScenario } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import { scenarioJson } from "../../sim/scenario/scenario-json.ts";
import { generateScenario } from "../../sim/search/generate.ts";
import { anyScenario } from "./scenario-arbitrary.ts";

describe("a scenario's file", () => {
  it("gives back the scenario that was saved, and is the same text when saved again", () => {
    const property = fc.property(anyScenario(), (scenario) => {
      const text = scenarioJson(scenario);
      const read = checkedScenario(JSON.parse(text));
      expect(read).toEqual(scenario);
      expect(scenarioJson(read)).toBe(text);
    });
    fc.assert(property, { numRuns: 20 });
  });

  it("replays the run, event for event", () => {
    for (const seed of [3, 12]) {
      const scenario = generateScenario(seed);
      const first = runScenario(scenario);
      const replayed = runScenario(checkedScenario(JSON.parse(scenarioJson(scenario))));
      expect(first.steps).toBeGreaterThan(100);
      expect([replayed.trace.hash, replayed.steps]).toEqual([first.trace.hash, first.steps]);
    }
  });

  it("leaves out what is assumed anyway, and keeps an operation or a fault in one line", () => {
    const scenario = checkedScenario({
      name: "two of one key",
      replicas: [
        { id: "us", region: "us" },
        { id: "eu", region: "eu", skewMs: -20 },
      ],
      endMs: 100,
      workload: [
        { atMs: 10, replica: "us", command: ["SET", "k", 'a "b"\u0000'] },
        { replica: "eu", command: ["GET", "k"], atMs: 20.5, database: 1 },
      ],
      faults: [{ kind: "partition", atMs: 5, forMs: 50, groups: [["us"], ["eu"]], silent: true }],
      expectations: [{ atMs: 90, replicas: ["us"], command: ["HGETALL", "h"], reply: [], order: "pairs" }],
    });
    expect(scenarioJson(scenario)).toBe(`{
  "name": "two of one key",
  "replicas": [
    {"id": "us", "region": "us"},
    {"id": "eu", "region": "eu", "skewMs": -20}
  ],
  "endMs": 100,
  "workload": [
    {"atMs": 10, "replica": "us", "command": ["SET", "k", "a \\"b\\"\\u0000"]},
    {"atMs": 20.5, "replica": "eu", "database": 1, "command": ["GET", "k"]}
  ],
  "faults": [
    {"kind": "partition", "atMs": 5, "forMs": 50, "groups": [["us"], ["eu"]], "silent": true}
  ],
  "expectations": [
    {"atMs": 90, "replicas": ["us"], "command": ["HGETALL", "h"], "reply": [], "order": "pairs"}
  ]
}
`);
  });
});
