/**
 * A replica that fills itself while its clients read already: a peer answers for it, until it can.
 */
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../../src/cli/ports.ts";
import { AtollProcess } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

const KEYS = 4000;
const VALUE = "v".repeat(1000);

let ports: readonly number[];
let full: AtollProcess;
let filling: AtollProcess;
let us: Redis;
let eu: Redis;

function serve(region: string, [port, httpPort, peerPort]: readonly number[], ...flags: string[]): AtollProcess {
  const own = { region, port, "http-port": httpPort, "peer-port": peerPort, "cluster-id": "loading-reads" };
  const given = Object.entries(own).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new AtollProcess(["serve", ...given, "--node-id", region, ...flags]);
}

beforeAll(async () => {
  ports = await freePorts("127.0.0.1", 6);
  full = serve("us", ports.slice(0, 3));
  await full.printed(/ ready /);
  us = new Redis(Number(ports[0]), "127.0.0.1");
  // Written before anybody else is there, so that it comes by a repair, and slowly.
  for (let at = 0; at < KEYS; at += 500) {
    const pipeline = us.pipeline();
    for (let i = at; i < at + 500; i++) pipeline.set(`key:${i}`, `${i}:${VALUE}`);
    await pipeline.exec();
  }
  await us.hset("hash", "field", "value");
  await us.config("SET", "repl-repair-bytes-per-second", "50000");
  filling = serve("eu", ports.slice(3), "--seeds", `127.0.0.1:${ports[2]}`, "--loading-reads", "forward");
  eu = new Redis(Number(ports[3]), "127.0.0.1", { enableReadyCheck: false });
  eu.on("error", () => {});
});

afterAll(async () => {
  us.disconnect();
  eu.disconnect();
  const ends = await Promise.all([full.stop(), filling.stop()]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
});

async function figure(client: Redis, section: string, name: string): Promise<number> {
  return Number(new RegExp(`${name}:(\\d+)`).exec(await client.info(section))?.[1]);
}

test("reads are answered by the peer while the replica fills, writes are refused, and then it answers by itself", async () => {
  await eventually(async () => expect(await eu.get("key:0")).toBe(`0:${VALUE}`));
  const replies = await eu
    .pipeline()
    .get("key:1")
    .mget("key:2", "nothing")
    .hgetall("hash")
    .set("key:1", "changed")
    .strlen("key:1000")
    .dbsize()
    .exec();
  expect(await figure(eu, "persistence", "loading")).toBe(1);
  expect(replies?.map(([error, result]) => error?.message.split(" ")[0] ?? result)).toEqual([
    `1:${VALUE}`,
    [`2:${VALUE}`, null],
    { field: "value" },
    "LOADING",
    1005,
    "LOADING",
  ]);
  await Promise.all(
    Array.from({ length: 300 }, async (_, i) => expect(await eu.get(`key:${i}`)).toBe(`${i}:${VALUE}`)),
  );
  expect(await figure(us, "replication", "reads_served")).toBeGreaterThanOrEqual(305);
  await us.config("SET", "repl-repair-bytes-per-second", "0");
  await eventually(async () => expect(await figure(eu, "persistence", "loading")).toBe(0));
  const asked = await figure(eu, "replication", "reads_forwarded");
  expect(await eu.get("key:3999")).toBe(`3999:${VALUE}`);
  expect(await eu.set("key:1", "changed")).toBe("OK");
  expect(await figure(eu, "replication", "reads_forwarded")).toBe(asked);
});
