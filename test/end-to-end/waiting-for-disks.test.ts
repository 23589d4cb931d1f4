/**
 * WAITAOF at real processes with logs on real disks: here, at a peer, and with a peer that keeps nothing.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../../src/cli/ports.ts";
import { AtollProcess } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

let folder: string;
let processes: readonly AtollProcess[];
let us: Redis;
let ap: Redis;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atoll-waitaof-"));
  const regions = ["us", "eu", "ap"];
  const ports = await freePorts("127.0.0.1", regions.length * 3);
  const peerPorts = ports.slice(6);
  const kept = [
    ["--appendfsync", "always", "--data-dir", join(folder, "us")],
    ["--appendfsync", "everysec", "--data-dir", join(folder, "eu")],
    [],
  ];
  processes = regions.map((region, i) => {
    const seeds = peerPorts.filter((_, other) => other !== i).map((port) => `127.0.0.1:${port}`);
    const own = { port: ports[i], "http-port": ports[3 + i], "peer-port": peerPorts[i], seeds: seeds.join(",") };
    const given = Object.entries(own).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const names = ["--region", region, "--node-id", region, "--cluster-id", "waitaof"];
    return new AtollProcess(["serve", ...names, ...given, ...(kept[i] ?? [])]);
  });
  await Promise.all(processes.map(async (each) => await each.printed(/ ready /)));
  us = new Redis(Number(ports[0]), "127.0.0.1");
  ap = new Redis(Number(ports[2]), "127.0.0.1");
  await us.set("first", "1");
  await eventually(async () => expect(await us.wait(2, 1000)).toBe(2));
});

afterAll(async () => {
  us.disconnect();
  ap.disconnect();
  const ends = await Promise.all(processes.map(async (each) => await each.stop()));
  await rm(folder, { recursive: true });
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
});

test("what this replica synced counts at once, what a peer synced within its second, and who keeps nothing never", async () => {
  for (let i = 0; i < 3; i++) {
    await us.set("key", String(i));
    expect(await us.call("WAITAOF", "1", "0", "0")).toEqual([1, expect.any(Number)]);
    expect(await us.call("WAITAOF", "1", "1", "10000")).toEqual([1, 1]);
  }
  await us.set("key", "last");
  expect(await us.call("WAITAOF", "0", "2", "1500")).toEqual([1, 1]);
});

test("a replica without a log waits for those that have one", async () => {
  await ap.set("elsewhere", "1");
  expect(await ap.call("WAITAOF", "0", "2", "10000")).toEqual([0, 2]);
  await expect(ap.call("WAITAOF", "1", "1", "10000")).rejects.toThrow(
    "WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
  );
});

test("what stands behind it in a pipeline is answered after it", async () => {
  const results = await us.pipeline().set("p", "1").call("WAITAOF", "1", "1", "10000").incr("p").exec();
  expect(results?.map(([, result]) => result)).toEqual(["OK", [1, 1], 2]);
});
