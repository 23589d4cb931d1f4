/**
 * WAITAOF at real processes with logs on real disks: here, at a peer, and with a peer that keeps nothing.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AtollCluster } from "../atoll-process.ts";

let folder: string;
let cluster: AtollCluster;
let us: Redis;
let ap: Redis;

/** What `us` and `eu` are promised of their disks; `ap` has none. */
const SYNCS: Readonly<Record<string, string>> = { us: "always", eu: "everysec" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atoll-waitaof-"));
  cluster = await AtollCluster.start(["us", "eu", "ap"], ({ region }): Readonly<Record<string, string>> => {
    const sync = SYNCS[region];
    return sync === undefined ? {} : { "--data-dir": join(folder, region), "--appendfsync": sync };
  });
  us = new Redis(cluster.place(0).port, "127.0.0.1");
  ap = new Redis(cluster.place(2).port, "127.0.0.1");
  await us.set("first", "1");
  expect(await us.wait(2, 0)).toBe(2);
});

afterAll(async () => {
  us.disconnect();
  ap.disconnect();
  const ends = await cluster.stop();
  await rm(folder, { recursive: true });
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
});

test("what this replica synced counts at once, what a peer synced within its second, and who keeps nothing never", async () => {
  for (let i = 0; i < 3; i++) {
    await us.set("key", String(i));
    expect(await us.call("WAITAOF", "1", "0", "0")).toEqual([1, expect.any(Number)]);
    expect(await us.call("WAITAOF", "1", "1", "0")).toEqual([1, 1]);
  }
  expect(await us.call("WAITAOF", "0", "2", "100")).toEqual([1, 1]);
});

test("a replica without a log waits for those that have one", async () => {
  await ap.set("elsewhere", "1");
  expect(await ap.call("WAITAOF", "0", "2", "0")).toEqual([0, 2]);
  await expect(ap.call("WAITAOF", "1", "1", "0")).rejects.toThrow(
    "WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
  );
});

test("what stands behind it in a pipeline is answered after it", async () => {
  const results = await us.pipeline().set("p", "1").call("WAITAOF", "1", "1", "0").incr("p").exec();
  expect(results?.map(([, result]) => result)).toEqual(["OK", [1, 1], 2]);
});
