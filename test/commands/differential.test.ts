/**
 * Atoll against a real redis-server: the same random commands to both, replies
 * compared byte by byte in RESP2 and RESP3, at the end the whole state.
 *
 * What Redis leaves open is compared for what it promises: unordered replies
 * sorted, scans run to their end, random picks for number, membership and
 * distinctness, times within the tolerance of two clocks, decimals to the
 * precision of Redis's long double.
 *
 * DIFFERENTIAL_SECONDS=600 looks for longer. A failure prints its seed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "./command-lines.ts";
import type { CommandLine } from "./command-lines.ts";
import { LocalNode } from "./local-node.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical } from "./resp-reply.ts";
import type { ReplyNode } from "./resp-reply.ts";

const SECONDS = Number(process.env["DIFFERENTIAL_SECONDS"] ?? 8);
const CLOCK_TOLERANCE_MS = 5000;
const DECIMAL_TOLERANCE = 1e-15;
const LINES_MAX = 40;
/** Parts texts that belong together; no latin1 text has it. */
const PARTING = "\u2192";
/** Elements of a reply that belong together, where their order is open. */
const UNORDERED: Readonly<Record<string, number>> = {
  SMEMBERS: 1,
  SINTER: 1,
  SUNION: 1,
  SDIFF: 1,
  KEYS: 1,
  HKEYS: 1,
  HVALS: 1,
  HGETALL: 2,
};

class Pair {
  readonly redis: RedisServer;
  readonly atoll: LocalNode;

  constructor(redis: RedisServer, atoll: LocalNode) {
    this.redis = redis;
    this.atoll = atoll;
  }

  async compare(line: CommandLine): Promise<void> {
    const name = (line[0] ?? "").toUpperCase();
    const pool = name in POOLS ? this.pool(name, line) : [];
    this.atoll.nowMs = Date.now();
    const theirs = await this.redis.execute(line);
    const ours = this.atoll.execute(line);
    const context = JSON.stringify(line);
    const failed = theirs.type === "-" || ours.type === "-";
    if (failed || theirs.type === "_" || theirs.text === null) expect(canonical(ours), context).toBe(canonical(theirs));
    else if (name in POOLS) this.comparePicks(name, line, ours, theirs, pool);
    else if (name.endsWith("SCAN")) await this.compareScans(name, line, ours, theirs);
    else if (name.endsWith("TTL") || name.endsWith("EXPIRETIME")) compareTimes(name, ours, theirs, context);
    else if (name.endsWith("INCRBYFLOAT")) this.compareDecimals(line, ours, theirs);
    else expect(canonical(ours, UNORDERED[name]), context).toBe(canonical(theirs, UNORDERED[name]));
  }

  /** What a random pick may come from, read beforehand. */
  private pool(name: string, line: CommandLine): string[] {
    const { atoll } = this;
    const all = atoll.execute(name === "RANDOMKEY" ? ["KEYS", "*"] : [POOLS[name] as string, line[1] ?? ""]);
    if (name !== "HRANDFIELD" || isWithValues(line)) return units(all, name === "HRANDFIELD" ? 2 : 1);
    return units(all, 2).map((pair) => pair.slice(0, pair.indexOf(PARTING)));
  }

  private comparePicks(
    name: string,
    line: CommandLine,
    ours: ReplyNode,
    theirs: ReplyNode,
    pool: readonly string[],
  ): void {
    const context = JSON.stringify(line);
    expect(shape(ours), context).toBe(shape(theirs));
    const grouped = isWithValues(line) && ours.items[0]?.type === "$" ? 2 : 1;
    const picked = units(ours, grouped);
    for (const pick of picked) expect(pool, context).toContain(pick);
    if (Number(line[2] ?? 1) > 0) expect(new Set(picked).size, context).toBe(picked.length);
    if (name !== "SPOP") return;
    // Both go on with the set that Redis has.
    const popped = units(theirs, 1);
    const different = picked.toSorted().join(PARTING) !== popped.toSorted().join(PARTING);
    if (!different) return;
    this.atoll.execute(["SADD", line[1] ?? "", ...picked]);
    this.atoll.execute(["SREM", line[1] ?? "", ...popped]);
  }

  private async compareScans(name: string, line: CommandLine, ours: ReplyNode, theirs: ReplyNode): Promise<void> {
    const at = name === "SCAN" ? 1 : 2;
    expect(ours.items.map((item) => item.type)).toEqual(theirs.items.map((item) => item.type));
    if (!/^\+?0*$/.test(line[at] ?? "x")) return;
    const group = name === "HSCAN" ? 2 : 1;
    const next = (cursor: string): CommandLine => [...line.slice(0, at), cursor, ...line.slice(at + 1)];
    const found = [new Set<string>(), new Set<string>()] as const;
    const ask = [(l: CommandLine) => this.atoll.execute(l), (l: CommandLine) => this.redis.execute(l)] as const;
    for (const side of [0, 1] as const) {
      let reply = side === 0 ? ours : theirs;
      for (;;) {
        for (const unit of units(reply.items[1] as ReplyNode, group)) found[side].add(unit);
        const cursor = reply.items[0]?.text ?? "";
        if (cursor === "0") break;
        reply = await ask[side](next(cursor));
      }
    }
    expect([...found[0]].toSorted(), JSON.stringify(line)).toEqual([...found[1]].toSorted());
  }

  private compareDecimals(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
    const context = JSON.stringify(line);
    if (canonical(ours) === canonical(theirs)) return;
    const [a, b] = [Number(ours.text), Number(theirs.text)];
    expect(ours.type, context).toBe(theirs.type);
    const close = Math.abs(a - b) <= Math.max(Math.abs(b), 1) * DECIMAL_TOLERANCE;
    if (!close) expect(ours.text, context).toBe(theirs.text);
    // Both go on with the digits that Redis has.
    if (line.length === 3) this.atoll.execute(["SET", line[1] ?? "", theirs.text ?? "", "KEEPTTL"]);
    else this.atoll.execute(["HSET", line[1] ?? "", line[2] ?? "", theirs.text ?? ""]);
  }

  async compareStates(): Promise<void> {
    for (const db of ["0", "1"]) {
      await this.compare(["SELECT", db]);
      await this.compare(["KEYS", "*"]);
      await this.compare(["DBSIZE"]);
      for (const key of units(this.atoll.execute(["KEYS", "*"]), 1)) {
        for (const name of ["TYPE", "PEXPIRETIME", "GET", "HGETALL", "SMEMBERS"]) await this.compare([name, key]);
      }
    }
  }
}

/** Commands that pick at random, and what reads everything they may pick. */
const POOLS: Readonly<Record<string, string>> = {
  SPOP: "SMEMBERS",
  SRANDMEMBER: "SMEMBERS",
  HRANDFIELD: "HGETALL",
  RANDOMKEY: "KEYS",
};

function isWithValues(line: CommandLine): boolean {
  return line.length === 4;
}

/** The texts of a reply's elements, neighbours that belong together joined. */
function units(node: ReplyNode, group: number): string[] {
  if (node.type === "$") return [node.text ?? ""];
  const texts = node.items.map((item) =>
    item.items.length > 0 ? item.items.map((inner) => inner.text).join(PARTING) : (item.text ?? ""),
  );
  const joined: string[] = [];
  for (let i = 0; i < texts.length; i += group) joined.push(texts.slice(i, i + group).join(PARTING));
  return joined;
}

/** Types and lengths without the texts. */
function shape(node: ReplyNode): string {
  return node.type + (node.items.length > 0 ? `[${node.items.map(shape).join("")}]` : "");
}

function compareTimes(name: string, ours: ReplyNode, theirs: ReplyNode, context: string): void {
  const tolerance = name.startsWith("P") ? CLOCK_TOLERANCE_MS : CLOCK_TOLERANCE_MS / 1000;
  const [a, b] = [Number(ours.text), Number(theirs.text)];
  const close = a > 0 && b > 0 && Math.abs(a - b) <= tolerance;
  if (!close) expect(canonical(ours), context).toBe(canonical(theirs));
}

const path = findRedisServer();

describe.skipIf(path === undefined)("Atoll and redis-server (skipped where there is none on PATH)", () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start(path ?? "");
  });

  afterAll(async () => {
    await redis.stop();
  });

  it.each([2, 3] as const)(
    "answer random commands alike in RESP%i",
    async (protocol) => {
      await redis.execute(["HELLO", String(protocol)]);
      const play = async (lines: readonly CommandLine[]): Promise<void> => {
        const atoll = new LocalNode(protocol);
        await redis.execute(["FLUSHALL"]);
        await redis.execute(["SELECT", "0"]);
        const pair = new Pair(redis, atoll);
        for (const line of lines) await pair.compare(line);
        await pair.compareStates();
      };
      // The time limit leaves a run behind; it must end before the server is used again.
      let latest = Promise.resolve();
      const run = (lines: readonly CommandLine[]): Promise<void> => (latest = play(lines));
      const lines = fc.array(commandLine, { maxLength: LINES_MAX, size: "max" });
      await fc.assert(fc.asyncProperty(lines, run), {
        numRuns: 1_000_000,
        interruptAfterTimeLimit: SECONDS * 1000,
        markInterruptAsFailure: false,
      });
      await latest;
    },
    SECONDS * 1000 + 60_000,
  );
});
