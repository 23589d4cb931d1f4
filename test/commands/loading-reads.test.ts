/**
 * Reads at a replica that is loading: refused, or answered by a peer; and the peer's side of it.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { PeerReads } from "../../src/commands/read-forwarding.ts";
import type { Session } from "./command-server.ts";
import { CommandServer } from "./command-server.ts";

const LOADING = "-LOADING Redis is loading the dataset in memory\r\n";

let server: CommandServer;
let session: Session;

beforeEach(() => {
  server = new CommandServer();
  session = server.connect();
  session.client.maySuspend = true;
  server.config.set([["repl-loading-reads", "forward"]]);
  server.loading = true;
});

/** The one read that a peer is asked for. */
function asked() {
  const [entry, ...others] = server.reads.asked.values();
  if (entry === undefined || others.length > 0) throw new Error("not one read");
  return entry;
}

function wake(): string[] {
  return server.blocked.takeReady().map(() => session.awaited());
}

describe("a loading replica that forwards reads", () => {
  test("hands on what the peer replied, byte by byte", () => {
    session.run("select 3");
    session.run("hello 3");
    expect(session.send("get", "a\r\n$b")).toBe("");
    const { read, done } = asked();
    expect(read).toMatchObject({ db: 3, protocol: 3 });
    expect(Buffer.from(read.command).toString()).toBe("*2\r\n$3\r\nget\r\n$5\r\na\r\n$b\r\n");
    done(Buffer.from("$2\r\n\r\n\r\n"));
    expect(wake()).toEqual(["$2\r\n\r\n\r\n"]);
    expect(server.reads.asked.size).toBe(0);
  });

  test("refuses writes, what names no keys, and what no peer can be asked", () => {
    for (const line of ["set a 1", "getdel a", "ping", "scan 0", "randomkey", "dbsize"])
      expect(session.run(line)).toBe(LOADING);
    server.reads.reachable = false;
    expect(session.run("get a")).toBe(LOADING);
    expect(server.blocked.count).toBe(0);
  });

  test("refuses a read that is too long", () => {
    expect(session.run(`get ${"k".repeat(70_000)}`)).toBe(LOADING);
    expect(server.reads.asked.size).toBe(0);
  });

  test("says that it loads when no peer would answer, or not in time", () => {
    session.run("get a");
    asked().done(undefined);
    expect(wake()).toEqual([LOADING]);
    session.run("mget a b");
    server.blocked.tick(server.microseconds() + 2_000_000);
    expect(wake()).toEqual([LOADING]);
    expect(server.reads.asked.size).toBe(0);
  });

  test("forgets the read of a client that leaves", () => {
    session.run("get a");
    const { done } = asked();
    server.blocked.remove(session.client);
    expect(server.reads.asked.size).toBe(0);
    done(Buffer.from("+late\r\n"));
    expect(wake()).toEqual([]);
  });

  test("does not let CLIENT UNBLOCK end what is no wait to the client", () => {
    session.run("get a");
    expect(server.connect().run("client unblock 1")).toBe(":0\r\n");
  });

  test("refuses everything as long as it is not told to forward", () => {
    server.config.set([["repl-loading-reads", "refuse"]]);
    expect(session.run("get a")).toBe(LOADING);
  });
});

describe("a read for a peer", () => {
  let reads: PeerReads;

  beforeEach(() => {
    server.loading = false;
    reads = new PeerReads(server.dispatcher, server);
    server.config.set([["requirepass", "sesame"]]);
    session.run("hset h f v");
  });

  function serve(command: string, db = 0, protocol = 2): string | undefined {
    const reply = reads.serve({ db, protocol, command: Buffer.from(command) });
    return reply === undefined ? undefined : Buffer.from(reply).toString();
  }

  test("is answered in the database and the protocol that it asks for, whoever may log in here", () => {
    expect(serve("*2\r\n$7\r\nhgetall\r\n$1\r\nh\r\n")).toBe("*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
    expect(serve("*2\r\n$7\r\nhgetall\r\n$1\r\nh\r\n", 0, 3)).toBe("%1\r\n$1\r\nf\r\n$1\r\nv\r\n");
    expect(serve("*2\r\n$7\r\nhgetall\r\n$1\r\nh\r\n", 5)).toBe("*0\r\n");
    expect(serve("*2\r\n$3\r\nget\r\n$1\r\nh\r\n")).toMatch(/^-WRONGTYPE /);
    expect(serve("*3\r\n$6\r\nobject\r\n$8\r\nencoding\r\n$1\r\nh\r\n")).toBe("$8\r\nlistpack\r\n");
  });

  test("is not run when it is no whole read, or this replica loads, too", () => {
    expect(serve("*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\n")).toBeUndefined();
    expect(serve("*1\r\n$4\r\nkeys\r\n")).toBeUndefined();
    expect(serve("*1\r\n$7\r\nnothing\r\n")).toBeUndefined();
    expect(serve("*2\r\n$3\r\nget\r\n")).toBeUndefined();
    expect(serve("*x\r\n")).toBeUndefined();
    expect(serve("*2\r\n$3\r\nget\r\n$1\r\na\r\n*2\r\n$3\r\nget\r\n$1\r\na\r\n")).toBeUndefined();
    expect(serve("*2\r\n$3\r\nget\r\n$1\r\na\r\n", 16)).toBeUndefined();
    server.loading = true;
    server.config.set([["repl-loading-reads", "forward"]]);
    expect(serve("*2\r\n$3\r\nget\r\n$1\r\na\r\n")).toBeUndefined();
    expect(server.reads.asked.size).toBe(0);
  });

  test("whose reply is too long is not answered", () => {
    const big = "v".repeat(1024 * 1024);
    for (const key of ["a", "b", "c", "d"]) session.send("set", key, big);
    expect(serve("*4\r\n$4\r\nmget\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n")?.length).toBeGreaterThan(3 * big.length);
    expect(serve("*5\r\n$4\r\nmget\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n")).toBeUndefined();
    expect(serve("*2\r\n$6\r\nstrlen\r\n$1\r\na\r\n")).toBe(":1048576\r\n");
  });
});
