/**
 * Every configuration parameter, one row each: first those that mean something
 * to the program (they store into Settings), then those that are accepted
 * because existing tools set them and that tune what Atoll has no use for
 * (Redis's encodings and background work), then those whose single value says
 * what Atoll is or has.
 */
import { CLOCK_OFFSET_MS_MAX, LOG_BYTES_MAX, LOG_BYTES_MIN } from "../limits/replication.ts";
import {
  checkBoolean,
  checkChoice,
  checkClamped,
  checkInteger,
  checkKept,
  checkMemory,
  checkOnly,
  checkOutputLimits,
  checkPercentiles,
  checkSavePoints,
  checkText,
  parseOutputLimits,
  parseSaveRules,
  wordsOf,
} from "./config-kinds.ts";
import type { Check } from "./config-kinds.ts";
import type { LoadingReads, LogLevel, Settings } from "./config-settings.ts";

export interface Parameter {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly mutable: boolean;
  readonly initial: string;
  readonly check: Check;
  /** Takes a canonical text into the settings. */
  readonly store: (settings: Settings, text: string) => void;
}

type SyncPolicy = Settings["appendSync"];
type Store = (settings: Settings, text: string) => void;
type StoreNumber = (settings: Settings, value: number) => void;

const UINT_MAX = 2 ** 32 - 1;
const INT_MAX = 2 ** 31 - 1;
const INT64_MAX = 2 ** 63;

const ignore: Store = () => {};

function row(name: string, initial: string, check: Check, store: Store = ignore, aliases: string[] = []): Parameter {
  return { name, aliases, mutable: true, initial, check, store };
}

function integer(name: string, initial: number, least: number, most: number, store: StoreNumber, alias: string[] = []) {
  return row(name, String(initial), checkInteger(least, most), (s, text) => store(s, Number(text)), alias);
}

function memory(name: string, initial: number, least: number, most: number, store: StoreNumber, alias: string[] = []) {
  return row(name, String(initial), checkMemory(least, most), (s, text) => store(s, Number(text)), alias);
}

function fixed(parameter: Parameter): Parameter {
  return { ...parameter, mutable: false };
}

const LOG_LEVELS = ["debug", "verbose", "notice", "warning"];
const POLICIES = [
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "noeviction",
];
const NO_FILES = "the keyspace is not persisted to files";
const NO_EVICTION = "only noeviction is available";
const OUTPUT_LIMITS = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";

const meaningful: readonly Parameter[] = [
  fixed(integer("port", 6379, 0, 65535, (s, v) => void (s.port = v))),
  fixed(row("bind", "127.0.0.1", checkText, (s, text) => void (s.bind = text))),
  fixed(integer("databases", 16, 16, 16, (s, v) => void (s.databases = v))),
  integer("maxclients", 10_000, 1, UINT_MAX, (s, v) => void (s.maxClients = v)),
  integer("timeout", 0, 0, INT_MAX, (s, v) => void (s.timeoutSeconds = v)),
  integer("tcp-keepalive", 300, 0, INT_MAX, (s, v) => void (s.tcpKeepaliveSeconds = v)),
  row("requirepass", "", checkText, (s, text) => void (s.requirePass = text)),
  row("loglevel", "notice", checkChoice(...LOG_LEVELS), (s, text) => void (s.logLevel = text as LogLevel)),
  row("hz", "10", checkClamped(1, 500), (s, text) => void (s.hz = Number(text))),
  fixed(integer("max-clock-offset", 500, 1, CLOCK_OFFSET_MS_MAX, (s, v) => void (s.clockOffsetMsMax = v))),
  fixed(memory("repl-backlog-size", LOG_BYTES_MAX, LOG_BYTES_MIN, LOG_BYTES_MAX, (s, v) => void (s.logBytesMax = v))),
  memory("repl-repair-bytes-per-second", 0, 0, INT64_MAX, (s, v) => void (s.repairBytesPerSecond = v)),
  row("repl-loading-reads", "refuse", checkChoice("refuse", "forward"), (s, text) => {
    s.loadingReads = text as LoadingReads;
  }),
  integer("slowlog-log-slower-than", 10_000, -1, INT64_MAX, (s, v) => void (s.slowlogThresholdMicroseconds = v)),
  integer("slowlog-max-len", 128, 0, INT64_MAX, (s, v) => void (s.slowlogLengthMax = v)),
  integer("latency-monitor-threshold", 0, 0, INT64_MAX, (s, v) => void (s.latencyThresholdMs = v)),
  row("latency-tracking", "yes", checkBoolean, (s, text) => void (s.latencyTracking = text === "yes")),
  row("latency-tracking-info-percentiles", "50 99 99.9", checkPercentiles, (s, text) => {
    s.latencyPercentiles = wordsOf(text).map(Number);
  }),
  memory("proto-max-bulk-len", 512 * 1024 ** 2, 1024 ** 2, INT64_MAX, (s, v) => void (s.bulkBytesMax = v)),
  memory("client-query-buffer-limit", 1024 ** 3, 1024 ** 2, INT64_MAX, (s, v) => void (s.queryBufferBytesMax = v)),
  row("client-output-buffer-limit", OUTPUT_LIMITS, checkOutputLimits, (s, text) => {
    s.outputLimits = parseOutputLimits(text);
  }),
  memory("hll-sparse-max-bytes", 3000, 0, INT64_MAX, (s, v) => void (s.sparseBytesMax = v)),
  memory("maxmemory", 0, 0, INT64_MAX, (s, v) => void (s.memoryBytesMax = v)),
  integer("hash-max-listpack-entries", 512, 0, INT64_MAX, (s, v) => void (s.hashListpackEntries = v), [
    "hash-max-ziplist-entries",
  ]),
  memory("hash-max-listpack-value", 64, 0, INT64_MAX, (s, v) => void (s.hashListpackValueBytes = v), [
    "hash-max-ziplist-value",
  ]),
  integer("set-max-intset-entries", 512, 0, INT64_MAX, (s, v) => void (s.setIntsetEntries = v)),
  integer("set-max-listpack-entries", 128, 0, INT64_MAX, (s, v) => void (s.setListpackEntries = v)),
  memory("set-max-listpack-value", 64, 0, INT64_MAX, (s, v) => void (s.setListpackValueBytes = v)),
  integer("zset-max-listpack-entries", 128, 0, INT64_MAX, (s, v) => void (s.zsetListpackEntries = v), [
    "zset-max-ziplist-entries",
  ]),
  memory("zset-max-listpack-value", 64, 0, INT64_MAX, (s, v) => void (s.zsetListpackValueBytes = v), [
    "zset-max-ziplist-value",
  ]),
  integer("list-max-listpack-size", -2, -INT_MAX - 1, INT_MAX, (s, v) => void (s.listListpackSize = v), [
    "list-max-ziplist-size",
  ]),
];

/** The files are those of src/persistence; tools ask for the folder. */
const durability: readonly Parameter[] = [
  fixed(row("dir", "", checkText, (s, text) => void (s.dataDir = text))),
  row("appendonly", "no", checkKept("no", NO_FILES, checkBoolean), (s, text) => void (s.appendOnly = text === "yes")),
  row("appendfsync", "everysec", checkChoice("everysec", "always", "no"), (s, text) => {
    s.appendSync = text as SyncPolicy;
  }),
  row("save", "", checkKept("", NO_FILES, checkSavePoints), (s, text) => void (s.saveRules = parseSaveRules(text))),
  integer("auto-aof-rewrite-percentage", 100, 0, INT_MAX, (s, v) => void (s.rewritePercent = v)),
  memory("auto-aof-rewrite-min-size", 64 * 1024 ** 2, 0, INT64_MAX, (s, v) => void (s.rewriteBytesMin = v)),
  row("stop-writes-on-bgsave-error", "yes", checkBoolean, (s, text) => void (s.stopWritesOnSaveError = text === "yes")),
  row("aof-load-truncated", "yes", checkBoolean, (s, text) => void (s.loadTruncated = text === "yes")),
  fixed(row("dbfilename", "snapshot", checkText)),
  fixed(row("appendfilename", "log", checkText)),
  fixed(row("appenddirname", "", checkText)),
];

const withoutEffect: readonly Parameter[] = [
  row("list-compress-depth", "0", checkInteger(0, INT_MAX)),
  row("stream-node-max-bytes", "4096", checkMemory(0, INT64_MAX)),
  row("stream-node-max-entries", "100", checkInteger(0, INT64_MAX)),
  row("activerehashing", "yes", checkBoolean),
  row("activedefrag", "no", checkBoolean),
  row("active-expire-effort", "1", checkInteger(1, 10)),
  row("dynamic-hz", "yes", checkBoolean),
  row("jemalloc-bg-thread", "yes", checkBoolean),
  row("lazyfree-lazy-eviction", "no", checkBoolean),
  row("lazyfree-lazy-expire", "no", checkBoolean),
  row("lazyfree-lazy-server-del", "no", checkBoolean),
  row("lazyfree-lazy-user-del", "no", checkBoolean),
  row("lazyfree-lazy-user-flush", "no", checkBoolean),
  row("lfu-decay-time", "1", checkInteger(0, INT_MAX)),
  row("lfu-log-factor", "10", checkInteger(0, INT_MAX)),
  row("maxmemory-samples", "5", checkInteger(1, 64)),
  row("maxmemory-eviction-tenacity", "10", checkInteger(0, 100)),
  row("busy-reply-threshold", "5000", checkInteger(0, INT64_MAX), ignore, ["lua-time-limit"]),
  row("rdbcompression", "yes", checkBoolean),
  row("sanitize-dump-payload", "no", checkChoice("no", "yes", "clients")),
  row("no-appendfsync-on-rewrite", "no", checkBoolean),
];

const single: readonly Parameter[] = [
  row("maxmemory-policy", "noeviction", checkOnly("noeviction", NO_EVICTION, checkChoice(...POLICIES))),
  row("notify-keyspace-events", "", checkOnly("", "keyspace notifications are not available")),
  row(
    "min-replicas-to-write",
    "0",
    checkOnly("0", "there are no followers to wait for", checkInteger(0, INT_MAX)),
    ignore,
    ["min-slaves-to-write"],
  ),
  fixed(row("cluster-enabled", "no", checkOnly("no", "cluster mode is not available", checkBoolean))),
  fixed(row("daemonize", "no", checkBoolean)),
  fixed(row("io-threads", "1", checkInteger(1, 128))),
  fixed(row("tcp-backlog", "511", checkInteger(0, INT_MAX))),
  fixed(row("unixsocket", "", checkText)),
  fixed(row("logfile", "", checkText)),
  fixed(row("replicaof", "", checkText, ignore, ["slaveof"])),
  fixed(row("enable-debug-command", "yes", checkText)),
  fixed(row("tls-port", "0", checkInteger(0, 65535))),
];

export const PARAMETERS: readonly Parameter[] = [...meaningful, ...durability, ...withoutEffect, ...single];
