/**
 * Atoll as its users run it: processes started through `bin/atoll`, on free ports of the loopback interface.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePorts } from "../src/cli/ports.ts";
import { eventually } from "./eventually.ts";

export const ATOLL = fileURLToPath(new URL("../bin/atoll", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class AtollProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string; command?: string } = {}) {
    this.child = spawn(options.command ?? ATOLL, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until the output has a line that matches; throws when the process ends first. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    return await eventually(() => {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      throw new Error(`atoll printed no ${pattern}, but: ${this.stdout}${this.stderr}`);
    });
  }

  /** Stops the process if it still runs, by force after a while, and waits for its end. */
  async stop(): Promise<Ended> {
    if (this.running) this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), 30_000);
    return await this.ended.finally(() => clearTimeout(force));
  }
}

/** Where one replica listens. */
export interface ReplicaPlace {
  readonly region: string;
  readonly nodeId: string;
  readonly port: number;
  readonly httpPort: number;
  readonly peerPort: number;
}

/** Replicas in different regions that know each other, each a process of its own. */
export type FlagsOf = (place: ReplicaPlace, all: readonly ReplicaPlace[]) => Readonly<Record<string, string>>;

export class AtollCluster {
  readonly places: readonly ReplicaPlace[];
  readonly processes: AtollProcess[];

  private readonly flagsOf: FlagsOf;

  private constructor(places: readonly ReplicaPlace[], flagsOf: FlagsOf) {
    this.places = places;
    this.flagsOf = flagsOf;
    this.processes = places.map((_, i) => this.spawn(i));
  }

  /** `flagsOf` gives each replica flags beside those that it has anyway, or instead of them. */
  static async start(
    regions: readonly string[] = ["us", "eu", "ap"],
    flagsOf: FlagsOf = () => ({}),
  ): Promise<AtollCluster> {
    const ports = await freePorts("127.0.0.1", regions.length * 3);
    const next = (): number => ports.pop() as number; // three for each region
    const cluster = new AtollCluster(
      regions.map((region) => ({ region, nodeId: `${region}-1`, port: next(), httpPort: next(), peerPort: next() })),
      flagsOf,
    );
    await Promise.all(cluster.places.map(async (_, i) => await cluster.ready(i)));
    return cluster;
  }

  place(index: number): ReplicaPlace {
    const place = this.places[index];
    if (place === undefined) throw new RangeError(`the cluster has ${this.places.length} replicas`);
    return place;
  }

  async ready(index: number): Promise<void> {
    await this.processes[index]?.printed(/ ready /);
    await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${this.place(index).httpPort}/ready`);
      if (!response.ok) throw new Error(await response.text());
    });
  }

  /** Ends a replica without a chance to say goodbye. */
  async kill(index: number): Promise<void> {
    const victim = this.processes[index];
    victim?.child.kill("SIGKILL");
    await victim?.ended;
  }

  /** Starts a replica anew in the place of one that has ended. */
  async restart(index: number): Promise<void> {
    this.start(index);
    await this.ready(index);
  }

  /** The same for one that may never be ready. */
  start(index: number): void {
    this.processes[index] = this.spawn(index);
  }

  async stop(): Promise<Ended[]> {
    return await Promise.all(this.processes.map(async (each) => await each.stop()));
  }

  private spawn(index: number): AtollProcess {
    const place = this.place(index);
    const seeds = this.places.filter((other) => other !== place).map(({ peerPort }) => `127.0.0.1:${peerPort}`);
    const flags = {
      "--node-id": place.nodeId,
      "--region": place.region,
      "--cluster-id": "end-to-end",
      "--port": place.port,
      "--http-port": place.httpPort,
      "--peer-port": place.peerPort,
      "--seeds": seeds.join(","),
      ...this.flagsOf(place, this.places),
    };
    return new AtollProcess(["serve", ...Object.entries(flags).flat().map(String)]);
  }
}
