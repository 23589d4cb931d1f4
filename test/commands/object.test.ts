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
    session.run("hexpire h 100 fields 1 a");
    expect(session.run("object encoding h")).toBe("$10\r\nlistpackex\r\n");
    session.run("config set hash-max-listpack-entries 1");
    expect(session.run("object encoding h")).toBe("$9\r\nhashtable\r\n");
  });
});

function encodingAt(key: string): string {
  return session.run(`object encoding ${key}`).split("\r\n")[1] ?? "";
}

describe("OBJECT ENCODING of ordered types", () => {
  test("names what Redis would keep sorted sets in", () => {
    session.run("zadd z 1 a 2 b");
    expect(encodingAt("z")).toBe("listpack");
    session.run(`zadd z 3 ${"x".repeat(64)}`);
    expect(encodingAt("z")).toBe("listpack");
    session.run("config set zset-max-listpack-entries 2");
    expect(encodingAt("z")).toBe("skiplist");
    session.run("config set zset-max-ziplist-entries 128");
    session.run(`zadd z 3 ${"x".repeat(65)}`);
    expect(encodingAt("z")).toBe("skiplist");
  });

  test("of lists goes by their size, to the byte", () => {
    // 7 bytes of the listpack itself; each string here takes its length, 2 bytes before it and 2 behind.
    const full = Array.from({ length: 8 }, (_, i) => "x".repeat(i === 7 ? 1009 : 1020));
    const bytes = 7 + full.reduce((sum, value) => sum + value.length + 4, 0);
    expect(bytes).toBe(8188);
    session.send("rpush", "l", ...full);
    expect(encodingAt("l")).toBe("listpack");
    session.run("rpush l 4000");
    expect(encodingAt("l")).toBe("listpack");
    session.run("rpush l 1");
    expect(encodingAt("l")).toBe("quicklist");
  });

  test("of lists goes by their length where it is so configured", () => {
    session.run("rpush l a b c");
    for (const [size, name] of [
      ["3", "listpack"],
      ["2", "quicklist"],
      ["-1", "listpack"],
      ["0", "quicklist"],
    ] as const) {
      session.run(`config set list-max-listpack-size ${size}`);
      expect(encodingAt("l")).toBe(name);
    }
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

  test("USAGE counts the elements of every type", () => {
    for (const line of ["sadd set", "rpush list", "zadd zset 1", "hset hash v"]) {
      const [, key = ""] = line.split(" ");
      session.run(`${line} a`);
      const before = Number(session.run(`memory usage ${key}`).slice(1));
      session.send(...line.split(" "), "x".repeat(5000));
      const after = Number(session.run(`memory usage ${key}`).slice(1));
      expect(after - before).toBeGreaterThan(4900);
      expect(after - before).toBeLessThan(9000);
    }
  });

  test("USAGE goes by as many elements as SAMPLES says, all for 0", () => {
    session.send("rpush", "l", "x", "x", "x", "x", "x", "y".repeat(5000));
    const usage = (line: string): number => Number(session.run(`memory usage l${line}`).slice(1));
    expect(usage("")).toBeLessThan(1500);
    expect(usage("")).toBe(usage(" samples 5"));
    expect(usage(" samples 0")).toBeGreaterThan(5000);
    expect(usage(" samples 6")).toBe(usage(" samples 0"));
    expect(usage(" samples 9223372036854775807")).toBe(usage(" samples 0"));
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
