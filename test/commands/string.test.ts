/** String commands on whole values and on parts of them. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("SET", () => {
  test("replaces a value of any type and ends its life", () => {
    run("SADD k a");
    run("EXPIRE k 100");
    expect(run("SET k v")).toBe("OK");
    expect(run("GET k")).toBe("v");
    expect(run("TTL k")).toBe(-1);
  });

  test("keeps the deadline with KEEPTTL, even over another type", () => {
    run("SET k v EX 100");
    run("SET k w KEEPTTL");
    expect(run("TTL k")).toBe(100);
    run("HSET h f v");
    run("EXPIRE h 50");
    run("SET h v KEEPTTL");
    expect(run("TTL h")).toBe(50);
    expect(run("GET h")).toBe("v");
  });

  test("sets only where NX and XX allow", () => {
    expect(run("SET k v XX")).toBe(null);
    expect(run("SET k v NX")).toBe("OK");
    expect(run("SET k w NX")).toBe(null);
    expect(run("SET k w XX")).toBe("OK");
    expect(run("GET k")).toBe("w");
  });

  test("answers the old value with GET, whether it sets or not", () => {
    expect(run("SET k v GET")).toBe(null);
    expect(run("SET k w NX GET")).toBe("v");
    expect(run("SET k w XX GET")).toBe("v");
    expect(run("GET k")).toBe("w");
    expect(run("SET n v XX GET")).toBe(null);
    expect(run("EXISTS n")).toBe(0);
    run("SADD s a");
    expect(run("SET s v GET")).toMatch(/WRONGTYPE/);
    expect(run("TYPE s")).toBe("set");
  });

  test("takes its deadline from EX, PX, EXAT and PXAT in any case", () => {
    const seconds = node.nowMs / 1000 + 50;
    run("SET a v EX 50");
    run("SET b v px 50000");
    run(`SET c v ExAt ${seconds}`);
    run(`SET d v PXAT ${seconds * 1000}`);
    for (const key of ["a", "b", "c", "d"]) expect(run(`PEXPIRETIME ${key}`)).toBe(seconds * 1000);
  });

  test("is gone at once when its deadline has passed", () => {
    expect(run("SET k v EXAT 1")).toBe("OK");
    expect(run("GET k")).toBe(null);
    expect(run("EXISTS k")).toBe(0);
  });

  test.each(["NX XX", "EX 5 PX 5", "KEEPTTL EX 5", "EX 5 KEEPTTL", "EX", "PERSIST", "bogus", "NX bogus"])(
    "calls %s a syntax error",
    (options) => {
      expect(run(`SET k v ${options}`)).toBe("(error) ERR syntax error");
    },
  );

  test.each([
    "EX 0",
    "EX -1",
    "PX 0",
    "EXAT 0",
    "EX 9223372036854775807",
    "EX 9223372036854775",
    "PX 9223372036854775807",
  ])("refuses the lifetime %s", (options) => {
    expect(run(`SET k v ${options}`)).toBe("(error) ERR invalid expire time in 'set' command");
    expect(run("EXISTS k")).toBe(0);
  });

  test("refuses a lifetime that is no integer", () => {
    expect(run("SET k v EX 1.5")).toBe("(error) ERR value is not an integer or out of range");
  });

  test("repeating an option is fine, the last time counts", () => {
    run("SET k v EX 5 EX 70");
    expect(run("TTL k")).toBe(70);
  });
});

describe("commands that get and change", () => {
  test("SETEX and PSETEX name themselves in their errors", () => {
    expect(run("SETEX k 0 v")).toBe("(error) ERR invalid expire time in 'setex' command");
    expect(run("PSETEX k -1 v")).toBe("(error) ERR invalid expire time in 'psetex' command");
    expect(run("SETEX k 7 v")).toBe("OK");
    expect(run("TTL k")).toBe(7);
  });

  test("GETEX changes the deadline, GETDEL takes the key", () => {
    run("SET k v");
    expect(run("GETEX k EX 30")).toBe("v");
    expect(run("TTL k")).toBe(30);
    expect(run("GETEX k PERSIST")).toBe("v");
    expect(run("TTL k")).toBe(-1);
    expect(run("GETEX k EXAT 1")).toBe("v");
    expect(run("EXISTS k")).toBe(0);
    expect(run("GETEX k EX 0")).toBe(null);
    run("SET k w");
    expect(run("GETEX k EX 0")).toBe("(error) ERR invalid expire time in 'getex' command");
    expect(run("GETEX k PERSIST EX 5")).toBe("(error) ERR syntax error");
    expect(run("GETDEL k")).toBe("w");
    expect(run("GETDEL k")).toBe(null);
  });

  test("MSETNX sets all or nothing", () => {
    run("SET b old");
    expect(run("MSETNX a 1 b 2")).toBe(0);
    expect(run("MGET a b")).toEqual([null, "old"]);
    expect(run("MSETNX a 1 c 2 a 3")).toBe(1);
    expect(run("MGET a c")).toEqual(["3", "2"]);
  });

  test("MSET wants pairs", () => {
    expect(run("MSET a 1 b")).toBe("(error) ERR wrong number of arguments for 'mset' command");
    expect(run("msetnx a 1 b")).toBe("(error) ERR wrong number of arguments for 'msetnx' command");
  });

  test("MGET answers nil for what is no string", () => {
    run("SADD s a");
    run("SET k v");
    expect(run("MGET k s n k")).toEqual(["v", null, null, "v"]);
  });

  test("reading counts hits and misses, writing does not", () => {
    const { statistics } = node.server;
    run("SET k v");
    run("CONFIG RESETSTAT");
    run("GET k");
    run("MGET k n");
    run("SET k w GET");
    run("INCR n");
    expect([statistics.keyspaceHits, statistics.keyspaceMisses]).toEqual([3, 1]);
  });
});

describe("parts of strings", () => {
  test("APPEND makes and lengthens, and keeps the deadline", () => {
    expect(run("APPEND k ab")).toBe(2);
    run("EXPIRE k 100");
    expect(run("APPEND k cd")).toBe(4);
    expect(run('APPEND k ""')).toBe(4);
    expect(run("GET k")).toBe("abcd");
    expect(run("TTL k")).toBe(100);
    expect(run('APPEND e ""')).toBe(0);
    expect(run("EXISTS e")).toBe(1);
  });

  test("APPEND to a counter makes it text", () => {
    run("INCRBY n 12");
    expect(run("APPEND n 3")).toBe(3);
    expect(run("INCR n")).toBe(124);
  });

  test.each([
    ["0 3", "This"],
    ["-3 -1", "ing"],
    ["0 -1", "This is a string"],
    ["10 100", "string"],
    ["5 3", ""],
    ["-1 -5", ""],
    ["-9223372036854775808 9223372036854775807", "This is a string"],
    ["-9223372036854775807 -9223372036854775808", ""],
    ["-9223372036854775808 -9223372036854775807", "T"],
  ])("GETRANGE %s", (range, part) => {
    node.execute(["SET", "k", "This is a string"]);
    expect(run(`GETRANGE k ${range}`)).toBe(part);
    expect(run(`SUBSTR k ${range}`)).toBe(part);
  });

  test("SETRANGE fills the gap with zeros and bounds the length", () => {
    expect(run("SETRANGE k 3 x")).toBe(4);
    expect(run("GET k")).toBe("\0\0\0x");
    expect(run("SETRANGE k 1 ab")).toBe(4);
    expect(run("GET k")).toBe("\0abx");
    expect(run('SETRANGE n 9 ""')).toBe(0);
    expect(run("EXISTS n")).toBe(0);
    expect(run("SETRANGE k -1 x")).toBe("(error) ERR offset is out of range");
    expect(run("SETRANGE k 536870911 xx")).toBe("(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  });
});
