/**
 * Lists and SORT against a real redis-server: the same random commands to both,
 * replies compared byte by byte in RESP2 and RESP3, at the end the whole state.
 *
 * DIFFERENTIAL_SECONDS=600 looks for longer. A failure prints its seed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandLine } from "./command-lines.ts";
import { listLine } from "./list-lines.ts";
import { LocalNode } from "./local-node.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical } from "./resp-reply.ts";
import type { ReplyNode } from "./resp-reply.ts";

const SECONDS = Number(process.env["DIFFERENTIAL_SECONDS"] ?? 4);
const LINES_MAX = 40;
const KEYS = ["a", "b", "c", "d", ""];

/**
 * SORT leaves the order of what weighs the same open where bytes are weighed, and that of a set or a sorted set that is
 * not sorted; what is found for each (GET) goes with it.
 */
function comparable(line: CommandLine, node: ReplyNode): string {
  // Redis has two nulls for these: one for who has waited, and one for who may not.
  if (/^(blmove|brpoplpush)$/i.test(line[0] ?? "") && node.type !== "-" && node.text === null) return "nil";
  if (!/^sort/i.test(line[0] ?? "") || !line.some((word) => /^by$/i.test(word))) return canonical(node);
  return node.type === "*" ? `*${node.items.length}` : canonical(node);
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
    "answer random commands on lists alike in RESP%i",
    async (protocol) => {
      await redis.execute(["HELLO", String(protocol)]);
      const play = async (lines: readonly CommandLine[]): Promise<void> => {
        const atoll = new LocalNode(protocol);
        atoll.nowMs = Date.now();
        await redis.execute(["FLUSHALL"]);
        const ends = KEYS.flatMap((key) => [
          ["TYPE", key],
          ["LRANGE", key, "0", "-1"],
        ]);
        for (const line of [...lines, ...ends]) {
          const theirs = comparable(line, await redis.execute(line));
          expect(comparable(line, atoll.execute(line)), JSON.stringify(line)).toBe(theirs);
        }
      };
      // The time limit leaves a run behind; it must end before the server is used again.
      let latest = Promise.resolve();
      const run = (lines: readonly CommandLine[]): Promise<void> => (latest = play(lines));
      const lines = fc.array(listLine, { maxLength: LINES_MAX, size: "max" });
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
