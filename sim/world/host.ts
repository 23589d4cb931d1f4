/** The world as a simulated replica's commands see it: virtual clocks, a random stream, no sockets. */
import { BlockedClients } from "../../src/commands/blocked-clients.ts";
import { Config } from "../../src/commands/config.ts";
import type { Durability, Host, ReplicaView } from "../../src/commands/host.ts";
import { LatencyMonitor } from "../../src/commands/latency-monitor.ts";
import { Slowlog } from "../../src/commands/slowlog-ring.ts";
import { Statistics } from "../../src/commands/statistics.ts";
import { commandTable } from "../../src/commands/table.ts";
import type { Random } from "./random.ts";

export interface HostClock {
  readonly wallMs: () => number;
  readonly microseconds: () => number;
}

export function simulatedHost(replica: ReplicaView, clock: HostClock, random: Random, durability?: Durability): Host {
  return {
    config: new Config(),
    statistics: new Statistics(commandTable.all.length),
    slowlog: new Slowlog(),
    latency: new LatencyMonitor(),
    replica,
    durability,
    blocked: new BlockedClients(),
    identity: {
      atollVersion: "0.0.0",
      processId: 1,
      runId: "0".repeat(40),
      tcpPort: 6379,
      operatingSystem: "simulated",
      runtime: "simulated",
      executable: "simulated",
      clusterId: "simulated",
    },
    nodeName: (nodeId) => Buffer.from(nodeId).toString("hex").padEnd(40, "0").slice(0, 40),
    clients: () => [],
    findClient: () => undefined,
    closeClient: () => {},
    random: random.fraction,
    wallMs: clock.wallMs,
    microseconds: clock.microseconds,
    sleep: () => {},
    shutdown: () => {},
    gauges: () => ({
      residentBytes: 0,
      heapUsedBytes: 0,
      datasetBytes: 0,
      usedBytesPeak: 0,
      usedBytesAtStart: 0,
      totalSystemBytes: 0,
      cpuUserSeconds: 0,
      cpuSystemSeconds: 0,
      uptimeMs: 0,
      connectionsReceived: 0,
      connectionsRejected: 0,
      bytesIn: 0,
      bytesOut: 0,
      queryBufferDisconnections: 0,
      outputBufferDisconnections: 0,
    }),
    log: () => {},
  };
}
