/** DUMP and RESTORE: on one replica, and to and from a real redis-server. */
import { fc, test } from "@fast-check/vitest";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listpack, ziplist, zipmap } from "../rdb/packed-forms.ts";
import { rdbCompressed, rdbLength, rdbString, sealed } from "../rdb/payloads.ts";
import { LocalNode } from "./local-node.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical } from "./resp-reply.ts";

const BAD_DATA = "(error) ERR Bad data format";
const WRONG_PAYLOAD = "(error) ERR DUMP payload version or checksum are wrong";

let atoll: LocalNode;

beforeEach(() => {
  atoll = new LocalNode();
});

function dumpOf(key: string): string {
  return atoll.execute(["DUMP", key]).text ?? "";
}

function restore(key: string, payload: string | Buffer, ttl = "0", ...options: readonly string[]): unknown {
  const text = typeof payload === "string" ? payload : payload.toString("latin1");
  const reply = atoll.execute(["RESTORE", key, ttl, text, ...options]);
  return reply.type === "-" ? `(error) ${reply.text}` : reply.text;
}

describe("a dumped value", () => {
  it.each(["SET string text", "HSET hash f 1 g two", "SADD set 1 b 3", "ZADD zset 1.5 a -inf b", "RPUSH list x 2 x"])(
    "comes back as what it was after %s",
    (line) => {
      const [, key = ""] = line.split(" ");
      atoll.run(line);
      const payload = dumpOf(key);
      expect(restore("copy", payload)).toBe("OK");
      expect(atoll.run("TYPE copy")).toBe(key);
      expect(dumpOf("copy").length).toBe(payload.length);
    },
  );

  it("takes the place of another only if it may", () => {
    atoll.run("SET k old");
    const payload = dumpOf("k");
    atoll.run("DEL k");
    atoll.run("HSET k f v");
    expect(restore("k", payload)).toBe("(error) BUSYKEY Target key name already exists.");
    expect(atoll.run("TYPE k")).toBe("hash");
    expect(restore("k", payload, "0", "replace")).toBe("OK");
    expect(atoll.run("GET k")).toBe("old");
  });

  it("lives as long as it is told to", () => {
    atoll.run("SADD s a b");
    const payload = dumpOf("s");
    expect(restore("relative", payload, "5000")).toBe("OK");
    expect(atoll.run("PTTL relative")).toBe(5000);
    expect(restore("absolute", payload, String(atoll.nowMs + 7000), "ABSTTL")).toBe("OK");
    expect(atoll.run("PTTL absolute")).toBe(7000);
    expect(restore("for-ever", payload, "0", "ABSTTL")).toBe("OK");
    expect(atoll.run("PTTL for-ever")).toBe(-1);
    expect(restore("long", payload, "9223372036854775807")).toBe("OK");
    expect(atoll.run("PTTL long")).toBeGreaterThan(1e15);
  });

  it("that is past its deadline only takes away what it replaces", () => {
    atoll.run("SET k x");
    const payload = dumpOf("k");
    expect(restore("k", payload, "1000", "ABSTTL", "REPLACE")).toBe("OK");
    expect(atoll.run("EXISTS k")).toBe(0);
    expect(restore("k", payload, "1000", "ABSTTL")).toBe("OK");
    expect(atoll.run("EXISTS k")).toBe(0);
  });

  it("keeps nothing of the deadline that the replaced key had", () => {
    atoll.run("SET k x");
    const payload = dumpOf("k");
    atoll.run("SET k y PX 5000");
    expect(restore("k", payload, "0", "REPLACE")).toBe("OK");
    expect(atoll.run("PTTL k")).toBe(-1);
  });

  it("is nil for no key", () => {
    expect(atoll.run("DUMP none")).toBeNull();
  });
});

function mortalField(delta: number, name: string): Buffer {
  return Buffer.concat([rdbLength(delta), rdbString(name), rdbString(`value of ${name}`)]);
}

/** A hash as Redis 7.4 dumps it: the fields die after one second, never, and after three. */
function mortalHash(now: number): Buffer {
  const earliest = Buffer.alloc(8);
  earliest.writeBigUInt64LE(BigInt(now + 1000));
  const fields = [mortalField(1, "first"), mortalField(0, "immortal"), mortalField(2001, "second")];
  return sealed(24, earliest, rdbLength(3), ...fields);
}

describe("a hash whose fields have deadlines", () => {
  it("loses them one after the other, and is dumped as Redis 7.4 reads it", () => {
    const payload = mortalHash(atoll.nowMs);
    expect(restore("h", payload)).toBe("OK");
    expect(atoll.run("HMGET h first immortal second")).toEqual([
      "value of first",
      "value of immortal",
      "value of second",
    ]);
    const dumped = Buffer.from(dumpOf("h"), "latin1");
    expect(dumped[0]).toBe(24);
    expect(dumped.readUInt16LE(dumped.length - 10)).toBe(12);
    expect(dumped.readBigUInt64LE(1)).toBe(BigInt(atoll.nowMs + 1000));
    atoll.nowMs += 1000;
    expect(atoll.run("HMGET h first immortal second")).toEqual([null, "value of immortal", "value of second"]);
    expect(restore("copy", dumped)).toBe("OK");
    expect(atoll.run("HLEN copy")).toBe(2);
    atoll.nowMs += 2000;
    expect(atoll.run("HKEYS copy")).toEqual(["immortal"]);
    expect(dumpOf("copy").charCodeAt(0)).toBe(4);
  });

  it("keeps them where it is copied to", () => {
    restore("h", mortalHash(atoll.nowMs));
    atoll.run("RENAME h there");
    atoll.run("COPY there copy");
    atoll.nowMs += 1000;
    expect(atoll.run("HLEN there")).toBe(2);
    expect(atoll.run("HLEN copy")).toBe(2);
  });

  it("is nothing when they are all past", () => {
    const base = Buffer.alloc(8);
    const triples = listpack(["f", "v", "1000", "g", "w", "2000"].map((part) => Buffer.from(part)));
    atoll.run("SET h x");
    expect(restore("h", sealed(25, base, rdbString(triples)), "5000", "REPLACE")).toBe("OK");
    expect(atoll.run("EXISTS h")).toBe(0);
  });
});

describe("RESTORE", () => {
  it("refuses what is no payload and leaves everything as it was", () => {
    atoll.run("SET k x");
    const payload = Buffer.from(dumpOf("k"), "latin1");
    for (let i = 0; i < payload.length; i++) {
      const changed = Buffer.from(payload);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(restore("k", changed, "0", "REPLACE")).toBe(WRONG_PAYLOAD);
      expect(restore("k", payload.subarray(0, i), "0", "REPLACE")).toBe(WRONG_PAYLOAD);
    }
    const half = [rdbString("a"), rdbString("1"), rdbString("b")];
    expect(restore("k", sealed(4, rdbLength(2), ...half), "0", "REPLACE")).toBe(BAD_DATA);
    expect(atoll.run("GET k")).toBe("x");
    expect(restore("k", sealed(4, rdbLength(2), ...half, rdbString("2")), "0", "REPLACE")).toBe("OK");
    expect(atoll.run("HMGET k a b c")).toEqual(["1", "2", null]);
  });

  test.prop([
    fc.constantFrom(
      sealed(17, rdbString(listpack(["a", "1", "b", "3", "c", "5"].map((c) => Buffer.from(c))))),
      sealed(9, rdbString(zipmap(["a", "b", "c", "d"].map((c) => Buffer.from(c))))),
      sealed(14, rdbLength(2), rdbCompressed(ziplist([Buffer.from("x")])), rdbString(ziplist([Buffer.from("12345")]))),
      sealed(2, rdbLength(2), rdbString("member"), rdbString("other")),
    ),
    fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 3 }),
  ])("takes a payload whole or not at all, whatever bytes of it were changed", (payload, changes) => {
    const local = new LocalNode();
    local.run("SET k x");
    const before = local.run("ATOLL DIGEST");
    const value = Buffer.from(payload.subarray(0, -10));
    for (const { at, byte } of changes) value[at % value.length] = byte;
    const changed = sealed(value[0] ?? 0, value.subarray(1)).toString("latin1");
    const reply = local.execute(["RESTORE", "k", "0", changed, "REPLACE"]);
    if (reply.type === "-") expect(local.run("ATOLL DIGEST")).toBe(before);
    else expect(local.run("EXISTS k")).toBe(1);
  });
});

const path = findRedisServer();

describe.skipIf(path === undefined)("values between Atoll and a real redis-server", () => {
  let redis: RedisServer;

  beforeAll(async () => {
    // Atoll always looks as closely as Redis does when it is told to.
    redis = await RedisServer.start(path as string, ["--sanitize-dump-payload", "yes"]);
  });

  afterAll(async () => {
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.execute(["FLUSHALL"]);
  });

  /** Redis's value of a key through Atoll and back under another key. */
  async function roundTrip(key: string): Promise<void> {
    const dumped = await redis.execute(["DUMP", key]);
    expect(restore(key, dumped.text ?? "", "0", "REPLACE")).toBe("OK");
    expect((await redis.execute(["RESTORE", `back:${key}`, "0", dumpOf(key), "REPLACE"])).text).toBe("OK");
  }

  const CONTENT: Readonly<Record<string, readonly [words: readonly string[], group: number]>> = {
    string: [["GET"], 0],
    list: [["LRANGE", "0", "-1"], 0],
    set: [["SMEMBERS"], 1],
    zset: [["ZRANGE", "0", "-1", "WITHSCORES"], 0],
    hash: [["HGETALL"], 2],
  };

  async function content(key: string): Promise<string> {
    const type = (await redis.execute(["TYPE", key])).text ?? "";
    const [[name = "", ...more], group] = CONTENT[type] ?? [[], 0];
    return `${type} ${canonical(await redis.execute([name, key, ...more]), group)}`;
  }

  const ITEMS: Readonly<Record<string, readonly string[]>> = {
    few: ["1", "-7", "x", "two words", "99999999999"],
    numbers: Array.from({ length: 300 }, (_, i) => String(i * 977 - 5000)),
    "wide numbers": ["-9223372036854775808", "9223372036854775807", "2147483648", "-32769", "127", "-128", "-129"],
    many: Array.from({ length: 700 }, (_, i) => `element ${i}`),
    long: ["x".repeat(70), "yz".repeat(3000), "random \u0000\u00ff\r\n bytes", "z".repeat(70_000)],
  };
  const CONFIGS: readonly (readonly [name: string, value: string])[][] = [
    [],
    [["list-max-listpack-size", "3"]],
    [
      ["list-max-listpack-size", "-5"],
      ["list-compress-depth", "1"],
    ],
    [
      ["hash-max-listpack-entries", "0"],
      ["zset-max-listpack-entries", "0"],
      ["set-max-intset-entries", "0"],
    ],
    [
      ["hash-max-listpack-value", "100000"],
      ["zset-max-listpack-value", "100000"],
      ["hash-max-listpack-entries", "9999"],
      ["zset-max-listpack-entries", "9999"],
    ],
    [["rdbcompression", "no"]],
  ];
  const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
    ["list-max-listpack-size", "-2"],
    ["list-compress-depth", "0"],
    ["hash-max-listpack-entries", "512"],
    ["zset-max-listpack-entries", "128"],
    ["set-max-intset-entries", "512"],
    ["hash-max-listpack-value", "64"],
    ["zset-max-listpack-value", "64"],
    ["rdbcompression", "yes"],
  ];

  it.each(CONFIGS.map((config) => [config.flat().join(" ") || "defaults", config] as const))(
    "come back whole, with %s",
    async (_name, config) => {
      for (const [name, value] of [...DEFAULTS, ...config]) await redis.execute(["CONFIG", "SET", name, value]);
      for (const [name, items] of Object.entries(ITEMS)) {
        const key = name.replace(" ", "-");
        await redis.execute(["RPUSH", `list:${key}`, ...items]);
        await redis.execute(["SADD", `set:${key}`, ...items]);
        await redis.execute([
          "HSET",
          `hash:${key}`,
          ...items.flatMap((item, i) => [item, items[items.length - 1 - i] ?? ""]),
        ]);
        await redis.execute([
          "ZADD",
          `zset:${key}`,
          ...items.flatMap((item, i) => [["-inf", "1e300", String(i / 7)][i % 3] ?? "", item]),
        ]);
        await redis.execute(["SET", `string:${key}`, items.join("")]);
        for (const type of ["list", "set", "hash", "zset", "string"]) {
          await roundTrip(`${type}:${key}`);
          expect(await content(`back:${type}:${key}`)).toBe(await content(`${type}:${key}`));
        }
      }
    },
  );

  test.prop([
    fc.oneof(fc.string({ unit: "binary-ascii", maxLength: 19 }), fc.integer().map(String), fc.bigInt().map(String)),
  ])("are the very same bytes for small strings and numbers, but for the version", async (value) => {
    fc.pre(value.length < 20);
    await redis.execute(["SET", "k", value]);
    atoll.execute(["SET", "k", value]);
    const theirs = (await redis.execute(["DUMP", "k"])).text ?? "";
    expect(dumpOf("k")).toBe(theirs);
  });

  it("are refused with the same words, for the same options", async () => {
    const payload =
      (await redis.execute(["SET", "k", "x"])).text === "OK" ? ((await redis.execute(["DUMP", "k"])).text ?? "") : "";
    atoll.run("SET k x");
    const tails = [
      ["k", "0", payload],
      ["new", "abc", payload],
      ["new", "-1", payload],
      ["new", "0", "bad"],
      ["new", "0", ""],
      ["new", "0", payload, "FOO"],
      ["new", "0", payload, "IDLETIME"],
      ["new", "0", payload, "IDLETIME", "-1"],
      ["new", "0", payload, "IDLETIME", "x"],
      ["new", "0", payload, "FREQ", "256"],
      ["new", "0", payload, "FREQ", "-1"],
      ["new", "0", payload, "FREQ", "1", "IDLETIME", "1"],
      ["new", "0", payload, "IDLETIME", "1", "FREQ", "1"],
      ["k", "abc", payload, "REPLACE", "ABSTTL"],
      ["k", "abc", "bad", "FOO"],
      ["new", "0"],
      ["new", "0", payload, "IDLETIME", "5", "REPLACE", "ABSTTL"],
      ["other", "0", payload, "FREQ", "255"],
      ["third", "0", `${payload.slice(0, -10)} and more${payload.slice(-10)}`],
    ];
    for (const tail of tails) {
      const words = ["RESTORE", ...tail];
      expect(canonical(atoll.execute(words)), tail.join(" ")).toBe(canonical(await redis.execute(words)));
    }
    for (const words of [["DUMP"], ["DUMP", "a", "b"], ["DUMP", "none"]])
      expect(canonical(atoll.execute(words))).toBe(canonical(await redis.execute(words)));
  });

  it("may have something behind them, and are refused alike when they are no values", async () => {
    const payloads = [
      sealed(0, rdbString("x"), Buffer.from("remarks of a relative")),
      sealed(2, rdbLength(2), rdbString("x"), rdbString("x")),
      sealed(4, rdbLength(2), rdbString("x"), rdbString("1"), rdbString("x"), rdbString("2")),
      sealed(1, rdbLength(0)),
      sealed(18, rdbLength(1), Buffer.of(1), rdbString("")),
      sealed(14, rdbLength(1), rdbString(ziplist([]))),
      sealed(8, rdbString("x")),
      sealed(5, rdbLength(1), rdbString("x"), Buffer.from("000000000000f87f", "hex")),
      sealed(0, Buffer.of(20)),
      sealed(0, Buffer.of(0xc5)),
      sealed(0),
    ];
    for (const [i, payload] of payloads.entries()) {
      const words = ["RESTORE", "k", "0", payload.toString("latin1"), "REPLACE"];
      expect(canonical(atoll.execute(words)), String(i)).toBe(canonical(await redis.execute(words)));
    }
  });

  it("of old forms are what Redis takes them for", async () => {
    const words = ["a", "1", "bb", "-70000", "c".repeat(300), "2.5"].map((word) => Buffer.from(word));
    const scored = words.map((word, i) =>
      i % 2 === 0 ? word : Buffer.from(["-70000", "1", "2.5"][(i - 1) / 2] ?? ""),
    );
    const payloads: Readonly<Record<string, Buffer>> = {
      "list of ziplist": sealed(10, rdbString(ziplist(words))),
      "list of ziplists": sealed(14, rdbLength(2), rdbString(ziplist(words)), rdbCompressed(ziplist(words))),
      "hash of ziplist": sealed(13, rdbString(ziplist(words))),
      "zset of ziplist": sealed(12, rdbString(ziplist(scored))),
      "hash of zipmap": sealed(9, rdbString(zipmap(words, 2))),
      "zset of texts": sealed(
        3,
        rdbLength(3),
        rdbString("a"),
        rdbString("1.5"),
        rdbString("b"),
        Buffer.of(254),
        rdbString("c"),
        Buffer.of(255),
      ),
      "plain list": sealed(1, rdbLength(6), ...words.map(rdbString)),
      "hash of listpack": sealed(16, rdbString(listpack(words))),
      "zset of listpack": sealed(17, rdbString(listpack(scored))),
      "list of listpacks": sealed(
        18,
        rdbLength(2),
        Buffer.of(2),
        rdbString(listpack(words)),
        Buffer.of(1),
        rdbString("plain"),
      ),
    };
    for (const [name, payload] of Object.entries(payloads)) {
      const text = payload.toString("latin1");
      expect((await redis.execute(["RESTORE", "k", "0", text, "REPLACE"])).text, name).toBe("OK");
      expect(restore("k", text, "0", "REPLACE"), name).toBe("OK");
      expect((await redis.execute(["RESTORE", "back", "0", dumpOf("k"), "REPLACE"])).text).toBe("OK");
      expect(await content("back"), name).toBe(await content("k"));
    }
  });

  it("hold what was counted and estimated", async () => {
    const lines = ["INCRBY count 41", "HINCRBY hash f 5", "ZINCRBY zset 1.5 m", "ZINCRBY zset 0.1 m"];
    for (const line of [...lines, "PFADD sketch a b c d e f g", "PFADD sketch h", "SETBIT bits 9 1"]) {
      atoll.run(line);
      await redis.execute(line.split(" "));
    }
    for (const key of ["count", "hash", "zset", "sketch", "bits"]) {
      expect((await redis.execute(["RESTORE", `of-atoll:${key}`, "0", dumpOf(key)])).text).toBe("OK");
      expect(await content(`of-atoll:${key}`)).toBe(await content(key));
      await roundTrip(key);
    }
    expect((await redis.execute(["PFCOUNT", "of-atoll:sketch"])).text).toBe("8");
    expect(atoll.run("PFADD sketch a i")).toBe(1);
    expect(atoll.run("PFCOUNT sketch")).toBe(9);
    expect(atoll.run("INCR count")).toBe(42);
    expect(atoll.run("ZINCRBY zset 1 m")).toBe("2.6000000000000001");
  });
});
