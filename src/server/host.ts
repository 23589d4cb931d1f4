/**
 * What commands may ask of the world, answered with this process: its clocks, its dice, its memory, its clients.
 */
import { createHash, randomBytes } from "node:crypto";
import { release, totalmem, type } from "node:os";
import { performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { BlockedClients } from "../commands/blocked-clients.ts";
import type { Client } from "../commands/client.ts";
import type { Config } from "../commands/config.ts";
import type { Durability, Gauges, Host, Identity, ReplicaView, ShutdownOptions } from "../commands/host.ts";
import { LatencyMonitor } from "../commands/latency-monitor.ts";
import { Slowlog } from "../commands/slowlog-ring.ts";
import { Statistics } from "../commands/statistics.ts";
import { MEMBERS_MAX } from "../limits/replication.ts";
import type { Log, LogLevel } from "./log.ts";
import type { TcpListener } from "./tcp.ts";

export interface ProcessHostOptions {
  readonly config: Config;
  readonly replica: ReplicaView;
  readonly blocked: BlockedClients;
  readonly durability: Durability | undefined;
  readonly listener: TcpListener;
  readonly commandCount: number;
  readonly version: string;
  readonly clusterId: string;
  readonly datasetBytes: () => number;
  readonly shutdown: (options: ShutdownOptions) => void;
  readonly log: Log;
}

export class ProcessHost implements Host {
  readonly config: Config;
  readonly statistics: Statistics;
  readonly slowlog = new Slowlog();
  readonly latency = new LatencyMonitor();
  readonly replica: ReplicaView;
  readonly identity: Identity;
  readonly durability: Durability | undefined;
  readonly blocked: BlockedClients;
  private readonly nodeNames = new Map<string, string>();
  private readonly options: ProcessHostOptions;
  private readonly usedBytesAtStart: number;
  private usedBytesPeak = 0;

  constructor(options: ProcessHostOptions) {
    this.options = options;
    this.config = options.config;
    this.replica = options.replica;
    this.durability = options.durability;
    this.blocked = options.blocked;
    this.statistics = new Statistics(options.commandCount);
    this.usedBytesAtStart = this.usedBytes();
    this.identity = {
      atollVersion: options.version,
      processId: process.pid,
      runId: randomBytes(20).toString("hex"),
      get tcpPort() {
        return options.listener.port;
      },
      operatingSystem: `${type()} ${release()} ${process.arch}`,
      runtime: `Node.js ${process.version}`,
      executable: process.execPath,
      clusterId: options.clusterId,
    };
  }

  nodeName(nodeId: string): string {
    const known = this.nodeNames.get(nodeId);
    if (known !== undefined) return known;
    const name = createHash("sha1").update(`${this.options.clusterId}\n${nodeId}`).digest("hex");
    if (this.nodeNames.size < MEMBERS_MAX) this.nodeNames.set(nodeId, name);
    return name;
  }

  clients(): Iterable<Client> {
    return this.options.listener.clients();
  }

  findClient(id: number): Client | undefined {
    return this.options.listener.findClient(id);
  }

  closeClient(client: Client): void {
    this.options.listener.closeClient(client);
  }

  random(): number {
    return Math.random();
  }

  wallMs(): number {
    return Date.now();
  }

  microseconds(): number {
    return Math.floor(performance.now() * 1000);
  }

  sleep(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }

  shutdown(options: ShutdownOptions): void {
    this.options.shutdown(options);
  }

  log(level: LogLevel, message: string): void {
    this.options.log(level, message);
  }

  /** Looks whether more memory is in use than ever before; between two looks a peak goes unseen. */
  samplePeak(): void {
    this.usedBytesPeak = Math.max(this.usedBytesPeak, this.usedBytes());
  }

  private usedBytes(): number {
    return getHeapStatistics().used_heap_size + this.options.datasetBytes();
  }

  gauges(): Gauges {
    const memory = process.memoryUsage();
    const cpu = process.cpuUsage();
    this.samplePeak();
    return {
      ...this.options.listener.totals,
      residentBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      datasetBytes: this.options.datasetBytes(),
      usedBytesPeak: this.usedBytesPeak,
      usedBytesAtStart: this.usedBytesAtStart,
      totalSystemBytes: totalmem(),
      cpuUserSeconds: cpu.user / 1e6,
      cpuSystemSeconds: cpu.system / 1e6,
      uptimeMs: process.uptime() * 1000,
    };
  }
}
