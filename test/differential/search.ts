/** Looks for a difference: random scenarios until the time is over, in RESP2 and RESP3; what is found is made small. */
import fc from "fast-check";
import { findRedisServer, RedisServer } from "../commands/redis-server.ts";
import { FAMILY_NAMES, scenario } from "./families.ts";
import type { CommandLine } from "./line.ts";
import { Pair } from "./pair.ts";

export interface SearchOptions {
  readonly seconds: number;
  /** At most so many: with a seed, they are always the same, and a slow machine plays fewer of them. */
  readonly scenarios?: number;
  /** A difference that was found is found again with its seed and path. */
  readonly seed?: number;
  readonly path?: string;
  readonly families?: readonly string[];
}

export interface Searched {
  readonly scenarios: number;
  readonly lines: number;
  readonly seed: number;
  /** The difference, and how to see it again. */
  readonly difference: string | undefined;
}

const LINES_MAX = 50;
const SCENARIOS_MAX = 100_000_000;

/** Undefined where there is no redis-server on PATH. */
export async function searchDifference(options: SearchOptions): Promise<Searched | undefined> {
  const path = findRedisServer();
  if (path === undefined) return undefined;
  const redis = await RedisServer.start(path);
  try {
    return await searchBeside(redis, options);
  } finally {
    await redis.stop();
  }
}

async function searchBeside(redis: RedisServer, options: SearchOptions): Promise<Searched> {
  let lines = 0;
  const play = async (protocol: 2 | 3, played: readonly CommandLine[]): Promise<void> => {
    const pair = await Pair.start(redis, protocol);
    await pair.compareAll(played);
    await pair.compareStates();
    lines += played.length;
  };
  // The time limit leaves a scenario behind; it must end before the server is used again.
  let latest = Promise.resolve();
  const property = fc.asyncProperty(
    fc.constantFrom<2 | 3>(2, 3),
    scenario(options.families ?? FAMILY_NAMES, LINES_MAX),
    (protocol, played) => (latest = play(protocol, played)),
  );
  const details = await fc.check(property, {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.path === undefined ? {} : { path: options.path }),
    numRuns: options.scenarios ?? SCENARIOS_MAX,
    interruptAfterTimeLimit: options.seconds * 1000,
    markInterruptAsFailure: false,
  });
  await latest.catch(() => undefined);
  const scenarios = details.numRuns;
  if (!details.failed) return { scenarios, lines, seed: details.seed, difference: undefined };
  const [protocol, played] = details.counterexample ?? [2, []];
  const families = options.families === undefined ? "" : ` --families "${options.families.join(",")}"`;
  const replay = `npm run differential -- --seed ${details.seed} --path ${details.counterexamplePath ?? ""}${families}`;
  const told = [
    details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance),
    `after these lines in RESP${protocol}:`,
    ...played.map((line) => `  ${JSON.stringify(line)}`),
    `Again: ${replay}`,
  ];
  return { scenarios, lines, seed: details.seed, difference: told.join("\n") };
}
