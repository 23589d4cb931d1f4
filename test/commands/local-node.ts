/**
 * One replica in memory for tests of commands: keyspace, dispatcher and one
 * client, without a socket, on a clock that stands still until it is set.
 */
import { Client } from "../../src/commands/client.ts";
import { Config } from "../../src/commands/config.ts";
import { Dispatcher } from "../../src/commands/dispatcher.ts";
import type { Host } from "../../src/commands/host.ts";
import { LatencyMonitor } from "../../src/commands/latency-monitor.ts";
import { Slowlog } from "../../src/commands/slowlog-ring.ts";
import { Statistics } from "../../src/commands/statistics.ts";
import { commandTable } from "../../src/commands/table.ts";
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import { Arguments } from "../../src/resp/arguments.ts";
import { ReplyWriter } from "../../src/resp/reply.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import { plain, readReply } from "./resp-reply.ts";
import type { Plain, ReplyNode } from "./resp-reply.ts";

const START_MS = 1_700_000_000_000;
const CLOCK_OFFSET_MS_MAX = 500;

export class LocalNode {
  wallMs: number = START_MS;
  readonly statistics = new Statistics(commandTable.all.length);
  readonly keyspace: Keyspace;
  readonly client = new Client(1, "127.0.0.1:50000", "127.0.0.1:6379", START_MS);
  readonly config = new Config();
  private readonly dispatcher: Dispatcher;
  private readonly args = new Arguments();
  private readonly reply = new ReplyWriter();
  private seed = 1;

  constructor() {
    const options = {
      originId: 1,
      origins: new Origins(),
      clock: new HybridClock(CLOCK_OFFSET_MS_MAX),
      hashSeed: 7,
      logging: false,
    };
    this.keyspace = new Keyspace(options);
    this.dispatcher = new Dispatcher(this.keyspace, this.host());
  }

  speak(protocol: 2 | 3): void {
    this.client.protocol = protocol;
    this.reply.protocol = protocol;
  }

  /** Runs one command, its words given as latin1. */
  execute(words: readonly string[]): ReplyNode {
    this.args.clear();
    for (const word of words) {
      const bytes = Buffer.from(word, "latin1");
      this.args.push(bytes, 0, bytes.length);
    }
    this.dispatcher.beginTick();
    this.dispatcher.execute(this.client, this.args, this.reply);
    const bytes = Buffer.concat(this.reply.take());
    const read = readReply(bytes);
    if (read === undefined || read.end !== bytes.length)
      throw new Error(`not one reply: ${JSON.stringify(bytes.toString("latin1"))}`);
    return read.node;
  }

  /** Runs a line of words parted by spaces, "" being the empty one. */
  run(line: string): Plain {
    return plain(this.execute(line.split(" ").map((word) => (word === '""' ? "" : word))));
  }

  private host(): Host {
    const host: Partial<Host> = {
      config: this.config,
      statistics: this.statistics,
      slowlog: new Slowlog(),
      latency: new LatencyMonitor(),
      replica: { ...STANDALONE, peers: () => [], cut: () => 0, heal: () => 0 },
      random: () => this.random(),
      wallMs: () => this.wallMs,
      microseconds: () => 0,
    };
    return host as Host; // commands on data ask for nothing else
  }

  /** A small linear congruential generator: the same picks in every run. */
  private random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 2 ** 32;
  }
}

const STANDALONE = { nodeId: "n", region: "r", clusterId: "c", loading: false, counters: {} };
