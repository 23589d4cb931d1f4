/** SORT and SORT_RO. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  run("RPUSH l 3 10 1 2");
});

describe("SORT", () => {
  test("orders numbers, and bytes when it is told so", () => {
    expect(run("SORT l")).toEqual(["1", "2", "3", "10"]);
    expect(run("SORT l DESC LIMIT 1 2")).toEqual(["3", "2"]);
    expect(run("SORT l ALPHA")).toEqual(["1", "10", "2", "3"]);
    expect(run("SORT none")).toEqual([]);
    run("RPUSH l x");
    expect(run("SORT l")).toBe("(error) ERR One or more scores can't be converted into double");
  });

  test("reads weights and results from other keys", () => {
    run("MSET w_1 40 w_2 30 w_3 20 w_10 10 name_1 one name_3 three");
    run("HSET h_2 f two");
    expect(run("SORT l BY w_*")).toEqual(["10", "3", "2", "1"]);
    expect(run("SORT l BY w_* LIMIT 1 2 GET # GET name_* GET h_*->f")).toEqual(["3", "three", null, "2", null, "two"]);
    expect(run("SORT l BY h_*->f ALPHA DESC LIMIT 0 1")).toEqual(["2"]);
    expect(run("SORT l BY missing_*")).toEqual(["1", "10", "2", "3"]);
    expect(run("SORT l GET constant LIMIT 0 1")).toEqual([null]);
  });

  test("leaves the order when BY names no other key", () => {
    expect(run("SORT l BY nosort")).toEqual(["3", "10", "1", "2"]);
    expect(run("SORT l BY nosort DESC LIMIT 1 2")).toEqual(["1", "10"]);
    run("ZADD z 3 a 2 b 1 c");
    expect(run("SORT z BY nosort")).toEqual(["c", "b", "a"]);
    expect(run("SORT z BY nosort DESC LIMIT 0 1")).toEqual(["a"]);
  });

  test("stores a list in the place of whatever is there", () => {
    run("SET d x");
    expect(run("SORT l STORE d")).toBe(4);
    expect(run("LRANGE d 0 -1")).toEqual(["1", "2", "3", "10"]);
    expect(run("SORT l GET # GET none_* STORE l LIMIT 0 2")).toBe(4);
    expect(run("LRANGE l 0 -1")).toEqual(["1", "", "2", ""]);
    expect(run("SORT none STORE d")).toBe(0);
    expect(run("EXISTS d")).toBe(0);
    run("SADD s b c a");
    expect(run("SORT s BY nosort STORE d")).toBe(3);
    expect(run("LRANGE d 0 -1")).toEqual(["a", "b", "c"]);
  });

  test("refuses what it does not know", () => {
    expect(run("SORT_RO l STORE d")).toBe("(error) ERR syntax error");
    expect(run("SORT l LIMIT 1")).toBe("(error) ERR syntax error");
    expect(run("SORT l LIMIT 1 x")).toBe("(error) ERR value is not an integer or out of range");
    run("SET s x");
    expect(run("SORT s")).toMatch(/WRONGTYPE/);
    expect(run("COMMAND GETKEYS SORT l BY a GET b STORE d")).toEqual(["l", "d"]);
  });
});
