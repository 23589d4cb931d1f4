/** Whatever is wrong with what the simulator is given: one line on stderr that says where, exit code 2. */
import { expect, test } from "vitest";
import { moduleThatFails, twoRegions, Workspace } from "./cli-workspace.ts";

async function expectRefusal(work: Workspace, args: readonly string[], says: string | RegExp): Promise<void> {
  const { code, stdout, stderr } = await work.sim(...args);
  expect(stderr).toMatch(/^atoll: [^\n]+\n$/);
  expect(stderr).toMatch(says);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
}

function withCommand(...command: readonly string[]): object {
  return { ...twoRegions("1"), workload: [{ atMs: 1, replica: "us", command }] };
}

function withClock(skewMs: number): object {
  return { ...twoRegions("1"), replicas: ["us", "eu"].map((id) => ({ id, region: id, skewMs })) };
}

function deepReply(depth: number): string {
  const [before = "", after = ""] = JSON.stringify(twoRegions("HERE")).split('"HERE"');
  return `${before}${"[".repeat(depth)}${"]".repeat(depth)}${after}`;
}

test.each([
  [[], "a command is missing"],
  [["frobnicate"], "unknown command 'frobnicate'"],
  [["--seed", "7"], "unknown option '--seed'"],
  [["run"], "missing required argument 'file'"],
  [["run", "none.json"], "none.json: there is no such file"],
  [["run", "notes.txt"], "notes.txt: a scenario is a .json"],
  [["run", "none.json", "--seed", "1.5"], /--seed.*'1\.5'.*whole number/],
  [["search", "--seeds", "0"], /--seeds.*'0'.*whole number from 1/],
  [["search", "--jobs", "1000"], /--jobs.*'1000'/],
  [["search", "--minutes", "soon"], /--minutes.*'soon'/],
  [["search", "none.ts"], "none.ts: there is no such file"],
  [["replay", "5", "--seed", "7"], "5: this is a seed itself"],
  [["exhaust", "--type", "tree"], /--type.*'tree'.*string, counter/],
])("%j is refused", async (args, says) => {
  using work = new Workspace();
  await expectRefusal(work, args, says);
});

test.each([
  ["bad.json", '{"name": "x",\n  "replicas": [,]}', "line 2, column 16: expected a value or ']'"],
  ["bad.json", { ...twoRegions("1"), color: "red" }, "color: there is no such field"],
  ["bad.json", { ...twoRegions("1"), endMs: 1000 }, "workload[1].atMs: is after endMs"],
  ["bad.json", { ...twoRegions("1"), expectationsFrom: "gone.ts" }, "expectationsFrom: there is no such file"],
  ["bad.json", withCommand("SET", "k"), "workload[0].command: ERR wrong number of arguments for 'set' command"],
  ["bad.json", withCommand("FROB", "k"), "workload[0].command: ERR unknown command 'FROB'"],
  ["bad.json", withCommand("INCRBY", "k", "much"), "workload[0].command: ERR value is not an integer"],
  ["bad.json", withCommand("SET", "k", "v", "EX", "0"), "workload[0].command: ERR invalid expire time"],
  ["bad.json", withCommand("SHUTDOWN"), "the simulator cannot judge this command yet: shutdown"],
  ["bad.json", withCommand("SET", "k", "\u20ac"), "characters beyond one byte"],
  ["bad.json", { ...twoRegions("1"), endMs: undefined }, "bad.json: endMs: is missing"],
  ["bad.json", twoRegions("\u20ac"), "bad.json: expectations[0].reply: has characters beyond one byte"],
  ["bad.json", withClock(1e18), "bad.json: replicas[0].skewMs: too big: expected number to be <=315360000000"],
  ["bad.json", deepReply(20_000), "bad.json: expectations: a reply has too many lists within lists"],
  ["bad.scenario", "replicas us\nap: SET k v\n", "line 2: there is no replica 'ap'"],
  ["bad.scenario", "replicas us\nus: SET k\n", "line 2: ERR wrong number of arguments"],
  ["bad.ts", "export default 3;", "export default"],
  ["bad.mts", 'throw new Error("no luck");', "no luck"],
  ["bad.mts", "throw undefined;", "bad.mts: it threw undefined"],
  ["bad.mts", "process.exit(0);", "run bad.mts: it ended before it was done"],
  ["bad.mts", "await new Promise(() => {});", "run bad.mts: it ended before it was done"],
  ["bad.mts", moduleThatFails("process.exit(0)"), "run bad.mts: it ended before it was done"],
])("%s with a mistake is refused by name and place", async (name, contents, says) => {
  using work = new Workspace();
  work.write(name, contents);
  await expectRefusal(work, ["run", name], says);
});

test("commands that the specification does not know, but that only read, may be part of a scenario", async () => {
  using work = new Workspace();
  const commands = [["PING"], ["ECHO", "x"], ["OBJECT", "ENCODING", "k"], ["TIME"], ["MEMORY", "USAGE", "k"]];
  const workload = commands.map((command, i) => ({ atMs: 10 * i, replica: "us", command }));
  work.write("reads.json", { ...twoRegions("1"), workload, expectations: [] });
  expect(await work.sim("run", "reads.json")).toMatchObject({ code: 0, stderr: "" });
});

test("a file that begins with a byte order mark is read like any other", async () => {
  using work = new Workspace();
  work.write("marked.json", `\uFEFF${JSON.stringify(twoRegions("1"))}`);
  expect(await work.sim("run", "marked.json")).toMatchObject({ code: 0, stderr: "" });
});

test("a folder for failures that is a file is refused before the search", async () => {
  using work = new Workspace();
  await expectRefusal(work, ["search", "--out", work.write("taken", "x")], "taken: this is no folder");
});
