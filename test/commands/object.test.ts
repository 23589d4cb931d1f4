/** What lies behind a key (OBJECT, MEMORY), histograms of commands, and what only Atoll has. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Session } from "./command-server.ts";
import { CommandServer } from "./command-server.ts";

let server: CommandServer;
let session: Session;

beforeEach(() => {
  server = new CommandServer();
  session = server.connect();
});

describe("OBJECT ENCODING answers as Redis would", () => {
  test("for strings", () => {
    const encodings = {
      "12": "int",
      "-9223372036854775808": "int",
      "012": "embstr",
      ["x".repeat(44)]: "embstr",
      ["x".repeat(45)]: "raw",
    };
    for (const [value, encoding] of Object.entries(encodings)) {
      session.run(`set k ${value}`);
      expect(session.run("object encoding k")).toBe(`$${encoding.length}\r\n${encoding}\r\n`);
    }
  });

  test("for sets", () => {
    session.run("sadd s 1 2 3");
    expect(session.run("object encoding s")).toBe("$6\r\nintset\r\n");
    session.run("sadd s x");
    expect(session.run("object encoding s")).toBe("$8\r\nlistpack\r\n");
    session.run(`sadd s ${"x".repeat(65)}`);
    expect(session.run("object encoding s")).toBe("$9\r\nhashtable\r\n");
  });

  test("for hashes, by the configured limits", () => {
    session.run("hset h a 1 b 2");
    expect(session.run("object encoding h")).toBe("$8\r\nlistpack\r\n");
    session.run("config set hash-max-listpack-entries 1");
    expect(session.run("object encoding h")).toBe("$9\r\nhashtable\r\n");
  });
});

describe("OBJECT", () => {
  test("tells for how long a key was left alone, without touching it", () => {
    session.run("set k x");
    server.wallNow += 30_000;
    expect(session.run("object idletime k")).toBe(":30\r\n");
    server.wallNow += 10_000;
    expect(session.run("object idletime k")).toBe(":40\r\n");
    session.run("get k");
    expect(session.run("object idletime k")).toBe(":0\r\n");
  });

  test("is not moved by a client with NO-TOUCH, but by TOUCH", () => {
    session.run("set k x");
    server.wallNow += 30_000;
    session.run("client no-touch on");
    session.run("get k");
    expect(session.run("object idletime k")).toBe(":30\r\n");
    session.run("touch k");
    expect(session.run("object idletime k")).toBe(":0\r\n");
  });

  test("counts references as Redis does, and keeps no frequencies", () => {
    session.run("mset small 5 large 10000 text x");
    expect(session.run("object refcount small")).toBe(":2147483647\r\n");
    expect(session.run("object refcount large")).toBe(":1\r\n");
    expect(session.run("object refcount text")).toBe(":1\r\n");
    expect(session.run("object freq text")).toMatch(
      /^-ERR An LFU maxmemory policy is not selected, access frequency not/,
    );
  });

  test("answers nil for a missing key", () => {
    for (const name of ["encoding", "freq", "idletime", "refcount"])
      expect(session.run(`object ${name} k`)).toBe("$-1\r\n");
  });
});

describe("MEMORY", () => {
  test("USAGE grows with the value and checks SAMPLES", () => {
    session.send("set", "small", "x");
    session.send("set", "large", "x".repeat(5000));
    const usage = (key: string): number => Number(session.run(`memory usage ${key}`).slice(1));
    expect(usage("small")).toBeGreaterThan(0);
    expect(usage("large")).toBeGreaterThan(usage("small") + 4000);
    expect(session.run("memory usage nothing")).toBe("$-1\r\n");
    expect(session.run("memory usage small samples 5")).toMatch(/^:/);
    expect(session.run("memory usage small samples -1")).toBe("-ERR syntax error\r\n");
    expect(session.run("memory usage small samples x")).toBe("-ERR value is not an integer or out of range\r\n");
    expect(session.run("memory usage small nonsense")).toBe("-ERR syntax error\r\n");
  });

  test("STATS is a map of figures", () => {
    session.run("mset a 1 b 2");
    session.run("hello 3");
    const text = session.run("memory stats");
    expect(text).toMatch(/^%17\r\n/);
    expect(text).toContain("keys.count\r\n:2\r\n");
    expect(text).toMatch(/dataset\.percentage\r\n,\d/);
  });
});

describe("LATENCY HISTOGRAM", () => {
  test("is cumulative by octaves of microseconds", () => {
    for (const microseconds of [1, 100, 100, 3000]) {
      server.commandMicroseconds = microseconds;
      session.run("get a");
    }
    expect(session.run("latency histogram get nothing")).toBe(
      "*2\r\n$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:4\r\n$14\r\nhistogram_usec\r\n*6\r\n:1\r\n:1\r\n:127\r\n:3\r\n:4095\r\n:4\r\n",
    );
  });

  test("of a container holds its subcommands", () => {
    session.run("client id");
    expect(session.run("latency histogram client")).toMatch(/^\*2\r\n\$9\r\nclient\|id\r\n/);
  });
});

describe("ATOLL", () => {
  test("DIGEST changes with the keyspace and comes back with it", () => {
    const empty = session.run("atoll digest");
    expect(empty).toMatch(/^\$16\r\n[0-9a-f]{16}\r\n$/);
    session.run("set a 1");
    expect(session.run("atoll digest")).not.toBe(empty);
    session.run("del a");
    expect(session.run("atoll digest")).toBe(empty);
  });

  test("CONTEXT names each origin with its time", () => {
    session.run("set a 1");
    expect(session.run("atoll context")).toMatch(/^\*2\r\n\$12\r\n000000000001\r\n:\d{16}\r\n$/);
  });

  test("PEERS describes each peer", () => {
    session.run("hello 3");
    expect(session.run("atoll peers")).toBe(
      "*1\r\n%9\r\n$4\r\nnode\r\n$2\r\nn2\r\n$6\r\nregion\r\n$2\r\neu\r\n$7\r\naddress\r\n$14\r\n127.0.0.1:7947\r\n" +
        "$5\r\nstate\r\n$9\r\nconnected\r\n$6\r\nmember\r\n$5\r\nalive\r\n$6\r\nlag-ms\r\n:3\r\n$9\r\nlag-bytes\r\n:12\r\n" +
        "$8\r\nbytes-in\r\n:100\r\n$9\r\nbytes-out\r\n:200\r\n",
    );
  });

  test("CUT and HEAL reach the replica, but never cut it from itself", () => {
    expect(session.run("atoll cut eu")).toBe(":1\r\n");
    expect(server.cuts).toEqual(["eu"]);
    expect(session.run("atoll cut n1")).toBe("-ERR a replica cannot be cut from itself\r\n");
    expect(session.run("atoll cut us")).toBe("-ERR a replica cannot be cut from itself\r\n");
    expect(session.run("atoll heal")).toBe(":1\r\n");
    expect(server.cuts).toEqual([]);
  });

  test("SIBLINGS of a key without a conflict is empty", () => {
    session.run("set a 1");
    expect(session.run("atoll siblings a")).toBe("*0\r\n");
    expect(session.run("atoll siblings nothing")).toBe("*0\r\n");
  });
});
