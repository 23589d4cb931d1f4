/**
 * The servers under test: real processes on free ports of the loopback interface, all stopped at the end.
 *
 * A process is addressed by its own id alone. Replicas hold a channel to the bench and stop when it closes, so that
 * none outlives a bench that was killed. When a server ends by itself, `signal` aborts what is under way.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const HOST = "127.0.0.1";
const ATOLL = fileURLToPath(new URL("../bin/atoll", import.meta.url));

const START_MS_MAX = 30_000;
/** A server that was asked to stop and did not is ended. */
const STOP_MS_MAX = 8_000;
/** Of the output, for the message when a server fails. */
const OUTPUT_KEPT_CHARACTERS = 2_000;

export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Starts it again as it was started, at the same ports, after it was stopped or killed. */
  readonly startAgain: () => Promise<Server>;
}

/** Flags without their dashes. */
export type ServerFlags = Readonly<Record<string, string | number>>;

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly output: () => string;
}

export class Fleet {
  readonly #running = new Set<Running>();
  readonly #abort = new AbortController();
  #stopping = false;

  /** Aborts when the fleet can no longer be measured. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async redis(flags: ServerFlags = {}): Promise<Server> {
    const [port = 0] = await freePorts(1);
    const args = asArguments({ bind: HOST, port, save: "", appendonly: "no", ...flags });
    return await this.#start("redis-server", "redis-server", args, port, async (child) => {
      await new Promise<void>((resolve) => {
        let text = "";
        child.stdout?.on("data", (chunk) => {
          if ((text += String(chunk)).includes("Ready to accept connections")) resolve();
        });
      });
    });
  }

  /** One replica alone. */
  async atoll(flags: ServerFlags = {}): Promise<Server> {
    const [server] = await this.atolls(["alone"], flags);
    return server as Server; // one region was asked for
  }

  /** One replica in each region, that know each other; resolves when all are ready. */
  async atolls(regions: readonly string[], more: ServerFlags = {}): Promise<Server[]> {
    const ports = await freePorts(regions.length * 3);
    const places = regions.map((region, i) => ({
      region,
      port: ports[3 * i] ?? 0,
      httpPort: ports[3 * i + 1] ?? 0,
      peerPort: ports[3 * i + 2] ?? 0,
    }));
    const starts = places.map(async ({ region, port, httpPort, peerPort }) => {
      const seeds = places.filter((other) => other.region !== region).map((other) => `${HOST}:${other.peerPort}`);
      const flags = {
        "node-id": `${region}-1`,
        region,
        port,
        "http-port": httpPort,
        "peer-port": peerPort,
        seeds: seeds.join(","),
        "cluster-id": "bench",
        "log-level": "warn",
        ...more,
      };
      // A replica tells whoever started it with a channel when it is ready.
      const args = ["serve", ...asArguments(flags)];
      return await this.#start(`atoll ${region}`, ATOLL, args, port, (child) => once(child, "message"));
    });
    return await Promise.all(starts);
  }

  async stop(server: Server): Promise<void> {
    for (const running of this.#running) if (running.child.pid === server.pid) await this.#end(running);
  }

  /** Ends a server without a chance to say goodbye. */
  async kill(server: Server): Promise<void> {
    for (const running of this.#running) {
      if (running.child.pid !== server.pid) continue;
      this.#running.delete(running);
      running.child.kill("SIGKILL");
      await running.ended;
    }
  }

  async stopAll(): Promise<void> {
    this.#stopping = true;
    this.#abort.abort(new Error("the bench was stopped"));
    await Promise.all([...this.#running].map(async (running) => await this.#end(running)));
  }

  async #start(
    name: string,
    command: string,
    args: readonly string[],
    port: number,
    ready: (child: ChildProcess) => Promise<unknown>,
  ): Promise<Server> {
    if (this.#stopping) throw new Error("the bench was stopped");
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    let output = "";
    const keep = (text: unknown): void => {
      output = (output + String(text)).slice(-OUTPUT_KEPT_CHARACTERS);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    // Rejects when there was nothing to run, which ends it as well.
    const ended = once(child, "close").catch((error: Error) => keep(error.message));
    const running: Running = { name, child, ended, output: () => output.trim() };
    this.#running.add(running);
    const failed = ended.then(() => this.#lost(running));
    failed.catch(() => {});
    const late = AbortSignal.timeout(START_MS_MAX);
    const tooLate = once(late, "abort").then(() => {
      throw new Error(`${name} did not get ready: ${output}`);
    });
    tooLate.catch(() => {});
    await Promise.race([ready(child), failed, tooLate]);
    const startAgain = async (): Promise<Server> => await this.#start(name, command, args, port, ready);
    return { name, pid: child.pid ?? 0, port, startAgain };
  }

  /** A server has ended; unless it was asked to, nothing can be measured any more. */
  #lost(running: Running): never {
    const expected = !this.#running.delete(running);
    const error = new Error(`${running.name} has ended: ${running.output()}`);
    if (!expected) this.#abort.abort(error);
    throw error;
  }

  async #end(running: Running): Promise<void> {
    const { child, ended } = running;
    if (!this.#running.delete(running)) return await ended.then(() => {});
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
    await ended;
    clearTimeout(force);
  }
}

function asArguments(flags: ServerFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Different ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, HOST);
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port); // listening on TCP
  await Promise.all(
    servers.map(async (server) => {
      server.close();
      await once(server, "close");
    }),
  );
  return ports;
}
