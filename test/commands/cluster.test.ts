/** CLUSTER, in the words of a real Redis Cluster where both mean the same. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { freePorts } from "../../src/cli/ports.ts";
import { CommandServer } from "./command-server.ts";
import type { Session } from "./command-server.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical, plain, readReply, type Plain } from "./resp-reply.ts";

let server: CommandServer;
let session: Session;
let selfId: string;
let otherId: string;

beforeEach(() => {
  server = new CommandServer();
  session = server.connect();
  selfId = server.nodeName("n1");
  otherId = server.nodeName("n2");
});

function run(...words: string[]): Plain {
  const bytes = Buffer.from(session.send(...words), "latin1");
  const read = readReply(bytes);
  if (read === undefined) throw new Error(`no reply: ${String(bytes)}`);
  return plain(read.node);
}

function text(reply: Plain): string {
  if (typeof reply !== "string") throw new TypeError("not a text");
  return reply;
}

/** Changes what is known of the other member. */
function other(change: object): void {
  server.members = server.members.map((member) => (member.isSelf ? member : { ...member, ...change }));
}

describe("members", () => {
  it("are the master of all slots, which is who was asked, and its replicas", () => {
    expect(text(run("CLUSTER", "NODES")).split("\n")).toEqual([
      `${selfId} 127.0.0.1:6379@7946 myself,master - 0 0 3 connected 0-16383`,
      `${otherId} 127.0.0.1:6380@7947 slave ${selfId} 0 ${server.wallNow - 40} 3 connected`,
      "",
    ]);
    expect(run("CLUSTER", "SLOTS")).toEqual([
      [0, 16_383, ["127.0.0.1", 6379, selfId, []], ["127.0.0.1", 6380, otherId, []]],
    ]);
    expect(run("CLUSTER", "REPLICAS", selfId)).toEqual([
      expect.stringContaining(`${otherId} 127.0.0.1:6380@7947 slave`),
    ]);
    expect(run("CLUSTER", "REPLICAS", otherId)).toBe("(error) ERR The specified node is not a master");
  });

  it.each([
    ["suspect", "slave,fail?", 2],
    ["dead", "slave,fail", 1],
    ["left", "slave,fail", 1],
  ])("that are %s are flagged %s", (state, flags, usable) => {
    other({ state });
    expect(run("CLUSTER", "NODES")).toContain(`7947 ${flags} `);
    expect((run("CLUSTER", "SLOTS") as Plain[][])[0]).toHaveLength(2 + usable);
    expect(run("CLUSTER", "COUNT-FAILURE-REPORTS", otherId)).toBe(1);
  });

  it("are offered to clients only with an address for them", () => {
    other({ clientAddress: "" });
    expect((run("CLUSTER", "SLOTS") as Plain[][])[0]).toHaveLength(3);
    other({ clientAddress: "[::1]:6380", address: "[::1]:7947" });
    expect((run("CLUSTER", "SLOTS") as Plain[][])[0]?.[3]).toEqual(["::1", 6380, otherId, []]);
  });

  it("that are bound to every address are found where the client has found them", () => {
    server.members = server.members.map((member) => (member.isSelf ? { ...member, clientAddress: ":6379" } : member));
    expect((run("CLUSTER", "SLOTS") as Plain[][])[0]?.[2]).toEqual(["127.0.0.1", 6379, selfId, []]);
  });

  it("make one shard", () => {
    const [shard] = run("CLUSTER", "SHARDS") as [Plain[]];
    expect(shard.slice(0, 3)).toEqual(["slots", [0, 16_383], "nodes"]);
    expect((shard[3] as Plain[][]).map((node) => node.slice(-6))).toEqual([
      ["role", "master", "replication-offset", 0, "health", "online"],
      ["role", "replica", "replication-offset", 0, "health", "online"],
    ]);
    expect(run("CLUSTER", "MYSHARDID")).toMatch(/^[0-9a-f]{40}$/);
    expect(run("CLUSTER", "MYID")).toBe(selfId);
  });

  it("are linked by one link each", () => {
    const link = ["direction", "to", "node", otherId, "create-time", server.wallNow - 5000, "events", "r"];
    expect(run("CLUSTER", "LINKS")).toEqual([[...link, "send-buffer-allocated", 0, "send-buffer-used", 0]]);
  });

  it("are met at their peer port", () => {
    expect(run("CLUSTER", "MEET", "10.0.0.7", "7946")).toBe("OK");
    expect(run("CLUSTER", "MEET", "10.0.0.7", "6379", "7947")).toBe("OK");
    expect(run("CLUSTER", "MEET", "fe80::1", "7948")).toBe("OK");
    expect(server.met).toEqual(["10.0.0.7:7946", "10.0.0.7:7947", "[fe80::1]:7948"]);
  });

  it("are forgotten by id or by name", () => {
    expect(run("CLUSTER", "FORGET", otherId)).toBe("OK");
    expect(run("CLUSTER", "FORGET", "n2")).toBe("OK");
    expect(server.forgets).toEqual(["n2", "n2"]);
  });
});

describe("a replica that was forgotten", () => {
  it("serves nobody, and says so in the words of a cluster that is down", () => {
    server.forgotten = true;
    expect(run("GET", "key")).toBe("(error) CLUSTERDOWN The cluster is down");
    expect(run("CLUSTER", "SLOTS")).toBe("(error) CLUSTERDOWN The cluster is down");
    expect(run("CLUSTER", "INFO")).toContain("cluster_state:fail");
  });
});

describe("keys in slots", () => {
  it("are counted and named by walking the database", () => {
    for (const key of ["{a}1", "{a}2", "b"]) run("SET", key, "1");
    expect(run("CLUSTER", "COUNTKEYSINSLOT", "15495")).toBe(2);
    expect((run("CLUSTER", "GETKEYSINSLOT", "15495", "9") as string[]).toSorted()).toEqual(["{a}1", "{a}2"]);
    expect(run("CLUSTER", "GETKEYSINSLOT", "15495", "1")).toHaveLength(1);
    expect(run("CLUSTER", "GETKEYSINSLOT", "15495", "0")).toEqual([]);
  });
});

const redisServer = findRedisServer();

describe.skipIf(redisServer === undefined)("compared with Redis Cluster", () => {
  let redis: RedisServer;

  beforeAll(async () => {
    const [port] = await freePorts("127.0.0.1", 1);
    const options = ["--cluster-enabled", "yes", "--cluster-port", String(port), "--bind", "127.0.0.1"];
    redis = await RedisServer.start(redisServer ?? "", options);
  });
  afterAll(async () => await redis.stop());

  test("every key is in the same slot", async () => {
    const key = fc.string({ unit: fc.constantFrom("a", "b", "{", "}", "\u00ff", "\r", "7"), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(key, async (name) => {
        const theirs = await redis.execute(["CLUSTER", "KEYSLOT", name]);
        expect(`${run("CLUSTER", "KEYSLOT", name) as number}`).toBe(theirs.text);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "CLUSTER",
    "CLUSTER NONSENSE",
    "CLUSTER KEYSLOT",
    "CLUSTER COUNTKEYSINSLOT x",
    "CLUSTER COUNTKEYSINSLOT 16384",
    "CLUSTER COUNTKEYSINSLOT -1",
    "CLUSTER GETKEYSINSLOT 1 x",
    "CLUSTER GETKEYSINSLOT 16384 1",
    "CLUSTER GETKEYSINSLOT 1 -1",
    "CLUSTER GETKEYSINSLOT 1 1",
    "CLUSTER MEET 127.0.0.1",
    "CLUSTER MEET localhost 7946",
    "CLUSTER MEET 127.0.0.1 abc",
    "CLUSTER MEET 127.0.0.1 0",
    "CLUSTER MEET 127.0.0.1 -1",
    "CLUSTER MEET 127.0.0.1 65536",
    "CLUSTER MEET 127.0.0.1 7946 x",
    "CLUSTER MEET 127.0.0.1 7946 65536",
    "CLUSTER MEET 127.0.0.1 7946 7947 7948",
    "CLUSTER FORGET nobody",
    "CLUSTER REPLICAS nobody",
    "CLUSTER SLAVES nobody",
    "CLUSTER COUNT-FAILURE-REPORTS nobody",
    "READONLY",
    "READWRITE",
    "ASKING",
    "READONLY 1",
  ])("%s has the same reply", async (line) => {
    const words = line.split(" ");
    const ours = readReply(Buffer.from(session.send(...words), "latin1"));
    expect(ours && canonical(ours.node)).toBe(canonical(await redis.execute(words)));
  });

  test("forgetting oneself is refused in the same words", async () => {
    const theirs = await redis.execute(["CLUSTER", "FORGET", String((await redis.execute(["CLUSTER", "MYID"])).text)]);
    expect(run("CLUSTER", "FORGET", selfId)).toBe(`(error) ${theirs.text}`);
  });
});
