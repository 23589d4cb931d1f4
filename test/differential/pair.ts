/**
 * Atoll and redis-server side by side: the same lines to both, replies compared, at the end the whole state.
 *
 * What Redis leaves to chance is compared for what it promises (promises.ts), scans are run to their end, random picks
 * looked at for number, membership and distinctness. Where chance or the last digit of a decimal has made the two
 * different, both go on with what Redis has.
 */
import { LocalNode } from "../commands/local-node.ts";
import type { RedisServer } from "../commands/redis-server.ts";
import { canonical, type ReplyNode } from "../commands/resp-reply.ts";
import { Difference, PARTING, sameReply, sameText, shapeOf, unitsOf } from "./difference.ts";
import type { CommandLine } from "./line.ts";
import { promised } from "./promises.ts";

const DECIMAL_TOLERANCE = 1e-15;
const DATABASES = ["0", "1"];

/** Commands that pick at random, and what reads everything they may pick. */
const POOLS: Readonly<Record<string, readonly string[]>> = {
  SPOP: ["SMEMBERS"],
  SRANDMEMBER: ["SMEMBERS"],
  HRANDFIELD: ["HGETALL"],
  ZRANDMEMBER: ["ZRANGE", "0", "-1", "WITHSCORES"],
  RANDOMKEY: ["KEYS"],
};
/** Commands whose elements are pairs in the pool, of which a pick may show only the first. */
const PICKED_PAIRS: ReadonlySet<string> = new Set(["HRANDFIELD", "ZRANDMEMBER"]);
const SCANNED_PAIRS: ReadonlySet<string> = new Set(["HSCAN", "ZSCAN"]);
/** What reads a value of each type whole. */
const READS: Readonly<Record<string, readonly string[]>> = {
  string: ["GET"],
  hash: ["HGETALL"],
  set: ["SMEMBERS"],
  list: ["LRANGE", "0", "-1"],
  zset: ["ZRANGE", "0", "-1", "WITHSCORES"],
};

/** SORT fails where errno is set since an earlier command; this one, which is refused, sets it back. */
const FORGETTING_ERRNO = ["ZADD", "none", "x", "member"];

export class Pair {
  private readonly redis: RedisServer;
  private readonly atoll: LocalNode;

  private constructor(redis: RedisServer, protocol: 2 | 3) {
    this.redis = redis;
    this.atoll = new LocalNode(protocol);
  }

  /** Both empty, speaking the same protocol. */
  static async start(redis: RedisServer, protocol: 2 | 3): Promise<Pair> {
    await redis.executeAll([["HELLO", String(protocol)], ["FLUSHALL"], ["SELECT", "0"], FORGETTING_ERRNO]);
    return new Pair(redis, protocol);
  }

  /** Redis runs all up to where it is asked more than once, then Atoll does, and so on. */
  async compareAll(lines: readonly CommandLine[]): Promise<void> {
    for (let from = 0; from < lines.length;) {
      const alone = lines.findIndex((line, at) => at >= from && isDialogue(line));
      const to = alone < 0 ? lines.length : Math.max(alone, from + 1);
      const batch = lines.slice(from, to);
      if (alone === from) await this.compareDialogue(batch[0] ?? []);
      else
        for (const [at, theirs] of (await this.redis.executeAll(batch)).entries())
          this.compare(batch[at] ?? [], theirs);
      from = to;
    }
  }

  async compareStates(): Promise<void> {
    for (const database of DATABASES) {
      await this.compareAll([["SELECT", database], ["KEYS", "*"], ["DBSIZE"]]);
      const keys = unitsOf(this.atoll.execute(["KEYS", "*"]), 1);
      await this.compareAll(keys.flatMap((key) => this.wholeState(key)));
    }
  }

  private wholeState(key: string): CommandLine[] {
    const [read = "", ...rest] = READS[this.atoll.execute(["TYPE", key]).text ?? ""] ?? ["EXISTS"];
    return [
      ["TYPE", key],
      [read, key, ...rest],
      ["PEXPIRETIME", key],
      ["OBJECT", "ENCODING", key],
    ];
  }

  /** One line at Atoll, whose reply is held beside what Redis replied. */
  private compare(line: CommandLine, theirs: ReplyNode): void {
    const name = nameOf(line);
    const pool = name in POOLS ? this.pool(name, line) : [];
    const ours = this.run(line);
    if (ours.type === "-" && theirs.type === "-") sameReply(line, ours, theirs);
    else if (theirs.type === "-" || theirs.type === "_" || theirs.text === null) promised(line, ours, theirs);
    else if (name in POOLS) this.comparePicks(name, line, ours, theirs, pool);
    else if (name.endsWith("INCRBYFLOAT")) this.compareDecimals(line, ours, theirs);
    else promised(line, ours, theirs);
  }

  private run(line: CommandLine): ReplyNode {
    this.atoll.nowMs = Date.now();
    return this.atoll.execute(line);
  }

  private async compareDialogue(line: CommandLine): Promise<void> {
    if (nameOf(line) === "TRANSFER") return await this.transfer(line);
    const theirs = await this.redis.execute(line);
    const ours = this.run(line);
    if (ours.type === "-" || theirs.type === "-") sameReply(line, ours, theirs);
    else await this.compareScans(nameOf(line), line, ours, theirs);
  }

  /** Each RESTOREs what the other has DUMPed. */
  private async transfer(line: CommandLine): Promise<void> {
    const [, from = "", to = "", lifetime = "", ...options] = line;
    const dumped = await this.redis.execute(["DUMP", from]);
    const ours = this.run(["DUMP", from]);
    if (ours.type !== "$" || ours.text === null || dumped.text === null) return sameReply(line, ours, dumped);
    const theirs = await this.redis.execute(["RESTORE", to, lifetime, ours.text, ...options]);
    sameReply(line, this.run(["RESTORE", to, lifetime, dumped.text, ...options]), theirs);
  }

  /** What a random pick may come from, read beforehand. */
  private pool(name: string, line: CommandLine): string[] {
    const [read = "", ...rest] = POOLS[name] ?? [];
    const all = this.atoll.execute(name === "RANDOMKEY" ? [read, "*"] : [read, line[1] ?? "", ...rest]);
    if (all.type === "-") return [];
    const isPair = PICKED_PAIRS.has(name);
    const units = unitsOf(all, isPair ? 2 : 1);
    return isPair && !isWithValues(line) ? units.map((pair) => pair.slice(0, pair.indexOf(PARTING))) : units;
  }

  private comparePicks(
    name: string,
    line: CommandLine,
    ours: ReplyNode,
    theirs: ReplyNode,
    pool: readonly string[],
  ): void {
    sameText(line, shapeOf(ours), shapeOf(theirs));
    const picked = unitsOf(ours, isWithValues(line) ? 2 : 1);
    const isDistinct = Number(line[2] ?? 1) <= 0 || new Set(picked).size === picked.length;
    if (!isDistinct || picked.some((pick) => !pool.includes(pick))) {
      throw new Difference(line, canonical(ours), `different ones of ${JSON.stringify(pool)}`);
    }
    if (name !== "SPOP") return;
    const popped = unitsOf(theirs, 1);
    if (picked.toSorted().join(PARTING) === popped.toSorted().join(PARTING)) return;
    this.atoll.execute(["SADD", line[1] ?? "", ...picked]);
    this.atoll.execute(["SREM", line[1] ?? "", ...popped]);
  }

  private async compareScans(name: string, line: CommandLine, ours: ReplyNode, theirs: ReplyNode): Promise<void> {
    const at = name === "SCAN" ? 1 : 2;
    sameText(line, ours.items.map((item) => item.type).join(""), theirs.items.map((item) => item.type).join(""));
    if (!/^\+?0*$/.test(line[at] ?? "x")) return;
    const group = SCANNED_PAIRS.has(name) ? 2 : 1;
    const next = (cursor: string): CommandLine => [...line.slice(0, at), cursor, ...line.slice(at + 1)];
    const found: string[] = [];
    for (const side of ["atoll", "redis"] as const) {
      const all = new Set<string>();
      let reply = side === "atoll" ? ours : theirs;
      for (;;) {
        for (const unit of unitsOf(reply.items[1] ?? reply, group))
          all.add(unit.replace(`${PARTING}-0`, `${PARTING}0`));
        const cursor = reply.items[0]?.text ?? "";
        if (cursor === "0") break;
        reply = await this[side].execute(next(cursor));
      }
      found.push(JSON.stringify([...all].toSorted()));
    }
    sameText(line, found[0] ?? "", found[1] ?? "");
  }

  private compareDecimals(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
    if (canonical(ours) === canonical(theirs)) return;
    const [a, b] = [Number(ours.text), Number(theirs.text)];
    const isClose = Math.abs(a - b) <= Math.max(Math.abs(b), 1) * DECIMAL_TOLERANCE;
    if (!isClose || ours.type !== theirs.type) sameReply(line, ours, theirs);
    if (line.length === 3) this.atoll.execute(["SET", line[1] ?? "", theirs.text ?? "", "KEEPTTL"]);
    else this.atoll.execute(["HSET", line[1] ?? "", line[2] ?? "", theirs.text ?? ""]);
  }
}

function nameOf(line: CommandLine): string {
  return (line[0] ?? "").toUpperCase();
}

/** Whether what comes next depends on the reply. */
function isDialogue(line: CommandLine): boolean {
  return nameOf(line) === "TRANSFER" || nameOf(line).endsWith("SCAN");
}

function isWithValues(line: CommandLine): boolean {
  return line.length === 4;
}
