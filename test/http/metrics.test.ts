/**
 * The metrics as a scraper reads them, from counters that are given.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Client } from "../../src/commands/client.ts";
import type { CommandEntry } from "../../src/commands/command.ts";
import { BlockedClients } from "../../src/commands/blocked-clients.ts";
import type { Gauges, Host } from "../../src/commands/host.ts";
import { Statistics } from "../../src/commands/statistics.ts";
import { commandTable } from "../../src/commands/table.ts";
import { newReplicaCounters } from "../../src/replica/counters.ts";
import { createRegistry } from "../../src/server/metric-registry.ts";
import { HISTOGRAM_ROWS, METRIC_ROWS, type MetricSources } from "../../src/server/metrics.ts";

function entryOf(name: string): CommandEntry {
  const entry = commandTable.findByName(name);
  if (entry === undefined) throw new Error(`the table lacks ${name}`);
  return entry;
}

const get = entryOf("get");
const set = entryOf("set");

/** GET ran three times (1 µs, 3 µs, 5 s; the last failed) and was refused once. */
function exampleStatistics(): Statistics {
  const statistics = new Statistics(commandTable.all.length);
  for (const microseconds of [1, 3, 5_000_000]) {
    statistics.record(get.index, microseconds);
    statistics.recordLatency(get.index, microseconds);
  }
  statistics.failed[get.index] = 1;
  statistics.rejected[get.index] = 1;
  statistics.recordError("WRONGTYPE");
  statistics.keyspaceHits = 2;
  statistics.keyspaceMisses = 1;
  return statistics;
}

const gauges: Gauges = {
  residentBytes: 50_000_000,
  heapUsedBytes: 20_000_000,
  datasetBytes: 1000,
  usedBytesPeak: 30_000_000,
  usedBytesAtStart: 5_000_000,
  totalSystemBytes: 1e9,
  cpuUserSeconds: 1.5,
  cpuSystemSeconds: 0.5,
  uptimeMs: 2500,
  connectionsReceived: 7,
  connectionsRejected: 1,
  bytesIn: 100,
  bytesOut: 200,
  queryBufferDisconnections: 1,
  outputBufferDisconnections: 2,
};

function exampleSources(): MetricSources {
  const client = new Client(1, "127.0.0.1:1", "127.0.0.1:2", 0);
  client.outputBytes = 9;
  const peer = {
    nodeId: "eu-1",
    region: "eu",
    address: "127.0.0.1:3",
    state: "connected",
    lagMs: 1500,
    lagBytes: 10,
    bytesIn: 1,
    bytesOut: 2,
  };
  const identity = { atollVersion: "1.2.3", runtime: "Node.js v24.0.0", clusterId: "c" };
  const replica = {
    cluster: { forgotten: false, members: () => [{ state: "alive" }, { state: "alive" }, { state: "dead" }] },
    nodeId: "us-1",
    region: "us",
    loading: false,
    repairFigures: { stagedBytes: 11, waitingNodes: 12, serving: 1, asksQueued: 2 },
    peers: () => [peer, { ...peer, nodeId: "ap-1", state: "lost" }],
  };
  const blocked = new BlockedClients();
  const host = {
    statistics: exampleStatistics(),
    gauges: () => gauges,
    clients: () => [client],
    identity,
    replica,
    blocked,
  };
  const counters = newReplicaCounters();
  counters.intervalsApplied = 4;
  counters.closed.clusterId = 3;
  return {
    host: host as unknown as Host,
    commands: commandTable,
    counters,
    keyspace: () => ({ usedBytes: 1000, reservedBytes: 4096, databases: [{ keys: 3, expiring: 1 }], conflicts: 5 }),
    heldIntervals: () => 6,
    seedsUnreached: () => 2,
    eventLoopDelay: monitorEventLoopDelay(),
  };
}

const text = await createRegistry(exampleSources(), METRIC_ROWS, HISTOGRAM_ROWS).metrics();

test.each([
  'atoll_build_info{version="1.2.3",runtime="Node.js v24.0.0",cluster="c",node="us-1",region="us"} 1',
  "atoll_ready 1",
  "atoll_repair_staged_bytes 11",
  "atoll_repair_waiting_nodes 12",
  'atoll_process_cpu_seconds_total{mode="user"} 1.5',
  "atoll_memory_resident_bytes 50000000",
  'atoll_commands_total{command="get",result="ok"} 2',
  'atoll_commands_total{command="get",result="failed"} 1',
  'atoll_commands_total{command="get",result="rejected"} 1',
  'atoll_command_seconds_total{command="get"} 5.000004',
  'atoll_errors_total{code="WRONGTYPE"} 1',
  "atoll_keyspace_hits_total 2",
  "atoll_keyspace_misses_total 1",
  'atoll_keys{db="0"} 3',
  'atoll_keys_expiring{db="0"} 1',
  "atoll_keyspace_used_bytes 1000",
  "atoll_keyspace_reserved_bytes 4096",
  "atoll_conflicts_total 5",
  "atoll_seeds_unreached 2",
  "atoll_clients 1",
  'atoll_connections_total{result="rejected"} 1',
  'atoll_client_bytes_total{direction="out"} 200',
  'atoll_client_buffer_bytes{buffer="output"} 9',
  'atoll_clients_dropped_total{buffer="query"} 1',
  'atoll_peer_up{peer="eu-1",region="eu"} 1',
  'atoll_peer_up{peer="ap-1",region="eu"} 0',
  'atoll_peer_lag_seconds{peer="eu-1",region="eu"} 1.5',
  'atoll_peer_bytes_total{peer="eu-1",region="eu",direction="out"} 2',
  'atoll_intervals_total{event="applied"} 4',
  "atoll_intervals_held 6",
  'atoll_links_closed_total{reason="cluster_id"} 3',
])("a scrape shows %s", (line) => {
  expect(text.split("\n")).toContain(line);
});

describe("the latency histogram", () => {
  test.each([
    'atoll_command_duration_seconds_bucket{group="string",le="0.000004"} 2',
    'atoll_command_duration_seconds_bucket{group="string",le="4.194304"} 2',
    'atoll_command_duration_seconds_bucket{group="string",le="+Inf"} 3',
    'atoll_command_duration_seconds_sum{group="string"} 5.000004',
    'atoll_command_duration_seconds_count{group="string"} 3',
  ])("shows %s", (line) => {
    expect(text.split("\n")).toContain(line);
  });
});

test("a command that never ran has no series", () => {
  expect(text).not.toContain(`command="${set.fullName}"`);
});

test("two scrapes in a row give the same counters", async () => {
  const registry = createRegistry(exampleSources(), METRIC_ROWS, HISTOGRAM_ROWS);
  const counters = async (): Promise<string[]> =>
    (await registry.metrics())
      .split("\n")
      .filter((line) => /^atoll_(commands|keyspace_hits|intervals)_total/.test(line));
  expect(await counters()).toEqual(await counters());
});

test.skipIf(spawnSync("promtool", ["--version"]).error !== undefined)("promtool finds nothing to object to", () => {
  expect(execFileSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })).toBe("");
});
