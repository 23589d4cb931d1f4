/**
 * Who belongs to the cluster, with real processes: joining by name and by command, dying, leaving, being forgotten; and
 * clients of Redis Cluster, which find their way around whoever is gone.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import { createCluster } from "redis";
import { afterEach, describe, expect, test } from "vitest";
import { AtollCluster, type ReplicaPlace } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function started(...args: Parameters<typeof AtollCluster.start>): Promise<AtollCluster> {
  const cluster = await AtollCluster.start(...args);
  closers.push(async () => await cluster.stop());
  return cluster;
}

function clientOf({ port }: ReplicaPlace): Redis {
  const client = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: 1 });
  client.on("error", () => {});
  closers.push(() => client.disconnect());
  return client;
}

/** Each peer's state as a member, by node, as one replica sees it. */
async function members(client: Redis): Promise<Record<string, string>> {
  const peers = (await client.call("ATOLL", "PEERS")) as string[][];
  return Object.fromEntries(
    peers.map((peer) => [peer[peer.indexOf("node") + 1], peer[peer.indexOf("member") + 1]] as [string, string]),
  );
}

async function expectMembers(client: Redis, expected: Record<string, string>): Promise<void> {
  await eventually(async () => expect(await members(client)).toEqual(expected));
}

async function health({ httpPort }: ReplicaPlace): Promise<{ status: number; detail?: string }> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/cluster/health`);
  return { ...((await response.json()) as object), status: response.status };
}

describe("a member that dies", () => {
  test("is known to be dead everywhere, however it died, and alive when it is back", async () => {
    const cluster = await started();
    const [us, eu] = cluster.places.map(clientOf) as [Redis, Redis, Redis]; // three regions
    await expectMembers(us, { "eu-1": "alive", "ap-1": "alive" });
    await eventually(async () => expect((await health(cluster.place(0))).status).toBe(200));

    await cluster.kill(2);
    for (const client of [us, eu]) await eventually(async () => expect((await members(client))["ap-1"]).toBe("dead"));
    expect(await health(cluster.place(0))).toMatchObject({ status: 503, detail: "ap-1 is dead." });
    await cluster.restart(2);
    await expectMembers(us, { "eu-1": "alive", "ap-1": "alive" });

    cluster.processes[2]?.child.kill("SIGSTOP");
    for (const client of [us, eu]) await eventually(async () => expect((await members(client))["ap-1"]).toBe("dead"));
    cluster.processes[2]?.child.kill("SIGCONT");
    await expectMembers(us, { "eu-1": "alive", "ap-1": "alive" });
    await eventually(async () => expect((await health(cluster.place(1))).status).toBe(200));
  });

  test("in order has left, and is asked for no more", async () => {
    const cluster = await started();
    const us = clientOf(cluster.place(0));
    await cluster.processes[2]?.stop();
    await expectMembers(us, { "eu-1": "alive", "ap-1": "left" });
    expect((await health(cluster.place(0))).status).toBe(200);
  });
});

describe("a member that is forgotten", () => {
  test("leaves the list, is refused what it kept to itself, and is let in as a new start", async () => {
    const cluster = await started();
    const [us, eu, ap] = cluster.places.map(clientOf) as [Redis, Redis, Redis]; // three regions
    await us.set("shared", "1");
    await eventually(async () => expect(await ap.get("shared")).toBe("1"));
    for (const region of ["us", "eu"]) await ap.call("ATOLL", "CUT", region);
    await ap.set("late", "1");
    expect(await us.call("CLUSTER", "FORGET", "ap-1")).toBe("OK");
    await expectMembers(eu, { "us-1": "alive" });
    await ap.call("ATOLL", "HEAL");
    await eventually(async () => await expect(ap.get("shared")).rejects.toThrow("CLUSTERDOWN The cluster is down"));
    await eventually(async () => {
      const ready = await fetch(`http://127.0.0.1:${cluster.place(2).httpPort}/ready`);
      expect(ready.status).toBe(503);
    });
    expect(await us.get("late")).toBeNull();
    await cluster.kill(2);
    await cluster.restart(2);
    await expectMembers(us, { "eu-1": "alive", "ap-1": "alive" });
    await eventually(async () => expect(await ap.get("shared")).toBe("1"));
    expect(await us.get("late")).toBeNull();
  });
});

describe("a member that was forgotten and kept its data", () => {
  test("is refused when it comes back with it, also by those who have only their own data to remember it by", async () => {
    const folder = await mkdtemp(join(tmpdir(), "atoll-forgotten-"));
    closers.push(async () => await rm(folder, { recursive: true }));
    const cluster = await started(undefined, ({ nodeId }) => ({
      "--data-dir": join(folder, nodeId),
      "--appendfsync": "always",
    }));
    const [us, eu, ap] = cluster.places.map(clientOf) as [Redis, Redis, Redis]; // three regions
    await ap.set("shared", "1");
    for (const client of [us, eu]) await eventually(async () => expect(await client.get("shared")).toBe("1"));
    for (const region of ["us", "eu"]) await ap.call("ATOLL", "CUT", region);
    await ap.set("late", "1");
    await cluster.kill(2);
    expect(await us.call("CLUSTER", "FORGET", "ap-1")).toBe("OK");
    await expectMembers(eu, { "us-1": "alive" });
    for (const index of [0, 1]) await cluster.kill(index);
    for (const index of [0, 1]) await cluster.restart(index);
    await eventually(async () => expect(await us.get("shared")).toBe("1"));
    cluster.start(2);
    await eventually(async () => await expect(ap.get("late")).rejects.toThrow("CLUSTERDOWN The cluster is down"));
    for (const client of [us, eu]) expect(await client.get("late")).toBeNull();
  });
});

describe("joining", () => {
  test("goes by CLUSTER MEET where nobody has seeds, and who was met is found by the others", async () => {
    const cluster = await started(undefined, () => ({ "--seeds": "" }));
    const [us, eu, ap] = cluster.places.map(clientOf) as [Redis, Redis, Redis]; // three regions
    await us.set("from us", "1");
    await ap.set("from ap", "1");
    const [, second, third] = cluster.places as [ReplicaPlace, ReplicaPlace, ReplicaPlace];
    expect(await us.call("CLUSTER", "MEET", "127.0.0.1", second.peerPort)).toBe("OK");
    expect(await eu.call("CLUSTER", "MEET", "127.0.0.1", third.port, third.peerPort)).toBe("OK");
    await expectMembers(us, { "eu-1": "alive", "ap-1": "alive" });
    await eventually(async () => expect((await health(cluster.place(0))).status).toBe(200));
    for (const client of [us, eu, ap]) {
      await eventually(async () => expect(await client.mget("from us", "from ap")).toEqual(["1", "1"]));
    }
  });

  test("is kept: who was met finds the others after a restart, without seeds, and however both of them ended", async () => {
    const folder = await mkdtemp(join(tmpdir(), "atoll-met-"));
    closers.push(async () => await rm(folder, { recursive: true }));
    const cluster = await started(["us", "eu"], ({ nodeId }) => ({
      "--seeds": "",
      "--data-dir": join(folder, nodeId),
    }));
    const [us, eu] = cluster.places.map(clientOf) as [Redis, Redis]; // two regions
    expect(await us.call("CLUSTER", "MEET", "127.0.0.1", cluster.place(1).peerPort)).toBe("OK");
    await expectMembers(eu, { "us-1": "alive" });
    await cluster.processes[1]?.stop();
    await expectMembers(us, { "eu-1": "left" });
    await us.set("meanwhile", "1");
    await cluster.restart(1);
    await expectMembers(eu, { "us-1": "alive" });
    await eventually(async () => expect(await eu.get("meanwhile")).toBe("1"));
    await cluster.processes[0]?.stop();
    await cluster.kill(1);
    await Promise.all([cluster.restart(0), cluster.restart(1)]);
    await expectMembers(us, { "eu-1": "alive" });
    await eventually(async () => expect((await health(cluster.place(1))).status).toBe(200));
  });

  test("goes by names, of which every address is tried, and by any seed of the cluster", async () => {
    const cluster = await started(undefined, (_, all) => ({ "--seeds": `localhost:${all[0]?.peerPort}` }));
    const eu = clientOf(cluster.place(1));
    await expectMembers(eu, { "us-1": "alive", "ap-1": "alive" });
    await eventually(async () => expect((await health(cluster.place(1))).status).toBe(200));
  });

  test("works for those who listen on every address, and for those who announce one", async () => {
    const cluster = await started(["us", "eu"], (place) =>
      place.region === "us" ? { "--host": "0.0.0.0" } : { "--announce-host": "localhost" },
    );
    const [us, eu] = cluster.places.map(clientOf) as [Redis, Redis]; // two regions
    const [first, second] = cluster.places as [ReplicaPlace, ReplicaPlace];
    await eventually(async () => {
      expect(String(await eu.call("CLUSTER", "NODES"))).toContain(`127.0.0.1:${first.port}@${first.peerPort} slave`);
      expect(String(await us.call("CLUSTER", "NODES"))).toContain(`localhost:${second.port}@${second.peerPort} slave`);
    });
  });
});

describe("clients of Redis Cluster", () => {
  test("ioredis finds the members, runs commands, and does not wait for one that dies", async () => {
    const cluster = await started();
    await eventually(async () => expect((await health(cluster.place(0))).status).toBe(200));
    const client = new Cluster([{ host: "127.0.0.1", port: cluster.place(0).port }], { scaleReads: "all" });
    client.on("error", () => {});
    closers.push(() => client.disconnect());
    await client.set("{cart}:1", "a");
    await client.mset("{cart}:2", "b", "{cart}:3", "c");
    await eventually(async () => expect(await client.mget("{cart}:1", "{cart}:2")).toEqual(["a", "b"]));
    const found = new Set(client.nodes("all").map(({ options }) => options.port));
    expect(found).toEqual(new Set(cluster.places.map(({ port }) => port)));
    await eventually(async () => expect(await clientOf(cluster.place(1)).get("{cart}:1")).toBe("a"));
    const [master] = client.nodes("master");
    const victim = cluster.places.findIndex(({ port }) => port === master?.options.port);
    await cluster.kill(victim);
    await client.set("after", "1");
    expect(await eventually(async () => await client.get("{cart}:1"))).toBe("a");
  });

  test("node-redis finds the members, and runs commands", async () => {
    const cluster = await started();
    await eventually(async () => expect((await health(cluster.place(0))).status).toBe(200));
    const client = createCluster({
      rootNodes: [{ url: `redis://127.0.0.1:${cluster.place(0).port}` }],
      useReplicas: true,
    });
    client.on("error", () => {});
    await client.connect();
    closers.push(() => client.destroy());
    expect(client.masters.length + client.replicas.length).toBe(3);
    await client.set("key", "value");
    await eventually(async () => expect(await client.get("key")).toBe("value"));
    await client.hSet("hash", { field: "1" });
    expect(await client.incr("count")).toBe(1);
  });
});
