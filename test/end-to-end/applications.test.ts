/**
 * What applications do with the types, by ioredis and node-redis as their users call them, in RESP2 and RESP3, against
 * three real replicas: in two regions at once, while they are cut off from each other, and equal everywhere afterwards.
 */
import { Redis } from "ioredis";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AtollCluster } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

async function connectNode(port: number, protocol: 2 | 3) {
  return await createClient({ url: `redis://127.0.0.1:${port}`, RESP: protocol }).connect();
}
/** Seconds; relative times would be told to the second, and a busy machine takes some. */
const IN_A_WHILE = Math.floor(Date.now() / 1000) + 100;

type NodeClient = Awaited<ReturnType<typeof connectNode>>;

let cluster: AtollCluster;
let everywhere: readonly Redis[];
let us: Redis;
let eu: Redis;
let ap: Redis;
/** node-redis at eu, in both protocols. */
let both: readonly NodeClient[];

beforeAll(async () => {
  cluster = await AtollCluster.start();
  everywhere = cluster.places.map(({ port }) => new Redis(port, "127.0.0.1"));
  [us, eu, ap] = everywhere as [Redis, Redis, Redis]; // three regions
  const { port } = cluster.place(1);
  both = [await connectNode(port, 2), await connectNode(port, 3)];
});

afterAll(async () => {
  for (const client of both) client.destroy();
  for (const client of everywhere) client.disconnect();
  const ends = await cluster.stop();
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
});

beforeEach(async () => {
  await us.flushall();
  await everywhereEqual();
});

/** All three hold the same, soon. */
async function everywhereEqual(): Promise<void> {
  await eventually(async () => {
    const digests = await Promise.all(everywhere.map(async (client) => await client.call("ATOLL", "DIGEST")));
    expect(new Set(digests).size).toBe(1);
  });
}

/** Both at once, with us cut off from the others; afterwards all are equal. */
async function apart(...work: readonly (() => Promise<unknown>)[]): Promise<void> {
  await everywhereEqual();
  for (const region of ["eu", "ap"]) await us.call("ATOLL", "CUT", region);
  await Promise.all(work.map(async (each) => await each()));
  await us.call("ATOLL", "HEAL");
  await everywhereEqual();
}

/** What node-redis makes of a reply in either protocol. */
async function inBoth(read: (client: NodeClient) => Promise<unknown>, expected: unknown): Promise<void> {
  for (const client of both) expect(await read(client)).toEqual(expected);
}

describe("a leaderboard", () => {
  test("counts points that are made in two regions at once, and ranks alike", async () => {
    await us.zadd("scores", 100, "ann", 90, "bob", 80.5, "cy");
    await apart(
      async () => await Promise.all([us.zincrby("scores", 7, "bob"), us.zincrby("scores", 0.25, "cy")]),
      async () => await Promise.all([eu.zincrby("scores", 8, "bob"), eu.zadd("scores", "GT", 103, "ann")]),
    );
    const ranked = ["bob", "105", "ann", "103", "cy", "80.75"];
    for (const client of everywhere) {
      expect(await client.zrange("scores", "0", "-1", "REV", "WITHSCORES")).toEqual(ranked);
    }
    await inBoth(
      async (client) => await client.zRangeWithScores("scores", 0, 1, { REV: true }),
      [
        { value: "bob", score: 105 },
        { value: "ann", score: 103 },
      ],
    );
    await inBoth(async (client) => await client.zScore("scores", "cy"), 80.75);
    await inBoth(async (client) => await client.zmScore("scores", ["cy", "nobody"]), [80.75, null]);
    await inBoth(async (client) => await client.zRevRank("scores", "bob"), 0);
    await inBoth(async (client) => await client.zIncrBy("scores", 0.5, "dee"), expect.any(Number));
    expect(await us.zrangebyscore("scores", "(100", "+inf", "LIMIT", 0, 1)).toEqual(["ann"]);
    await inBoth(
      async (client) => await client.zPopMax("scores"),
      expect.objectContaining({ score: expect.any(Number) }),
    );
  });

  test("is joined with another one, by weight", async () => {
    const [two, three] = both as [NodeClient, NodeClient];
    await two.zAdd("week", [
      { score: 1, value: "a" },
      { score: 2, value: "b" },
    ]);
    expect(await three.zAdd("day", { score: 5, value: "b" }, { comparison: "GT", CH: true })).toBe(1);
    await inBoth(
      async (client) =>
        await client.zUnionWithScores([
          { key: "week", weight: 10 },
          { key: "day", weight: 1 },
        ]),
      [
        { value: "a", score: 10 },
        { value: "b", score: 25 },
      ],
    );
    expect(await us.zunionstore("all", 2, "week", "day", "WEIGHTS", 10, 1, "AGGREGATE", "MAX")).toBe(2);
    await everywhereEqual();
    expect(await ap.zrange("all", "0", "-1", "WITHSCORES")).toEqual(["a", "10", "b", "20"]);
  });
});

/** Takes jobs to a list of its own, and from there when they are done. */
async function takeJobs(client: Redis, own: string): Promise<string[]> {
  const done: string[] = [];
  for (let n = 0; n < 4; n++) {
    const job = (await client.lmove("jobs", own, "LEFT", "RIGHT")) ?? "nothing";
    expect(await client.lrem(own, 1, job)).toBe(1);
    done.push(job);
  }
  return done;
}

describe("a work queue", () => {
  test("hands jobs to workers in two regions, and loses none", async () => {
    const jobs = Array.from({ length: 20 }, (_, n) => `job ${n}`);
    await us.rpush("jobs", ...jobs.slice(0, 10));
    const done: string[] = [];
    await apart(
      async () => {
        await us.lpush("jobs", ...jobs.slice(10, 12));
        done.push(...(await takeJobs(us, "doing:us")));
      },
      async () => {
        await eu.rpush("jobs", ...jobs.slice(12));
        done.push(...(await takeJobs(eu, "doing:eu")));
      },
    );
    const left = await ap.lrange("jobs", 0, -1);
    expect(new Set([...left, ...done])).toEqual(new Set(jobs));
    expect(left.filter((job) => done.includes(job))).toEqual([]);
    expect(await ap.exists("doing:us", "doing:eu")).toBe(0);
    // What was pushed by one command stands together.
    expect(left.slice(-8)).toEqual(jobs.slice(12));
  });

  test("wakes a worker in another region", async () => {
    const [two, three] = both as [NodeClient, NodeClient];
    const worker = await connectNode(cluster.place(2).port, 3);
    const waiting = worker.blMove("urgent", "doing", "LEFT", "RIGHT", 0);
    expect(await two.rPush("urgent", ["first", "second"])).toBe(2);
    expect(await waiting).toBe("first");
    await everywhereEqual();
    expect(await three.lRange("doing", 0, -1)).toEqual(["first"]);
    await inBoth(async (client) => await client.lPos("urgent", "second"), 0);
    expect(await worker.blPop("urgent", 0)).toEqual({ key: "urgent", element: "second" });
    expect(await worker.blPop("urgent", 0.01)).toBe(null);
    await worker.rPush("urgent", ["x", "y", "z"]);
    expect(await worker.lmPop(["none", "urgent"], "RIGHT", { COUNT: 2 })).toEqual(["urgent", ["z", "y"]]);
    worker.destroy();
  });
});

describe("sessions", () => {
  test("expire field by field, and go on when they are used", async () => {
    const [two, three] = both as [NodeClient, NodeClient];
    await two.hSet("session:1", { user: "ann", csrf: "secret", cart: "3" });
    expect(await three.hExpireAt("session:1", ["csrf", "none"], IN_A_WHILE)).toEqual([1, -2]);
    expect(await two.hpExpire("session:1", "cart", 50)).toEqual([1]);
    await everywhereEqual();
    await inBoth(async (client) => await client.hExpireTime("session:1", ["csrf", "user"]), [IN_A_WHILE, -1]);
    await eventually(async () => expect(await ap.hget("session:1", "cart")).toBe(null));
    expect(await ap.hgetall("session:1")).toEqual({ user: "ann", csrf: "secret" });
    await apart(
      async () => expect(await us.call("HGETEX", "session:1", "EX", "500", "FIELDS", "1", "csrf")).toEqual(["secret"]),
      async () =>
        expect(await three.hGetEx("session:1", ["csrf"], { expiration: { type: "EX", value: 300 } })).toEqual([
          "secret",
        ]),
    );
    // Who keeps it for longer has it for longer.
    expect(Number(((await ap.call("HTTL", "session:1", "FIELDS", "1", "csrf")) as number[])[0])).toBeGreaterThan(400);
    expect(await two.hGetDel("session:1", ["csrf", "user"])).toEqual(["secret", "ann"]);
    await everywhereEqual();
    expect(await us.exists("session:1")).toBe(0);
  });
});

describe("unique visitors", () => {
  test("are counted once, wherever they come", async () => {
    await us.pfadd("today", "early");
    await apart(
      async () => await us.pfadd("today", ...Array.from({ length: 300 }, (_, n) => `visitor ${n}`)),
      async () => await eu.pfadd("today", ...Array.from({ length: 300 }, (_, n) => `visitor ${n + 200}`)),
    );
    const counts = await Promise.all(everywhere.map(async (client) => await client.pfcount("today")));
    expect(new Set(counts).size).toBe(1);
    expect(Math.abs((counts[0] ?? 0) - 501)).toBeLessThan(20);
    const [two, three] = both as [NodeClient, NodeClient];
    expect(await two.pfAdd("yesterday", ["visitor 1", "somebody"])).toBe(1);
    expect(await three.pfMerge("both", ["today", "yesterday"])).toBe("OK");
    await everywhereEqual();
    expect(await ap.pfcount("both")).toBe(await eu.pfcount("today", "yesterday"));
  });
});

describe("a search nearby", () => {
  test("finds what was added in either region, nearest first", async () => {
    await us.geoadd("cafes", 13.361389, 38.115556, "Palermo");
    await apart(
      async () => await us.geoadd("cafes", 15.087269, 37.502669, "Catania"),
      async () => await both[0]?.geoAdd("cafes", { longitude: 13.583333, latitude: 37.316667, member: "Agrigento" }),
    );
    for (const client of everywhere) {
      const near = await client.geosearch("cafes", "FROMLONLAT", 15, 37, "BYRADIUS", 200, "km", "ASC", "WITHDIST");
      expect(near).toEqual([
        ["Catania", "56.4413"],
        ["Agrigento", "130.4235"],
        ["Palermo", "190.4424"],
      ]);
    }
    const here = { longitude: 15, latitude: 37 };
    const circle = { radius: 150, unit: "km" } as const;
    await inBoth(
      async (client) => await client.geoSearch("cafes", here, circle, { SORT: "ASC" }),
      ["Catania", "Agrigento"],
    );
    await inBoth(
      async (client) =>
        await client.geoSearchWith("cafes", here, circle, ["WITHDIST", "WITHCOORD"], { SORT: "ASC", COUNT: 1 }),
      [
        {
          member: "Catania",
          distance: 56.4413,
          coordinates: { longitude: expect.closeTo(15.087269, 4), latitude: expect.closeTo(37.502669, 4) },
        },
      ],
    );
    await inBoth(async (client) => await client.geoDist("cafes", "Palermo", "Catania", "km"), 166.2742);
    await inBoth(async (client) => await client.geoHash("cafes", ["Palermo", "none"]), ["sqc8b49rny0", null]);
  });
});

describe("feature flags", () => {
  test("are bits and small integers in one string", async () => {
    const [two, three] = both as [NodeClient, NodeClient];
    expect(await us.setbit("flags", 7, 1)).toBe(0);
    await everywhereEqual();
    expect(await two.setBit("flags", 100, 1)).toBe(0);
    await inBoth(async (client) => await client.getBit("flags", 7), 1);
    await inBoth(async (client) => await client.bitCount("flags"), 2);
    await inBoth(async (client) => await client.bitPos("flags", 1), 7);
    expect(
      await three.bitField("levels", [
        { operation: "SET", encoding: "u8", offset: "#1", value: 250 },
        { operation: "OVERFLOW", behavior: "SAT" },
        { operation: "INCRBY", encoding: "u8", offset: "#1", increment: 10 },
        { operation: "GET", encoding: "i8", offset: 8 },
      ]),
    ).toEqual([0, 255, -1]);
    await apart(
      async () => await us.setbit("flags", 1, 1),
      async () => await eu.set("levels", "other"),
    );
    // A row of bits is one value: the newest stands, everywhere the same.
    const values = await Promise.all(everywhere.map(async (client) => await client.getBuffer("flags")));
    expect(new Set(values.map(String)).size).toBe(1);
  });
});

describe("a value that is dumped in one region", () => {
  test("is restored in another, whatever its type", async () => {
    await us.zadd("zset", 1.5, "a", 2, "b");
    await us.rpush("list", "x", "y", "x");
    await us.hset("hash", "f", "v", "n", "1");
    await us.sadd("set", "1", "2");
    await us.pfadd("hll", "one", "two");
    await us.set("string", Buffer.from([0, 255, 13, 10]), "EX", 100);
    await us.hincrby("hash", "n", 4);
    const types = ["zset", "list", "hash", "set", "hll", "string"];
    for (const name of types) {
      const dumped = await us.dumpBuffer(name);
      expect(await ap.restore(`${name}:2`, 0, dumped)).toBe("OK");
      await expect(ap.restore(`${name}:2`, 0, dumped)).rejects.toThrow("BUSYKEY");
    }
    await everywhereEqual();
    expect(await eu.zrange("zset:2", "0", "-1", "WITHSCORES")).toEqual(["a", "1.5", "b", "2"]);
    expect(await eu.lrange("list:2", 0, -1)).toEqual(["x", "y", "x"]);
    expect(await eu.hgetall("hash:2")).toEqual({ f: "v", n: "5" });
    expect((await eu.smembers("set:2")).toSorted()).toEqual(["1", "2"]);
    expect(await eu.pfcount("hll:2")).toBe(2);
    expect(await eu.getBuffer("string:2")).toEqual(Buffer.from([0, 255, 13, 10]));
    expect(await eu.ttl("string:2")).toBe(-1);
    const raw = both[1]?.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const dumped = await raw?.dump("zset");
    expect(await raw?.restore("zset:3", 500_000, dumped ?? "", { REPLACE: true })).toBe("OK");
    await everywhereEqual();
    expect(await us.zscore("zset:3", "b")).toBe("2");
    expect(await us.pttl("zset:3")).toBeGreaterThan(0);
  });
});

describe("a key that two regions make differently", () => {
  test("shows one value everywhere, and keeps the others", async () => {
    await apart(
      async () => await us.zincrby("key", 1.5, "member"),
      async () => await eu.rpush("key", "element"),
    );
    const types = await Promise.all(everywhere.map(async (client) => await client.type("key")));
    expect(new Set(types).size).toBe(1);
    const hidden = types[0] === "list" ? ["zset", "member", "1.5"] : ["list", "", "element"];
    const [sibling] = (await us.call("ATOLL", "SIBLINGS", "key")) as unknown[][];
    expect(sibling?.slice(4)).toEqual(["type", hidden[0], "element", hidden[1], "value", hidden[2]]);
  });
});
