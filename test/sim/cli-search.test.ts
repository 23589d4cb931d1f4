/** `atoll sim search`, in real processes: threads, failures, files and Ctrl-C. */
import { expect, test } from "vitest";
import type { JsonDocument } from "../../sim/cli/json-document.ts";
import { eventually } from "../eventually.ts";
import { moduleThatFails, Workspace } from "./cli-workspace.ts";

const EVERY_THIRD = moduleThatFails('if (seed % 3 === 0) throw new Error("bad luck");');

async function document(work: Workspace, ...args: readonly string[]): Promise<JsonDocument> {
  return JSON.parse((await work.sim("search", ...args, "--json")).stdout) as JsonDocument;
}

function timeless(found: JsonDocument): object {
  return { ...found, realMs: 0 };
}

test("a search of generated scenarios counts seeds, marks, and what was never reached", async () => {
  using work = new Workspace();
  const { code, stdout, stderr } = await work.sim("search", "--seeds", "3", "--from", "40");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^3 seeds .*, 0 failed\nmarks reached:\n( +\d+  .*\n)+never reached: /);
});

test("two threads find what one finds, seed for seed", async () => {
  using work = new Workspace();
  work.write("shop.ts", EVERY_THIRD);
  const flags = ["shop.ts", "--seeds", "20", "--failures-max", "4", "--shrink-seconds", "0"];
  const [one, two] = [await document(work, ...flags, "--jobs", "1"), await document(work, ...flags, "--jobs", "2")];
  expect(one.failures.map(({ seed }) => seed)).toEqual([3, 6, 9, 12]);
  expect(one.seeds).toBe(12);
  expect(timeless(two)).toEqual(timeless(one));
});

test("what fails is shrunk and saved, and the file replays with the module's expectation", async () => {
  using work = new Workspace();
  work.write("shop.ts", EVERY_THIRD);
  const search = await work.sim("search", "shop.ts", "--seeds", "3", "--out", "failed", "--report", "page.html");
  expect(search.code).toBe(1);
  const file = "failed/atoll-sim-my-shop-3.json";
  expect(search.stdout).toContain(`replay: atoll sim replay ${file}\n`);
  expect(JSON.parse(work.read(file))).toMatchObject({ seed: 3, expectationsFrom: "../shop.ts" });
  expect(work.read("page.html")).toContain("bad luck");
  const replay = await work.sim("replay", file);
  expect(replay).toMatchObject({ code: 1, stdout: expect.stringContaining("bad luck") });
});

test("a thread that dies is a failure of the seed that it ran, and the rest goes on", async () => {
  using work = new Workspace();
  work.write("shop.ts", moduleThatFails("if (seed === 4) process.exit(9);"));
  const found = await document(work, "shop.ts", "--seeds", "10", "--jobs", "2");
  expect(found).toMatchObject({ verdict: "failed", seeds: 10 });
  expect(found.failures).toMatchObject([{ seed: 4, oracle: "no crash", replay: "atoll sim replay shop.ts --seed 4" }]);
});

test("a module that cannot make a scenario of some seed is refused with one line", async () => {
  using work = new Workspace();
  work.write("shop.ts", moduleThatFails("").replace("=> ({", "=> (seed === 5 ? undefined.x : {"));
  const { code, stdout, stderr } = await work.sim("search", "shop.ts", "--seeds", "9");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^atoll: shop\.ts: [^\n]+\n$/);
});

test.each([
  ["130 when nothing had failed", "", 130],
  ["1 when something had failed", 'if (seed === 1) throw new Error("bad luck");', 1],
])("Ctrl-C ends a search with the summary so far and exit code %s", async (_, fails, code) => {
  using work = new Workspace();
  work.write("shop.ts", moduleThatFails(`if (seed === 100) console.error("far enough"); ${fails}`));
  const search = work.start("search", "shop.ts", "--minutes", "5", "--jobs", "1", "--shrink-seconds", "0", "--json");
  await eventually(() => expect(search.stderr).toContain("far enough"));
  search.child.kill("SIGINT");
  const ended = await search.ended;
  expect(ended.code).toBe(code);
  const found = JSON.parse(ended.stdout) as JsonDocument;
  expect(found.interrupted).toBe(true);
  expect(found.seeds).toBeGreaterThan(0);
});

test("a search ends when its time is over", async () => {
  using work = new Workspace();
  work.write("shop.ts", moduleThatFails(""));
  const found = await document(work, "shop.ts", "--minutes", "0.01");
  expect(found).toMatchObject({ verdict: "passed", interrupted: false });
});
