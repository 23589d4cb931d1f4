/**
 * Three real processes in three regions, with ioredis and node-redis as people use them: each writes at its own
 * replica, all come to hold the same keyspace.
 */
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AtollCluster } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

let cluster: AtollCluster;
let us: Redis;
let eu: Redis;
let ap: Redis;
let everywhere: readonly Redis[];

beforeAll(async () => {
  cluster = await AtollCluster.start();
  everywhere = cluster.places.map(({ port }) => new Redis(port, "127.0.0.1"));
  // One of the replicas is killed below; its client finds the way back by itself.
  for (const client of everywhere) client.on("error", () => {});
  [us, eu, ap] = everywhere as [Redis, Redis, Redis]; // three regions
});

afterAll(async () => {
  for (const client of everywhere) client.disconnect();
  const ends = await cluster.stop();
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
});

beforeEach(async () => {
  await us.flushall();
  await expectEverywhere(async (client) => await client.dbsize(), 0);
});

async function digest(client: Redis): Promise<string> {
  return String(await client.call("ATOLL", "DIGEST"));
}

/** All three give this result, soon. */
async function expectEverywhere(read: (client: Redis) => Promise<unknown>, expected: unknown): Promise<void> {
  await eventually(async () => {
    expect(await Promise.all(everywhere.map(read))).toEqual([expected, expected, expected]);
  });
}

/** All three hold the same visible keyspace, soon; its fingerprint. */
async function expectEqualDigests(): Promise<string> {
  return await eventually(async () => {
    const [first, ...others] = await Promise.all(everywhere.map(digest));
    expect(others).toEqual([first, first]);
    return String(first);
  });
}

/** Drops the links between `us` and the others, runs both sides, joins them again. */
async function whileCutOff(work: () => Promise<void>): Promise<void> {
  await us.call("ATOLL", "CUT", "eu");
  await us.call("ATOLL", "CUT", "ap");
  await work();
  await us.call("ATOLL", "HEAL");
}

describe("a write at one replica", () => {
  test("is read at the two others", async () => {
    await us.set("greeting", "hello");
    await expectEverywhere(async (client) => await client.get("greeting"), "hello");
  });

  test("with several keys shows everywhere at once or not at all", async () => {
    await us.mset("a", "0", "b", "0");
    await expectEverywhere(async (client) => await client.get("b"), "0");
    const writing = (async () => {
      for (let i = 1; i <= 300; i++) await us.mset("a", String(i), "b", String(i));
    })();
    let torn = 0;
    await eventually(async () => {
      const [a, b] = await eu.mget("a", "b");
      if (a !== b) torn++;
      expect(b).toBe("300");
    });
    await writing;
    expect(torn).toBe(0);
  });

  test("expires everywhere", async () => {
    await us.mset("short", "lived", "kept", "for ever");
    await us.hset("hash", "field", "value");
    await expectEverywhere(async (client) => await client.dbsize(), 3);
    await us.set("short", "lived", "PX", 300);
    await us.pexpire("hash", 300);
    await expectEverywhere(async (client) => await client.exists("short", "hash"), 0);
    await expectEverywhere(async (client) => await client.dbsize(), 1);
  });
});

describe("writes at several replicas at once", () => {
  test("of one string end with one value everywhere", async () => {
    await Promise.all(everywhere.map(async (client, i) => await client.set("contested", `value ${i}`)));
    await expectEqualDigests();
    const values = await Promise.all(everywhere.map(async (client) => await client.get("contested")));
    expect(new Set(values).size).toBe(1);
  });

  test("count every INCR", async () => {
    const rounds = Array.from({ length: 200 });
    await Promise.all(everywhere.flatMap((client) => rounds.map(async () => await client.incr("visits"))));
    await expectEverywhere(async (client) => await client.get("visits"), "600");
    await Promise.all(everywhere.map(async (client) => await client.hincrby("per-page", "home", 7)));
    await expectEverywhere(async (client) => await client.hget("per-page", "home"), "21");
  });

  test("with node-redis as the client are merged just the same", async () => {
    const clients = await Promise.all(
      cluster.places.map(
        async ({ port }) => await createClient({ url: `redis://127.0.0.1:${port}`, RESP: 3 }).connect(),
      ),
    );
    await Promise.all(clients.map(async (client, i) => await client.hSet("profile", `field ${i}`, `value ${i}`)));
    await Promise.all(clients.map(async (client, i) => await client.sAdd("tags", [`tag ${i}`, "common"])));
    await eventually(async () => {
      for (const client of clients) {
        expect(Object.keys(await client.hGetAll("profile")).toSorted()).toEqual(["field 0", "field 1", "field 2"]);
        expect((await client.sMembers("tags")).toSorted()).toEqual(["common", "tag 0", "tag 1", "tag 2"]);
      }
    });
    for (const client of clients) client.destroy();
  });

  test("let fields of a hash expire in every region", async () => {
    const [place] = cluster.places;
    const client = await createClient({ url: `redis://127.0.0.1:${place?.port}`, RESP: 3 }).connect();
    await client.hSet("session", { user: "ada", token: "t", seen: "before" });
    expect(await client.hExpireAt("session", ["user", "none"], 4_000_000_000)).toEqual([1, -2]);
    expect(await client.hExpireTime("session", ["user", "token"])).toEqual([4_000_000_000, -1]);
    await expectEverywhere(async (other) => await other.hlen("session"), 3);
    expect(await client.hGetEx("session", "token", { expiration: { type: "PX", value: 300 } })).toEqual(["t"]);
    expect(await client.hSetEx("session", { seen: "now" }, { expiration: { type: "PX", value: 300 } })).toBe(1);
    await expectEverywhere(async (other) => await other.hgetall("session"), { user: "ada" });
    expect(await client.hPersist("session", "user")).toEqual([1]);
    expect(await client.hGetDel("session", ["user", "seen"])).toEqual(["ada", null]);
    await expectEverywhere(async (other) => await other.exists("session"), 0);
    await expectEqualDigests();
    client.destroy();
  });
});

describe("a region that is cut off", () => {
  test("keeps what was added on one side while it was removed on the other", async () => {
    await us.sadd("set", "x", "y");
    await expectEverywhere(async (client) => await client.scard("set"), 2);
    await whileCutOff(async () => {
      await us.sadd("set", "x");
      await eu.srem("set", "x", "y");
      expect(await us.smembers("set").then((members) => members.toSorted())).toEqual(["x", "y"]);
      await eventually(async () => expect(await ap.exists("set")).toBe(0));
    });
    await expectEverywhere(async (client) => await client.smembers("set"), ["x"]);
    await expectEqualDigests();
  });

  test("keeps the increments that a delete had not seen", async () => {
    await us.set("stock", "10");
    await expectEverywhere(async (client) => await client.get("stock"), "10");
    await whileCutOff(async () => {
      await us.incrby("stock", 2);
      await eu.del("stock");
      expect(await us.get("stock")).toBe("12");
      expect(await eu.get("stock")).toBeNull();
    });
    await expectEverywhere(async (client) => await client.get("stock"), "2");
  });

  test("adds its increments to a value that was set on the other side", async () => {
    await whileCutOff(async () => {
      await us.incrby("total", 2);
      await ap.set("total", "5");
    });
    await expectEverywhere(async (client) => await client.get("total"), "7");
  });

  test("serves on both sides, and all hold the same when it is joined again", async () => {
    await whileCutOff(async () => {
      for (let i = 0; i < 200; i++) {
        await Promise.all([
          us.mset(`us:${i}`, "1", "both", `us ${i}`),
          eu.hset("hash", `field ${i}`, "eu"),
          us.hset("hash", `field ${i}`, "us", `us field ${i}`, "us"),
          ap.sadd("set", `member ${i % 50}`),
          us.srem("set", `member ${i % 20}`),
          eu.set(`short:${i}`, "x", "PX", 60_000 + i),
        ]);
      }
      expect(await eu.exists("us:1")).toBe(0);
      expect(await us.exists("short:1")).toBe(0);
      const unequal = await Promise.all([digest(us), digest(eu)]);
      expect(unequal[0]).not.toBe(unequal[1]);
    });
    await expectEqualDigests();
    await expectEverywhere(async (client) => await client.hlen("hash"), 400);
    await expectEverywhere(async (client) => await client.scard("set"), 50);
    await expectEverywhere(async (client) => await client.get("both"), "us 199");
  });
});

describe("a replica that dies", () => {
  test("comes back empty-handed, fills itself from the others, and loses nothing that it had sent", async () => {
    await Promise.all(Array.from({ length: 500 }, async (_, i) => await ap.set(`key:${i}`, `value ${i}`)));
    await ap.incrby("counter", 5);
    await expectEverywhere(async (client) => await client.get("counter"), "5");
    const before = await expectEqualDigests();
    await cluster.kill(2);
    await us.set("meanwhile", "written");
    await eu.del("key:0");
    await cluster.restart(2);
    await expectEverywhere(async (client) => await client.get("meanwhile"), "written");
    await expectEverywhere(async (client) => await client.get("key:0"), null);
    await ap.incrby("counter", 5);
    await expectEverywhere(async (client) => await client.get("counter"), "10");
    expect(await expectEqualDigests()).not.toBe(before);
    expect(await ap.dbsize()).toBe(501);
  });
});
