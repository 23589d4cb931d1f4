/** `atoll sim run`, `replay`, `shrink`, `exhaust` and `schema`, in real processes. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { JsonDocument } from "../../sim/cli/json-document.ts";
import { ATOLL, AtollProcess } from "../atoll-process.ts";
import { moduleThatFails, twoRegions, Workspace } from "./cli-workspace.ts";

test("a scenario that keeps its promises passes, with exit code 0", async () => {
  using work = new Workspace();
  const { code, stdout, stderr } = await work.sim("run", work.write("good.json", twoRegions("1")));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^two regions, 2 replicas, 3 commands/);
  expect(stdout).toContain("passed: all promises kept");
});

test("a scenario that breaks a promise says which, how to replay it, and leaves with exit code 1", async () => {
  using work = new Workspace();
  const { code, stdout } = await work.sim("run", work.write("bad.json", twoRegions("2")));
  expect(code).toBe(1);
  expect(stdout).toContain("us knows");
  expect(stdout).toContain("atoll sim replay bad.json\n");
});

test("a text scenario runs", async () => {
  using work = new Workspace();
  const text = "replicas us eu\nus: SADD k x\nexpect k = {x}\n";
  const { code, stdout } = await work.sim("run", work.write("tags.scenario", text));
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tags, 2 replicas/) });
});

test("a module runs with the seed that is asked for, and its printing stays out of the document", async () => {
  using work = new Workspace();
  work.write("shop.ts", moduleThatFails('console.log("checking")'));
  const { code, stdout, stderr } = await work.sim("run", "shop.ts", "--seed", "7", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "checking\n" });
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", seeds: 1, commands: 3, failures: [] });
});

test("replay runs twice and finds the same, run after run", async () => {
  using work = new Workspace();
  work.write("bad.json", twoRegions("2"));
  const [first, second] = [await work.sim("replay", "bad.json"), await work.sim("replay", "bad.json")];
  expect(first).toMatchObject({ code: 1, stdout: expect.stringContaining("the same twice, event for event") });
  expect(second.stdout).toBe(first.stdout);
  expect((await work.sim("replay", "4")).stdout).toContain("passed: all promises kept");
});

test("replay finds a module out that does not make the same scenario of a seed twice", async () => {
  using work = new Workspace();
  const moody = moduleThatFails("").replace('["INCR", "k"]', '["INCRBY", "k", String(++calls)]');
  work.write("moody.ts", `let calls = 0;\n${moody}`);
  const { code, stdout } = await work.sim("replay", "moody.ts");
  expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining("determinism") });
});

test("the JSON document says what failed, where and when", async () => {
  using work = new Workspace();
  const { code, stdout, stderr } = await work.sim("run", work.write("bad.json", twoRegions("2")), "--json");
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  const document = JSON.parse(stdout) as JsonDocument;
  expect(document).toMatchObject({ command: "run", verdict: "failed", interrupted: false, seeds: 1 });
  expect(document.virtualMs).toBe(2000);
  expect(document.failures).toEqual([
    {
      seed: 1,
      oracle: "expectation",
      atMs: 2000,
      replica: "us",
      command: ["GET", "k"],
      message: expect.stringContaining("us knows"),
      file: null,
      replay: "atoll sim replay bad.json",
    },
  ]);
});

test("shrink saves the smallest scenario that still fails, and that file replays", async () => {
  using work = new Workspace();
  work.write("bad.json", twoRegions("2"));
  const shrunk = await work.sim("shrink", "bad.json", "--out", "small.json");
  expect(shrunk).toMatchObject({ code: 1, stdout: expect.stringContaining("replay: atoll sim replay small.json\n") });
  expect(work.read("small.json")).not.toContain("unrelated");
  expect(await work.sim("replay", "small.json")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("us knows"),
  });
});

test("shrink has nothing to do where nothing fails", async () => {
  using work = new Workspace();
  const { code, stdout } = await work.sim("shrink", work.write("good.json", twoRegions("1")));
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing fails") });
  expect(work.files).toEqual(["good.json"]);
});

test("a report is one page that names the scenario", async () => {
  using work = new Workspace();
  await work.sim("run", work.write("bad.json", twoRegions("2")), "--report", "page.html");
  expect(work.read("page.html")).toMatch(/^<!doctype html>[^]*two regions/i);
});

test("every order of a file's commands is tried", async () => {
  using work = new Workspace();
  work.write("sets.scenario", "replicas us eu\nus: SADD k x\neu: SREM k x\n");
  const { code, stdout } = await work.sim("exhaust", "sets.scenario", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", complete: true, programs: 1, failures: [] });
});

test("the schema is JSON that names the fields of a scenario", async () => {
  using work = new Workspace();
  const { stdout } = await work.sim("schema");
  const schema = JSON.parse(stdout) as { properties: object };
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["replicas", "workload", "faults"]));
});

test("who called it by npx is told to replay it by npx", async () => {
  using work = new Workspace();
  work.write("bad.json", twoRegions("3"));
  const { code, stdout } = await work.npx("run", "bad.json");
  expect({ code, last: stdout.split("\n").at(-2) }).toEqual({ code: 1, last: "replay: npx atoll sim replay bad.json" });
});

test.runIf(existsSync("/dev/full"))("output that cannot be written is not taken for a success", async () => {
  const { code, stderr } = await new AtollProcess(["-c", `"${ATOLL}" sim schema > /dev/full`], { command: "sh" }).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^atoll: the output cannot be written: ENOSPC[^\n]*\n$/);
});
