/**
 * The geo commands against a real redis-server: the same members in the same
 * places, the same searches, and replies compared byte by byte, so that scores,
 * the order of unsorted results and the words of errors are all Redis's, and
 * distances to within the last place of a double.
 *
 * Left out: distances that are equal; which of them comes first when a count
 * cuts them off is a matter of Redis's sorting algorithm.
 *
 * GEO_DIFFERENTIAL_SECONDS=600 looks for longer. A failure prints its seed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandLine } from "./command-lines.ts";
import { geoLine, geoMembers } from "./geo-lines.ts";
import { LocalNode } from "./local-node.ts";
import { findRedisServer, RedisServer } from "./redis-server.ts";
import { canonical } from "./resp-reply.ts";
import type { ReplyNode } from "./resp-reply.ts";

const SECONDS = Number(process.env["GEO_DIFFERENTIAL_SECONDS"] ?? 2);
const LINES_MAX = 30;
/** Sines of another library may differ in the last place: of a score that is a distance, and of one of 4 decimals. */
const SCORE_TOLERANCE = 1e-13;
const DISTANCE = /^\d+\.\d{4}$/;
const DISTANCE_TOLERANCE = 0.000_15;
const TARGETS = ["t", "u"];

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
    "answer geo commands alike in RESP%i",
    async (protocol) => {
      await redis.execute(["HELLO", String(protocol)]);
      const play = async (setup: readonly CommandLine[], lines: readonly CommandLine[]): Promise<void> => {
        const atoll = new LocalNode(protocol);
        await redis.execute(["FLUSHALL"]);
        for (const line of [...setup, ...lines]) {
          const [ours, theirs] = [atoll.execute(line), await redis.execute(line)];
          if (!areAlike(ours, theirs)) expect(canonical(ours), JSON.stringify(line)).toBe(canonical(theirs));
        }
        for (const target of TARGETS) {
          const line = ["ZRANGE", target, "0", "-1", "WITHSCORES"];
          const [ours, theirs] = [atoll.execute(line), await redis.execute(line)];
          expect(ours.items.length).toBe(theirs.items.length);
          compareScores(scoresOf(ours), scoresOf(theirs));
        }
      };
      // The time limit leaves a run behind; it must end before the server is used again.
      let latest = Promise.resolve();
      await fc.assert(
        fc.asyncProperty(
          geoMembers,
          fc.array(geoLine, { maxLength: LINES_MAX, size: "max" }),
          (setup, lines) => (latest = play(setup, lines)),
        ),
        {
          numRuns: 1_000_000,
          interruptAfterTimeLimit: SECONDS * 1000,
          markInterruptAsFailure: false,
        },
      );
      await latest;
    },
    SECONDS * 1000 + 60_000,
  );
});

/** The same, but for the fourth decimal of distances. */
function areAlike(ours: ReplyNode, theirs: ReplyNode): boolean {
  if (ours.type !== theirs.type || ours.items.length !== theirs.items.length) return false;
  if (!ours.items.every((item, index) => areAlike(item, theirs.items[index] ?? item))) return false;
  if (ours.text === theirs.text) return true;
  const [a, b] = [ours.text ?? "", theirs.text ?? ""];
  return DISTANCE.test(a) && DISTANCE.test(b) && Math.abs(Number(a) - Number(b)) < DISTANCE_TOLERANCE;
}

/** Scores by member, from pairs that RESP2 has in one row. */
function scoresOf(node: ReplyNode): Map<string, number> {
  const flat = node.items
    .flatMap((item) => (item.items.length > 0 ? item.items : [item]))
    .map((item) => item.text ?? "");
  const scores = new Map<string, number>();
  for (let i = 0; i < flat.length; i += 2) scores.set(flat[i] ?? "", Number(flat[i + 1]));
  return scores;
}

function compareScores(ours: Map<string, number>, theirs: Map<string, number>): void {
  expect([...ours.keys()].toSorted()).toEqual([...theirs.keys()].toSorted());
  for (const [member, score] of theirs) {
    expect(Math.abs((ours.get(member) ?? Number.NaN) - score)).toBeLessThanOrEqual(Math.abs(score) * SCORE_TOLERANCE);
  }
}
