/**
 * Sorted sets against a real redis-server: the same random commands to both,
 * replies compared byte by byte in RESP2 and RESP3, at the end the whole state.
 *
 * What is drawn at random is compared for its shape, what is scanned for its
 * content. DIFFERENTIAL_SECONDS=600 looks for longer. A failure prints its seed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandLine } from "./command-lines.ts";
import { LocalNode } from "./local-node.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical } from "./resp-reply.ts";
import type { ReplyNode } from "./resp-reply.ts";
import { sortedSetLine } from "./sorted-set-lines.ts";

const SECONDS = Number(process.env["DIFFERENTIAL_SECONDS"] ?? 4);
const LINES_MAX = 40;
const KEYS = ["a", "b", "c", "plain", "text", "none", "even"];

/** What a reply promises. */
function comparable(line: CommandLine, node: ReplyNode): string {
  const name = (line[0] ?? "").toUpperCase();
  if (node.type === "-") return canonical(node);
  if (name === "ZRANDMEMBER") return shape(node);
  if (!name.endsWith("SCAN")) return canonical(node);
  return node.items.map((item) => (item.items.length > 0 ? canonical(item, name === "SCAN" ? 1 : 2) : "")).join();
}

/** Types and lengths without the texts. */
function shape(node: ReplyNode): string {
  return node.type + (node.items.length > 0 ? `[${node.items.map(shape).join("")}]` : "");
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
    "answer random commands on sorted sets alike in RESP%i",
    async (protocol) => {
      await redis.execute(["HELLO", String(protocol)]);
      const play = async (lines: readonly CommandLine[]): Promise<void> => {
        const atoll = new LocalNode(protocol);
        await redis.execute(["FLUSHALL"]);
        const ends = KEYS.flatMap((key) => [
          ["TYPE", key],
          ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        ]);
        for (const line of [["SET", "text", "x"], ...lines, ...ends]) {
          const theirs = comparable(line, await redis.execute(line));
          expect(comparable(line, atoll.execute(line)), JSON.stringify(line)).toBe(theirs);
        }
      };
      // The time limit leaves a run behind; it must end before the server is used again.
      let latest = Promise.resolve();
      const run = (lines: readonly CommandLine[]): Promise<void> => (latest = play(lines));
      const lines = fc.array(sortedSetLine, { maxLength: LINES_MAX, size: "max" });
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
