/**
 * Commands at replicas that have no dispatcher: the real table, the real
 * handlers, the real reply. What the dispatcher does besides (passwords,
 * statistics, the slow log) is no concern of a lattice.
 */
import type { Client } from "../../src/commands/client.ts";
import type { Call } from "../../src/commands/command.ts";
import { commandTable } from "../../src/commands/table.ts";
import type { Arguments } from "../../src/resp/arguments.ts";
import type { ReplyWriter } from "../../src/resp/reply.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import type { Reply } from "../spec/reply.ts";
import { SimulatedClient } from "../world/client.ts";
import { simulatedHost } from "../world/host.ts";
import { Random } from "../world/random.ts";

/** Replicas that are alone in the world as far as their commands can see. */
const NO_PEERS = {
  nodeId: "lattice",
  region: "lattice",
  clusterId: "lattice",
  loading: false,
  peers: () => [],
  cut: () => 0,
  heal: () => 0,
  counters: {},
  repairFigures: { stagedBytes: 0, waitingNodes: 0, serving: 0, asksQueued: 0 },
  reach: {
    peers: () => 0,
    durablePeers: () => 0,
    durableHere: () => undefined,
    nodesOf: () => undefined,
    hurry: () => {},
  },
  reads: { ask: () => 0, forget: () => {} },
  cluster: { forgotten: false, members: () => [] },
  meet: () => {},
  forget: () => "unknown" as const,
};

export class LatticeClient {
  private readonly client: SimulatedClient;
  private readonly host: Call["host"];
  private keyspace: Keyspace | undefined;
  private random = new Random(1, "lattice");
  private wallMs = 0;

  constructor() {
    const clock = { wallMs: () => this.wallMs, microseconds: () => 0 };
    this.host = { ...simulatedHost(NO_PEERS, clock, this.random), random: () => this.random.fraction() };
    this.client = new SimulatedClient({ beginTick: () => {}, execute: (...call) => this.execute(...call) }, 0);
  }

  /** What commands draw depends on nothing that was before. */
  renew(): void {
    this.random = new Random(1, "lattice");
  }

  run(keyspace: Keyspace, command: readonly string[], wallMs: number): Reply {
    this.keyspace = keyspace;
    this.wallMs = wallMs;
    return this.client.run(0, command);
  }

  private execute(client: Client, args: Arguments, reply: ReplyWriter): void {
    const { keyspace, host } = this;
    const name = args.at(0);
    const entry = commandTable.find(name.bytes, name.start, name.end);
    if (keyspace === undefined || entry === undefined) throw new RangeError(`no command ${name.latin1()}`);
    keyspace.beginEvent(this.wallMs);
    entry.command.handler({ args, reply, client, keyspace, host, commands: commandTable });
  }
}
