/**
 * The sections of INFO, one function each: from a call to `name:value` lines.
 * Names are Redis's where the thing exists; what only Atoll has starts with
 * `atoll_` or is a count by the replica's own name.
 */
import { formatOriginId } from "../../crdt/origin.ts";
import type { Call } from "./command.ts";
import { persistence } from "./info-persistence.ts";
import { commandStatistics, errorStatistics, latencyStatistics } from "./info-statistics.ts";
import { REDIS_VERSION } from "./versions.ts";

export type Fields = readonly (readonly [name: string, value: string | number])[];

export interface Section {
  readonly name: string;
  readonly title: string;
  /** Shown by a plain INFO. */
  readonly isDefault: boolean;
  readonly fields: (call: Call) => Fields;
}

function server({ host }: Call): Fields {
  const { identity, config } = host;
  const gauges = host.gauges();
  const wallMs = host.wallMs();
  return [
    ["redis_version", REDIS_VERSION],
    ["redis_git_sha1", "00000000"],
    ["redis_git_dirty", 0],
    ["redis_build_id", "0"],
    ["redis_mode", "standalone"],
    ["atoll_version", identity.atollVersion],
    ["atoll_cluster_id", identity.clusterId],
    ["atoll_node_id", host.replica.nodeId],
    ["atoll_region", host.replica.region],
    ["os", identity.operatingSystem],
    ["arch_bits", 64],
    ["runtime", identity.runtime],
    ["process_id", identity.processId],
    ["process_supervised", "no"],
    ["run_id", identity.runId],
    ["tcp_port", identity.tcpPort],
    ["server_time_usec", Math.round(wallMs * 1000)],
    ["uptime_in_seconds", Math.floor(gauges.uptimeMs / 1000)],
    ["uptime_in_days", Math.floor(gauges.uptimeMs / 86_400_000)],
    ["hz", config.settings.hz],
    ["configured_hz", config.settings.hz],
    ["lru_clock", Math.floor(wallMs / 1000) % 2 ** 24],
    ["executable", identity.executable],
    ["config_file", ""],
    ["io_threads_active", 0],
  ];
}

function clients({ host }: Call): Fields {
  let connected = 0;
  let input = 0;
  let output = 0;
  for (const client of host.clients()) {
    connected++;
    input = Math.max(input, client.queryBufferBytes);
    output = Math.max(output, client.outputBytes);
  }
  return [
    ["connected_clients", connected],
    ["cluster_connections", 0],
    ["maxclients", host.config.settings.maxClients],
    ["client_recent_max_input_buffer", input],
    ["client_recent_max_output_buffer", output],
    ["blocked_clients", host.blocked.count],
    ["tracking_clients", 0],
    ["clients_in_timeout_table", 0],
  ];
}

function memory({ host }: Call): Fields {
  const gauges = host.gauges();
  const used = gauges.datasetBytes + gauges.heapUsedBytes;
  const peak = Math.max(gauges.usedBytesPeak, used);
  const limit = host.config.settings.memoryBytesMax;
  return [
    ...both("used_memory", used),
    ...both("used_memory_rss", gauges.residentBytes),
    ...both("used_memory_peak", peak),
    ["used_memory_peak_perc", percent(used, peak)],
    ["used_memory_overhead", gauges.heapUsedBytes],
    ["used_memory_startup", gauges.usedBytesAtStart],
    ["used_memory_dataset", gauges.datasetBytes],
    ["used_memory_dataset_perc", percent(gauges.datasetBytes, used)],
    ...both("total_system_memory", gauges.totalSystemBytes),
    ...both("maxmemory", limit),
    ["maxmemory_policy", host.config.get("maxmemory-policy") ?? ""],
    ["mem_fragmentation_ratio", (gauges.residentBytes / Math.max(1, used)).toFixed(2)],
    ["mem_fragmentation_bytes", gauges.residentBytes - used],
    ["mem_allocator", "atoll"],
    ["active_defrag_running", 0],
    ["lazyfree_pending_objects", 0],
  ];
}

function stats({ host, keyspace }: Call): Fields {
  const { statistics } = host;
  const gauges = host.gauges();
  let peerBytesIn = 0;
  let peerBytesOut = 0;
  for (const peer of host.replica.peers()) {
    peerBytesIn += peer.bytesIn;
    peerBytesOut += peer.bytesOut;
  }
  return [
    ["total_connections_received", gauges.connectionsReceived],
    ["total_commands_processed", statistics.commandsProcessed],
    ["instantaneous_ops_per_sec", statistics.commandsPerSecond],
    ["total_net_input_bytes", gauges.bytesIn],
    ["total_net_output_bytes", gauges.bytesOut],
    ["total_net_repl_input_bytes", peerBytesIn],
    ["total_net_repl_output_bytes", peerBytesOut],
    ["rejected_connections", gauges.connectionsRejected],
    ["client_query_buffer_limit_disconnections", gauges.queryBufferDisconnections],
    ["client_output_buffer_limit_disconnections", gauges.outputBufferDisconnections],
    ["sync_full", 0],
    ["sync_partial_ok", 0],
    ["sync_partial_err", 0],
    ["expired_keys", keyspace.expiredKeys],
    ["expired_subkeys", keyspace.fields.expiredFields],
    ["evicted_keys", 0],
    ["evicted_clients", 0],
    ["keyspace_hits", statistics.keyspaceHits],
    ["keyspace_misses", statistics.keyspaceMisses],
    ["pubsub_channels", 0],
    ["pubsub_patterns", 0],
    ["pubsubshard_channels", 0],
    ["latest_fork_usec", 0],
    ["total_forks", 0],
    ["tracking_total_keys", 0],
    ["tracking_total_items", 0],
    ["tracking_total_prefixes", 0],
    ["unexpected_error_replies", 0],
    ["total_error_replies", statistics.errorReplies],
  ];
}

/** Every replica takes writes, so each is a master without replicas in Redis's sense; peers are listed apart. */
function replication({ host, keyspace }: Call): Fields {
  const peers = host.replica.peers();
  return [
    ["role", "master"],
    ["connected_slaves", 0],
    ["master_failover_state", "no-failover"],
    ["master_replid", host.identity.runId],
    ["master_replid2", "0".repeat(40)],
    ["master_repl_offset", 0],
    ["second_repl_offset", -1],
    ["repl_backlog_active", 0],
    ["atoll_origin", formatOriginId(keyspace.origins.id(keyspace.self))],
    ["atoll_region", host.replica.region],
    ["atoll_conflicts", keyspace.conflicts],
    ["atoll_counter_saturations", keyspace.saturations],
    ["atoll_peers", peers.length],
    ...peers.map((peer, i) => [`peer${i}`, peerLine(peer)] as const),
    ...counterFields("", host.replica.counters),
    ...counterFields("repair_", host.replica.repairFigures),
  ];
}

function peerLine(peer: ReturnType<Call["host"]["replica"]["peers"]>[number]): string {
  const fields = {
    node: peer.nodeId,
    region: peer.region,
    addr: peer.address,
    state: peer.state,
    member: peer.member,
    lag_ms: Math.round(peer.lagMs),
    lag_bytes: peer.lagBytes,
    bytes_in: peer.bytesIn,
    bytes_out: peer.bytesOut,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/**
 * Cluster mode is off, so that ordinary clients use all databases and keys of several slots in one command, as they may
 * here; clients of Redis Cluster look at CLUSTER SLOTS instead and find what they need.
 */
function cluster({ host: { replica } }: Call): Fields {
  const members = replica.cluster.members();
  const count = (state: string): number => members.filter((member) => member.state === state).length;
  return [
    ["cluster_enabled", 0],
    ["atoll_members", members.length],
    ...["alive", "suspect", "dead", "left"].map((state) => [`atoll_members_${state}`, count(state)] as const),
    ["atoll_forgotten", replica.cluster.forgotten ? 1 : 0],
  ];
}

/** intervalsApplied: 3 as intervals_applied:3; counts by reason as closed_cluster_id:1. */
function counterFields(prefix: string, counters: object): Fields {
  return Object.entries(counters).flatMap(([name, value]: [string, unknown]): Fields => {
    const label = `${prefix}${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    if (typeof value === "number") return [[label, value]];
    return typeof value === "object" && value !== null ? counterFields(`${label}_`, value) : [];
  });
}

function cpu({ host }: Call): Fields {
  const { cpuSystemSeconds, cpuUserSeconds } = host.gauges();
  return [
    ["used_cpu_sys", cpuSystemSeconds.toFixed(6)],
    ["used_cpu_user", cpuUserSeconds.toFixed(6)],
    ["used_cpu_sys_children", "0.000000"],
    ["used_cpu_user_children", "0.000000"],
  ];
}

function keyspaceSizes({ host, keyspace }: Call): Fields {
  const fields: [string, string][] = [];
  for (let db = 0; db < host.config.settings.databases; db++) {
    const keys = keyspace.sizeNow(db);
    if (keys === 0) continue;
    const hashes = keyspace.fields.expiringHashes(db);
    const subexpiry = hashes === 0 ? "" : `,subexpiry=${hashes}`;
    fields.push([`db${db}`, `keys=${keys},expires=${keyspace.expiringCount(db)},avg_ttl=0${subexpiry}`]);
  }
  return fields;
}

function both(name: string, bytes: number): Fields {
  return [
    [name, bytes],
    [`${name}_human`, humanBytes(bytes)],
  ];
}

/** 1.65M, as Redis writes it. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const power = Math.min(5, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)}${"BKMGTP"[power]}`;
}

function percent(part: number, whole: number): string {
  return `${((part / Math.max(1, whole)) * 100).toFixed(2)}%`;
}

function section(name: string, title: string, fields: Section["fields"], isDefault = true): Section {
  return { name, title, isDefault, fields };
}

export const SECTIONS: readonly Section[] = [
  section("server", "Server", server),
  section("clients", "Clients", clients),
  section("memory", "Memory", memory),
  section("persistence", "Persistence", persistence),
  section("stats", "Stats", stats),
  section("replication", "Replication", replication),
  section("cpu", "CPU", cpu),
  section("modules", "Modules", () => []),
  section("commandstats", "Commandstats", commandStatistics, false),
  section("errorstats", "Errorstats", errorStatistics),
  section("latencystats", "Latencystats", latencyStatistics, false),
  section("cluster", "Cluster", cluster),
  section("keyspace", "Keyspace", keyspaceSizes),
];
