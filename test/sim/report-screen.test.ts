/** What a person sees on a screen when a run has failed. */
import { expect, it } from "vitest";
import { describeFailure } from "../../sim/report/screen.ts";
import { runScenario } from "../../sim/run/run.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";

function screenOf(text: string): string {
  return describeFailure(runScenario(parseScenario("a story", text)));
}

it("says nothing of a run that went well", () => {
  expect(screenOf("replicas us\nus: SET k 1\nexpect k = 1")).toBe("");
});

it("says what was expected, what was read, and what led to it", () => {
  const lines = screenOf(
    "replicas us eu\nus: SET k 1\nus: SET other 1\npartition us|eu\neu: SET k 3\nheal\nexpect k = 2",
  );
  expect(lines.split("\n")).toEqual([
    "a story: An expectation of the scenario was not met.",
    "  oracle    expectation",
    expect.stringMatching(/^ {2}when {6}\d\.\d{3} s, at us$/),
    "  says      expect k = 2",
    "  command   GET k",
    '  expected  "2"',
    '  read      "3"',
    "  replicas  us and eu; 5 ms apart",
    "  faults    1 partition",
    "  what led to it:",
    "     1.000 s  us: SET k 1 -> OK",
    "     1.800 s  us and eu lose each other",
    "     2.200 s  eu: SET k 3 -> OK",
    "     2.600 s  the partition heals",
    expect.stringMatching(/^ {5}5\.600 s {2}✗ expectation at us, GET k: expected "2", read "3"$/),
  ]);
});

it("tells the history of the keys that a function's message names, not of the last that was used", () => {
  const scenario = parseScenario(
    "a story",
    "replicas us\nus: SET stock:1 6\nus: SET other 1\nus: GET stock:12\nus: GET 6",
  );
  const story = (message: string): string[] => {
    const check = (): void => {
      throw new Error(message);
    };
    const outcome = runScenario(scenario, { expectations: [{ name: "holds", when: "converged", check }] });
    return describeFailure(outcome)
      .split("\n")
      .filter((line) => /  us: /.test(line))
      .map((line) => line.replace(/.*  us: /, ""));
  };
  expect(story("stock:1: is 6, and was to be 7")).toEqual(["SET stock:1 6 -> OK"]);
  expect(story("too little in stock:12")).toEqual(["GET stock:12 -> (nil)"]);
  // Of a message that names none, the last command's keys have to do.
  expect(story("no")).toEqual(["GET 6 -> (nil)"]);
});

it("says how far apart replicas are only where there are several", () => {
  expect(screenOf("replicas us\nus: SET k 1\nexpect k = 2")).toContain("  replicas  us\n");
});

it("points at what is missing from a list, and what is too much", () => {
  expect(screenOf("replicas us\nus: SADD k x z\nexpect k = {x y}")).toContain("  differ    missing: y; too much: z\n");
});

it("shows bytes that would upset a terminal as escapes, and cuts long words", () => {
  const screen = screenOf(`replicas us\nus: SET k "\u001b[31m${"v".repeat(500)}"\nexpect k = 2`);
  expect(screen).toContain(String.raw`us: SET k "\x1b[31m`);
  expect(screen).toContain("... (505 bytes)");
  expect(screen).not.toMatch(/(?!\n)\p{Cc}/u);
});
