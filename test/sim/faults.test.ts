/** What goes wrong in a simulation does what its kind says, as clients see it. */
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../sim/report/screen.ts";
import { runScenario } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";
import type { Outcome } from "../../sim/run/run.ts";
import type { Reply } from "../../sim/spec/reply.ts";
import { EPOCH_MS, WallClock } from "../../sim/world/wall-clock.ts";
import { PROTOCOL_VERSION } from "../../transport/message.ts";

type Line = readonly [atMs: number, replica: string, command: string, reply?: Reply];

/** Two replicas five milliseconds apart, long linked when the first second has passed. */
function outcomeOf(fault: object, lines: readonly Line[]): Outcome {
  const operations = lines.map(([atMs, replica, text]) => ({ atMs, replica, command: text.split(" ") }));
  const scenario = checkedScenario({
    name: "one fault",
    replicas: ["us", "eu"].map((id) => ({ id, region: id })),
    endMs: 10_000,
    faults: [{ atMs: 1000, ...fault }],
    workload: operations.filter((_, i) => lines[i]?.length === 3),
    expectations: operations.flatMap(({ atMs, replica, command }, i) =>
      lines[i]?.length === 4 ? [{ atMs, replicas: [replica], command, reply: lines[i]?.[3] ?? null }] : [],
    ),
  });
  const outcome = runScenario(scenario, { records: true });
  expect(describeFailure(outcome)).toBe("");
  return outcome;
}

describe("a replica of another version of the wire", () => {
  it("is refused with a reason, changes nothing, and joins after its upgrade", () => {
    const { marks, log } = outcomeOf({ kind: "dialect", replica: "eu", forMs: 3000, speaks: "other" }, [
      [500, "us", "SET before 1"],
      [1500, "us", "SET k us"],
      [1500, "eu", "SADD s eu"],
      [3900, "us", "EXISTS s", 0],
      [3900, "eu", "GET k", null],
      [3900, "eu", "GET before", "1"],
      [6000, "us", "SISMEMBER s eu", 1],
      [6000, "eu", "GET k", "us"],
    ]);
    expect(marks.get("other wire version refused")).toBeGreaterThan(0);
    const versions = `speaks ${PROTOCOL_VERSION + 1}, not ${PROTOCOL_VERSION}`;
    expect(log.join("\n")).toMatch(`us warn closing the link to a peer: protocolVersion: ${versions}`);
  });

  it("is understood where it only says more than we know", () => {
    const { marks } = outcomeOf({ kind: "dialect", replica: "eu", forMs: 3000, speaks: "newer" }, [
      [2000, "us", "SET k us"],
      [2000, "eu", "SADD s eu"],
      [3000, "us", "SISMEMBER s eu", 1],
      [3000, "eu", "GET k", "us"],
    ]);
    expect(marks.get("unknown message ignored")).toBeGreaterThan(0);
    expect(marks.get("malformed message refused")).toBe(0);
  });
});

describe("intervals that come again", () => {
  it("count once", () => {
    const increments = Array.from({ length: 20 }, (_, i): Line => [500 + i * 20, "us", "INCRBY n 5"]);
    const { marks } = outcomeOf({ kind: "repeat", from: "us", to: "eu" }, [
      ...increments,
      [900, "eu", "GET n", "100"],
      [1500, "eu", "GET n", "100"],
      [1500, "us", "GET n", "100"],
    ]);
    expect(marks.get("interval repeated")).toBeGreaterThan(20);
    expect(marks.get("duplicate interval")).toBeGreaterThanOrEqual(marks.get("interval repeated"));
  });

  it("come by themselves where a second connection takes over from the first", () => {
    const writes = Array.from({ length: 40 }, (_, i): Line => [980 + i, "us", "INCR n"]);
    const { marks } = outcomeOf({ kind: "double", between: ["eu", "us"] }, [...writes, [3000, "eu", "GET n", "40"]]);
    expect(marks.get("duplicate interval")).toBeGreaterThan(0);
  });
});

describe("a partition", () => {
  const groups = [["us"], ["eu"]];

  it("that is asymmetric loses what goes one way only", () => {
    outcomeOf({ kind: "partition", groups, forMs: 3000, oneWay: true }, [
      [1200, "us", "SET k us"],
      [1200, "eu", "SADD s eu"],
      [1800, "us", "SISMEMBER s eu", 1],
      [1800, "eu", "GET k", null],
      [6000, "eu", "GET k", "us"],
    ]);
  });

  it("that flaps lets both talk in between", () => {
    outcomeOf({ kind: "partition", groups, forMs: 3000, silent: true, flapMs: 500 }, [
      [1200, "us", "SET k us"],
      [1450, "eu", "GET k", null],
      [1950, "eu", "GET k", "us"],
      [2100, "us", "SET k again"],
      [2450, "eu", "GET k", "us"],
      [2950, "eu", "GET k", "again"],
    ]);
  });
});

describe("a wall clock", () => {
  it("a year ahead takes nobody along", () => {
    const { marks } = outcomeOf({ kind: "step", replica: "eu", byMs: 365 * 86_400_000 }, [
      [1500, "eu", "SET far v"],
      [2000, "us", "SET k v PX 3000"],
      [2000, "us", "PEXPIRETIME k", EPOCH_MS + 5000],
    ]);
    expect(marks.get("clock alarm")).toBeGreaterThan(0);
  });

  it("that leaps ahead alone takes no key away from others, whoever set the deadline", () => {
    const scenario = parseScenario(
      "a clock that leaps",
      `replicas us eu
       us: SET own v PX 60000
       eu: SET other v PX 60000
       step us 1h
       wait 15s
       us: GET own -> (nil)
       expect eu: GET own -> v
       expect eu: GET other -> v
       expect eu: DBSIZE -> 2`,
    );
    expect(describeFailure(runScenario(scenario))).toBe("");
  });

  it("that steps back does not keep what is written from winning", () => {
    outcomeOf({ kind: "step", replica: "us", byMs: -3_600_000 }, [
      [900, "eu", "SET k eu"],
      [1500, "us", "SET k us"],
      [3000, "eu", "GET k", "us"],
    ]);
  });

  it("that stands still for a while does not stop its replica", () => {
    outcomeOf({ kind: "drift", replica: "eu", forMs: 3000, ppm: -1_000_000 }, [
      [1500, "eu", "SET k v"],
      [3000, "eu", "GET k", "v"],
      [6000, "us", "GET k", "v"],
    ]);
  });

  it("that has drifted is where it would have been once that is over", () => {
    const clock = new WallClock({ id: "us", region: "us", skewMs: 5, driftPpm: 0 });
    const startMs = clock.at(0);
    const mend = clock.drift(1000, 500_000);
    expect(clock.at(1000) - startMs).toBe(1000);
    expect(clock.at(2000) - startMs).toBe(2500);
    clock.step(-200);
    mend();
    expect(clock.at(3000) - startMs).toBe(2800);
    clock.mend();
    expect(clock.at(3000) - startMs).toBe(3000);
  });
});
