/**
 * Flags and access categories as COMMAND INFO and COMMAND LIST speak of them,
 * in Redis's order. Most categories follow from flags and group, by the same
 * rules as in Redis; rows only carry the rest.
 */
import type { Command } from "./command.ts";

const FLAG_ORDER = [
  "write",
  "readonly",
  "denyoom",
  "admin",
  "pubsub",
  "noscript",
  "blocking",
  "loading",
  "stale",
  "skip_monitor",
  "skip_slowlog",
  "asking",
  "fast",
  "no_auth",
  "may_replicate",
  "no_mandatory_keys",
  "no_async_loading",
  "no_multi",
  "movablekeys",
  "allow_busy",
];

const CATEGORY_ORDER = [
  "keyspace",
  "read",
  "write",
  "set",
  "sortedset",
  "list",
  "hash",
  "string",
  "bitmap",
  "hyperloglog",
  "geo",
  "stream",
  "pubsub",
  "admin",
  "fast",
  "slow",
  "blocking",
  "dangerous",
  "connection",
  "transaction",
  "scripting",
];

const CATEGORY_OF_GROUP: Readonly<Record<string, string>> = {
  generic: "keyspace",
  string: "string",
  list: "list",
  set: "set",
  hash: "hash",
  "sorted-set": "sortedset",
  hyperloglog: "hyperloglog",
  geo: "geo",
  stream: "stream",
  bitmap: "bitmap",
  pubsub: "pubsub",
  transactions: "transaction",
  scripting: "scripting",
  connection: "connection",
};

export function commandFlags(command: Command): readonly string[] {
  const flags = new Set<string>(command.flags);
  if (command.keys.movable !== undefined) flags.add("movablekeys");
  return FLAG_ORDER.filter((flag) => flags.has(flag));
}

export function commandCategories(command: Command): readonly string[] {
  const flags = new Set(command.flags);
  const categories = new Set<string>(command.categories);
  const ofGroup = CATEGORY_OF_GROUP[command.group];
  // Containers are as open as the subcommand that is asked for. WAIT stands among the generic commands, but is about
  // connections; SORT, too, but is about types.
  const isElsewhere = categories.has("connection") || (command.group === "generic" && categories.has("list"));
  if (!isElsewhere && ofGroup !== undefined && (command.subcommands === undefined || command.arity === -1))
    categories.add(ofGroup);
  if (flags.has("write")) categories.add("write");
  if (flags.has("readonly")) categories.add("read");
  if (flags.has("admin")) categories.add("admin").add("dangerous");
  if (flags.has("blocking")) categories.add("blocking");
  categories.add(flags.has("fast") ? "fast" : "slow");
  return CATEGORY_ORDER.filter((category) => categories.has(category));
}
