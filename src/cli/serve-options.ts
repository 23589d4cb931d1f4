/**
 * The flags of `atoll serve`. Each is also an environment variable, `--node-id` as ATOLL_NODE_ID and so on; a flag
 * beats the environment, the environment beats the default.
 */
import { hostname } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CLIENTS_MAX } from "../limits/clients.ts";
import { CLOCK_OFFSET_MS_MAX, LOG_BYTES_MAX, LOG_BYTES_MIN } from "../limits/replication.ts";
import { type Address, parseAddresses, parsePort } from "../server/address.ts";
import { LOG_LEVELS, type LogLevel } from "../server/log.ts";
import { LOADING_READS } from "../server/node-options.ts";
import { UsageError } from "../server/usage-error.ts";

export interface ServeFlags {
  /** Without one, the host's name and the RESP port make one. */
  readonly nodeId?: string;
  readonly region: string;
  readonly host: string;
  readonly announceHost: string;
  readonly port: number;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly seeds: readonly Address[];
  readonly clusterId: string;
  readonly maxclients: number;
  readonly requirepass: string;
  readonly maxClockOffset: number;
  readonly loadingReads: (typeof LOADING_READS)[number];
  readonly replBacklogSize: number;
  readonly dataDir: string;
  readonly appendonly?: string;
  readonly appendfsync?: string;
  readonly save?: string;
  readonly autoAofRewritePercentage?: string;
  readonly autoAofRewriteMinSize?: string;
  readonly stopWritesOnBgsaveError?: string;
  readonly aofLoadTruncated?: string;
  readonly logLevel: LogLevel;
}

interface FlagRow {
  readonly flags: string;
  readonly description: string;
  readonly default?: string | number | readonly Address[];
  readonly defaultText?: string;
  readonly parse: (text: string) => string | number | readonly Address[];
}

const ROWS: readonly FlagRow[] = [
  {
    flags: "--node-id <name>",
    description: "name of this replica, unlike that of any other in the cluster",
    defaultText: "host name and port",
    parse: parseName,
  },
  { flags: "--region <name>", description: "region that this replica serves", default: "local", parse: parseName },
  { flags: "--host <host>", description: "address to listen on", default: "127.0.0.1", parse: parseHost },
  {
    flags: "--announce-host <host>",
    description: "host that peers and clients are told to reach this replica at",
    default: "",
    defaultText: "the host listened on",
    parse: (text) => (text === "" ? "" : parseHost(text)),
  },
  { flags: "--port <port>", description: "Redis protocol port; 0 takes a free one", default: 6379, parse: parsePort },
  { flags: "--http-port <port>", description: "health and metrics port", default: 8080, parse: parsePort },
  { flags: "--peer-port <port>", description: "port for other replicas", default: 7946, parse: parsePort },
  {
    flags: "--seeds <host:port,...>",
    description: "peer addresses of the other replicas",
    default: [],
    defaultText: "none",
    parse: parseAddresses,
  },
  {
    flags: "--cluster-id <name>",
    description: "only replicas of one cluster talk",
    default: "atoll",
    parse: parseName,
  },
  {
    flags: "--maxclients <number>",
    description: "client connections at most",
    default: 10_000,
    parse: (text) => parseWhole(text, 1, CLIENTS_MAX),
  },
  { flags: "--requirepass <password>", description: "password that clients must give", default: "", parse: String },
  {
    flags: "--max-clock-offset <ms>",
    description: "how far a peer's clock may run ahead and still be followed",
    default: 500,
    parse: (text) => parseWhole(text, 1, CLOCK_OFFSET_MS_MAX),
  },
  {
    flags: "--repl-backlog-size <bytes>",
    description: "recent changes kept for peers that were away; beyond, they are repaired",
    default: LOG_BYTES_MAX,
    defaultText: "64mb",
    parse: (text) => parseBytes(text, LOG_BYTES_MIN, LOG_BYTES_MAX),
  },
  {
    flags: "--data-dir <folder>",
    description: "where data is kept, a folder of this replica's own",
    default: "",
    defaultText: "in memory only",
    parse: String,
  },
];

/** Flags that are parameters of CONFIG, too, and are checked as such. */
const KEPT_ROWS: readonly { readonly flags: string; readonly description: string; readonly defaultText: string }[] = [
  { flags: "--appendonly <yes|no>", description: "keep a log of all changes", defaultText: "yes with --data-dir" },
  {
    flags: "--appendfsync <policy>",
    description: "when the log is synced: always (before a reply), everysec, no",
    defaultText: "everysec",
  },
  {
    flags: "--save <seconds changes ...>",
    description: "when a snapshot is made by itself, such as '3600 1 300 100'",
    defaultText: "never",
  },
  {
    flags: "--auto-aof-rewrite-percentage <percent>",
    description: "by how much the log may grow before a snapshot replaces it; 0: for ever",
    defaultText: "100",
  },
  {
    flags: "--auto-aof-rewrite-min-size <bytes>",
    description: "below this size it is left alone",
    defaultText: "64mb",
  },
  {
    flags: "--stop-writes-on-bgsave-error <yes|no>",
    description: "refuse writes after a snapshot by --save has failed",
    defaultText: "yes",
  },
  {
    flags: "--aof-load-truncated <yes|no>",
    description: "cut a log that ends in the middle of a record, rather than refuse it",
    defaultText: "yes",
  },
];

/** The values of those that were given, by the names of CONFIG. */
export function keptSettings(flags: ServeFlags): Record<string, string> {
  const given = {
    appendonly: flags.appendonly,
    appendfsync: flags.appendfsync,
    save: flags.save,
    "auto-aof-rewrite-percentage": flags.autoAofRewritePercentage,
    "auto-aof-rewrite-min-size": flags.autoAofRewriteMinSize,
    "stop-writes-on-bgsave-error": flags.stopWritesOnBgsaveError,
    "aof-load-truncated": flags.aofLoadTruncated,
  };
  return Object.fromEntries(Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** Adds the flags to a command and returns it. */
export function addServeOptions(command: Command): Command {
  for (const row of ROWS) {
    const option = new Option(row.flags, row.description).argParser(refusing(row.parse));
    if (row.default !== undefined) option.default(row.default, row.defaultText);
    command.addOption(withEnvironment(option));
  }
  for (const { flags, description, defaultText } of KEPT_ROWS) {
    command.addOption(withEnvironment(new Option(flags, `${description} (default: ${defaultText})`)));
  }
  const reads = new Option("--loading-reads <what>", "what happens to reads while the replica is loading")
    .choices(LOADING_READS)
    .default("refuse");
  command.addOption(withEnvironment(reads));
  const level = new Option("--log-level <level>", "least level that is logged").choices(LOG_LEVELS).default("info");
  return command.addOption(withEnvironment(level));
}

function withEnvironment(option: Option): Option {
  return option.env(`ATOLL_${option.name().toUpperCase().replaceAll("-", "_")}`);
}

/** Commander puts the flag and the value before the message of its own error class. */
function refusing<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
    }
  };
}

function parseName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw new UsageError("A name has 1 to 64 letters, digits, dots, dashes or underscores.");
}

function parseHost(text: string): string {
  if (/^[A-Za-z0-9._:%-]+$/.test(text)) return text;
  throw new UsageError("That is neither a host name nor an IP address.");
}

function parseWhole(text: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`Give a whole number from ${least} to ${most}.`);
}

/** As Redis writes sizes: bytes, or with a unit. */
function parseBytes(text: string, least: number, most: number): number {
  const [, digits, unit = "b"] = /^(\d{1,15})([kmg]?b)?$/i.exec(text) ?? [];
  const bytes = Number(digits) * (BYTES_OF_UNIT[unit.toLowerCase()] ?? Number.NaN);
  if (bytes >= least && bytes <= most) return bytes;
  throw new UsageError(`Give a size from ${least} to ${most} bytes, such as 16mb.`);
}

const BYTES_OF_UNIT: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** The name of a replica that was given none. */
export function defaultNodeId(port: number): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 50);
  return `${host || "atoll"}-${port === 0 ? process.pid : port}`;
}
