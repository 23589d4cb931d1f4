/**
 * Every metric that a replica shows, one row each. Names follow Prometheus: base units, `_total` for what only rises.
 *
 * Nothing has a label whose values come from clients: cardinality is bounded by the command table, the peers and the
 * code. CONFIG RESETSTAT sets the command counters back, which Prometheus takes for a restart.
 */
import { type monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { CommandTable } from "../commands/command.ts";
import type { Host, RepairFiguresView } from "../commands/host.ts";
import type { ReplicaCounters } from "../replica/counters.ts";
import { DURABILITY_ROWS, type DurabilitySources } from "./durability-metrics.ts";
import { LATENCY_BOUNDS_SECONDS, latencyByGroup } from "./latency-histogram.ts";
import type { HistogramRow, Labels, MetricRow } from "./metric-registry.ts";

export interface MetricSources extends DurabilitySources {
  readonly host: Host;
  readonly commands: CommandTable;
  readonly counters: ReplicaCounters;
  /** The keyspace at this moment. */
  readonly keyspace: () => KeyspaceFigures;
  /** Intervals that wait for others before they may show. */
  readonly heldIntervals: () => number;
  /** Seeds that were dialed in vain and never reached so far. */
  readonly seedsUnreached: () => number;
  readonly eventLoopDelay: ReturnType<typeof monitorEventLoopDelay>;
}

export interface KeyspaceFigures {
  readonly usedBytes: number;
  readonly reservedBytes: number;
  /** Keys and keys with a deadline, by logical database. */
  readonly databases: readonly { readonly keys: number; readonly expiring: number }[];
  /** Keys, fields and members at which concurrent writes met since the start. */
  readonly conflicts: number;
}

type Series = Iterable<readonly [Labels, number]>;
type Row = MetricRow<MetricSources>;

function counter(name: string, help: string, read: Row["read"], labels: readonly string[] = []): Row {
  return { name, type: "counter", help, read, labels };
}

function gauge(name: string, help: string, read: Row["read"], labels: readonly string[] = []): Row {
  return { name, type: "gauge", help, read, labels };
}

const processRows: readonly Row[] = [
  gauge("atoll_build_info", "Always 1; what runs, by label.", buildInfo, [
    "version",
    "runtime",
    "cluster",
    "node",
    "region",
  ]),
  gauge("atoll_ready", "1 when the replica serves commands, 0 while it loads.", ({ host }) =>
    host.replica.loading ? 0 : 1,
  ),
  gauge("atoll_uptime_seconds", "Seconds since the process started.", ({ host }) => host.gauges().uptimeMs / 1000),
  counter("atoll_process_cpu_seconds_total", "CPU time of the process, by mode.", cpuSeconds, ["mode"]),
  gauge("atoll_memory_resident_bytes", "Resident memory of the process.", ({ host }) => host.gauges().residentBytes),
  gauge("atoll_memory_heap_bytes", "JavaScript heap in use.", ({ host }) => host.gauges().heapUsedBytes),
  counter(
    "atoll_event_loop_busy_seconds_total",
    "Time that the event loop spent working.",
    () => performance.eventLoopUtilization().active / 1000,
  ),
  gauge("atoll_event_loop_delay_seconds", "Event loop delay since the last scrape.", eventLoopDelay, ["percentile"]),
];

const commandRows: readonly Row[] = [
  counter("atoll_commands_total", "Commands, by name and result.", commandResults, ["command", "result"]),
  counter("atoll_command_seconds_total", "Time spent in commands, by name.", commandSeconds, ["command"]),
  counter("atoll_errors_total", "Error replies, by code.", ({ host }) => labelled("code", host.statistics.errors), [
    "code",
  ]),
  counter("atoll_keyspace_hits_total", "Keys that reading commands found.", ({ host }) => host.statistics.keyspaceHits),
  counter(
    "atoll_keyspace_misses_total",
    "Keys that reading commands did not find.",
    ({ host }) => host.statistics.keyspaceMisses,
  ),
];

const keyspaceRows: readonly Row[] = [
  gauge("atoll_keys", "Keys, by logical database.", (from) => byDatabase(from, ({ keys }) => keys), ["db"]),
  gauge("atoll_keys_expiring", "Keys with a deadline.", (from) => byDatabase(from, ({ expiring }) => expiring), ["db"]),
  gauge("atoll_keyspace_used_bytes", "Memory in use by the keyspace.", ({ keyspace }) => keyspace().usedBytes),
  gauge("atoll_keyspace_reserved_bytes", "Memory held for the keyspace.", ({ keyspace }) => keyspace().reservedBytes),
  counter("atoll_conflicts_total", "Places at which concurrent writes met.", ({ keyspace }) => keyspace().conflicts),
];

const clientRows: readonly Row[] = [
  gauge("atoll_clients", "Connected clients.", ({ host }) => [...host.clients()].length),
  gauge("atoll_clients_waiting", "Clients that wait for a reply.", ({ host }) => host.blocked.count),
  counter("atoll_connections_total", "Client connections, by result.", connections, ["result"]),
  counter("atoll_client_bytes_total", "Bytes from and to clients.", clientBytes, ["direction"]),
  gauge("atoll_client_buffer_bytes", "Bytes that wait in buffers of clients.", clientBuffers, ["buffer"]),
  counter("atoll_clients_dropped_total", "Clients dropped for a full buffer.", clientsDropped, ["buffer"]),
];

const peerRows: readonly Row[] = [
  gauge(
    "atoll_peer_up",
    "1 when the link to a peer is open.",
    (from) => byPeer(from, ({ state }) => (state === "lost" ? 0 : 1)),
    ["peer", "region"],
  ),
  gauge("atoll_peer_lag_seconds", "How far a peer is behind.", (from) => byPeer(from, (peer) => peer.lagMs / 1000), [
    "peer",
    "region",
  ]),
  gauge(
    "atoll_peer_lag_bytes",
    "Log bytes that a peer has not acknowledged.",
    (from) => byPeer(from, ({ lagBytes }) => lagBytes),
    ["peer", "region"],
  ),
  gauge("atoll_members", "Members of the cluster, this one included, by state.", membersByState, ["state"]),
  gauge("atoll_forgotten", "1 when the others have forgotten this replica.", ({ host }) =>
    host.replica.cluster.forgotten ? 1 : 0,
  ),
  counter("atoll_probes_total", "Questions to and from others about silent members.", probes, ["direction"]),
  counter("atoll_suspicions_total", "Members that nobody heard of any more.", ({ counters }) => counters.suspicions),
  counter(
    "atoll_refutations_total",
    "Mistakes about this replica that it refuted.",
    ({ counters }) => counters.refutations,
  ),
  counter("atoll_deaths_total", "Members that this replica has found dead.", ({ counters }) => counters.deaths),
  counter(
    "atoll_death_detection_seconds_total",
    "For how long these had been silent by then.",
    ({ counters }) => counters.detectionMs / 1000,
  ),
  gauge("atoll_seeds_unreached", "Seeds that were never reached so far.", ({ seedsUnreached }) => seedsUnreached()),
  counter("atoll_peer_bytes_total", "Bytes from and to a peer.", peerBytes, ["peer", "region", "direction"]),
];

const replicationRows: readonly Row[] = [
  counter("atoll_intervals_total", "Delta-intervals, by what became of them.", intervals, ["event"]),
  gauge("atoll_intervals_held", "Intervals that wait for what they depend on.", ({ heldIntervals }) => heldIntervals()),
  counter("atoll_pulls_total", "Requests for missing intervals.", pulls, ["direction"]),
  counter("atoll_forwarded_reads_total", "Reads of loading replicas that peers answer.", forwardedReads, ["event"]),
  counter("atoll_repairs_total", "Repairs of this replica and of others, by event.", repairs, ["event"]),
  counter("atoll_repair_bytes_total", "Bytes sent to repair others.", ({ counters }) => counters.repairBytesSent),
  gauge("atoll_repair_staged_bytes", "Received by a repair and not yet part of the content.", (from) =>
    repairFigure(from, "stagedBytes"),
  ),
  gauge("atoll_repair_waiting_nodes", "Parts of the hash space that a repair is still to ask about.", (from) =>
    repairFigure(from, "waitingNodes"),
  ),
  gauge("atoll_repairs_serving", "Peers that are being repaired from here.", (from) => repairFigure(from, "serving")),
  gauge("atoll_repair_asks_queued", "Their questions that wait.", (from) => repairFigure(from, "asksQueued")),
  counter(
    "atoll_divergences_total",
    "Peers' contents that differed after the same changes.",
    ({ counters }) => counters.divergences,
  ),
  counter(
    "atoll_links_total",
    "Links to peers, opened and lost, and connections turned away before they were links.",
    links,
    ["event"],
  ),
  counter("atoll_links_closed_total", "Links that this replica ended, by reason.", linksClosed, ["reason"]),
  counter("atoll_clock_alarms_total", "Peers' clocks seen too far ahead.", ({ counters }) => counters.clockAlarms),
];

export const METRIC_ROWS: readonly Row[] = [
  ...processRows,
  ...commandRows,
  ...keyspaceRows,
  ...clientRows,
  ...peerRows,
  ...replicationRows,
  ...DURABILITY_ROWS,
];

export const HISTOGRAM_ROWS: readonly HistogramRow<MetricSources>[] = [
  {
    name: "atoll_command_duration_seconds",
    help: "Time in the handlers of commands, by command group.",
    bounds: LATENCY_BOUNDS_SECONDS,
    read: ({ host, commands }) => latencyByGroup(host.statistics, commands),
  },
];

function labelled(name: string, values: Iterable<readonly [string, number]>): Series {
  return Array.from(values, ([value, number]) => [{ [name]: value }, number] as const);
}

function buildInfo({ host }: MetricSources): Series {
  const { atollVersion: version, runtime, clusterId: cluster } = host.identity;
  return [[{ version, runtime, cluster, node: host.replica.nodeId, region: host.replica.region }, 1]];
}

function cpuSeconds({ host }: MetricSources): Series {
  const { cpuUserSeconds, cpuSystemSeconds } = host.gauges();
  return labelled("mode", [
    ["user", cpuUserSeconds],
    ["system", cpuSystemSeconds],
  ]);
}

function eventLoopDelay({ eventLoopDelay: delay }: MetricSources): Series {
  const series: [string, number][] = [];
  for (const percentile of [50, 99, 100]) series.push([String(percentile), delay.percentile(percentile) / 1e9]);
  delay.reset();
  return labelled("percentile", series);
}

function* commandResults({ host: { statistics }, commands }: MetricSources): Series {
  for (const { index, fullName } of commands.all) {
    const failed = statistics.failed[index] ?? 0;
    const rejected = statistics.rejected[index] ?? 0;
    const calls = statistics.calls[index] ?? 0;
    if (calls + rejected === 0) continue;
    yield [{ command: fullName, result: "ok" }, calls - failed];
    yield [{ command: fullName, result: "failed" }, failed];
    yield [{ command: fullName, result: "rejected" }, rejected];
  }
}

function* commandSeconds({ host: { statistics }, commands }: MetricSources): Series {
  for (const { index, fullName } of commands.all) {
    if (statistics.calls[index] !== 0) yield [{ command: fullName }, (statistics.microseconds[index] ?? 0) / 1e6];
  }
}

function byDatabase(from: MetricSources, read: (of: KeyspaceFigures["databases"][number]) => number): Series {
  return from.keyspace().databases.map((figures, db) => [{ db: String(db) }, read(figures)] as const);
}

function connections({ host }: MetricSources): Series {
  const { connectionsReceived, connectionsRejected } = host.gauges();
  return labelled("result", [
    ["accepted", connectionsReceived],
    ["rejected", connectionsRejected],
  ]);
}

function clientBytes({ host }: MetricSources): Series {
  const { bytesIn, bytesOut } = host.gauges();
  return labelled("direction", [
    ["in", bytesIn],
    ["out", bytesOut],
  ]);
}

function clientBuffers({ host }: MetricSources): Series {
  let query = 0;
  let output = 0;
  for (const client of host.clients()) {
    query += client.queryBufferBytes;
    output += client.outputBytes;
  }
  return labelled("buffer", [
    ["query", query],
    ["output", output],
  ]);
}

function clientsDropped({ host }: MetricSources): Series {
  const { queryBufferDisconnections, outputBufferDisconnections } = host.gauges();
  return labelled("buffer", [
    ["query", queryBufferDisconnections],
    ["output", outputBufferDisconnections],
  ]);
}

function byPeer(
  { host }: MetricSources,
  read: (peer: ReturnType<typeof host.replica.peers>[number]) => number,
): Series {
  return host.replica.peers().map((peer) => [{ peer: peer.nodeId, region: peer.region }, read(peer)] as const);
}

function* peerBytes({ host }: MetricSources): Series {
  for (const { nodeId: peer, region, bytesIn, bytesOut } of host.replica.peers()) {
    yield [{ peer, region, direction: "in" }, bytesIn];
    yield [{ peer, region, direction: "out" }, bytesOut];
  }
}

function intervals({ counters }: MetricSources): Series {
  return labelled("event", [
    ["cut", counters.intervalsCut],
    ["heartbeat", counters.heartbeatsCut],
    ["sent", counters.intervalsSent],
    ["relayed", counters.intervalsRelayed],
    ["applied", counters.intervalsApplied],
    ["duplicate", counters.intervalsDuplicate],
    ["held", counters.intervalsHeld],
    ["held_dropped", counters.heldDropped],
    ["unlogged", counters.intervalsUnlogged],
    ["fenced", counters.intervalsFenced],
  ]);
}

function membersByState({ host }: MetricSources): Series {
  const members = host.replica.cluster.members();
  const states = ["alive", "suspect", "dead", "left"];
  return labelled(
    "state",
    states.map((state) => [state, members.filter((member) => member.state === state).length]),
  );
}

function probes({ counters }: MetricSources): Series {
  return labelled("direction", [
    ["sent", counters.probesSent],
    ["answered", counters.probesAnswered],
  ]);
}

function pulls({ counters }: MetricSources): Series {
  return labelled("direction", [
    ["sent", counters.pullsSent],
    ["served", counters.pullsServed],
  ]);
}

function forwardedReads({ counters }: MetricSources): Series {
  return labelled("event", [
    ["asked", counters.readsForwarded],
    ["served", counters.readsServed],
    ["refused", counters.readsRefused],
  ]);
}

function repairs({ counters }: MetricSources): Series {
  return labelled("event", [
    ["requested", counters.repairsRequested],
    ["served", counters.repairsServed],
    ["committed", counters.repairsCommitted],
    ["aborted", counters.repairsAborted],
    ["stalled", counters.repairsStalled],
    ["resumed", counters.repairsResumed],
    ["put_off", counters.repairsPutOff],
    ["too_large", counters.repairsTooLarge],
  ]);
}

function repairFigure({ host }: MetricSources, name: keyof RepairFiguresView): number {
  return host.replica.repairFigures[name];
}

function links({ counters }: MetricSources): Series {
  return labelled("event", [
    ["opened", counters.linksOpened],
    ["lost", counters.linksLost],
    ["handshake_refused", counters.handshakesRefused],
  ]);
}

function linksClosed({ counters }: MetricSources): Series {
  return labelled(
    "reason",
    Object.entries(counters.closed).map(([reason, count]) => [snakeCase(reason), count]),
  );
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
