/** Hash commands, field by field and as a whole, in RESP2 and RESP3. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("fields", () => {
  test("are set, counted when new, and read", () => {
    expect(run("HSET h a 1 b 2 a 3")).toBe(2);
    expect(run("HSET h a 4 c 5")).toBe(1);
    expect(run("HMSET h d 6")).toBe("OK");
    expect(run("HMGET h a n d")).toEqual(["4", null, "6"]);
    expect(run("HGET h b")).toBe("2");
    expect(run("HGET n b")).toBe(null);
    expect(run("HLEN h")).toBe(4);
    expect(run("HEXISTS h a")).toBe(1);
    expect(run("HEXISTS h n")).toBe(0);
    run("HSET h long abcdef");
    expect(run("HSTRLEN h long")).toBe(6);
    expect(run("HSTRLEN h n")).toBe(0);
  });

  test("HSETNX sets only new ones", () => {
    expect(run("HSETNX h a 1")).toBe(1);
    expect(run("HSETNX h a 2")).toBe(0);
    expect(run("HGET h a")).toBe("1");
  });

  test("take the key with the last of them", () => {
    run("HSET h a 1 b 2");
    expect(run("HDEL h a n a")).toBe(1);
    expect(run("HDEL h b")).toBe(1);
    expect(run("EXISTS h")).toBe(0);
    expect(run("HDEL h b")).toBe(0);
  });

  test("come in pairs", () => {
    expect(run("HSET h a 1 b")).toBe("(error) ERR wrong number of arguments for 'hset' command");
    expect(run("HMSET h a 1 b")).toBe("(error) ERR wrong number of arguments for 'hmset' command");
  });

  test("are not looked for in other types", () => {
    run("SET s v");
    for (const line of [
      "HSET s a 1",
      "HGET s a",
      "HMGET s a",
      "HGETALL s",
      "HDEL s a",
      "HLEN s",
      "HSCAN s 0",
      "HRANDFIELD s",
    ]) {
      expect(run(line)).toBe("(error) WRONGTYPE Operation against a key holding the wrong kind of value");
    }
  });
});

describe("whole hashes", () => {
  test("are maps in RESP3", () => {
    const resp3 = new LocalNode(3);
    resp3.run("HSET h a 1");
    expect(resp3.run("HGETALL h")).toEqual({ map: ["a", "1"] });
    expect(resp3.run("HGETALL n")).toEqual({ map: [] });
    expect(resp3.run("HKEYS h")).toEqual(["a"]);
    expect(resp3.run("HVALS h")).toEqual(["1"]);
    expect(resp3.run("HRANDFIELD h 1 WITHVALUES")).toEqual([["a", "1"]]);
    expect(resp3.run("HRANDFIELD n")).toBe(null);
  });

  test("are flat arrays in RESP2", () => {
    run("HSET h a 1");
    expect(run("HGETALL h")).toEqual(["a", "1"]);
    expect(run("HRANDFIELD h 1 withvalues")).toEqual(["a", "1"]);
    expect(run("HRANDFIELD h -2 withvalues")).toEqual(["a", "1", "a", "1"]);
  });
});

describe("HRANDFIELD", () => {
  beforeEach(() => {
    for (let i = 0; i < 300; i++) run(`HSET h f${i} ${i}`);
  });

  test.each([1, 50, 99, 101, 250, 299])("picks %i distinct fields with their values", (count) => {
    const picked = run(`HRANDFIELD h ${count} WITHVALUES`) as string[];
    const fields = picked.filter((_, i) => i % 2 === 0);
    expect(new Set(fields).size).toBe(count);
    expect(picked.every((item, i) => i % 2 === 0 || `f${item}` === picked[i - 1])).toBe(true);
  });

  test("picks all when asked for more, and repeats when the count is negative", () => {
    expect(new Set(run("HRANDFIELD h 1000") as string[]).size).toBe(300);
    const repeated = run("HRANDFIELD h -1000") as string[];
    expect(repeated).toHaveLength(1000);
    expect(new Set(repeated).size).toBeLessThanOrEqual(300);
    expect(new Set(repeated).size).toBeGreaterThan(200);
    expect(run("HRANDFIELD h 0")).toEqual([]);
  });

  test("refuses counts out of range", () => {
    const range = "value must between -9223372036854775807 and 9223372036854775807";
    expect(run("HRANDFIELD h -9223372036854775808")).toBe(`(error) ERR value is out of range, ${range}`);
    expect(run("HRANDFIELD h 4611686018427387904 WITHVALUES")).toBe("(error) ERR value is out of range");
    expect(run("HRANDFIELD h -99999999999")).toBe("(error) ERR value is out of range");
    expect(run("HRANDFIELD h 1 bogus")).toBe("(error) ERR syntax error");
    expect(run("HRANDFIELD h x bogus")).toBe("(error) ERR value is not an integer or out of range");
  });
});
