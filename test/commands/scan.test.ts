/** SCAN and its like: everything that stays is visited, however much comes and goes in between. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

/** All steps of a scan, from cursor 0 to cursor 0. */
function scanAll(head: string, options = "", between: () => void = () => undefined): string[][] {
  const steps: string[][] = [];
  let cursor = "0";
  do {
    const [next, found] = run(`${head} ${cursor}${options}`) as [string, string[]];
    steps.push(found);
    cursor = next;
    between();
  } while (cursor !== "0");
  return steps;
}

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("SCAN", () => {
  beforeEach(() => {
    for (let i = 0; i < 500; i++) run(`SET key:${i} v`);
    run("SADD a-set x");
  });

  test("visits every key, a few a step", () => {
    const steps = scanAll("SCAN", " COUNT 20");
    expect(steps.length).toBeGreaterThan(10);
    expect(new Set(steps.flat()).size).toBe(501);
  });

  test("visits what stays, whatever comes and goes meanwhile", () => {
    let turn = 0;
    const steps = scanAll("SCAN", " COUNT 20", () => {
      for (let i = 0; i < 40; i++) run(`SET new:${turn}:${i} v`);
      run(`DEL key:${400 + turn++}`);
    });
    const seen = new Set(steps.flat());
    for (let i = 0; i < 400; i++) expect(seen.has(`key:${i}`)).toBe(true);
  });

  test("selects by pattern and type", () => {
    expect(new Set(scanAll("SCAN", " MATCH key:49?").flat()).size).toBe(10);
    expect(scanAll("SCAN", " TYPE SET").flat()).toEqual(["a-set"]);
    expect(scanAll("SCAN", " TYPE list").flat()).toEqual([]);
    expect((run("KEYS *:49?") as string[]).length).toBe(10);
  });
});

describe("arguments of SCAN", () => {
  test.each(["x", "1x", "18446744073709551616", "-", "0x1"])("refuses the cursor %s", (cursor) => {
    expect(run(`SCAN ${cursor}`)).toBe("(error) ERR invalid cursor");
  });

  test.each(["18446744073709551615", "-1", "4294967296", "9007199254740993"])("survives the cursor %s", (cursor) => {
    expect((run(`SCAN ${cursor}`) as unknown[]).length).toBe(2);
  });

  test("checks its options", () => {
    expect(run("SCAN 0 COUNT 0")).toBe("(error) ERR syntax error");
    expect(run("SCAN 0 COUNT x")).toBe("(error) ERR value is not an integer or out of range");
    expect(run("SCAN 0 MATCH")).toBe("(error) ERR syntax error");
    expect(run("HSCAN n 0 bogus")).toEqual(["0", []]);
    run("HSET h f v");
    expect(run("HSCAN h 0 TYPE hash")).toBe("(error) ERR syntax error");
  });
});

describe("HSCAN and SSCAN", () => {
  test("return small collections whole, whatever COUNT says", () => {
    for (let i = 0; i < 100; i++) run(`HSET h f${i} ${i}`);
    const [cursor, found] = run("HSCAN h 0 COUNT 1") as [string, string[]];
    expect(cursor).toBe("0");
    expect(found).toHaveLength(200);
  });

  test("visit every element of a large one, a few a step", () => {
    for (let i = 0; i < 1000; i++) {
      run(`HSET h f${i} ${i}`);
      run(`SADD s m${i}`);
    }
    const fields = scanAll("HSCAN h", " COUNT 50");
    expect(fields.length).toBeGreaterThan(5);
    const pairs = fields.flatMap((step) =>
      step.filter((_, i) => i % 2 === 0).map((field, i) => [field, step[i * 2 + 1]] as const),
    );
    expect(new Set(pairs.map(([field]) => field)).size).toBe(1000);
    expect(pairs.every(([field, value]) => field === `f${value}`)).toBe(true);
    expect(new Set(scanAll("SSCAN s", " MATCH m99*").flat()).size).toBe(11);
  });
});
