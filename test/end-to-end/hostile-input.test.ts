/**
 * What strangers may send to the two open ports: noise, half messages, lengths that lie. The server answers with an
 * error or closes, its state does not change, and it goes on serving everybody else.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { SUBPROTOCOL } from "../../transport/message.ts";
import { AtollCluster } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";
import { noise } from "../noise.ts";

let cluster: AtollCluster;
let witness: Redis;

beforeAll(async () => {
  cluster = await AtollCluster.start(["us", "eu"]);
  witness = new Redis(cluster.place(0).port, "127.0.0.1");
  await witness.set("witness", "unmoved");
});

afterAll(async () => {
  witness.disconnect();
  const ends = await cluster.stop();
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ends.map(() => ({ code: 0, stderr: "" })));
});

async function expectServing(): Promise<void> {
  expect(await witness.get("witness")).toBe("unmoved");
  expect(await witness.incr("pulse")).toBeGreaterThan(0);
  expect(await witness.dbsize()).toBe(2);
}

/** Sends bytes as a stranger; what came back before the server closed or `until` was seen. */
async function send(port: number, bytes: Uint8Array | string, until?: RegExp): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1").on("error", () => {});
  let received = "";
  let closed = false;
  socket.setEncoding("latin1").on("data", (text: string) => (received += text));
  socket.on("close", () => (closed = true));
  await once(socket, "connect");
  socket.write(bytes);
  if (until === undefined) socket.end();
  await eventually(() => expect(closed || (until?.test(received) ?? false)).toBe(true));
  socket.destroy();
  return received;
}

test.each([
  ["a bulk longer than allowed", "*1\r\n$536870913\r\n", /^-ERR Protocol error: invalid bulk length/],
  ["a bulk of negative length", "*1\r\n$-5\r\n", /^-ERR Protocol error: invalid bulk length/],
  ["more arguments than allowed", "*1048577\r\n", /^-ERR Protocol error: invalid multibulk length/],
  ["a length that is no number", "*x\r\n", /^-ERR Protocol error: invalid multibulk length/],
  ["a bulk without its mark", "*1\r\n+GET\r\n", /^-ERR Protocol error: expected '\$', got '\+'/],
  ["an inline line without end", "a".repeat(70_000), /^-ERR Protocol error: too big inline request/],
  ["quotes that do not match", 'SET a "b\r\n', /^-ERR Protocol error: unbalanced quotes in request/],
])("%s is answered with Redis's own words", async (_, bytes, says) => {
  expect(await send(cluster.place(0).port, bytes, says)).toMatch(says);
  await expectServing();
});

test("a message that stops in the middle changes nothing", async () => {
  const whole = "*3\r\n$3\r\nSET\r\n$6\r\nwitnes\r\n$5\r\nmoved\r\n";
  await Promise.all(
    Array.from({ length: whole.length - 1 }, async (_, i) => await send(cluster.place(0).port, whole.slice(0, i + 1))),
  );
  await expectServing();
});

test("many that announce half a gigabyte and send nothing do not take the memory", async () => {
  const sockets = Array.from({ length: 50 }, () => connect(cluster.place(0).port, "127.0.0.1"));
  await Promise.all(sockets.map(async (socket) => await once(socket, "connect")));
  for (const socket of sockets) socket.write("*2\r\n$4\r\nECHO\r\n$536870912\r\n");
  await expectServing();
  const rss = Number(/used_memory_rss:(\d+)/.exec(await witness.info("memory"))?.[1]);
  expect(rss).toBeLessThan(400e6);
  for (const socket of sockets) socket.destroy();
});

test.each(["port", "httpPort", "peerPort"] as const)("noise at the %s disturbs nobody", async (port) => {
  const pieces = Array.from({ length: 40 }, (_, seed) => noise(seed, 1 + ((seed * 997) % 5000)));
  await Promise.all(pieces.map(async (bytes) => await send(cluster.place(0)[port], bytes)));
  await expectServing();
});

/** Speaks the WebSocket protocol to the peer port, says what it must not, and waits for the close code. */
async function closeCodeAfter(messages: readonly Uint8Array[], protocol: string): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${cluster.place(0).peerPort}`, protocol);
  const closed = once(socket, "close") as Promise<[number]>;
  await once(socket, "open");
  for (const message of messages) socket.send(message);
  return (await closed)[0];
}

test("noise inside the peers' own protocol closes the link with a code and is counted", async () => {
  const codes = await Promise.all(
    Array.from({ length: 30 }, async (_, seed) => await closeCodeAfter([noise(seed, 1 + seed * 37)], SUBPROTOCOL)),
  );
  for (const code of codes) expect(code).toBeGreaterThanOrEqual(1002);
  await expectServing();
  const metrics = await (await fetch(`http://127.0.0.1:${cluster.place(0).httpPort}/metrics`)).text();
  expect(metrics).toMatch(/atoll_links_closed_total\{reason="(malformed|unexpected)"\} [1-9]/);
});

test("a stranger with another subprotocol gets no link", async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${cluster.place(0).peerPort}`, "something.else");
  const [error] = (await once(socket, "error").catch((reason: unknown) => [reason])) as [Error];
  expect(error.message).toMatch(/4\d\d|subprotocol/);
  await expectServing();
});

test("the replicas still agree", async () => {
  const other = new Redis(cluster.place(1).port, "127.0.0.1");
  await eventually(async () => {
    expect(await other.call("ATOLL", "DIGEST")).toBe(await witness.call("ATOLL", "DIGEST"));
  });
  other.disconnect();
});
