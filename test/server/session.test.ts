/**
 * One client's connection over a real socket: pipelines, back-pressure, limits, the ways it ends.
 */
import { describe, expect, it } from "vitest";
import { encode, startServer, until } from "./tcp-harness.ts";

const PING = encode("PING");
const MEBIBYTE = 1024 * 1024;

describe("a session", () => {
  it("answers a pipeline in order, in one batch", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(encode("SET", "k", "v") + encode("GET", "k") + PING + encode("GET", "none") + "ECHO inline\r\n");
    await client.expect("+OK\r\n$1\r\nv\r\n+PONG\r\n$-1\r\n$6\r\ninline\r\n");
    expect(server.batches).toBe(1);
    expect(server.ticks).toBe(1);
  });

  it("understands a command that arrives byte by byte", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.socket.setNoDelay(true);
    for (const byte of encode("ECHO", "hello")) {
      client.send(byte);
      await new Promise(setImmediate);
    }
    await client.expect("$5\r\nhello\r\n");
  });

  it("carries large values both ways", async () => {
    await using server = await startServer();
    const client = server.connect();
    const value = "v".repeat(20 * MEBIBYTE);
    client.send(encode("SET", "k", value));
    await client.expect("+OK\r\n");
    client.send(encode("GET", "k") + PING);
    await client.expect(`$${value.length}\r\n${value}\r\n+PONG\r\n`);
  });

  it("keeps a client that does not read from costing memory, and loses nothing of its replies", async () => {
    await using server = await startServer();
    const value = "v".repeat(100_000);
    const client = server.connect();
    client.send(encode("SET", "k", value));
    await client.expect("+OK\r\n");
    client.socket.pause();
    const count = 1000;
    client.send(encode("GET", "k").repeat(count));
    const [figures] = [...server.listener.clients()];
    await until(() => {
      void [...server.listener.clients()];
      return (figures?.outputBytes ?? 0) > MEBIBYTE;
    }, "a full output buffer");
    await server.connect().send(PING).expect("+PONG\r\n");
    void [...server.listener.clients()];
    expect(figures?.outputBytes).toBeLessThan(2 * MEBIBYTE);
    client.socket.resume();
    const one = value.length + "$100000\r\n\r\n".length;
    await until(() => client.received === one * count, "all replies");
    await client.expect(`$100000\r\n${value}\r\n`.repeat(count));
  });

  it("closes a client whose output is beyond the hard limit", async () => {
    const limit = { hardBytes: 300_000, softBytes: 0, softSeconds: 0 };
    await using server = await startServer({ outputLimits: { normal: limit, slave: limit, pubsub: limit } });
    const client = server.connect();
    client.send(encode("SET", "k", "v".repeat(MEBIBYTE)));
    await client.expect("+OK\r\n");
    client.socket.pause();
    client.send(encode("GET", "k").repeat(100));
    await until(() => server.listener.clientCount === 0, "the end of the session");
    expect(server.listener.totals.outputBufferDisconnections).toBe(1);
  });

  it("closes a client whose output stays beyond the soft limit", async () => {
    const limit = { hardBytes: 0, softBytes: 100_000, softSeconds: 1 };
    await using server = await startServer({ outputLimits: { normal: limit, slave: limit, pubsub: limit } });
    const client = server.connect();
    client.send(encode("SET", "k", "v".repeat(MEBIBYTE)));
    await client.expect("+OK\r\n");
    client.socket.pause();
    client.send(encode("GET", "k").repeat(100));
    await until(() => server.listener.clientCount === 0, "the end of the session");
    expect(server.listener.totals.outputBufferDisconnections).toBe(1);
  });

  it("serves others while one client sends an endless pipeline", async () => {
    await using server = await startServer();
    const greedy = server.connect();
    const total = 6 * MEBIBYTE;
    greedy.send(Buffer.alloc(total, "PING\r\n"));
    await until(() => server.listener.totals.bytesIn > MEBIBYTE, "the pipeline to arrive");
    const other = server.connect();
    for (let i = 0; i < 5; i++) await other.send(PING).expect("+PONG\r\n");
    expect(server.listener.totals.bytesIn).toBeLessThan(total);
    await until(() => greedy.received === Math.floor(total / 6) * 7, "all replies");
  });

  it("answers what was sent before the client closed its side", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.socket.end(PING.repeat(10_000));
    await client.closed();
    expect(client.text).toBe("+PONG\r\n".repeat(10_000));
  });

  it("closes after the reply to QUIT and drops what follows", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(PING + encode("QUIT") + PING.repeat(100));
    await client.closed();
    expect(client.text).toBe("+PONG\r\n+OK\r\n");
  });

  it("sends a protocol error behind the replies that are owed, then closes", async () => {
    await using server = await startServer();
    const client = server.connect();
    client.send(`${PING}*1\r\n!4\r\nPING\r\n${PING}`);
    await client.closed();
    expect(client.text).toBe("+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n");
  });

  it("closes without a word a client that has too much waiting", async () => {
    await using server = await startServer({ queryBufferBytesMax: MEBIBYTE });
    const client = server.connect();
    client.send(`*2\r\n$3\r\nSET\r\n$5000000\r\n${"v".repeat(3 * MEBIBYTE)}`);
    await client.closed();
    expect(client.text).toBe("");
    expect(server.listener.totals.queryBufferDisconnections).toBe(1);
  });

  it("lifts the limits of strangers after authentication", async () => {
    await using server = await startServer({ requirePass: "secret" });
    const stranger = server.connect();
    stranger.send(`*2\r\n$4\r\nECHO\r\n$20000\r\n`);
    await stranger.closed();
    expect(stranger.text).toBe("-ERR Protocol error: unauthenticated bulk length\r\n");
    const friend = server.connect();
    const text = "x".repeat(20_000);
    friend.send(encode("AUTH", "secret") + encode("ECHO", text));
    await friend.expect(`+OK\r\n$20000\r\n${text}\r\n`);
  });

  it("ends an idle client after the timeout, and no other", async () => {
    await using server = await startServer({ timeoutSeconds: 1 });
    const idle = server.connect();
    const busy = server.connect();
    await until(() => {
      busy.send(PING);
      return idle.isClosed;
    }, "the idle client's end");
    expect(busy.isClosed).toBe(false);
  });
});
