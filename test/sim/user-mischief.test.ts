/** What a user's code should not do: nothing of it passes in silence, hangs, or changes what others see. */
import { describe, expect, test } from "vitest";
import { runScenario, type Outcome } from "../../sim/run/run.ts";
import type { RunView } from "../../sim/run/options.ts";
import { listOf, scenario, type Reply, type ScenarioDescription } from "../../sim/user/api.ts";

function run(rest: Partial<ScenarioDescription>): Outcome {
  const description = { name: "test", replicas: ["us", "eu"], endMs: 3_000, faults: "none", ...rest } as const;
  const prepared = scenario<string>(description).prepare(1);
  return runScenario(prepared.scenario, prepared.options);
}

const operations: NonNullable<ScenarioDescription["workload"]> = () => [
  { atMs: 2_000, replica: "us", command: ["SADD", "k", "b", "a"] },
  { atMs: 2_001, replica: "us", command: ["SMEMBERS", "k"] },
];

/** What people who write JavaScript give, and the types would not let them. */
function asCheck(given: unknown): (run: RunView) => unknown {
  return given as (run: RunView) => unknown;
}

describe("an expectation", () => {
  test.each<[string, unknown, string]>([
    ["a promise that is rejected", async () => await Promise.reject(new Error("late")), "it is async"],
    ["a generator", function* () {}, "it returned a generator"],
    ["a function", () => () => false, "it returned a function"],
    ["a count", () => 0, "it returned 0 instead of true or false"],
    ["a text", () => "no", 'it returned "no" instead of true or false'],
    ["nothing at all (null)", () => null, "it returned null instead of true or false"],
  ])("that returns %s is not met", (_, given, told) => {
    expect(run({ expectations: { e: asCheck(given) } }).failure?.message).toContain(`e: ${told}`);
  });

  test.each<[string, unknown]>([
    ["nothing", () => {}],
    ["true", () => true],
    ["what a matcher returns", () => ({ not: {} })],
  ])("that returns %s is met", (_, given) => {
    expect(run({ expectations: { e: asCheck(given) } }).failure).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ["a plain object", { code: 5 }, 'threw {"code":5}'],
    ["an object without a prototype", Object.create(null), "threw {}"],
    ["nothing", undefined, "threw undefined"],
    ["a function", Object.assign(() => {}, { toString: null }), "threw a value of type function"],
  ])("may throw %s", (_, thrown, told) => {
    const check = (): void => {
      throw thrown;
    };
    expect(run({ expectations: { check } }).failure?.details).toMatchObject({
      oracle: "expectation",
      message: `check: ${told}`,
    });
  });

  test.each<[string, (run: RunView) => void]>([
    ["the list of commands", (seen) => (seen.executed as unknown[]).pop()],
    ["one command", (seen) => ((seen.executed[0] as { atMs: number }).atMs = 0)],
    ["a command's words", (seen) => (seen.commands()[0]?.command as string[] | undefined)?.pop()],
    ["a command's reply", (seen) => (seen.commands({ name: "SMEMBERS" })[0]?.reply as string[] | undefined)?.pop()],
    ["the replicas", (seen) => (seen.replicas as string[]).pop()],
  ])("that changes %s fails, and the next one sees what was there", (_, change) => {
    const looks: string[] = [];
    const look = (seen: RunView): void => void looks.push(JSON.stringify([seen.executed, seen.replicas]));
    const outcome = run({
      workload: operations,
      expectations: {
        before: look,
        // An exception would end the run here.
        changes: (seen) => expect(() => change(seen)).toThrow(TypeError),
        after: look,
      },
    });
    expect(outcome.failure).toBeUndefined();
    expect(looks[1]).toBe(looks[0]);
  });

  test("that asks a replica nothing is told so", () => {
    const outcome = run({ expectations: { e: (seen) => seen.ask("us") } });
    expect(outcome.failure?.message).toContain("e: Error: ask: a command is missing");
  });
});

describe("a client program", () => {
  test.each<[string, unknown, string]>([
    ["an async function", async () => await Promise.reject(new Error("late")), "the program is async"],
    ["an async generator", async function* () {}, "the program is async"],
    ["a plain function", () => 5, "the program is no generator function"],
  ])("that is %s is refused", (_, program, told) => {
    const { failure } = run({ clients: { c: program as () => Generator<never, void, Reply> } });
    expect(failure?.details).toMatchObject({ oracle: "client program" });
    expect(failure?.message).toContain(told);
  });

  test("may do with a reply what it likes, and the history stays", () => {
    let rest = 0;
    const { failure } = run({
      workload: operations,
      clients: {
        *taker({ endMs, nowMs }) {
          yield { waitMs: endMs - nowMs - 100 };
          const members = (yield ["SMEMBERS", "k"]) as Reply[];
          members.pop();
          rest = members.length;
        },
      },
      expectations: {
        e: (seen) => {
          for (const { reply } of seen.commands({ client: "taker" })) expect(listOf(reply)).toHaveLength(2);
        },
      },
    });
    expect(failure).toBeUndefined();
    expect(rest).toBe(1);
  });
});
