/**
 * Three real replicas over real sockets in one process: what is written
 * anywhere is everywhere, also after every connection broke, and a newcomer
 * fills itself from the others.
 */
import { afterEach, describe, expect, it } from "vitest";
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { Replica } from "../../src/replica/replica.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import { Random } from "../../sim/world/random.ts";
import { PeerNetwork } from "../../transport/websocket.ts";

const DEADLINE_MS = 45_000;
const random = new Random(1, "network");

interface Running {
  readonly keyspace: Keyspace;
  readonly replica: Replica<Keyspace>;
  readonly network: PeerNetwork;
  readonly timer: NodeJS.Timeout;
}

let running: Running[] = [];

async function start(
  name: string,
  originId: number,
  seeds: readonly Running[],
  logBytesMax?: number,
): Promise<Running> {
  const ports = seeds.map(({ network }) => network.port);
  return await startAt(0, ports, name, originId, logBytesMax);
}

async function startAt(
  port: number,
  seeds: readonly number[],
  name: string,
  originId: number,
  logBytesMax?: number,
): Promise<Running> {
  const network = new PeerNetwork({
    host: "127.0.0.1",
    port,
    seeds: seeds.map((seed) => ({ host: "127.0.0.1", port: seed })),
    random: random.fraction,
  });
  await network.listen();
  const clock = new HybridClock(500);
  const keyspace = new Keyspace({ originId, origins: new Origins(), clock, hashSeed: 7, logging: true });
  const replica = new Replica({
    nodeId: name,
    region: name,
    clusterId: "network-test",
    address: `127.0.0.1:${network.port}`,
    peersExpected: 2,
    keyspace,
    random: random.fraction,
    log: () => {},
    ...(logBytesMax === undefined ? {} : { limits: { logBytesMax } }),
  });
  network.attach(replica);
  network.dial();
  const timer = setInterval(() => replica.timer(Date.now()), 10);
  const node = { keyspace, replica, network, timer };
  running.push(node);
  return node;
}

function set({ keyspace, replica }: Running, key: string, value: string): void {
  keyspace.beginEvent(Date.now());
  keyspace.put(0, ByteRange.ofText(key), ByteRange.ofText(value), -1);
  replica.endTick(Date.now());
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const network = new PeerNetwork({ host: "127.0.0.1", port: 0, seeds: [], random: random.fraction });
  await network.listen();
  const { port } = network;
  await network.close();
  return port;
}

async function until(done: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + DEADLINE_MS;
  while (!done()) {
    if (Date.now() > deadlineMs) throw new Error("not in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const digests = (): string[] => running.map(({ keyspace }) => keyspace.digest());
const haveKeys = (count: number) => () =>
  digests().every((d) => d === digests()[0]) && running.every((n) => n.keyspace.size(0) === count);
const linked = () =>
  running.every(({ replica }) => replica.peers().filter(({ state }) => state !== "lost").length === running.length - 1);

async function startThree(): Promise<[Running, Running, Running]> {
  const a = await start("a", 0xa1, []);
  const b = await start("b", 0xb2, [a]);
  const c = await start("c", 0xc3, [a, b]);
  await until(linked);
  return [a, b, c];
}

afterEach(async () => {
  for (const { timer } of running) clearInterval(timer);
  await Promise.all(running.map(({ network }) => network.close()));
  running = [];
});

describe("three replicas over sockets", () => {
  it("bring every write everywhere", async () => {
    const three = await startThree();
    for (let i = 0; i < 900; i++) set(three[i % 3] as Running, `key ${i}`, `value ${i}`);
    await until(haveKeys(900));
    for (const { replica } of three) expect(replica.counters.repairsRequested).toBe(0);
  });

  it("join again after every connection broke in the middle of writing", async () => {
    const three = await startThree();
    for (let i = 0; i < 600; i++) {
      set(three[i % 3] as Running, `key ${i}`, `value ${i}`);
      if (i % 200 === 100) for (const { network } of three) network.sever();
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(haveKeys(600));
    await until(linked);
  });

  it("keep one link between two that dial each other, and none to themselves", async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    const a = await startAt(ports[0], ports, "a", 0xa1);
    const b = await startAt(ports[1], ports, "b", 0xb2);
    await until(linked);
    set(a, "x", "y");
    await until(haveKeys(1));
    expect(a.replica.counters.linksOpened + b.replica.counters.linksOpened).toBeLessThanOrEqual(4);
    expect(a.replica.counters.closed.ownReflection).toBeGreaterThan(0);
  });

  it("fill a newcomer that no log reaches back to, while all go on writing", async () => {
    const a = await start("a", 0xa1, [], 20_000);
    const b = await start("b", 0xb2, [a], 20_000);
    await until(() => linked() && !a.replica.loading && !b.replica.loading);
    for (let i = 0; i < 3000; i++) set(i % 2 === 0 ? a : b, `key ${i}`, `value ${i}`);
    await until(haveKeys(3000));
    const c = await start("c", 0xc3, [a, b], 20_000);
    for (let i = 3000; c.replica.loading || i < 3200; i++) {
      set(i % 2 === 0 ? a : b, `key ${i % 3200}`, `value ${i}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(haveKeys(3200));
    expect(c.replica.counters.repairsCommitted).toBeGreaterThan(0);
  });
});
