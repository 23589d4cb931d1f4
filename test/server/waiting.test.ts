/**
 * Clients that wait for a reply, over real sockets: what they send meanwhile, what they are told, how they leave.
 */
import { describe, expect, it } from "vitest";
import { encode, startServer, until, type TestServer } from "./tcp-harness.ts";

const PING = encode("PING");
const PARK = encode("PARK");

async function parked(server: TestServer, count: number): Promise<void> {
  await until(() => server.blocked.count === count, `${count} waiting clients`);
}

describe("a client that waits", () => {
  it("has what it sent behind the command answered after it, in order", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PING + PARK + encode("ECHO", "behind") + PARK + encode("ECHO", "last"));
    await parked(server, 1);
    await client.expect("+PONG\r\n");
    const other = server.connect().send(encode("UNPARK"));
    await other.expect("+OK\r\n");
    await client.expect("+PARKED\r\n$6\r\nbehind\r\n");
    await parked(server, 1);
    other.send(encode("UNPARK"));
    await client.expect("+PARKED\r\n$4\r\nlast\r\n");
    expect(server.blocked.count).toBe(0);
  });

  it("may send on in pieces, and nothing of it is lost or runs too early", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PARK);
    await parked(server, 1);
    const later = encode("ECHO", "x".repeat(5000)) + PING;
    for (let at = 0; at < later.length; at += 1000) {
      client.send(later.slice(at, at + 1000));
      await new Promise(setImmediate);
    }
    const [figures] = [...server.listener.clients()];
    await until(() => {
      void [...server.listener.clients()];
      return figures?.queryBytes === later.length;
    }, "everything it has sent");
    expect(client.received).toBe(0);
    server.connect().send(encode("UNPARK"));
    await client.expect(`+PARKED\r\n$5000\r\n${"x".repeat(5000)}\r\n+PONG\r\n`);
  });

  it("is not read without bound, and goes on with everything afterwards", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PARK);
    await parked(server, 1);
    const count = 1_000_000;
    client.send(PING.repeat(count));
    const [figures] = [...server.listener.clients()];
    await until(() => {
      void [...server.listener.clients()];
      return (figures?.queryBytes ?? 0) >= 256 * 1024;
    }, "a full buffer");
    await server.connect().send(PING).expect("+PONG\r\n");
    void [...server.listener.clients()];
    expect(figures?.queryBytes).toBeLessThan(1024 * 1024);
    server.connect().send(encode("UNPARK"));
    const all = "+PARKED\r\n".length + "+PONG\r\n".length * count;
    await until(() => client.received === all, "all replies");
  });

  it("is forgotten when it leaves", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PARK + PING);
    await parked(server, 1);
    client.socket.destroy();
    await parked(server, 0);
    await until(() => server.listener.clientCount === 0, "the end of the session");
  });

  it("is forgotten when it is killed", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PARK + PING);
    await parked(server, 1);
    const other = server.connect().send(encode("KILL", "1"));
    await other.expect(":1\r\n");
    expect(server.blocked.count).toBe(0);
    await client.closed();
    expect(client.text).toBe("");
  });

  it("is not idle", async () => {
    await using server = await startServer({ timeoutSeconds: 1 });
    const client = server.connect();
    client.send(PARK);
    await parked(server, 1);
    const idle = server.connect().send(PING);
    await idle.closed();
    expect(client.isClosed).toBe(false);
  });

  it("does not keep the listener from closing", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PARK + PING);
    await parked(server, 1);
    await server.listener.close(10_000);
    expect(server.blocked.count).toBe(0);
    await client.closed();
  });
});
