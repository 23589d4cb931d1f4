/** The language of text scenarios: what becomes of it, and what it refuses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CommandCheck } from "../../sim/run/command-check.ts";
import { runScenario } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import { faultSchema } from "../../sim/scenario/fault-schema.ts";
import type { Expectation, Fault, Scenario } from "../../sim/scenario/scenario.ts";
import { replyText } from "../../sim/scenario/text-reply.ts";
import { wordText } from "../../sim/scenario/text-words.ts";
import { FAULT_VERBS } from "../../sim/scenario/text-faults.ts";
import { parseScenario, TextScenarioError } from "../../sim/scenario/text-scenario.ts";
import { readProofs } from "../../sim/semantics/proof.ts";

const parse = (text: string): Scenario => parseScenario("test", text);
const oracleOf = (text: string): string | undefined => runScenario(parse(text)).failure?.details.oracle;
const faultsOf = (lines: string): readonly Fault[] => parse(`replicas us eu ap\n${lines}`).faults;
const messageOf = (text: string): string => {
  try {
    return `${parse(text).name} is a scenario`;
  } catch (error) {
    return (error as Error).message;
  }
};
const demandOf = (line: string): Expectation | undefined => parse(`replicas us eu\n${line}`).expectations[0];

describe("scenarios as text", () => {
  it("become data that survives JSON", () => {
    const scenario = parse(`replicas us eu\npartition us|eu\nus: SET k "a b" # spaces\nheal\nexpect k = "a b"`);
    expect(checkedScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
    expect(scenario.workload).toEqual([{ atMs: 1400, database: 0, replica: "us", command: ["SET", "k", "a b"] }]);
    expect(scenario.faults).toEqual([
      { kind: "partition", atMs: 1000, forMs: 800, groups: [["us"], ["eu"]], silent: false, oneWay: false, flapMs: 0 },
    ]);
    expect(runScenario(scenario).failure).toBeUndefined();
  });

  it("fail where an expectation is wrong", () => {
    expect(oracleOf("replicas us\nus: SET k 1\nexpect k = 2")).toBe("expectation");
    expect(oracleOf("replicas us\nus: SET k 1\nexpect k is gone")).toBe("expectation");
    expect(oracleOf("replicas us\nus: SADD k x y\nexpect k = {x}")).toBe("expectation");
    expect(oracleOf("replicas us\nus: HSET k f 1\nexpect k = {f:2}")).toBe("expectation");
    expect(oracleOf("replicas us\nus: GET k -> 1")).toBe("expectation");
    expect(oracleOf("replicas us\nus: SET k a\nus: INCR k -> -WRONGTYPE")).toBe("expectation");
    expect(oracleOf("replicas us\nus: SET k a\nus: INCR k -> -ERR")).toBeUndefined();
    const refusal = "-ERR value is not an integer or out of range";
    expect(oracleOf(`replicas us\nus: SET k a\nus: INCR k -> ${refusal}`)).toBeUndefined();
    expect(oracleOf("replicas us\nus: SET k a\nus: INCR k -> -ERR no such key")).toBe("expectation");
    expect(oracleOf("replicas us eu\npartition us|eu\nus: SET k 1\nexpect eu: k = 1")).toBe("expectation");
  });

  it("write any byte, and text beyond ASCII as its bytes in UTF-8", () => {
    const written = String.raw`replicas us
us: SET "a b" "\x00\xff\r\n\t\"\\#" # a comment
us: SET k# é
expect "a b" = "\x00\xff\r\n\t\"\\#"
expect k# = "\xc3\xa9"`;
    const scenario = parse(written);
    expect(scenario.workload.map(({ command }) => command)).toEqual([
      ["SET", "a b", '\0\xff\r\n\t"\\#'],
      ["SET", "k#", "\xc3\xa9"],
    ]);
    expect(runScenario(scenario).failure).toBeUndefined();
  });

  it.each<[string, Expectation["command"], Expectation["reply"], Expectation["order"]]>([
    ["us: GET k -> (nil)", ["GET", "k"], null, "given"],
    ["us: GET k -> OK", ["GET", "k"], "OK", "given"],
    ['us: GET k -> "7"', ["GET", "k"], "7", "given"],
    ["us: INCR k -> -7", ["INCR", "k"], -7, "given"],
    ["us: INCR k -> 9223372036854775807", ["INCR", "k"], "9223372036854775807", "given"],
    ["us: INCR k -> -ERR", ["INCR", "k"], { error: "ERR" }, "given"],
    ['us: ECHO "->" -> "->"', ["ECHO", "->"], "->", "given"],
    ['us: MGET a b -> ["1" (nil)]', ["MGET", "a", "b"], ["1", null], "given"],
    ['us: SCAN 0 -> ["0" [a "b c"]]', ["SCAN", "0"], ["0", ["a", "b c"]], "given"],
    ['us: KEYS * -> {a "b:c"}', ["KEYS", "*"], ["a", "b:c"], "any"],
    ["us: HGETALL h -> {f:1 g:a:b}", ["HGETALL", "h"], ["f", "1", "g", "a:b"], "pairs"],
    ['expect h = {"a:b":1 "c d":"e f"}', ["HGETALL", "h"], ["a:b", "1", "c d", "e f"], "pairs"],
    ["expect s = {1 x}", ["SMEMBERS", "s"], ["1", "x"], "any"],
    ["expect k = 7", ["GET", "k"], "7", "given"],
    ['expect k = "{x}"', ["GET", "k"], "{x}", "given"],
    ['expect "a b" is gone', ["EXISTS", "a b"], 0, "given"],
  ])("demand replies: %s", (line, command, reply, order) => {
    expect(demandOf(line)).toMatchObject({ command, reply, order, label: line });
  });

  it("read back whatever bytes and replies were written", () => {
    const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    const single = fc.oneof(
      bytes,
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.constantFrom("7", "-ERR", "(nil)", "->", ""),
    );
    const reply = fc.oneof(single, fc.array(fc.oneof(single, fc.array(single))));
    fc.assert(
      fc.property(bytes, reply, (key, demanded) => {
        const line = `us: GET ${wordText(key)} -> ${replyText(demanded)}`;
        expect(demandOf(line)).toMatchObject({ command: ["GET", key], reply: demanded });
      }),
    );
  });

  it("ask one replica or all, in the database last named", () => {
    expect(demandOf("expect eu: k = 7")?.replicas).toEqual(["eu"]);
    expect(demandOf("database 3\nexpect all: TTL k -> -1")).toMatchObject({ replicas: ["us", "eu"], database: 3 });
  });

  it("hold settings from the start", () => {
    const scenario = parse(
      "replicas us eu\nskew us -200ms\ndrift eu 50ppm\ndelay 80ms\ndelay us>eu 1s jitter 5ms\nlimit linksMax 3\nseed 7",
    );
    expect(scenario).toMatchObject({
      seed: 7,
      delay: { baseMs: 80, jitterMs: 0 },
      links: [{ from: "us", to: "eu", baseMs: 1000, jitterMs: 5 }],
      limits: { linksMax: 3 },
      replicas: [
        { id: "us", skewMs: -200, driftPpm: 0 },
        { id: "eu", skewMs: 0, driftPpm: 50 },
      ],
    });
  });

  it("leave slow links the time that they need", () => {
    const text =
      "replicas us eu\ndelay 800ms\nus: SET k 1\nexpect k = 1\npartition us|eu\nus: SET k 2\nheal\nexpect k = 2";
    expect(oracleOf(text)).toBeUndefined();
  });
});

describe("faults in a text scenario", () => {
  it.each<[string, object]>([
    ["partition us|eu ap silent", { kind: "partition", groups: [["us"], ["eu", "ap"]], silent: true, oneWay: false }],
    ["partition us > eu ap", { kind: "partition", groups: [["us"], ["eu", "ap"]], oneWay: true }],
    ["partition us|eu|ap flap 100ms", { kind: "partition", groups: [["us"], ["eu"], ["ap"]], flapMs: 100 }],
    ["cut us>eu", { kind: "cut", from: "us", to: "eu" }],
    ["jam us>eu", { kind: "jam", from: "us", to: "eu" }],
    ["slow us>eu 0.5B/ms", { kind: "slow", from: "us", to: "eu", bytesPerMs: 0.5 }],
    ["drill us>eu", { kind: "drill", replica: "us", target: "eu" }],
    ["break us eu", { kind: "break", between: ["us", "eu"] }],
    ["double us eu", { kind: "double", between: ["us", "eu"] }],
    ['garbage us>eu "\\x00a"', { kind: "garbage", from: "us", to: "eu", bytes: "\0a" }],
    ["repeat us>eu", { kind: "repeat", from: "us", to: "eu" }],
    ["dialect us other", { kind: "dialect", replica: "us", speaks: "other" }],
    ["restart us", { kind: "restart", replica: "us", forMs: 100 }],
    ["step us -500ms", { kind: "step", replica: "us", byMs: -500 }],
    ["restart us kill after 3 effects", { kind: "restart", how: "kill", effects: 3 }],
    ["stop us in order", { kind: "restart", how: "stop", effects: 0 }],
    ["disk-full us", { kind: "disk-full", replica: "us" }],
    ["disk-fails us", { kind: "disk-fails", replica: "us", what: "all" }],
    ["disk-fails us syncs", { kind: "disk-fails", replica: "us", what: "syncs" }],
    ["disk-slow us 1.5s", { kind: "disk-slow", replica: "us", syncMs: 1500 }],
    ["flip us", { kind: "bit-flip", replica: "us" }],
    ["save us", { kind: "save", replica: "us" }],
    ["join sa through us fresh", { kind: "join", replica: "sa", through: "us", fresh: true }],
    ["clone sa of us", { kind: "clone", replica: "sa", of: "us" }],
    ["leave ap", { kind: "leave", replica: "ap" }],
    ["forget ap by us", { kind: "forget", replica: "ap", by: "us" }],
  ])("are data: %s", (line, fault) => {
    expect(faultsOf(line)).toMatchObject([{ ...fault, atMs: 1000 }]);
  });

  it("have a line for each kind, and an example that is right for each line", () => {
    const before: Record<string, string> = {
      heal: "cut us>eu\n",
      resume: "pause us\n",
      start: "stop us\n",
      drift: "wait 1s\n",
      restore: "backup us\n",
    };
    const examples = Object.entries(FAULT_VERBS).map(([verb, { usage }]) => faultsOf(`${before[verb] ?? ""}${usage}`));
    const kinds = new Set(examples.flat().map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(faultSchema.options.map(({ shape }) => shape.kind.value).toSorted());
  });

  it("last until they are ended", () => {
    expect(faultsOf("cut us>eu\njam eu>us\nheal")).toMatchObject([{ forMs: 800 }, { forMs: 400 }]);
    expect(faultsOf("pause us\nwait 1s\nresume us")).toMatchObject([{ kind: "pause", replica: "us", forMs: 1400 }]);
    expect(faultsOf("wait 1s\ndrift us -1000ppm\nheal")).toMatchObject([{ kind: "drift", ppm: -1000, forMs: 400 }]);
    expect(faultsOf("stop us\nwait 1s\nstart us")).toMatchObject([{ kind: "restart", replica: "us", forMs: 1400 }]);
  });

  it("go over from one partition to the next without a moment in between", () => {
    expect(faultsOf("partition us|eu ap\npartition us eu|ap\nheal")).toMatchObject([
      { atMs: 1000, forMs: 400 },
      { atMs: 1400, forMs: 400 },
    ]);
    const text = "replicas us eu ap\npartition us|eu ap\nus: SET k 1\npartition us|eu|ap\nexpect eu: k is gone";
    expect(oracleOf(text)).toBeUndefined();
  });
});

describe("a text that is no scenario", () => {
  it.each([
    ["", "line 1: the text has no replicas; 'replicas us eu' comes first"],
    ["us: GET k", "line 1: there is no replica 'us'; 'replicas us eu' comes first, in 'us: GET k'"],
    ["replicas us\nmars: GET k", "line 2: there is no replica 'mars' (us), in 'mars: GET k'"],
    ["replicas us us", "line 1: there are two replicas 'us', in 'replicas us us'"],
    ["replicas us eu\n\nheal", "line 3: nothing to heal, in 'heal'"],
    ["replicas us eu\nheal now", "line 2: expected something like 'heal', in 'heal now'"],
    ["replicas us eu\npartition us", "line 2: expected something like 'partition us|eu ap', in 'partition us'"],
    [
      "replicas us eu ap\npartition us|eu",
      "line 2: a partition names every replica once; ap is missing, in 'partition us|eu'",
    ],
    ["replicas us\nwait soon", "line 2: 'soon' is not a duration; write it as 80ms, 1.5s, 2m or 1h, in 'wait soon'"],
    ["replicas us\nwait 25h", "line 2: a scenario is over after a day of virtual time, in 'wait 25h'"],
    ["replicas us\nus:", "line 2: there is no command, in 'us:'"],
    ["replicas us\nus: GET k ->", "line 2: a reply is missing after the arrow, in 'us: GET k ->'"],
    [
      "replicas us\nus: GET k -> a b",
      "line 2: one value is enough: 'b' is too much; quotes keep spaces, in 'us: GET k -> a b'",
    ],
    ["replicas us\nus: GET k -> [a", "line 2: ] is missing, in 'us: GET k -> [a'"],
    ['replicas us\nus: SET k "a', "line 2: a quote is not closed, in 'us: SET k \"a'"],
    [
      'replicas us\nus: SET k "\\q"',
      'line 2: there is no escape \\q; there are \\n \\r \\t \\" \\\\ \\xHH, in \'us: SET k "\\q"\'',
    ],
    ["replicas us\nexpect k = {}", "line 2: what is empty does not exist: 'is gone', in 'expect k = {}'"],
    ["replicas us\nexpect k", "line 2: expected 'k = 7', 'k = {x y}', 'k is gone' or 'us: TTL k -> -1', in 'expect k'"],
    ["replicas us eu\nstop us\nus: GET k", "line 3: us is stopped, in 'us: GET k'"],
    ["replicas us eu\npause us\nexpect k is gone", "line 3: us is paused, in 'expect k is gone'"],
    ["replicas us eu\nresume us", "line 2: us is not paused, in 'resume us'"],
    ["replicas us\nus: GET k\nseed 7", "line 3: 'seed' comes before everything that happens, in 'seed 7'"],
  ])("is refused with the line and the reason: %s", (text, message) => {
    expect(messageOf(text)).toBe(`test, ${message}`);
  });

  it("is refused with the line of a command that cannot run, where somebody knows the commands", () => {
    const check = new CommandCheck();
    const problem = (database: number, command: readonly string[]): string | undefined =>
      check.problem(database, command);
    expect(() => parseScenario("test", "replicas us\nus: GET k\nus: GET", problem)).toThrow(
      "test, line 3: ERR wrong number of arguments for 'get' command, in 'us: GET'",
    );
    expect(() => parseScenario("test", "replicas us\nexpect all: FROB k -> 1", problem)).toThrow(
      "test, line 2: ERR unknown command 'FROB'",
    );
  });

  it("names what there is for a word that nobody knows", () => {
    expect(() => parse("replicas us\nfrobnicate")).toThrow(
      /^test, line 2: expected a command such as 'us: GET k', or one of expect, partition, .*, in 'frobnicate'$/,
    );
    expect(() => parse("replicas us\nlimit hope 3")).toThrow(/there is no limit 'hope' \(logBytesMax, /);
  });

  it("is a scenario or an error with a line, whatever is done to a good text", () => {
    const texts = readProofs().map(({ text }) => text);
    const snippet = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.constantFrom("->", "{", "}", "[", '"', "\\", ":", "|", ">", "expect ", "heal", "pause us", "\n", "# ", "\r"),
      fc.constantFrom("[".repeat(5000), "wait 99999999h", "partition us|eu flap 0ms", "__proto__ x", "constructor"),
    );
    const change = fc.tuple(fc.nat(), fc.nat({ max: 20 }), snippet);
    const changed = fc.tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(changed, ([good, changes]) => {
        const text = changes.reduce((old, [at, length, inserted]) => {
          const from = at % (old.length + 1);
          return old.slice(0, from) + inserted + old.slice(from + length);
        }, good);
        let error: unknown;
        try {
          const scenario = parse(text);
          expect(checkedScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
        } catch (thrown) {
          error = thrown;
        }
        if (error === undefined) return;
        expect(error).toBeInstanceOf(TextScenarioError);
        const { line, message } = error as TextScenarioError;
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(text.split("\n").length);
        expect(message).toMatch(/^test, line \d+: /);
        expect(message).not.toMatch(/\n/);
      }),
      { numRuns: 1000 },
    );
  });
});
