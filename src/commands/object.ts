/** OBJECT and MEMORY: what lies behind a key. */
import type { EntryRef } from "../store/entry.ts";
import type { Call, Command, CommandFlag, Handler } from "./command.ts";
import { NO_KEYS, SUBCOMMAND_KEY } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { replyHelp } from "./help.ts";
import { readInteger } from "./number.ts";
import { encodingOf, isSharedInteger } from "./object-encoding.ts";
import { memoryStatistics } from "./memory-statistics.ts";
import { isOption, optionWord } from "./option.ts";

const SAMPLES = optionWord("samples");
const SAMPLES_BY_DEFAULT = 5;
/** How often Redis says that a shared integer is used. */
const SHARED_REFCOUNT = 2_147_483_647;

const OBJECT_HELP = [
  "ENCODING <key>",
  "    Return the kind of internal representation used in order to store the value",
  "    associated with a <key>.",
  "FREQ <key>",
  "    Return the access frequency index of the <key>. The returned integer is",
  "    proportional to the logarithm of the recent access frequency of the key.",
  "IDLETIME <key>",
  "    Return the idle time of the <key>, that is the approximated number of",
  "    seconds elapsed since the last access to the key.",
  "REFCOUNT <key>",
  "    Return the number of references of the value associated with the specified",
  "    <key>.",
];

const MEMORY_HELP = [
  "DOCTOR",
  "    Return memory problems reports.",
  "MALLOC-STATS",
  "    Return internal statistics report from the memory allocator.",
  "PURGE",
  "    Attempt to purge dirty pages for reclamation by the allocator.",
  "STATS",
  "    Return information about the memory usage of the server.",
  "USAGE <key> [SAMPLES <count>]",
  "    Return memory in bytes used by <key> and its value. Nested values are",
  "    sampled up to <count> times (default: 5, 0 means sample all).",
];

/** The key at argument 2 without touching its access clock; 0 after the nil. */
function peek({ args, reply, client, keyspace }: Call): EntryRef {
  const ref = keyspace.peek(client.db, args.at(2));
  if (ref === 0) reply.nil();
  return ref;
}

function encoding(call: Call): void {
  const ref = peek(call);
  if (ref !== 0) call.reply.bulkText(encodingOf(call.keyspace, ref, call.host.config.settings));
}

function freq(call: Call): void {
  if (peek(call) === 0) return;
  call.reply.error(
    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.",
  );
}

function idletime(call: Call): void {
  const ref = peek(call);
  if (ref !== 0) call.reply.integer(call.keyspace.idleSeconds(ref));
}

function refcount(call: Call): void {
  const ref = peek(call);
  if (ref !== 0) call.reply.integer(isSharedInteger(call.keyspace, ref) ? SHARED_REFCOUNT : 1);
}

function objectHelp({ reply }: Call): void {
  replyHelp(reply, "OBJECT", OBJECT_HELP);
}

function usage(call: Call): void {
  const { args, reply } = call;
  let samples = SAMPLES_BY_DEFAULT;
  for (let i = 3; i < args.count; i += 2) {
    if (!isOption(args.at(i), SAMPLES) || i + 1 >= args.count) {
      reply.error(SYNTAX_ERROR);
      return;
    }
    samples = readInteger(reply, args.at(i + 1));
    if (Number.isNaN(samples)) return;
    if (samples < 0) {
      reply.error(SYNTAX_ERROR);
      return;
    }
  }
  const ref = peek(call);
  if (ref !== 0) reply.integer(call.keyspace.memoryOf(ref, samples));
}

function doctor({ reply }: Call): void {
  reply.verbatim("txt", "No memory problem is known. INFO memory and MEMORY STATS have the figures.\n");
}

function mallocStats({ reply }: Call): void {
  reply.bulkText("Stats not supported for the current allocator");
}

function purge({ reply }: Call): void {
  reply.ok();
}

function memoryHelp({ reply }: Call): void {
  replyHelp(reply, "MEMORY", MEMORY_HELP);
}

const READS: readonly CommandFlag[] = ["readonly"];
const ALWAYS: readonly CommandFlag[] = ["loading", "stale"];

function objectRow(name: string, flags: readonly CommandFlag[], handler: Handler): Command {
  return { name, arity: 3, flags, keys: SUBCOMMAND_KEY, group: "generic", handler };
}

function memoryRow(name: string, flags: readonly CommandFlag[], handler: Handler): Command {
  return { name, arity: 2, flags, keys: NO_KEYS, group: "server", handler };
}

export const objectCommands: readonly Command[] = [
  {
    ...objectRow("object", [], objectHelp),
    arity: -2,
    keys: NO_KEYS,
    subcommands: [
      objectRow("encoding", READS, encoding),
      objectRow("freq", READS, freq),
      { ...objectRow("help", ALWAYS, objectHelp), arity: 2, keys: NO_KEYS },
      objectRow("idletime", READS, idletime),
      objectRow("refcount", READS, refcount),
    ],
  },
  {
    ...memoryRow("memory", [], memoryHelp),
    arity: -2,
    subcommands: [
      memoryRow("doctor", [], doctor),
      memoryRow("help", ALWAYS, memoryHelp),
      memoryRow("malloc-stats", [], mallocStats),
      memoryRow("purge", [], purge),
      memoryRow("stats", [], memoryStatistics),
      { ...memoryRow("usage", READS, usage), arity: -3, keys: SUBCOMMAND_KEY },
    ],
  },
];
