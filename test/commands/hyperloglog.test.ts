/** HyperLogLog commands: replies, errors, and the very bytes that Redis writes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical } from "./resp-reply.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const NOT_ONE = "(error) WRONGTYPE Key is not a valid HyperLogLog string value.";
const CORRUPTED = "(error) INVALIDOBJ Corrupted HLL object detected";
const HEADER = "HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80";

beforeEach(() => {
  run("FLUSHALL");
});

function addMany(key: string, from: number, to: number): void {
  for (let n = from; n < to; n += 100) {
    node.execute(["PFADD", key, ...Array.from({ length: Math.min(100, to - n) }, (_, i) => `element:${n + i}`)]);
  }
}

/** The highest bit of the count that its bytes carry says that it does not hold. */
function isCounted(): boolean {
  return (node.execute(["GET", "k"]).text ?? "").charCodeAt(15) < 0x80;
}

describe("PFADD and PFCOUNT", () => {
  test("say whether something new was seen, and how much", () => {
    expect(run("PFADD k a b c")).toBe(1);
    expect(run("PFADD k a b c")).toBe(0);
    expect(run("PFADD k")).toBe(0);
    expect(run("PFCOUNT k")).toBe(3);
    expect(run("PFCOUNT none")).toBe(0);
    expect(run("PFADD empty")).toBe(1);
    expect(run("PFCOUNT empty")).toBe(0);
    expect(run("TYPE k")).toBe("string");
  });

  test("count what several keys have seen together", () => {
    run("PFADD a 1 2 3");
    run("PFADD b 3 4");
    expect(run("PFCOUNT a b none")).toBe(4);
    expect(run("PFCOUNT none none")).toBe(0);
  });

  test.each([100, 1000, 10_000, 100_000])("estimate %i elements within three standard errors", (elements) => {
    addMany("k", 0, elements);
    expect(Math.abs(Number(run("PFCOUNT k")) / elements - 1)).toBeLessThan((3 * 1.04) / 128);
  });

  test("keep the key's deadline", () => {
    run("PFADD k a");
    run("EXPIRE k 100");
    run("PFADD k b");
    expect(run("TTL k")).toBe(100);
    run("PFADD other c");
    run("PFMERGE k other");
    expect(run("TTL k")).toBe(100);
  });

  test("are no effect when nothing rises", () => {
    run("PFADD k a b");
    const before = node.server.keyspace.digest();
    run("PFADD k a");
    run("PFADD k b a");
    run("PFCOUNT k");
    run("PFMERGE k k");
    expect(node.server.keyspace.digest()).toBe(before);
    run("PFADD k c");
    expect(node.server.keyspace.digest()).not.toBe(before);
  });

  test("are counted anew after every merge, also where nothing rose but a dense one was merged", () => {
    run("PFADD dense");
    run("PFDEBUG TODENSE dense");
    run("PFADD k a");
    run("PFCOUNT k");
    expect(isCounted()).toBe(true);
    run("PFMERGE k dense");
    expect(run("PFDEBUG ENCODING k")).toBe("dense");
    expect(isCounted()).toBe(false);
  });

  test("a HyperLogLog whose promotion is forbidden or forced is as it is told", () => {
    run("CONFIG SET hll-sparse-max-bytes 100000");
    addMany("k", 0, 5000);
    expect(run("PFDEBUG ENCODING k")).toBe("sparse");
    run("CONFIG SET hll-sparse-max-bytes 0");
    expect(run("PFADD new a")).toBe(1);
    expect(run("PFDEBUG ENCODING new")).toBe("dense");
    run("CONFIG SET hll-sparse-max-bytes 3000");
    expect(run("PFADD k more")).toBe(1);
    expect(run("PFDEBUG ENCODING k")).toBe("dense");
  });
});

describe("what is no HyperLogLog", () => {
  test.each(["PFADD k a", "PFCOUNT k", "PFCOUNT k none", "PFMERGE d k", "PFMERGE k d", "PFDEBUG DECODE k"])(
    "%s is refused",
    (line) => {
      run("SADD k a");
      expect(run(line)).toBe("(error) WRONGTYPE Operation against a key holding the wrong kind of value");
      run("SET k abc");
      expect(run(line)).toBe(NOT_ONE);
      node.execute(["SET", "k", "HYLL\x00\0\0\0\0\0\0\0\0\0\0\0too short"]);
      expect(run(line)).toBe(NOT_ONE);
      node.execute(["SET", "k", "HYLL\x02\0\0\0\0\0\0\0\0\0\0\0unknown"]);
      expect(run(line)).toBe(NOT_ONE);
      expect(run("EXISTS d")).toBe(0);
    },
  );

  test.each([HEADER, `${HEADER}\x7f`, `${HEADER}\x7f\xfe`, `${HEADER}\x7f\xff\0`, `${HEADER}\x7f\xff\x80`])(
    "a sparse one whose runs do not add up is found to be corrupted, and left alone",
    (bytes) => {
      node.execute(["SET", "k", bytes]);
      for (const line of ["PFADD k a", "PFCOUNT k", "PFCOUNT k none", "PFMERGE d k", "PFDEBUG GETREG k"]) {
        expect([line, run(line)]).toEqual([line, CORRUPTED]);
      }
      expect(run("GET k")).toBe(bytes);
      expect(run("EXISTS d")).toBe(0);
    },
  );

  test("PFDEBUG says what it lacks", () => {
    expect(run("PFDEBUG GETREG k")).toBe("(error) ERR The specified key does not exist");
    run("PFADD k a");
    expect(run("PFDEBUG bogus k")).toBe("(error) ERR Unknown PFDEBUG subcommand 'bogus'");
    expect(run("PFDEBUG DECODE k")).toMatch(/^Z:\d+ v:\d+,1 Z:\d+$/);
    expect(run("PFDEBUG TODENSE k")).toBe(1);
    expect(run("PFDEBUG TODENSE k")).toBe(0);
    expect(run("PFDEBUG DECODE k")).toBe("(error) ERR HLL encoding is not sparse");
    expect((run("PFDEBUG GETREG k") as number[]).filter((held) => held > 0)).toHaveLength(1);
  });

  test("PFSELFTEST passes", () => {
    expect(run("PFSELFTEST")).toBe("OK");
  });
});

const path = findRedisServer();

describe.skipIf(path === undefined)("beside redis-server (skipped where there is none on PATH)", () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start(path ?? "");
  });

  afterAll(async () => {
    await redis.stop();
  });

  async function alike(...words: readonly string[]): Promise<void> {
    expect(canonical(node.execute(words))).toBe(canonical(await redis.execute(words)));
  }

  test("growth writes the same bytes, from the first element to the dense form", async () => {
    await redis.execute(["FLUSHALL"]);
    for (let n = 0; n < 2400; n += 1 + (n % 7)) {
      const batch = Array.from({ length: 1 + (n % 7) }, (_, i) => `e${((n + i) * 2654435761) % 100_003}`);
      await alike("PFADD", "k", ...batch);
      if (n % 5 === 0) await alike("PFCOUNT", "k");
      if (n % 3 === 0) await alike("GET", "k");
    }
    await alike("PFDEBUG", "ENCODING", "k");
    await alike("PFDEBUG", "GETREG", "k");
    await alike("GET", "k");
  });

  test("elements of every length fall into the same registers", async () => {
    await redis.execute(["FLUSHALL"]);
    for (let length = 0; length < 70; length++) {
      const bytes = Array.from({ length }, (_, i) => String.fromCharCode((i * 37 + length * 101) & 255)).join("");
      await alike("PFADD", "k", bytes);
      await alike("PFDEBUG", "DECODE", "k");
    }
  });

  test("unions write the same bytes, sparse and dense", async () => {
    await redis.execute(["FLUSHALL"]);
    for (const [key, from, to] of [
      ["a", 0, 40],
      ["b", 30, 700],
      ["c", 500, 1400],
      ["d", 0, 9000],
    ] as const) {
      for (let n = from; n < to; n++) await alike("PFADD", key, `x${n}`);
    }
    for (const keys of [
      ["ab", "a", "b"],
      ["a", "b"],
      ["none", "e"],
      ["bc", "b", "c"],
      ["c", "d"],
      ["b", "d", "none"],
      ["a", "a"],
    ]) {
      await alike("PFCOUNT", ...keys);
      await alike("PFMERGE", ...keys);
      await alike("GET", keys[0] ?? "");
      await alike("PFCOUNT", keys[0] ?? "");
      await alike("GET", keys[0] ?? "");
    }
  });

  test("takes up what Redis wrote, and Redis what it wrote", async () => {
    await redis.execute(["FLUSHALL"]);
    for (const elements of [50, 5000]) {
      const words = Array.from({ length: elements }, (_, i) => `y${i}`);
      const theirs = await redis.execute(["PFADD", "theirs", ...words]);
      expect(theirs.text).toBe("1");
      node.execute(["SET", "k", (await redis.execute(["GET", "theirs"])).text ?? ""]);
      expect(node.execute(["PFADD", "k", ...words]).text).toBe("0");
      node.execute(["PFADD", "k", "one more"]);
      await redis.execute(["SET", "k", node.execute(["GET", "k"]).text ?? ""]);
      await alike("PFCOUNT", "k");
      await alike("PFADD", "k", "one more");
    }
  });
});
