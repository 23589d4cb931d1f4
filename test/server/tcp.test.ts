/**
 * The listener over real sockets: many connections, their list, their end, and hostile input.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { TcpListener } from "../../src/server/tcp.ts";
import { encode, startServer, type TestClient, until } from "./tcp-harness.ts";

const PING = encode("PING");
const WAVE = 100;

describe("the listener", () => {
  it("serves two thousand connections at once", async () => {
    await using server = await startServer();
    const clients: TestClient[] = [];
    while (clients.length < 2000) {
      // In waves: a queue of connections that overflows is the kernel's, which tries again after seconds.
      for (let i = 0; i < WAVE; i++) clients.push(server.connect());
      await until(() => server.listener.clientCount === clients.length, "all connections");
    }
    for (const [i, client] of clients.entries()) client.send(encode("ECHO", `client ${i}`));
    for (const [i, client] of clients.entries()) {
      const text = `client ${i}`;
      await client.expect(`$${text.length}\r\n${text}\r\n`);
    }
    for (const client of clients) client.socket.destroy();
    await until(() => server.listener.clientCount === 0, "all to be forgotten");
  });

  it("turns clients away beyond maxclients, until one leaves", async () => {
    await using server = await startServer({ maxClients: 1 });
    const first = server.connect();
    await first.send(PING).expect("+PONG\r\n");
    const second = server.connect();
    await second.closed();
    expect(second.text).toBe("-ERR max number of clients reached\r\n");
    expect(server.listener.totals.connectionsRejected).toBe(1);
    first.socket.destroy();
    await until(() => server.listener.clientCount === 0, "the first to be forgotten");
    await server.connect().send(PING).expect("+PONG\r\n");
  });

  it("lists its clients with addresses and figures", async () => {
    await using server = await startServer();
    const client = server.connect();
    await client.send(`${PING}*2\r\n$4\r\nECHO\r\n$9\r\nabc`).expect("+PONG\r\n");
    const [listed] = [...server.listener.clients()];
    expect(listed?.address).toBe(`127.0.0.1:${client.socket.localPort}`);
    expect(listed?.localAddress).toBe(`127.0.0.1:${server.listener.port}`);
    expect(listed?.queryBytes).toBe("*2\r\n$4\r\nECHO\r\n$9\r\nabc".length);
    expect(listed?.bytesOut).toBe("+PONG\r\n".length);
    expect(listed?.descriptor).toBeGreaterThan(0);
  });

  it("ends a client that another one kills", async () => {
    await using server = await startServer();
    const victim = server.connect();
    await victim.send(PING).expect("+PONG\r\n");
    const [listed] = [...server.listener.clients()];
    await server
      .connect()
      .send(encode("KILL", String(listed?.id)))
      .expect(":1\r\n");
    await victim.closed();
    expect(listed?.state).toBe("closed");
  });

  it("reports a port that is in use", async () => {
    await using server = await startServer();
    const hooks = { beginBatch() {}, execute() {}, finish() {}, abandon() {}, onTickEnd() {}, wallMs: Date.now };
    const { port } = server.listener;
    const second = new TcpListener({ host: "127.0.0.1", port, settings: server.settings, hooks });
    await expect(second.listen()).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("sends what is owed before it closes", async () => {
    const server = await startServer();
    const value = "v".repeat(500_000);
    const client = server.connect();
    await client.send(encode("SET", "k", value)).expect("+OK\r\n");
    client.socket.pause();
    client.send(encode("GET", "k"));
    await until(() => server.listener.totals.bytesOut > value.length, "the reply");
    const closed = server.listener.close(10_000);
    client.socket.resume();
    await closed;
    await client.closed();
    expect(client.text).toBe(`$500000\r\n${value}\r\n`);
  });

  it("closes by force a client that does not take what it is owed", async () => {
    const server = await startServer();
    const client = server.connect();
    await client.send(encode("SET", "k", "v".repeat(900_000))).expect("+OK\r\n");
    client.socket.pause();
    client.send(encode("GET", "k").repeat(20));
    await until(() => server.listener.totals.bytesOut > 900_000, "replies");
    await server.listener.close(50);
    expect(server.listener.clientCount).toBe(0);
    client.socket.destroy();
  });

  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(
      ..."*1048576\r\n|*1\r\n$536870912\r\n|*-5\r\n|*1\r\n$-7\r\n|$5\r\n|*2147483648\r\n|*1\r\n$9999999999999999\r\n|\r\n\r\n|'\r\n"
        .split("|")
        .map((text) => Buffer.from(text)),
    ),
  );
  test.prop([fc.array(hostile, { maxLength: 10 })], { numRuns: 60 })(
    "answers or closes whatever it is sent, and serves the others",
    async (parts) => {
      await using server = await startServer();
      const attacker = server.connect();
      for (const part of parts) attacker.send(part);
      attacker.socket.end();
      await server.connect().send(PING).expect("+PONG\r\n");
      await attacker.closed();
    },
  );
});
