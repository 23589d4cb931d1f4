/**
 * `atoll local`: three replicas in three regions on this machine, each a process of its own, for trying things out.
 *
 * The launcher starts them, shows their logs with the region in front, says when all are ready, and stops all of them
 * on the first SIGINT or SIGTERM. When one dies by itself it says so, stops the others and exits with code 1.
 *
 * Data is kept in a folder that is named at the start, so that what is tried survives a restart, unless it is asked not to.
 *
 * Children run in process groups of their own, so that a terminal's Ctrl-C reaches the launcher alone and each child
 * is asked to stop exactly once. They hold a channel to the launcher and stop when it closes, so that none outlives
 * a launcher that was killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve as absolute } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import type { LogLevel } from "../server/log.ts";
import { UsageError } from "../server/usage-error.ts";
import { assertFree, freePorts } from "./ports.ts";

const HOST = "127.0.0.1";
/** In the folder where it is started; git knows it as not its own. */
const DEFAULT_FOLDER = ".atoll";
const ENTRY = fileURLToPath(new URL("../main.ts", import.meta.url));

interface LocalReplica {
  readonly region: string;
  readonly colour: "cyan" | "magenta" | "yellow";
  readonly port: number;
  readonly httpPort: number;
  readonly peerPort: number;
}

const REPLICAS: readonly LocalReplica[] = [
  { region: "us", colour: "cyan", port: 6379, httpPort: 8080, peerPort: 7946 },
  { region: "eu", colour: "magenta", port: 6380, httpPort: 8081, peerPort: 7947 },
  { region: "ap", colour: "yellow", port: 6381, httpPort: 8082, peerPort: 7948 },
];

export interface LocalFlags {
  readonly freePorts?: true;
  readonly dataDir?: string;
  readonly memory?: true;
  readonly logLevel: LogLevel;
}

export async function local(flags: LocalFlags): Promise<void> {
  const folder = folderOf(flags);
  const replicas = flags.freePorts ? await withFreePorts(REPLICAS) : REPLICAS;
  for (const { port, httpPort, peerPort } of replicas) {
    for (const each of [port, httpPort, peerPort]) await assertFree(HOST, each, "take free ones with --free-ports");
  }
  process.exitCode = await superviseAll(replicas, { logLevel: flags.logLevel, folder });
}

/** Where the replicas keep their data; undefined: in memory. Free ports are for runs beside each other, which share nothing. */
function folderOf({ dataDir, memory, ...flags }: LocalFlags): string | undefined {
  if (memory === true && dataDir !== undefined) throw new UsageError("give --memory or --data-dir, not both");
  if (memory === true) {
    process.stdout.write("Data is kept in memory only: it is gone when all three have stopped.\n");
    return undefined;
  }
  const isTemporary = dataDir === undefined && flags.freePorts === true;
  const folder = isTemporary ? mkdtempSync(join(tmpdir(), "atoll-")) : absolute(dataDir ?? DEFAULT_FOLDER);
  process.stdout.write(`Data is kept in ${folder}${isTemporary ? ", a temporary folder" : ""}.\n`);
  return folder;
}

async function withFreePorts(replicas: readonly LocalReplica[]): Promise<LocalReplica[]> {
  const ports = await freePorts(HOST, replicas.length * 3);
  const next = (): number => ports.pop() ?? 0;
  return replicas.map((replica) => ({ ...replica, port: next(), httpPort: next(), peerPort: next() }));
}

/** Runs all replicas until they have ended; the exit code of the launcher. */
async function superviseAll(replicas: readonly LocalReplica[], running: Running): Promise<number> {
  let stopping = false;
  let ready = 0;
  let exitCode = 0;
  const children = replicas.map((replica) => startReplica(replica, replicas, running));
  const stopAll = (): void => {
    stopping = true;
    for (const child of children) child.kill("SIGTERM");
  };
  // A second signal reaches the children as their second, which ends them at once.
  process.on("SIGINT", stopAll).on("SIGTERM", stopAll);

  const ends = children.map(async (child, i) => {
    const replica = replicas[i] as LocalReplica; // one child for each replica
    child.on("message", () => {
      if (++ready === replicas.length) announce(replicas);
    });
    const end = await ended(child);
    if (stopping) return;
    exitCode = 1;
    say(replica, process.stderr, `stopped unexpectedly (${end}); stopping the others`);
    stopAll();
  });
  await Promise.all(ends);
  return exitCode;
}

interface Running {
  readonly logLevel: LogLevel;
  readonly folder: string | undefined;
}

function startReplica(replica: LocalReplica, all: readonly LocalReplica[], running: Running): ChildProcess {
  const { region, port, httpPort, peerPort } = replica;
  const seeds = all.filter((other) => other !== replica).map((other) => `${HOST}:${other.peerPort}`);
  const flags = {
    "node-id": `${region}-1`,
    region,
    host: HOST,
    port,
    "http-port": httpPort,
    "peer-port": peerPort,
    seeds: seeds.join(","),
    "cluster-id": "atoll-local",
    "log-level": running.logLevel,
    ...(running.folder === undefined ? {} : { "data-dir": join(running.folder, region) }),
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [ENTRY, "serve", ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    createInterface({ input: from as Readable }).on("line", (line) => say(replica, to, line)); // stdio says "pipe"
  }
  return child;
}

/** How a child ended, in words, once its output has been read to the end. */
async function ended(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
}

function say(replica: LocalReplica, stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${styleText(replica.colour, `${replica.region} |`, { stream })} ${line}\n`);
}

function announce(replicas: readonly LocalReplica[]): void {
  const rows = replicas.map(
    ({ region, port, httpPort, peerPort }) =>
      `  ${region}   redis-cli -p ${port}   http://${HOST}:${httpPort}/metrics   peers on ${peerPort}\n`,
  );
  const title = styleText("bold", "Three replicas are ready; Ctrl-C stops them.", { stream: process.stdout });
  process.stdout.write(`\n${title}\n${rows.join("")}\n`);
}
