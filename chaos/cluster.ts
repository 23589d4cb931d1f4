/**
 * The replicas of a run with all that they stand on: their network, their disks, their processes.
 *
 * Everything that a fault does goes through here, so that the ledger learns of every loss at the moment when it is over,
 * and so that all can be undone at the end of a round.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Connection, Refusal, type Reply } from "./connection.ts";
import type { Disks } from "./disks.ts";
import type { Loss } from "./fault-kinds.ts";
import type { LossEvent } from "./promise.ts";
import type { Direction, Drill, Network } from "./network.ts";
import { Replica } from "./replica.ts";

export interface ClusterOptions {
  readonly names: readonly string[];
  readonly root: string;
  readonly network: (drill: Drill) => Promise<Network>;
  /** Without, a replica holds everything in memory alone. */
  readonly disks: Disks | undefined;
  readonly fsync: string;
  /** Bytes of each replica's log of recent changes: small ones are lapped soon, and make repairs. */
  readonly backlogBytes: readonly number[];
  readonly onWrong: (what: string) => void;
  readonly onLost: (loss: LossEvent) => void;
}

const ASK_MS = 5_000;
/** So small that logs are replaced by snapshots now and then. */
const REWRITE_BYTES_MIN = "256kb";
const CLUSTER_ID = "chaos";

export class Cluster {
  readonly replicas: readonly Replica[];
  readonly disks: Disks | undefined;
  readonly #network: Network;
  readonly #onLost: (loss: LossEvent) => void;
  readonly #cuts = new Map<symbol, readonly Direction[]>();
  #applying: Promise<void> = Promise.resolve();

  private constructor(network: Network, { names, root, disks, fsync, backlogBytes, onWrong, onLost }: ClusterOptions) {
    this.#network = network;
    this.#onLost = onLost;
    this.disks = disks;
    mkdirSync(join(root, "logs"), { recursive: true });
    const storage = { appendonly: "yes", appendfsync: fsync, "auto-aof-rewrite-min-size": REWRITE_BYTES_MIN };
    const seeds = network.homes.map(({ host, peerPort }) => `${host}:${peerPort}`);
    this.replicas = network.homes.map((home, index) => {
      const name = names[index] ?? "";
      const place = { ...home, index, name, region: `r-${name}`, logFile: join(root, "logs", `${name}.log`) };
      const flags = {
        "node-id": name,
        region: place.region,
        host: home.host,
        port: home.port,
        "http-port": home.httpPort,
        "peer-port": home.peerPort,
        seeds: seeds.filter((_, i) => i !== index).join(","),
        "cluster-id": CLUSTER_ID,
        "repl-backlog-size": backlogBytes[index] ?? 0,
        ...(disks === undefined ? {} : { ...storage, "data-dir": disks.folder(name) }),
      };
      const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
      return new Replica(place, args, onWrong);
    });
  }

  static async create(options: ClusterOptions): Promise<Cluster> {
    let cluster: Cluster | undefined;
    const network = await options.network(async (replica, ...args) => {
      await cluster?.ask(replica, "ATOLL", ...args);
    });
    return (cluster = new Cluster(network, options));
  }

  get durable(): boolean {
    return this.disks !== undefined;
  }

  replica(index: number): Replica {
    const replica = this.replicas[index];
    if (replica === undefined) throw new RangeError(`there are ${this.replicas.length} replicas`);
    return replica;
  }

  start(index: number): void {
    this.replica(index).start();
    // Cuts by command are unknown to a process that was not there.
    if (this.#cuts.size > 0) void this.#apply();
  }

  async kill(index: number, loses: Loss = "memory"): Promise<void> {
    await this.replica(index).kill();
    this.lost(index, loses);
  }

  async stop(index: number): Promise<void> {
    const clean = await this.replica(index).stop();
    if (!clean || !this.durable) this.lost(index, "memory");
  }

  lost(index: number, what: Loss): void {
    const { incarnation } = this.replica(index);
    this.#onLost({ replica: index, incarnation, atMs: performance.now(), what });
  }

  /** Returns what ends the cut. */
  async cut(directions: readonly Direction[]): Promise<() => Promise<void>> {
    const cut = Symbol("cut");
    this.#cuts.set(cut, directions);
    await this.#apply();
    return async () => {
      this.#cuts.delete(cut);
      await this.#apply();
    };
  }

  /** Everything that still runs is ended, by its id. */
  async killAll(): Promise<void> {
    await Promise.all(this.replicas.map(async (replica) => await replica.kill()));
  }

  /** Whether it answers, soon. */
  async serves(index: number): Promise<boolean> {
    return await this.ask(index, "PING").then(
      () => true,
      () => false,
    );
  }

  /** One question on a connection of its own. Throws when there is no answer or a refusal. */
  async ask(index: number, ...args: readonly string[]): Promise<Reply> {
    const { host, port } = this.replica(index);
    const connection = await Connection.open(host, port, ASK_MS);
    try {
      const reply = await connection.askWithin(ASK_MS, ...args);
      if (reply instanceof Refusal) throw new Error(reply.text);
      return reply;
    } finally {
      connection.close();
    }
  }

  async askText(index: number, ...args: readonly string[]): Promise<string> {
    const reply = await this.ask(index, ...args);
    if (typeof reply === "string") return reply;
    throw new Error(`${args.join(" ")} was not answered by a text`);
  }

  async #apply(): Promise<void> {
    this.#applying = this.#applying.then(async () => {
      const directions = new Map([...this.#cuts.values()].flat().map((direction) => [String(direction), direction]));
      await this.#network.apply([...directions.values()]);
    });
    await this.#applying;
  }
}
