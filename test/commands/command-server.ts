/**
 * A server without sockets, for tests of the server's own commands: several
 * clients, a host that remembers what it was asked, clocks that move when told.
 */
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import { BlockedClients } from "../../src/commands/blocked-clients.ts";
import { Client } from "../../src/commands/client.ts";
import { Config } from "../../src/commands/config.ts";
import { Dispatcher } from "../../src/commands/dispatcher.ts";
import type {
  Gauges,
  Host,
  Identity,
  MemberView,
  PeerRead,
  PeerView,
  ReadForwarding,
  ShutdownOptions,
  WriteReach,
} from "../../src/commands/host.ts";
import { LatencyMonitor } from "../../src/commands/latency-monitor.ts";
import { Slowlog } from "../../src/commands/slowlog-ring.ts";
import { Statistics } from "../../src/commands/statistics.ts";
import { commandTable } from "../../src/commands/table.ts";
import { Arguments } from "../../src/resp/arguments.ts";
import { ReplyWriter } from "../../src/resp/reply.ts";
import { Keyspace } from "../../src/store/keyspace.ts";

export const START_MS = 1_700_000_000_000;
const CLOCK_OFFSET_MS_MAX = 500;

const GAUGES: Gauges = {
  residentBytes: 50_000_000,
  heapUsedBytes: 10_000_000,
  datasetBytes: 2_000_000,
  usedBytesPeak: 16_000_000,
  usedBytesAtStart: 5_000_000,
  totalSystemBytes: 8 * 1024 ** 3,
  cpuUserSeconds: 1.5,
  cpuSystemSeconds: 0.25,
  uptimeMs: 90_061_000,
  connectionsReceived: 7,
  connectionsRejected: 1,
  bytesIn: 1000,
  bytesOut: 2000,
  queryBufferDisconnections: 0,
  outputBufferDisconnections: 0,
};

const IDENTITY: Identity = {
  atollVersion: "0.1.0",
  processId: 4242,
  runId: "a".repeat(40),
  tcpPort: 6379,
  operatingSystem: "Linux",
  runtime: "Node.js v24",
  executable: "/bin/node",
  clusterId: "test",
};

const PEER: PeerView = {
  nodeId: "n2",
  region: "eu",
  address: "127.0.0.1:7947",
  state: "connected",
  member: "alive",
  lagMs: 3.4,
  lagBytes: 12,
  bytesIn: 100,
  bytesOut: 200,
};

const SELF: MemberView = {
  nodeId: "n1",
  region: "us",
  address: "127.0.0.1:7946",
  clientAddress: "127.0.0.1:6379",
  state: "alive",
  incarnation: 3,
  isSelf: true,
  isLinked: false,
  heardAgoMs: -1,
  link: undefined,
};

const OTHER: MemberView = {
  ...SELF,
  nodeId: "n2",
  region: "eu",
  address: "127.0.0.1:7947",
  clientAddress: "127.0.0.1:6380",
  isSelf: false,
  isLinked: true,
  heardAgoMs: 40,
  link: { dialed: true, openMs: 5000, bufferedBytes: 0 },
};

/** Peers that say up to where they have what was written, and a disk that does. */
class FakeReach implements WriteReach {
  readonly times = new Map([["n2", { region: "eu", time: 0, durableTime: 0 }]]);
  durableTime: number | undefined;
  readonly hurried: [time: number, durably: boolean][] = [];

  peers(time: number): number {
    return [...this.times.values()].filter((peer) => peer.time >= time).length;
  }

  durablePeers(time: number): number {
    return [...this.times.values()].filter((peer) => peer.durableTime >= time).length;
  }

  durableHere(time: number): boolean | undefined {
    return this.durableTime === undefined ? undefined : this.durableTime >= time;
  }

  nodesOf(region: string, time: number): number | undefined {
    const peers = [...this.times.values()].filter((peer) => peer.region === region);
    if (region !== "us" && peers.length === 0) return undefined;
    return (region === "us" ? 1 : 0) + peers.filter((peer) => peer.time >= time).length;
  }

  hurry(time: number, durably: boolean): void {
    this.hurried.push([time, durably]);
  }
}

/** Peers that answer reads when the test says so. */
class FakeReads implements ReadForwarding {
  readonly asked = new Map<number, { read: PeerRead; done: (reply: Uint8Array | undefined) => void }>();
  reachable = true;
  private lastId = 0;

  ask(read: PeerRead, done: (reply: Uint8Array | undefined) => void): number {
    if (!this.reachable) return 0;
    this.asked.set(++this.lastId, { read, done });
    return this.lastId;
  }

  forget(id: number): void {
    this.asked.delete(id);
  }
}

export class CommandServer implements Host {
  readonly config = new Config();
  readonly statistics = new Statistics(commandTable.all.length);
  readonly slowlog = new Slowlog();
  readonly latency = new LatencyMonitor();
  readonly identity = IDENTITY;
  readonly blocked = new BlockedClients();
  readonly connected: Client[] = [];
  readonly closed: Client[] = [];
  readonly slept: number[] = [];
  readonly shutdowns: ShutdownOptions[] = [];
  readonly cuts: string[] = [];
  wallNow = START_MS;
  /** What every command takes. */
  commandMicroseconds = 1;
  loading = false;
  readonly reach = new FakeReach();
  readonly reads = new FakeReads();
  members: readonly MemberView[] = [SELF, OTHER];
  forgotten = false;
  readonly met: string[] = [];
  readonly forgets: string[] = [];
  readonly replica;
  readonly keyspace: Keyspace;
  readonly dispatcher: Dispatcher;
  private clock = 0;

  constructor() {
    const clock = new HybridClock(CLOCK_OFFSET_MS_MAX);
    this.keyspace = new Keyspace({ originId: 1, origins: new Origins(), clock, hashSeed: 7, logging: false });
    const isLoading = (): boolean => this.loading;
    const isForgotten = (): boolean => this.forgotten;
    this.replica = {
      nodeId: "n1",
      region: "us",
      get loading() {
        return isLoading();
      },
      peers: () => [PEER],
      cut: (name: string) => this.cuts.push(name),
      heal: () => this.cuts.splice(0).length,
      counters: { intervalsApplied: 5, closed: { clusterId: 2 } },
      repairFigures: { stagedBytes: 7, waitingNodes: 0, serving: 0, asksQueued: 0 },
      reach: this.reach,
      reads: this.reads,
      cluster: {
        get forgotten() {
          return isForgotten();
        },
        members: () => this.members,
      },
      meet: (address: string) => void this.met.push(address),
      forget: (nodeId: string) => {
        this.forgets.push(nodeId);
        return "forgotten" as const;
      },
    };
    this.dispatcher = new Dispatcher(this.keyspace, this);
  }

  connect(): Session {
    const client = new Client(
      this.connected.length + 1,
      `127.0.0.1:${50_001 + this.connected.length}`,
      "127.0.0.1:6379",
      START_MS,
    );
    client.authenticated = this.config.settings.requirePass === "";
    this.connected.push(client);
    return new Session(this.dispatcher, client);
  }

  nodeName(nodeId: string): string {
    return Buffer.from(nodeId).toString("hex").padEnd(40, "0");
  }

  clients(): Iterable<Client> {
    return this.connected;
  }

  findClient(id: number): Client | undefined {
    return this.connected.find((client) => client.id === id);
  }

  closeClient(client: Client): void {
    client.state = "closed";
    this.closed.push(client);
  }

  random(): number {
    return 0.5;
  }

  wallMs(): number {
    return this.wallNow;
  }

  /** Rises by one command's time whenever it is read. */
  microseconds(): number {
    this.clock += this.commandMicroseconds;
    return this.clock;
  }

  sleep(ms: number): void {
    this.slept.push(ms);
  }

  shutdown(options: ShutdownOptions): void {
    this.shutdowns.push(options);
  }

  gauges(): Gauges {
    return GAUGES;
  }

  log(): void {}
}

export class Session {
  readonly client: Client;
  private readonly dispatcher: Dispatcher;
  private readonly reply = new ReplyWriter();

  constructor(dispatcher: Dispatcher, client: Client) {
    this.dispatcher = dispatcher;
    this.client = client;
  }

  /** The reply that the client has waited for; "" while it waits. */
  awaited(): string {
    this.dispatcher.beginTick();
    this.dispatcher.finish(this.client, this.reply);
    return Buffer.concat(this.reply.take()).toString("latin1");
  }

  /** One command; the reply as its bytes, each of them a latin1 character. */
  send(...words: readonly string[]): string {
    const args = new Arguments();
    for (const word of words) {
      const bytes = Buffer.from(word, "latin1");
      args.push(bytes, 0, bytes.length);
    }
    this.dispatcher.beginTick();
    this.dispatcher.execute(this.client, args, this.reply);
    return Buffer.concat(this.reply.take()).toString("latin1");
  }

  /** The same with words parted by spaces. */
  run(line: string): string {
    return this.send(...line.split(" "));
  }
}
