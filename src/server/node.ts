/**
 * The composition root: one replica, wired from its parts once, here and nowhere else.
 *
 *   clients ───► TcpListener ──► Dispatcher ──► Keyspace ◄── Replica ◄──► PeerNetwork ◄──► peers
 *                     └───── end of tick, timer ──────────────►┘
 *   scrapers ──► HTTP ──► metrics
 *
 * N1. Everything runs on one thread. A tick is one turn of the event loop in which commands ran; it ends with
 *     `replica.endTick`.
 * N2. Each start is a new origin, unless a data folder proves that everything of the run before is there.
 * N3. What cannot be listened on is found before the replica meets anybody, and then nothing is left listening.
 */
import { createHash, randomBytes } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { HybridClock } from "../../crdt/clock.ts";
import { type OriginId, Origins } from "../../crdt/origin.ts";
import { PeerNetwork } from "../../transport/websocket.ts";
import { BlockedClients } from "../commands/blocked-clients.ts";
import type { Config } from "../commands/config.ts";
import { Dispatcher } from "../commands/dispatcher.ts";
import type { ShutdownOptions } from "../commands/host.ts";
import { PeerReads } from "../commands/read-forwarding.ts";
import { commandTable } from "../commands/table.ts";
import { DRAIN_MS_MAX, UPKEEP_MS_MAX } from "../limits/clients.ts";
import type { Link } from "../replica/link.ts";
import { Replica } from "../replica/replica.ts";
import { Keyspace } from "../store/keyspace.ts";
import { type Address, formatAddress } from "./address.ts";
import { announcedHost } from "./announced-host.ts";
import { clusterHealth } from "./cluster-health.ts";
import { Durability } from "./durability.ts";
import { ProcessHost } from "./host.ts";
import type { Exposition } from "./http.ts";
import { HttpServer } from "./http-server.ts";
import { explainListenError } from "./listen.ts";
import type { MetricSources } from "./metrics.ts";
import { createConfig } from "./node-config.ts";
import type { NodeOptions } from "./node-options.ts";
import type { Readiness } from "./readiness.ts";
import { TcpListener } from "./tcp.ts";

export interface Node {
  readonly nodeId: string;
  readonly addresses: { readonly resp: Address; readonly http: Address; readonly peers: Address };
  /** Resolves when the replica has filled itself and serves. */
  readonly ready: Promise<void>;
  /** Begins to stop; harmless when it is stopping already. */
  stop(reason: string): void;
  /** Resolves when everything is closed. */
  readonly stopped: Promise<void>;
}

/** How often the replica's own work is due: heartbeats, relays, acknowledgements, expiry. */
const REPLICA_TIMER_MS = 10;

interface Parts {
  readonly options: NodeOptions;
  readonly keyspace: Keyspace;
  readonly replica: Replica<Keyspace>;
  readonly host: ProcessHost;
  readonly network: PeerNetwork<Link>;
  readonly listener: TcpListener;
  readonly http: HttpServer;
  /** Undefined: memory only. */
  readonly durability: Durability | undefined;
}

/** Starts a replica. Rejects with a UsageError when a port, an address or the data folder cannot be had. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { host, port, httpPort, peerPort } = options;
  const { seeds, log } = options;
  const network = new PeerNetwork<Link>({ host, port: peerPort, seeds, random: Math.random, log });
  await listening(network.listen(), { host, port: peerPort }, "--peer-port");
  const life = new Lifetime();
  let parts: Parts | undefined;
  try {
    parts = assemble(options, network, life);
    await listening(parts.listener.listen(), { host, port }, "--port");
    await listening(parts.http.listen(), { host, port: httpPort }, "--http-port");
  } catch (error) {
    await Promise.all([network.close(), parts?.listener.close(0)]);
    parts?.durability?.storage.close();
    throw error;
  }
  parts.replica.cluster.announce(formatAddress({ host: announcedHost(options), port: parts.listener.port }));
  return run(parts, life);
}

/** Makes every part and tells each about those it works with. */
function assemble(options: NodeOptions, network: PeerNetwork<Link>, life: Lifetime): Parts {
  const { nodeId, region, clusterId, log } = options;
  const config = createConfig(options);
  const durability = openDurability(options, config);
  const keyspace = createKeyspace(options, durability);
  const replica = new Replica({
    nodeId,
    region,
    clusterId,
    address: formatAddress({ host: announcedHost(options), port: network.port }),
    peersExpected: options.seeds.length,
    ownSeeds: () => network.ownSeeds,
    keyspace,
    serveRead: (read) => (durability?.mayTell() === false ? undefined : peerReads.serve(read)),
    random: Math.random,
    durable: () => (config.settings.appendOnly ? durability?.persistence.durable : undefined),
    limits: { logBytesMax: options.logBytesMax },
    log,
  });
  const blocked = new BlockedClients();
  const listener = createListener(options, config, { replica, blocked, durability, keyspace }, () => dispatcher);
  replica.onReach = () => blocked.acknowledged();
  blocked.onReady = () => listener.endTurnSoon();
  keyspace.watched.onChange = () => listener.endTurnSoon();
  const host = new ProcessHost({
    config,
    replica,
    blocked,
    durability: durability?.persistence,
    listener,
    commandCount: commandTable.all.length,
    version: options.version,
    clusterId,
    datasetBytes: () => keyspace.usedBytes,
    shutdown: ({ save }) => life.stop("SHUTDOWN was called", save),
    log,
  });
  const dispatcher = new Dispatcher(keyspace, host);
  const peerReads = new PeerReads(dispatcher, host);
  const http = createHttp(options, { host, replica, keyspace, network, durability, life });
  return { options, keyspace, replica, host, network, listener, http, durability };
}

function openDurability({ clusterId, nodeId, log }: NodeOptions, config: Config): Durability | undefined {
  const { settings } = config;
  if (settings.dataDir === "") return undefined;
  const newOriginId = randomOriginId();
  const durability = new Durability({ folder: settings.dataDir, clusterId, nodeId, newOriginId, settings, log });
  const changed = config.onChange;
  config.onChange = (names) => {
    changed?.(names);
    durability.configure(settings);
  };
  return durability;
}

function createKeyspace(
  { clockOffsetMsMax, clusterId, seeds }: NodeOptions,
  durability: Durability | undefined,
): Keyspace {
  return new Keyspace({
    originId: durability?.persistence.originId ?? randomOriginId(),
    origins: new Origins(),
    clock: new HybridClock(clockOffsetMsMax),
    hashSeed: createHash("sha256").update(clusterId).digest().readUInt32LE(),
    logging: seeds.length > 0 || durability !== undefined,
  });
}

/** 48 random bits, never zero (N2). */
function randomOriginId(): OriginId {
  return randomBytes(6).readUIntBE(0, 6) || 1;
}

function createListener(
  { host, port }: NodeOptions,
  { settings }: Config,
  parts: Pick<Parts, "replica" | "durability" | "keyspace"> & { blocked: BlockedClients },
  dispatcher: () => Dispatcher,
): TcpListener {
  const { replica, blocked, durability, keyspace } = parts;
  const listener = new TcpListener({
    host,
    port,
    settings,
    hooks: {
      beginBatch: () => dispatcher().beginTick(),
      execute: (client, args, reply) => dispatcher().execute(client, args, reply),
      finish: (client, reply) => dispatcher().finish(client, reply),
      abandon: (client) => blocked.remove(client),
      mayAnswer: durability === undefined ? undefined : (client) => durability.mayAnswer(client),
      onTickEnd: () => {
        const wallMs = Date.now();
        replica.endTick(wallMs);
        durability?.endTurn(wallMs);
        for (const client of blocked.takeReady()) listener.wake(client);
        for (let next = blocked.takeServed(keyspace); next !== undefined; next = blocked.takeServed(keyspace)) {
          listener.wake(next);
        }
      },
      wallMs: () => Date.now(),
    },
  });
  return listener;
}

function createHttp(
  options: NodeOptions,
  parts: Pick<Parts, "host" | "replica" | "keyspace" | "network" | "durability"> & { life: Lifetime },
): HttpServer {
  const { host, replica, keyspace, network, durability, life } = parts;
  const eventLoopDelay = monitorEventLoopDelay();
  eventLoopDelay.enable();
  const sources = {
    host,
    commands: commandTable,
    counters: replica.counters,
    keyspace: () => keyspaceFigures(keyspace),
    heldIntervals: () => replica.heldCount,
    seedsUnreached: () => network.seedsUnreached,
    durability: () => durability?.figures,
    eventLoopDelay,
  };
  const readiness = (): Readiness => (replica.cluster.forgotten ? "forgotten" : life.readiness);
  const answers = {
    describe: () => ({ node: options.nodeId, region: options.region, version: options.version }),
    readiness,
    cluster: () => clusterHealth(readiness(), replica.cluster.members()),
    metrics: exposition(sources),
    onError: (error: Error) => options.log("error", `HTTP: ${error.stack ?? error.message}`),
  };
  return new HttpServer({ host: options.host, port: options.httpPort }, async () => {
    const { createHttpListener } = await import("./http.ts");
    return createHttpListener(answers);
  });
}

/** The metrics as text. Their library is loaded by the first scrape: it takes several megabytes. */
function exposition(sources: MetricSources): () => Promise<Exposition> {
  let loading: Promise<{ contentType: string; metrics(): Promise<string> }> | undefined;
  return async () => {
    loading ??= Promise.all([import("./metric-registry.ts"), import("./metrics.ts")]).then(
      ([{ createRegistry }, { METRIC_ROWS, HISTOGRAM_ROWS }]) => createRegistry(sources, METRIC_ROWS, HISTOGRAM_ROWS),
    );
    const registry = await loading;
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}

function keyspaceFigures(keyspace: Keyspace) {
  const databases = Array.from({ length: 16 }, (_, db) => ({
    keys: keyspace.sizeNow(db),
    expiring: keyspace.expiringCount(db),
  }));
  return {
    usedBytes: keyspace.usedBytes,
    reservedBytes: keyspace.reservedBytes,
    conflicts: keyspace.conflicts,
    databases,
  };
}

async function listening(started: Promise<void>, address: Address, flag: string): Promise<void> {
  try {
    await started;
  } catch (error) {
    throw explainListenError(error, address, `choose another with ${flag}`);
  }
}

/** Where a replica is between its start and its end. */
class Lifetime {
  readiness: Readiness = "recovering";
  readonly ready: Promise<void>;
  readonly asked: Promise<string>;
  readonly stop: (reason: string, save?: ShutdownOptions["save"]) => void;
  /** Is a snapshot wanted at the end? By default when there are save rules. */
  save: ShutdownOptions["save"] = "default";
  /** What was kept is loaded, and kept on from there. */
  readonly markRecovered: () => void;
  readonly markReady: () => void;

  constructor() {
    const ready = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<string>();
    this.ready = ready.promise;
    this.asked = asked.promise;
    this.markRecovered = () => {
      if (this.readiness === "recovering") this.readiness = "loading";
    };
    this.markReady = () => {
      this.readiness = "ready";
      ready.resolve();
    };
    this.stop = (reason, save = "default") => {
      if (this.readiness !== "stopping") this.save = save;
      this.readiness = "stopping";
      asked.resolve(reason);
    };
  }
}

/** Loads what was kept; only then the replica meets others. */
async function begin({ durability, replica, network }: Parts, life: Lifetime): Promise<void> {
  const isWanted = (): boolean => life.readiness !== "stopping";
  if (durability !== undefined && !(await durability.recover(replica, isWanted))) return;
  life.markRecovered();
  network.attach(replica);
  network.dial();
}

function run(parts: Parts, life: Lifetime): Node {
  const { options, keyspace, replica, host, network, listener, http, durability } = parts;
  const begun = begin(parts, life);
  let hasUpkeep = false;
  const upkeep = (): void => {
    const hasWork = replica.work(Date.now());
    hasUpkeep = doUpkeep(keyspace) || hasWork;
    // Behind everything that has arrived by then, so that a client waits for one piece at most.
    if (hasUpkeep) setImmediate(upkeep);
  };
  const turn = (): void => {
    const wallMs = Date.now();
    replica.repairBytesPerSecond = host.config.settings.repairBytesPerSecond;
    replica.timer(wallMs);
    durability?.timer(wallMs);
    host.statistics.sample(wallMs);
    host.samplePeak();
    host.blocked.tick(host.microseconds());
    if (!hasUpkeep) upkeep();
    if (life.readiness === "loading" && !replica.loading) life.markReady();
  };
  const timer = setInterval(turn, REPLICA_TIMER_MS);
  turn();
  return {
    nodeId: options.nodeId,
    addresses: {
      resp: { host: options.host, port: listener.port },
      http: { host: options.host, port: http.port },
      peers: { host: options.host, port: network.port },
    },
    ready: life.ready,
    stop: life.stop,
    stopped: drainAndClose(parts, life, begun, timer),
  };
}

/** Joins staged state and frees what was dropped, for a moment; true when more is left. */
function doUpkeep(keyspace: Keyspace): boolean {
  const end = performance.now() + UPKEEP_MS_MAX;
  let more = keyspace.upkeep();
  while (more && performance.now() < end) more = keyspace.upkeep();
  return more;
}

/** Once asked: clients get what they are owed, peers what they lack, the disk the rest, then everything closes. */
async function drainAndClose(parts: Parts, life: Lifetime, begun: Promise<void>, timer: NodeJS.Timeout): Promise<void> {
  const { options, replica, host, network, listener, http, durability } = parts;
  begun.catch(() => life.stop("what was kept cannot be loaded"));
  options.log("info", `stopping: ${await life.asked}`);
  await listener.close(DRAIN_MS_MAX);
  replica.goodbye(Date.now());
  await network.drain(DRAIN_MS_MAX);
  clearInterval(timer);
  await Promise.all([network.close(), http.close()]);
  try {
    await begun;
  } finally {
    durability?.stop(savesAtStop(life.save, host.config.settings));
  }
}

/** SHUTDOWN SAVE has saved already; but without a log, what came after that would be lost. */
function savesAtStop(save: ShutdownOptions["save"], { saveRules, appendOnly }: Config["settings"]): boolean {
  return save === "default" ? saveRules.length > 0 : save === "save" && !appendOnly;
}
