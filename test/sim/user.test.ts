/** Scenarios of users: what they may say, what they are told when it is wrong, and what their programs see. */
import { describe, expect, test } from "vitest";
import { runScenario, runTwice, type Outcome } from "../../sim/run/run.ts";
import { ScenarioError } from "../../sim/scenario/checked-scenario.ts";
import {
  always,
  numberOf,
  scenario,
  wait,
  type ClientProgram,
  type ClientStep,
  type Reply,
  type RunView,
  type ScenarioDescription,
} from "../../sim/user/api.ts";

const BASE = { name: "test", replicas: ["us", "eu"], endMs: 3_000, faults: "none" } as const;

function run(rest: Partial<ScenarioDescription>, seed = 1): Outcome {
  const prepared = scenario<string>({ ...BASE, ...rest }).prepare(seed);
  return runScenario(prepared.scenario, prepared.options);
}

/** A program that runs at one replica. */
function at(replica: string, program: ClientProgram): Partial<ScenarioDescription> {
  return { clients: { tester: { at: replica, program } } };
}

const additions: NonNullable<ScenarioDescription["workload"]> = function* (draw) {
  for (const atMs of draw.times(50))
    yield { atMs, replica: draw.replica(), command: ["SADD", "k", draw.id("x"), draw.between(1, 9)] };
};

const counting: ClientProgram = function* ({ random }) {
  for (;;) {
    const hits = numberOf(yield ["INCR", "hits"]);
    if (hits % 3 === 0) yield ["SADD", "thirds", hits];
    yield wait(random.exponential(30));
  }
};

const setAndIncrement: NonNullable<ScenarioDescription["workload"]> = () => [
  { atMs: 2_000, replica: "us", command: ["SET", "k", "1"] },
  { atMs: 2_100, replica: "eu", command: ["INCR", "k"] },
];

describe("a scenario that is wrong is refused with the path of the field and why", () => {
  test.each<[string, object]>([
    ["faultz: there is no such field", { faultz: "none" }],
    ["replicas[0].skew: there is no such field", { replicas: [{ id: "us", skew: 3 }] }],
    ["replicas[1].id: there are two replicas 'us'", { replicas: ["us", "us"] }],
    ["endMs: must be after startMs (1050, when all replicas are connected)", { endMs: 10 }],
    ["links.us-ap: there is no replica 'ap'", { links: { "us-ap": 5 } }],
    ['links.us: a link is "us-eu" (both directions) or "us>eu" (one)', { links: { us: 5 } }],
    ["clients.a.at: there is no replica 'ap'", { clients: { a: { at: "ap", program: () => {} } } }],
    ["limits.logBytes: there is no such field", { limits: { logBytes: 3 } }],
    ["workload: must be a function", { workload: [] }],
    ["faults.kinds[0]: invalid option", { faults: { kinds: ["flood"] } }],
    ["faults[0].between: there is no replica 'x'", { faults: [{ kind: "break", atMs: 5, between: ["us", "x"] }] }],
    ["faults[0].atMs: is after endMs (3000)", { faults: [{ kind: "break", atMs: 9e3, between: ["us", "eu"] }] }],
  ])("%s", (message, rest) => {
    const make = (): unknown => scenario<string>({ ...BASE, ...rest });
    expect(make).toThrow(ScenarioError);
    expect(make).toThrow(message);
  });

  test.each<[string, unknown]>([
    ["workload[0].command: ", ["FROB", "k"]],
    ["workload[0].command: ", ["GET"]],
    ["workload[0].command: must be a list of texts and numbers", "GET k"],
  ])("%s%s", (message, command) => {
    const workload = (): unknown => [{ atMs: 2_000, replica: "us", command }];
    const source = scenario({ ...BASE, workload } as ScenarioDescription);
    expect(() => source.prepare(1)).toThrow(ScenarioError);
    expect(() => source.prepare(1)).toThrow(message);
  });

  test("what a workload throws names the workload, the seed and the line", () => {
    const source = scenario({
      ...BASE,
      workload: (draw) => {
        throw new TypeError(`nothing at ${draw.startMs}`);
      },
    });
    expect(() => source.prepare(7)).toThrow(
      /^workload, with seed 7: TypeError: nothing at 1050\n\s+at .*user\.test\.ts:/,
    );
  });
});

describe("a workload", () => {
  test("is the same for a seed, and another for another", () => {
    const source = scenario<string>({ ...BASE, workload: additions });
    expect(source.prepare(3).scenario).toEqual(source.prepare(3).scenario);
    expect(source.prepare(3).scenario.workload).not.toEqual(source.prepare(4).scenario.workload);
    expect(source.prepare(3).scenario.workload.length).toBeGreaterThan(10);
  });

  test("is not disturbed by what faults the seed draws", () => {
    const [none, swarm] = (["none", "swarm"] as const).map((faults) =>
      scenario<string>({ ...BASE, workload: additions, faults }),
    );
    expect(none?.prepare(5).scenario.workload).toEqual(swarm?.prepare(5).scenario.workload);
  });
});

describe("a swarm", () => {
  test("draws only the kinds that are asked for, as far apart as is asked for", () => {
    const source = scenario({
      ...BASE,
      endMs: 101_000,
      faults: { kinds: ["pause", "cut"], everyMs: 1_000, forMs: 10 },
    });
    const faults = [1, 2, 3, 4].flatMap((seed) => source.prepare(seed).scenario.faults);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(["pause", "cut"]));
    expect(faults.length).toBeGreaterThan(200);
    expect(faults.length).toBeLessThan(800);
  });
});

describe("a client program", () => {
  test("gets the replies of its commands, and time passes while it waits", () => {
    const seen: unknown[] = [];
    const outcome = run(
      at("eu", function* (client) {
        seen.push(client.name, client.replica, yield ["SET", "k", 5], yield ["INCR", "k"]);
        const before = client.nowMs;
        yield wait(100);
        seen.push(client.nowMs - before, yield { command: ["GET", "k"], database: 3 });
      }),
    );
    expect(outcome.failure).toBeUndefined();
    expect(seen).toEqual(["tester@eu", "eu", "OK", 6, 100, null]);
  });

  test("does the same twice, event for event, in all faults", () => {
    const source = scenario<string>({ ...BASE, clients: { counting }, faults: "swarm", clearsAtEnd: true });
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { scenario: prepared, options } = source.prepare(seed);
      expect(runTwice(prepared, options).failure).toBeUndefined();
    }
  });

  test("becomes data that gives the same replies, messages and end without it", () => {
    const source = scenario<string>({ ...BASE, clients: { counting }, faults: "swarm", endMs: 6_000 });
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const { scenario: prepared, options } = source.prepare(seed);
      const first = runScenario(prepared, options);
      const again = runScenario(JSON.parse(JSON.stringify(first.scenario)) as typeof first.scenario);
      expect(first.scenario.workload.length).toBeGreaterThan(20);
      expect(again.executed).toEqual(first.executed);
      expect(again.trace.hash).toBe(first.trace.hash);
    }
  });

  test("waits for a replica that is down, and goes on when it is back", () => {
    const outcome = run({
      ...at("us", function* () {
        for (;;) {
          yield ["INCR", "k"];
          yield wait(100);
        }
      }),
      faults: [
        { kind: "pause", atMs: 1_500, forMs: 200, replica: "us" },
        { kind: "restart", atMs: 1_600, forMs: 500, replica: "us" },
      ],
    });
    expect(outcome.failure).toBeUndefined();
    const times = outcome.executed.map(({ atMs }) => atMs);
    expect(times.filter((atMs) => atMs > 1_500 && atMs < 2_100)).toEqual([]);
    expect(times.filter((atMs) => atMs > 2_100).length).toBeGreaterThan(3);
    expect(outcome.executed.every(({ reply }) => typeof reply === "number")).toBe(true);
  });

  test.each<[string, string, () => Generator<ClientStep, void, Reply>]>([
    [
      "throws",
      "tester@us: RangeError: no more",
      function* () {
        yield ["GET", "k"];
        throw new RangeError("no more");
      },
    ],
    [
      "yields an unknown command",
      'tester@us: TypeError: yield ["FROB","k"]: ERR unknown command',
      function* () {
        yield ["FROB", "k"];
      },
    ],
    [
      "yields what is no command",
      "tester@us: TypeError: yield 5: a program yields commands",
      function* () {
        yield 5 as unknown as ClientStep;
      },
    ],
    [
      "never lets time pass",
      "tester@us: the programs have taken 100000 steps by 1050.0 ms",
      function* () {
        for (;;) yield wait(0);
      },
    ],
  ])("that %s is reported as its author's mistake", (_, message, program) => {
    const { details } = run(at("us", program)).failure ?? {};
    expect(details).toMatchObject({ oracle: "client program", replica: "us" });
    expect(details?.message.slice(0, message.length)).toBe(message);
  });
});

describe("an expectation", () => {
  test.each<[string, string, () => unknown]>([
    ["an error", "mine: Error: no", () => expect.fail("no")],
    ["a text", 'mine: threw "no"', thrower("no")],
    ["nothing at all", "mine: threw undefined", thrower(undefined)],
  ])("that throws %s fails the run with it", (_, message, check) => {
    const { details } = judged(check).failure ?? {};
    expect(details?.oracle).toBe("expectation");
    expect(details?.message).toMatch(
      message === "mine: Error: no" ? /^mine: \w*Error: no\n\s+at .*user\.test\.ts:/ : message,
    );
  });

  test("that returns false, or is async, fails the run", () => {
    expect(judged(() => false).failure?.details.message).toBe("mine: it returned false");
    expect(judged(async () => Promise.resolve()).failure?.details.message).toMatch(/^mine: it is async/);
    expect(judged(() => true).failure).toBeUndefined();
  });

  test("sees what clients did and what each replica says, when all are equal", () => {
    const outcome = judged((view) => {
      expect(view.executed.map(({ replica, command, reply }) => [replica, command[0], reply])).toEqual([
        ["us", "SET", "OK"],
        ["eu", "INCR", 2],
      ]);
      expect(view.commands({ name: "incr", key: "k" })).toHaveLength(1);
      expect(view.commands({ replica: "us" })).toHaveLength(1);
      expect(view.commands({ client: "tester" })).toHaveLength(0);
      expect(view.replicas.map((id) => view.ask(id, "GET", "k"))).toEqual(["2", "2"]);
      expect(view.nowMs).toBeGreaterThanOrEqual(3_000);
    });
    expect(outcome.failure).toBeUndefined();
  });

  test("that holds always is asked after every command", () => {
    const values: unknown[] = [];
    run({
      workload: setAndIncrement,
      expectations: { values: always((view) => void values.push(view.ask("us", "GET", "k"))) },
    });
    expect(values).toEqual(["1", "1", "2"]);
  });

  test("that asks a replica that is down is put off", () => {
    let asked = 0;
    const outcome = run({
      workload: setAndIncrement,
      faults: [{ kind: "pause", atMs: 1_900, forMs: 150, replica: "eu" }],
      expectations: {
        waits: always((view) => {
          view.ask("eu", "GET", "k");
          asked++;
        }),
      },
    });
    expect(outcome.failure).toBeUndefined();
    expect(asked).toBe(2);
  });

  test("cannot write, and is told of a command that is wrong", () => {
    expect(asking("SET", "k", "2")).toBe("mine: Error: ask: SET k 2: an expectation looks and changes nothing");
    expect(asking("GET")).toMatch(/^mine: Error: ask: GET: ERR wrong number of arguments/);
  });
});

function thrower(what: unknown): () => never {
  return () => {
    throw what as Error;
  };
}

function judged(check: (view: RunView) => unknown): Outcome {
  return run({ workload: setAndIncrement, expectations: { mine: check } });
}

/** What the only expectation is told that asks this. */
function asking(name: string, ...words: string[]): string | undefined {
  return judged((view) => view.ask("us", name, ...words)).failure?.details.message.split("\n", 1)[0];
}
