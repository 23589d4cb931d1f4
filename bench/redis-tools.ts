/**
 * The programs of Redis that the benches need: there or not, their versions, and runs of redis-benchmark.
 *
 * redis-benchmark waits for ever when its server goes away: every run has a time limit, and ends when a server does.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UsageError } from "../src/server/usage-error.ts";

const run = promisify(execFile);

const PACKAGES = { "redis-server": "redis-server", "redis-benchmark": "redis-tools" } as const;

type RedisTool = keyof typeof PACKAGES;

/** No run of ours lasts so long on any machine. */
const RUN_MS_MAX = 120_000;

export interface BenchmarkRun {
  readonly port: number;
  /** A test by its name for `-t` ("set", "mset"...), or the words of a command. */
  readonly run: string | readonly string[];
  /** Random numbers are below this. */
  readonly keys: number;
  readonly pipeline: number;
  readonly requests: number;
  readonly signal: AbortSignal;
}

/** The load of all benches that use redis-benchmark. */
export const LOAD = { clients: 50, valueBytes: 64, keys: 100_000 } as const;

/** The version that a tool prints. Throws UsageError with the remedy when it is not installed. */
export async function toolVersion(tool: RedisTool): Promise<string> {
  try {
    const { stdout } = await run(tool, ["--version"]);
    return parseVersion(stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UsageError(`${tool} is missing; Debian has it in the package ${PACKAGES[tool]}`);
  }
}

export function parseVersion(text: string): string {
  return /\bv?=?(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? "unknown";
}

/** Operations per second. */
export async function redisBenchmark(what: BenchmarkRun): Promise<number> {
  const { port, run: asked, keys, pipeline, requests, signal } = what;
  const args = ["-h", "127.0.0.1", "-p", port, "-c", LOAD.clients, "-d", LOAD.valueBytes, "-r", keys];
  args.push("-n", requests, "-P", pipeline, "--csv");
  if (typeof asked === "string") args.push("-t", asked);
  else args.push(...asked);
  const limits = { signal, timeout: RUN_MS_MAX, killSignal: "SIGKILL" } as const;
  try {
    const { stdout } = await run("redis-benchmark", args.map(String), limits);
    return parseOperationsPerSecond(stdout);
  } catch (error) {
    if ((error as { killed?: boolean }).killed !== true) throw error;
    throw new Error(`redis-benchmark was still running ${String(asked)} after ${RUN_MS_MAX / 1000} s`, {
      cause: error,
    });
  }
}

/** From the last line of `--csv`: the first has the titles, and before it may stand what was done to prepare the test. */
export function parseOperationsPerSecond(csv: string): number {
  const text = /^"[^"]+","([\d.]+)"/.exec(csv.trim().split("\n").slice(1).at(-1) ?? "")?.[1];
  if (text === undefined) throw new Error(`redis-benchmark gave no result: ${csv}`);
  return Number(text);
}
