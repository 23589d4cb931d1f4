/** Set commands on members and random picks, in RESP2 and RESP3. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const sorted = (line: string): string[] => (run(line) as string[]).toSorted();

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("members", () => {
  test("are added, counted when new, and found", () => {
    expect(run("SADD s a b a")).toBe(2);
    expect(run("SADD s a c")).toBe(1);
    expect(run("SCARD s")).toBe(3);
    expect(run("SISMEMBER s a")).toBe(1);
    expect(run("SMISMEMBER s a n c")).toEqual([1, 0, 1]);
    expect(run("SMISMEMBER n a b")).toEqual([0, 0]);
    expect(sorted("SMEMBERS s")).toEqual(["a", "b", "c"]);
    expect(run('SADD s ""')).toBe(1);
    expect(run('SISMEMBER s ""')).toBe(1);
  });

  test("take the key with the last of them", () => {
    run("SADD s a b");
    expect(run("SREM s a n a")).toBe(1);
    expect(run("SREM s b")).toBe(1);
    expect(run("EXISTS s")).toBe(0);
  });

  test("are sets in RESP3", () => {
    const resp3 = new LocalNode(3);
    resp3.run("SADD s a");
    expect(resp3.run("SMEMBERS s")).toEqual({ set: ["a"] });
    expect(resp3.run("SINTER s s")).toEqual({ set: ["a"] });
    expect(resp3.run("SUNION n")).toEqual({ set: [] });
    expect(resp3.run("SRANDMEMBER s 2")).toEqual(["a"]);
    expect(resp3.run("SPOP s 2")).toEqual({ set: ["a"] });
    expect(resp3.run("SPOP s 2")).toEqual({ set: [] });
    expect(resp3.run("SPOP s")).toBe(null);
  });
});

describe("SMOVE", () => {
  test("takes a member from one set to another", () => {
    run("SADD a x y");
    run("SADD b y");
    expect(run("SMOVE a b x")).toBe(1);
    expect(run("SMOVE a b y")).toBe(1);
    expect(run("SMOVE a b z")).toBe(0);
    expect(run("EXISTS a")).toBe(0);
    expect(sorted("SMEMBERS b")).toEqual(["x", "y"]);
    expect(run("SMOVE b b x")).toBe(1);
    expect(sorted("SMEMBERS b")).toEqual(["x", "y"]);
  });

  test("asks for sets only where there is a source", () => {
    run("SET s v");
    run("SADD a x");
    expect(run("SMOVE n s x")).toBe(0);
    expect(run("SMOVE a s x")).toMatch(/WRONGTYPE/);
    expect(run("SMOVE s a x")).toMatch(/WRONGTYPE/);
  });
});

describe("SPOP and SRANDMEMBER", () => {
  beforeEach(() => {
    for (let i = 0; i < 200; i++) run(`SADD s m${i}`);
  });

  test.each([1, 30, 66, 67, 150, 199])("SPOP takes %i distinct members away", (count) => {
    const popped = run(`SPOP s ${count}`) as string[];
    expect(new Set(popped).size).toBe(count);
    expect(run("SCARD s")).toBe(200 - count);
    expect(run(`SMISMEMBER s ${popped.join(" ")}`)).toEqual(popped.map(() => 0));
  });

  test("SPOP takes the key with the last member", () => {
    expect(run("SPOP s 1000")).toHaveLength(200);
    expect(run("EXISTS s")).toBe(0);
    run("SADD t x");
    expect(run("SPOP t")).toBe("x");
    expect(run("EXISTS t")).toBe(0);
  });

  test.each([1, 66, 67, 199])("SRANDMEMBER picks %i distinct members and leaves them", (count) => {
    const picked = run(`SRANDMEMBER s ${count}`) as string[];
    expect(new Set(picked).size).toBe(count);
    expect(run("SCARD s")).toBe(200);
  });

  test("picks every member about as often", () => {
    const often = new Map<string, number>();
    for (const member of run("SRANDMEMBER s -20000") as string[]) often.set(member, (often.get(member) ?? 0) + 1);
    expect(often.size).toBe(200);
    for (const times of often.values()) expect(times).toBeGreaterThan(40);
    for (const times of often.values()) expect(times).toBeLessThan(200);
  });

  test("refuse bad counts", () => {
    expect(run("SPOP s -1")).toBe("(error) ERR value is out of range, must be positive");
    expect(run("SPOP s x")).toBe("(error) ERR value is out of range, must be positive");
    expect(run("SPOP s 1 2")).toBe("(error) ERR syntax error");
    expect(run("SRANDMEMBER s x")).toBe("(error) ERR value is not an integer or out of range");
    expect(run("SRANDMEMBER s 1 2")).toBe("(error) ERR syntax error");
    expect(run("SPOP s 0")).toEqual([]);
    expect(run("SRANDMEMBER n 3")).toEqual([]);
    expect(run("SRANDMEMBER n")).toBe(null);
  });
});
