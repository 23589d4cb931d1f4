/** Commands that wait for a key to have something, and who is served when. */
import { beforeEach, describe, expect, test } from "vitest";
import { CommandServer, type Session } from "./command-server.ts";

let server: CommandServer;
let one: Session;
let two: Session;
let three: Session;
let other: Session;

beforeEach(() => {
  server = new CommandServer();
  [one, two, three, other] = [server.connect(), server.connect(), server.connect(), server.connect()];
  for (const { client } of [one, two, three]) client.maySuspend = true;
});

/** What the end of a turn brings: who is answered, and how. */
function endTurn(): string[] {
  const names = new Map([
    [one.client, one],
    [two.client, two],
    [three.client, three],
  ]);
  const answers: string[] = [];
  const answer = (client: Session["client"]): void => {
    const session = names.get(client);
    const name = session === one ? "one" : session === two ? "two" : "three";
    answers.push(`${name} ${(session?.awaited() ?? "").replaceAll("\r\n", " ").trim()}`);
  };
  for (const client of server.blocked.takeReady()) answer(client);
  const { keyspace } = server;
  for (let next = server.blocked.takeServed(keyspace); next !== undefined; next = server.blocked.takeServed(keyspace)) {
    answer(next);
  }
  return answers;
}

function passTime(ms: number): void {
  server.blocked.tick(server.microseconds() + ms * 1000);
}

describe("a client that waits for a key", () => {
  test("is answered at once where there is something", () => {
    other.run("rpush l a b");
    expect(one.run("blpop none l 0")).toBe("*2\r\n$1\r\nl\r\n$1\r\na\r\n");
    expect(one.run("brpop l 0")).toBe("*2\r\n$1\r\nl\r\n$1\r\nb\r\n");
    other.run("zadd z 1 a 2 b");
    expect(one.run("bzpopmax z 0")).toBe("*3\r\n$1\r\nz\r\n$1\r\nb\r\n$1\r\n2\r\n");
    expect(one.run("bzmpop 0 1 z min count 3")).toBe("*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
    expect(server.blocked.count).toBe(0);
  });

  test("is answered at once with nothing where it cannot wait", () => {
    expect(other.run("blpop l 0")).toBe("*-1\r\n");
    expect(other.run("blmove l m left right 0")).toBe("$-1\r\n");
    expect(other.run("bzpopmin z 0")).toBe("*-1\r\n");
    expect(server.blocked.count).toBe(0);
  });

  test("is served when somebody pushes, in the order in which they began to wait", () => {
    expect([one.run("blpop l 0"), two.run("brpop k l 0"), three.run("blmpop 0 1 l left count 5")]).toEqual([
      "",
      "",
      "",
    ]);
    other.run("rpush l a b c d");
    expect(endTurn()).toEqual(["one *2 $1 l $1 a", "two *2 $1 l $1 d", "three *2 $1 l *2 $1 b $1 c"]);
    expect(server.keyspace.watched.isEmpty).toBe(true);
    expect(endTurn()).toEqual([]);
  });

  test("goes on waiting when there is not enough for everybody", () => {
    one.run("blpop l 0");
    two.run("blpop l 0");
    other.run("rpush l a");
    expect(endTurn()).toEqual(["one *2 $1 l $1 a"]);
    expect(server.blocked.count).toBe(1);
    other.run("rpush l b");
    expect(endTurn()).toEqual(["two *2 $1 l $1 b"]);
  });

  test("is not overtaken by who comes later in the same turn", () => {
    one.run("blpop l 0");
    other.run("rpush l a");
    expect(two.run("blpop l 0")).toBe("");
    expect(endTurn()).toEqual(["one *2 $1 l $1 a"]);
    other.run("rpush l b");
    expect(endTurn()).toEqual(["two *2 $1 l $1 b"]);
  });

  test("waits for its own type, and for nothing that is gone again", () => {
    one.run("blpop k 0");
    two.run("bzpopmin k 0");
    other.run("set k x");
    expect(endTurn()).toEqual([]);
    other.run("del k");
    other.run("zadd k 1 m");
    expect(endTurn()).toEqual(["two *3 $1 k $1 m $1 1"]);
    other.run("rpush k a");
    other.run("lpop k");
    expect(endTurn()).toEqual([]);
    other.run("rpush away b");
    other.run("rename away k");
    expect(endTurn()).toEqual(["one *2 $1 k $1 b"]);
  });

  test("may be served by one who was served before", () => {
    two.run("brpoplpush m n 0");
    three.run("blpop n 0");
    one.run("blmove l m left right 0");
    other.run("rpush l a");
    expect(endTurn()).toEqual(["one $1 a", "two $1 a", "three *2 $1 n $1 a"]);
    expect(other.run("exists l m n")).toBe(":0\r\n");
  });

  test("hears of a target of the wrong type, and nothing is taken", () => {
    other.run("set m x");
    one.run("blmove l m left right 0");
    other.run("rpush l a");
    expect(endTurn()).toEqual(["one -WRONGTYPE Operation against a key holding the wrong kind of value"]);
    expect(other.run("llen l")).toBe(":1\r\n");
  });

  test("is told when time is over, or by another client", () => {
    one.run("blpop l 0.1");
    two.run("blmove l m left left 0.2");
    passTime(99);
    expect(endTurn()).toEqual([]);
    passTime(101);
    expect(endTurn()).toEqual(["one *-1"]);
    passTime(201);
    expect(endTurn()).toEqual(["two *-1"]);
    two.run("blmove l m left left 0");
    other.run(`client unblock ${two.client.id} error`);
    expect(endTurn()).toEqual(["two -UNBLOCKED client unblocked via CLIENT UNBLOCK"]);
    expect(server.keyspace.watched.isEmpty).toBe(true);
  });

  test("is not served any more when it has been let go before, and the next one is", () => {
    one.run("blpop l 0");
    two.run("blpop l 0");
    other.run(`client unblock ${one.client.id}`);
    other.run("rpush l a");
    expect(server.blocked.takeServed(server.keyspace)).toBe(two.client);
    expect(two.awaited()).toBe("*2\r\n$1\r\nl\r\n$1\r\na\r\n");
    expect(endTurn()).toEqual(["one *-1"]);
  });

  test("that moves an element is told that there was none, as Redis tells it", () => {
    one.run("blmove l m left right 0.1");
    two.run("brpoplpush l m 0.1");
    passTime(101);
    expect(endTurn()).toEqual(["one *-1", "two *-1"]);
  });

  test("leaves no trace when it leaves, and waits in its own database", () => {
    one.run("blpop l l m 0");
    two.run("select 1");
    two.run("blpop l 0");
    server.blocked.remove(one.client);
    other.run("rpush l a");
    expect(endTurn()).toEqual([]);
    other.run("move l 1");
    expect(endTurn()).toEqual(["two *2 $1 l $1 a"]);
    expect(server.keyspace.watched.isEmpty).toBe(true);
  });
});

describe("mistakes", () => {
  test.each([
    ["blpop l x", "ERR timeout is not a float or out of range"],
    ["blpop l -1", "ERR timeout is negative"],
    ["brpop l 1e300", "ERR timeout is out of range"],
    ["blmove l m up left 0", "ERR syntax error"],
    ["blmpop 0 0 l left", "ERR numkeys should be greater than 0"],
    ["blmpop x 1 l left", "ERR timeout is not a float or out of range"],
    ["blmpop x 0 l left", "ERR numkeys should be greater than 0"],
    ["bzmpop x 1 l min count 0", "ERR count should be greater than 0"],
    ["bzmpop 0 1 z left", "ERR syntax error"],
    ["bzmpop 0 2 z min", "ERR syntax error"],
  ])("%s: %s", (line, error) => {
    expect(one.run(line)).toBe(`-${error}\r\n`);
  });

  test("a key of another type ends it at once", () => {
    other.run("set s x");
    expect(one.run("blpop l s 0")).toMatch(/^-WRONGTYPE/);
    expect(one.run("bzpopmin s 0")).toMatch(/^-WRONGTYPE/);
    expect(server.blocked.count).toBe(0);
  });
});
