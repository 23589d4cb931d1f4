/**
 * Clients that wait, at three real processes: until peers have what they wrote, or time is over, or somebody lets them go.
 */
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AtollCluster } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

let cluster: AtollCluster;
let us: Redis;
let other: Redis;

beforeAll(async () => {
  cluster = await AtollCluster.start();
  us = new Redis(cluster.place(0).port, "127.0.0.1");
  other = new Redis(cluster.place(0).port, "127.0.0.1");
});

afterAll(async () => {
  us.disconnect();
  other.disconnect();
  const ends = await cluster.stop();
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
});

/** Runs something while the process of a replica stands still. */
async function whilePaused(index: number, work: () => Promise<void>): Promise<void> {
  const child = cluster.processes[index]?.child;
  child?.kill("SIGSTOP");
  try {
    await work();
  } finally {
    child?.kill("SIGCONT");
  }
}

async function blockedClients(): Promise<number> {
  return Number(/blocked_clients:(\d+)/.exec(await other.info("clients"))?.[1]);
}

async function isBlocked(count: number): Promise<void> {
  await eventually(async () => expect(await blockedClients()).toBe(count));
}

describe("WAIT", () => {
  test("returns as soon as all peers have what was written", async () => {
    for (let i = 0; i < 20; i++) {
      await us.set("counted", String(i));
      expect(await us.wait(2, 0)).toBe(2);
      expect(await us.call("ATOLL", "WAITREGIONS", "eu,ap,us", "0")).toEqual(["eu", 1, "ap", 1, "us", 1]);
    }
  });

  test("counts those that have it when a peer stands still", async () => {
    await whilePaused(2, async () => {
      await us.set("paused", "1");
      expect(await us.wait(1, 0)).toBe(1);
      expect(await us.wait(2, 500)).toBe(1);
      expect(await us.call("ATOLL", "WAITREGIONS", "ap", "200")).toEqual(["ap", 0]);
    });
    await us.set("going", "1");
    expect(await us.wait(2, 0)).toBe(2);
  });

  test("answers a pipeline in order, what stands behind it after it", async () => {
    const results = await us.pipeline().set("p", "1").wait(2, 0).get("p").incr("p").wait(2, 0).get("p").exec();
    expect(results?.map(([, result]) => result)).toEqual(["OK", 2, "1", 2, 2, "2"]);
  });

  test("works from node-redis, too", async () => {
    const client = createClient({ url: `redis://127.0.0.1:${cluster.place(1).port}` });
    await client.connect();
    await client.set("node-redis", "1");
    expect(await client.wait(2, 0)).toBe(2);
    const [set, count, value] = await Promise.all([client.incr("n"), client.wait(2, 0), client.get("n")]);
    expect([set, count, value]).toEqual([1, 2, "1"]);
    await client.close();
  });

  test("says 0 of disks where nothing is kept on disk", async () => {
    await us.set("durable", "1");
    expect(await us.call("WAITAOF", "0", "1", "100")).toEqual([0, 0]);
    await expect(us.call("WAITAOF", "1", "0", "100")).rejects.toThrow("appendonly is disabled");
  });
});

describe("a client that waits for a key", () => {
  test("is served by a push at its replica, and by one in another region", async () => {
    const eu = new Redis(cluster.place(1).port, "127.0.0.1");
    const here = us.blpop("none", "list", 0);
    await isBlocked(1);
    await other.rpush("list", "a", "b");
    expect(await here).toEqual(["list", "a"]);
    expect(await us.call("BLMOVE", "list", "done", "LEFT", "RIGHT", "0")).toBe("b");
    const there = us.blpop("list", 0);
    await isBlocked(1);
    await eu.rpush("list", "c");
    expect(await there).toEqual(["list", "c"]);
    await eventually(async () => expect(await eu.exists("list")).toBe(0));
    const lowest = us.bzpopmin("scores", 0);
    await isBlocked(1);
    await eu.zadd("scores", 2, "two", 1, "one");
    expect(await lowest).toEqual(["scores", "one", "1"]);
    eu.disconnect();
  });

  test("hands elements round in a pipeline, each to the one who waits longest", async () => {
    const workers = Array.from({ length: 5 }, () => new Redis(cluster.place(0).port, "127.0.0.1"));
    const taken: string[] = [];
    const work = workers.map(async (worker) => {
      for (let n = 0; n < 40; n++) taken.push((await worker.blpop("jobs", 0))?.[1] ?? "nothing");
    });
    const jobs = Array.from({ length: 200 }, (_, n) => `job-${n}`);
    const pipeline = other.pipeline();
    for (const job of jobs) pipeline.rpush("jobs", job);
    await pipeline.exec();
    await Promise.all(work);
    expect(taken.toSorted()).toEqual(jobs.toSorted());
    expect(await other.exists("jobs")).toBe(0);
    for (const worker of workers) worker.disconnect();
  });

  test("is told when time is over", async () => {
    expect(await us.blpop("none", 0.05)).toBe(null);
    expect(await us.call("BRPOPLPUSH", "none", "list", "0.05")).toBe(null);
  });
});

describe("a client that waits", () => {
  test("is let go by CLIENT UNBLOCK, and goes on", async () => {
    const id = await us.client("ID");
    await us.set("unblocked", "1");
    expect(await us.wait(2, 0)).toBe(2);
    const waiting = Promise.all([us.wait(3, 0), us.get("unblocked")]);
    await isBlocked(1);
    expect(String(await other.client("LIST"))).toMatch(new RegExp(`id=${id} .* flags=b `));
    expect(await other.call("CLIENT", "UNBLOCK", String(id))).toBe(1);
    expect(await waiting).toEqual([2, "1"]);
    const failing = us.wait(3, 0);
    await isBlocked(1);
    expect(await other.call("CLIENT", "UNBLOCK", String(id), "ERROR")).toBe(1);
    await expect(failing).rejects.toThrow("UNBLOCKED client unblocked via CLIENT UNBLOCK");
    expect(await other.call("CLIENT", "UNBLOCK", String(id))).toBe(0);
  });

  test("is forgotten when it is killed, or leaves", async () => {
    const victim = new Redis(cluster.place(0).port, "127.0.0.1", { retryStrategy: () => null });
    victim.on("error", () => {});
    const id = await victim.client("ID");
    const failing = expect(victim.wait(3, 0)).rejects.toThrow(/closed/i);
    await isBlocked(1);
    await other.client("KILL", "ID", id);
    await failing;
    await isBlocked(0);
    const leaving = new Redis(cluster.place(0).port, "127.0.0.1");
    leaving.wait(3, 0).catch(() => {});
    await isBlocked(1);
    leaving.disconnect();
    await isBlocked(0);
  });

  test("does not keep a replica from stopping", async () => {
    const client = new Redis(cluster.place(2).port, "127.0.0.1", { retryStrategy: () => null });
    client.on("error", () => {});
    const failing = expect(client.wait(3, 0)).rejects.toThrow(/closed/i);
    await eventually(async () => {
      const probe = new Redis(cluster.place(2).port, "127.0.0.1");
      const info = await probe.info("clients");
      probe.disconnect();
      expect(info).toContain("blocked_clients:1\r\n");
    });
    const stopping = cluster.processes[2]?.stop();
    await failing;
    expect((await stopping)?.code).toBe(0);
  });
});
