/** List commands, in RESP2 and RESP3. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const all = (key = "l"): unknown => run(`LRANGE ${key} 0 -1`);
const WRONG_TYPE = "(error) WRONGTYPE Operation against a key holding the wrong kind of value";

beforeEach(() => {
  run("FLUSHALL");
});

describe("pushes and pops", () => {
  test("happen at both ends", () => {
    expect(run("RPUSH l a b")).toBe(2);
    expect(run("LPUSH l c d")).toBe(4);
    expect(all()).toEqual(["d", "c", "a", "b"]);
    expect([run("LPOP l"), run("RPOP l"), run("LLEN l")]).toEqual(["d", "b", 2]);
    expect(run("LPOP l 5")).toEqual(["c", "a"]);
    expect([run("EXISTS l"), run("LPOP l"), run("LPOP l 2"), run("LLEN l")]).toEqual([0, null, null, 0]);
  });

  test("that need a list leave what is missing alone", () => {
    expect([run("LPUSHX l a"), run("RPUSHX l a"), run("EXISTS l")]).toEqual([0, 0, 0]);
    run("RPUSH l m");
    expect([run("LPUSHX l a b"), run("RPUSHX l z")]).toEqual([3, 4]);
    expect(all()).toEqual(["b", "a", "m", "z"]);
  });

  test("of none reply with an empty array, and nulls are those of the protocol", () => {
    const modern = new LocalNode(3);
    for (const n of [node, modern]) {
      n.run("RPUSH l a");
      expect(n.run("LPOP l 0")).toEqual([]);
      expect(n.run("LPOP none 1")).toBe(null);
    }
    expect(node.execute(["LPOP", "none", "1"]).type).not.toBe(modern.execute(["LPOP", "none", "1"]).type);
  });

  test("keep large lists and large values", () => {
    const values = Array.from({ length: 3000 }, (_, n) => `value-${n}`);
    node.execute(["RPUSH", "l", ...values]);
    node.execute(["LPUSH", "l", "x".repeat(100_000)]);
    expect(run("LLEN l")).toBe(3001);
    expect(run("LINDEX l 1500")).toBe("value-1499");
    expect((run("LPOP l") as string).length).toBe(100_000);
    expect(run("LRANGE l -2 -1")).toEqual(["value-2998", "value-2999"]);
    expect((run("RPOP l 2990") as string[]).at(-1)).toBe("value-10");
    expect(all()).toEqual(values.slice(0, 10));
  });

  test("leave the deadline of their key alone", () => {
    run("RPUSH l a");
    run("EXPIRE l 100");
    run("RPUSH l b c");
    run("LMOVE l l LEFT RIGHT");
    run("LTRIM l 0 0");
    run("LMOVE l l LEFT LEFT");
    expect([run("TTL l"), all()]).toEqual([100, ["b"]]);
    run("LPOP l");
    run("RPUSH l d");
    expect(run("TTL l")).toBe(-1);
  });
});

describe("elements", () => {
  beforeEach(() => {
    run("RPUSH l a b c b a");
  });

  test("are read, changed, inserted and removed", () => {
    expect([run("LINDEX l 0"), run("LINDEX l -1"), run("LINDEX l 5"), run("LINDEX l -6")]).toEqual([
      "a",
      "a",
      null,
      null,
    ]);
    expect(run("LSET l -5 x")).toBe("OK");
    expect(run("LINSERT l BEFORE b y")).toBe(6);
    expect(run("LINSERT l after b z")).toBe(7);
    expect(run("LINSERT l AFTER none z")).toBe(-1);
    expect(all()).toEqual(["x", "y", "b", "z", "c", "b", "a"]);
    expect([run("LREM l -1 b"), run("LREM l 0 none"), run("LREM l 9 x")]).toEqual([1, 0, 1]);
    expect(all()).toEqual(["y", "b", "z", "c", "a"]);
    expect(run("LTRIM l 1 -2")).toBe("OK");
    expect(all()).toEqual(["b", "z", "c"]);
    run("LTRIM l 5 1");
    expect(run("EXISTS l")).toBe(0);
  });

  test("are found by their value", () => {
    expect([run("LPOS l b"), run("LPOS l b RANK -1"), run("LPOS l b RANK 3"), run("LPOS none b")]).toEqual([
      1,
      3,
      null,
      null,
    ]);
    expect(run("LPOS l a COUNT 0")).toEqual([0, 4]);
    expect(run("LPOS l a COUNT 0 RANK -1 MAXLEN 3")).toEqual([4]);
    expect(run("LPOS l none COUNT 2")).toEqual([]);
    expect(run("LPOS l a RANK 0")).toMatch(/RANK can't be zero/);
    expect(run("LPOS l a RANK -9223372036854775808")).toBe("(error) ERR value is out of range");
  });

  test("move to other lists", () => {
    expect(run("LMOVE l m RIGHT LEFT")).toBe("a");
    expect(run("RPOPLPUSH l m")).toBe("b");
    expect([all(), all("m")]).toEqual([
      ["a", "b", "c"],
      ["b", "a"],
    ]);
    expect(run("LMOVE l l LEFT RIGHT")).toBe("a");
    expect(all()).toEqual(["b", "c", "a"]);
    expect(run("LMOVE none m LEFT LEFT")).toBe(null);
    expect(run("LMPOP 2 none l RIGHT COUNT 2")).toEqual(["l", ["a", "c"]]);
    expect(run("LMPOP 1 none LEFT")).toBe(null);
    run("LMOVE l m LEFT RIGHT");
    expect([run("EXISTS l"), all("m")]).toEqual([0, ["b", "a", "b"]]);
  });
});

describe("mistakes", () => {
  test.each([
    ["LSET none 0 x", "ERR no such key"],
    ["LSET l 1 x", "ERR index out of range"],
    ["LSET l x x", "ERR value is not an integer or out of range"],
    ["LPOP l -1", "ERR value is out of range, must be positive"],
    ["LPOP l 1 1", "ERR wrong number of arguments for 'lpop' command"],
    ["LINSERT l BESIDE a b", "ERR syntax error"],
    ["LMOVE l l UP LEFT", "ERR syntax error"],
    ["LMPOP 0 l LEFT", "ERR numkeys should be greater than 0"],
    ["LMPOP 1 l LEFT COUNT 0", "ERR count should be greater than 0"],
    ["LMPOP 1 l LEFT COUNT 1 COUNT 1", "ERR syntax error"],
  ])("%s: %s", (line, error) => {
    run("RPUSH l a");
    expect(run(line)).toBe(`(error) ${error}`);
    expect(all()).toEqual(["a"]);
  });

  test.each([
    "LPUSH s a",
    "LPOP s",
    "LLEN s",
    "LRANGE s 0 1",
    "LREM s 0 a",
    "LMOVE s l LEFT LEFT",
    "LMOVE l s LEFT LEFT",
  ])("%s: the key holds something else", (line) => {
    run("SET s x");
    run("RPUSH l a");
    expect(run(line)).toBe(WRONG_TYPE);
    expect([run("GET s"), all()]).toEqual(["x", ["a"]]);
  });
});
