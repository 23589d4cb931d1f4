/**
 * WAIT, WAITAOF and ATOLL WAITREGIONS against peers that say what they have, and the clients that wait meanwhile.
 */
import { beforeEach, describe, expect, test } from "vitest";
import type { Session } from "./command-server.ts";
import { CommandServer } from "./command-server.ts";

let server: CommandServer;
let one: Session;
let two: Session;

beforeEach(() => {
  server = new CommandServer();
  one = server.connect();
  two = server.connect();
  one.client.maySuspend = true;
});

/** The peer tells that it has everything of this replica up to now. */
function acknowledge(nodeId = "n2", durably = false): void {
  const peer = server.reach.times.get(nodeId);
  if (peer === undefined) throw new Error(`no peer ${nodeId}`);
  peer.time = Infinity;
  if (durably) peer.durableTime = Infinity;
  server.blocked.acknowledged();
}

function passTime(ms: number): void {
  server.blocked.tick(server.microseconds() + ms * 1000);
}

/** The replies of those that need wait no more. */
function wake(): string[] {
  const sessions = new Map([one, two].map((session) => [session.client, session]));
  return server.blocked.takeReady().map((client) => sessions.get(client)?.awaited() ?? "nobody");
}

describe("WAIT", () => {
  test("counts all peers for a client that has written nothing", () => {
    expect(one.run("wait 1 0")).toBe(":1\r\n");
    one.run("get a");
    one.run("del a");
    expect(one.run("wait 0 0")).toBe(":1\r\n");
    expect(server.blocked.count).toBe(0);
  });

  test("waits until enough peers have the client's last write", () => {
    one.run("set a 1");
    expect(one.run("wait 1 1000")).toBe("");
    expect(server.blocked.count).toBe(1);
    expect(server.reach.hurried).toEqual([[one.client.lastWrite, false]]);
    server.blocked.acknowledged();
    expect(wake()).toEqual([]);
    acknowledge();
    expect(wake()).toEqual([":1\r\n"]);
    expect(server.blocked.count).toBe(0);
    expect(wake()).toEqual([]);
  });

  test("counts what is there when time is over", () => {
    server.reach.times.set("n3", { region: "ap", time: 0, durableTime: 0 });
    one.run("set a 1");
    expect(one.run("wait 2 100")).toBe("");
    acknowledge();
    passTime(99);
    expect(wake()).toEqual([]);
    passTime(101);
    expect(wake()).toEqual([":1\r\n"]);
  });

  test("without a timeout waits for ever", () => {
    one.run("set a 1");
    expect(one.run("wait 1 0")).toBe("");
    passTime(1e12);
    expect(wake()).toEqual([]);
  });

  test("is about the client's own writes", () => {
    two.run("set a 1");
    expect(one.run("wait 1 0")).toBe(":1\r\n");
  });

  test("with fewer than none or none to wait for answers at once with those there are", () => {
    one.run("set a 1");
    expect(one.run("wait 0 0")).toBe(":0\r\n");
    expect(one.run("wait -1 10")).toBe(":0\r\n");
  });

  test("answers at once where there is no session to wait in", () => {
    two.run("set a 1");
    expect(two.run("wait 1 0")).toBe(":0\r\n");
    expect(server.blocked.count).toBe(0);
  });

  test.for([
    ["wait a 0", "ERR value is not an integer or out of range"],
    ["wait a b", "ERR value is not an integer or out of range"],
    ["wait 99999999999999999999 1", "ERR value is not an integer or out of range"],
    ["wait 1 a", "ERR timeout is not an integer or out of range"],
    ["wait 1 1.5", "ERR timeout is not an integer or out of range"],
    ["wait 1 -1", "ERR timeout is negative"],
    ["wait 1 9223372036854775807", "ERR timeout is out of range"],
    ["wait 1", "ERR wrong number of arguments for 'wait' command"],
  ] as const)("refuses %s", ([line, error]) => {
    expect(one.run(line)).toBe(`-${error}\r\n`);
  });
});

describe("WAITAOF", () => {
  test("says what is on disk here and elsewhere", () => {
    one.run("set a 1");
    expect(one.run("waitaof 0 0 0")).toBe("*2\r\n:0\r\n:0\r\n");
    expect(one.run("waitaof 0 1 0")).toBe("");
    acknowledge();
    expect(wake()).toEqual([]);
    acknowledge("n2", true);
    expect(wake()).toEqual(["*2\r\n:0\r\n:1\r\n"]);
  });

  test("waits for the disk of this replica", () => {
    server.reach.durableTime = 0;
    one.run("set a 1");
    expect(one.run("waitaof 1 0 1000")).toBe("");
    server.reach.durableTime = one.client.lastWrite;
    server.blocked.acknowledged();
    expect(wake()).toEqual(["*2\r\n:1\r\n:0\r\n"]);
  });

  test.for([
    ["waitaof 1 0 0", "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."],
    ["waitaof 2 0 0", "ERR value is out of range, value must between 0 and 1"],
    ["waitaof x 0 0", "ERR value is not an integer or out of range"],
    ["waitaof 0 x 0", "ERR value is not an integer or out of range"],
    ["waitaof 0 -1 0", "ERR value is out of range, must be positive"],
    ["waitaof 0 0 -1", "ERR timeout is negative"],
  ] as const)("refuses %s", ([line, error]) => {
    expect(one.run(line)).toBe(`-${error}\r\n`);
  });
});

describe("ATOLL WAITREGIONS", () => {
  beforeEach(() => void server.reach.times.set("n3", { region: "ap", time: 0, durableTime: 0 }));

  test("waits until some node of each region has the last write, and says how many do", () => {
    server.reach.times.set("n4", { region: "eu", time: 0, durableTime: 0 });
    one.run("set a 1");
    expect(one.run("atoll waitregions eu,ap,us 500")).toBe("");
    acknowledge("n3");
    expect(wake()).toEqual([]);
    acknowledge("n4");
    expect(wake()).toEqual(["*6\r\n$2\r\neu\r\n:1\r\n$2\r\nap\r\n:1\r\n$2\r\nus\r\n:1\r\n"]);
  });

  test("says of a region that is not reached in time that no node has it", () => {
    one.run("hello 3");
    one.run("set a 1");
    expect(one.run("atoll waitregions eu,eu,ap 500")).toBe("");
    acknowledge("n2");
    passTime(501);
    expect(wake()).toEqual(["%2\r\n$2\r\neu\r\n:1\r\n$2\r\nap\r\n:0\r\n"]);
  });

  test.for([
    ["atoll waitregions mars 500", "ERR no node of region 'mars' is known"],
    ["atoll waitregions eu, 500", "ERR no node of region '' is known"],
    ["atoll waitregions eu soon", "ERR timeout is not an integer or out of range"],
  ] as const)("refuses %s", ([line, error]) => {
    expect(one.run(line)).toBe(`-${error}\r\n`);
  });
});

describe("a client that waits", () => {
  beforeEach(() => {
    one.run("set a 1");
    one.run("wait 1 0");
  });

  test("is shown as waiting", () => {
    expect(two.run("client list")).toMatch(/ id=1|id=1 .* flags=b /);
    expect(two.run("info clients")).toContain("blocked_clients:1\r\n");
  });

  test("can be unblocked, as if its time were over or with an error", () => {
    expect(two.run("client unblock 1")).toBe(":1\r\n");
    expect(two.run("client unblock 1")).toBe(":0\r\n");
    expect(wake()).toEqual([":0\r\n"]);
    expect(two.run("client unblock 1")).toBe(":0\r\n");
    one.run("wait 1 0");
    expect(two.run("client unblock 1 error")).toBe(":1\r\n");
    expect(wake()).toEqual(["-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n"]);
    expect(two.run("info errorstats")).toContain("errorstat_UNBLOCKED:count=1");
  });

  test("that has left is not waited for", () => {
    server.blocked.release(one.client, "timeout");
    server.blocked.remove(one.client);
    expect(wake()).toEqual([]);
    expect(server.blocked.count).toBe(0);
  });
});

describe("CLIENT REPLY", () => {
  test("OFF silences a reply that was waited for", () => {
    one.run("set a 1");
    one.run("client reply off");
    expect(one.run("wait 1 10")).toBe("");
    passTime(11);
    expect(wake()).toEqual([""]);
    expect(one.run("client reply on")).toBe("+OK\r\n");
  });

  test("SKIP silences it and no more", () => {
    one.run("set a 1");
    one.run("client reply skip");
    expect(one.run("wait 1 10")).toBe("");
    passTime(11);
    expect(wake()).toEqual([""]);
    expect(one.run("ping")).toBe("+PONG\r\n");
  });
});
