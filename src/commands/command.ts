/**
 * What a command is: one row of a table.
 *
 * A row holds what the machinery must know to run a command (name, arity,
 * flags, where the keys stand, handler). What only people and client libraries
 * read (summary, arguments, history) lies apart in command-docs.ts under the
 * same name. Container commands (CLIENT, CONFIG, OBJECT) carry rows of their own.
 *
 * A handler is synchronous: it reads `call.args`, asks and changes
 * `call.keyspace`, and writes exactly one reply. It keeps nothing of the call,
 * which is one object reused for every command.
 */
import type { Arguments } from "../resp/arguments.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Client } from "./client.ts";
import type { Host } from "./host.ts";
import type { Secret } from "./slowlog-ring.ts";

export interface Call {
  /** at(0) is the command's name, at(1) the first argument (or the subcommand's name). */
  readonly args: Arguments;
  readonly reply: ReplyWriter;
  readonly client: Client;
  readonly keyspace: Keyspace;
  readonly host: Host;
  /** The table that this command was found in, for COMMAND and INFO. */
  readonly commands: CommandTable;
}

export type Handler = (call: Call) => void;

/** Redis's flags, as COMMAND INFO prints them. `movablekeys` follows from the keys and is not written in rows. */
export type CommandFlag =
  | "write"
  | "readonly"
  | "denyoom"
  | "admin"
  | "pubsub"
  | "noscript"
  | "blocking"
  | "loading"
  | "stale"
  | "skip_monitor"
  | "skip_slowlog"
  | "asking"
  | "fast"
  | "no_auth"
  | "may_replicate"
  | "sentinel"
  | "only_sentinel"
  | "no_mandatory_keys"
  | "protected"
  | "no_async_loading"
  | "no_multi"
  | "allow_busy";

/** Access categories beyond those that follow from flags (write, read, fast or slow, admin, dangerous) and group. */
export type AccessCategory =
  | "keyspace"
  | "admin"
  | "dangerous"
  | "connection"
  | "blocking"
  | "set"
  | "sortedset"
  | "list";

/** The chapter of Redis's command reference. */
export type CommandGroup =
  | "generic"
  | "string"
  | "list"
  | "set"
  | "sorted-set"
  | "hash"
  | "pubsub"
  | "transactions"
  | "connection"
  | "server"
  | "scripting"
  | "hyperloglog"
  | "cluster"
  | "sentinel"
  | "geo"
  | "stream"
  | "bitmap"
  | "module";

/** Where the keys stand among the arguments: every `step`-th from `first` to `last` (negative: from the end). All 0: no keys. */
export interface KeyRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** When the arguments themselves say where: the positions of all keys, or undefined when they make no sense. */
  readonly movable?: (args: Arguments) => readonly number[] | undefined;
}

export const NO_KEYS: KeyRange = { first: 0, last: 0, step: 0 };
export const ONE_KEY: KeyRange = { first: 1, last: 1, step: 1 };
export const TWO_KEYS: KeyRange = { first: 1, last: 2, step: 1 };
export const ALL_KEYS: KeyRange = { first: 1, last: -1, step: 1 };
/** BLPOP and its like: the last argument is a timeout. */
export const POPPED_KEYS: KeyRange = { first: 1, last: -2, step: 1 };
/** MSET and its like: key, value, key, value. */
export const PAIRED_KEYS: KeyRange = { first: 1, last: -1, step: 2 };
/** OBJECT ENCODING key, MEMORY USAGE key. */
export const SUBCOMMAND_KEY: KeyRange = { first: 2, last: 2, step: 1 };

export interface Command {
  /** Lower case; a subcommand's own name without its container's. */
  readonly name: string;
  /** Redis's convention: counts the name(s); negative means at least. */
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  readonly keys: KeyRange;
  readonly group: CommandGroup;
  readonly categories?: readonly AccessCategory[];
  readonly handler: Handler;
  /** Which arguments may hold a password: the slow log must not. */
  readonly secret?: Secret;
  readonly subcommands?: readonly Command[];
}

type KeylessRow = (name: string, arity: number, flags: readonly CommandFlag[], handler: Handler) => Command;

/** Makes rows of one chapter for commands without keys. */
export function keylessRows(group: CommandGroup): KeylessRow {
  return (name, arity, flags, handler) => ({ name, arity, flags, keys: NO_KEYS, group, handler });
}

/** A row in its place in the table. */
export interface CommandEntry {
  readonly command: Command;
  // Of the row, which comes in many shapes: the dispatcher reads them with every command.
  readonly arity: number;
  readonly handler: Handler;
  /** Names the row in all statistics; dense, counts subcommands too. */
  readonly index: number;
  /** "get", "client|kill". */
  readonly fullName: string;
  readonly nameBytes: Uint8Array;
  readonly subcommands: CommandLookup | undefined;
  readonly isSubcommand: boolean;
  // Flags that the dispatcher asks for with every command.
  readonly loading: boolean;
  readonly noAuth: boolean;
  readonly skipSlowlog: boolean;
  readonly write: boolean;
  readonly readonly: boolean;
  readonly fast: boolean;
}

/** Finds by name bytes in any case without making a string. */
export interface CommandLookup {
  find(bytes: Uint8Array, start: number, end: number): CommandEntry | undefined;
  readonly entries: readonly CommandEntry[];
}

export interface CommandTable extends CommandLookup {
  /** Entries with subcommands, by index. */
  readonly all: readonly CommandEntry[];
  /** "config|get", "GET"; for what people type. */
  findByName(fullName: string): CommandEntry | undefined;
}

/** ZUNIONSTORE and its like: a destination, and sources whose number comes before them. */
export function countedSources(countAt: number): KeyRange {
  return {
    ...ONE_KEY,
    movable(args) {
      const sources = countedKeys(countAt).movable?.(args);
      return sources === undefined ? undefined : [1, ...sources];
    },
  };
}

/**
 * SINTERCARD, ZUNION, LMPOP, and later EVAL: argument `countAt` says how many keys follow it.
 */
export function countedKeys(countAt: number): KeyRange {
  return {
    first: 0,
    last: 0,
    step: 0,
    movable(args) {
      if (countAt >= args.count) return undefined;
      const count = Number(args.at(countAt).latin1());
      if (!Number.isInteger(count) || count < 1 || count > args.count - countAt - 1) return undefined;
      return Array.from({ length: count }, (_, i) => countAt + 1 + i);
    },
  };
}
