/**
 * What is kept on disk, at a client's word: SAVE, BGSAVE, BGREWRITEAOF, LASTSAVE.
 * A snapshot takes the place of the log before it, so that the second and the
 * third are one thing; they are told apart as in Redis, because tools wait for
 * the one they asked for.
 */
import type { Call, Command, CommandFlag } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";

const NO_FOLDER = "ERR nothing is kept on disk: the replica was started without --data-dir";
const SAVE_RUNS = "ERR Background save already in progress";
const OTHER_RUNS =
  "ERR Another child process is active (AOF?): can't BGSAVE right now. " +
  "Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.";
const REWRITE_RUNS = "ERR Background append only file rewriting already in progress";

function save({ reply, host }: Call): void {
  const { durability } = host;
  if (durability === undefined) return reply.error(NO_FOLDER);
  if (durability.status()?.snapshot.running === "save") return reply.error(SAVE_RUNS);
  if (durability.save(host.wallMs())) reply.ok();
  else reply.error("ERR");
}

function bgsave({ args, reply, host }: Call): void {
  const { durability } = host;
  const isScheduled = args.count === 2 && args.at(1).latin1().toLowerCase() === "schedule";
  if (args.count > 1 && !isScheduled) return reply.error(SYNTAX_ERROR);
  if (durability === undefined) return reply.error(NO_FOLDER);
  const running = durability.status()?.snapshot.running;
  if (running === "save") return reply.error(SAVE_RUNS);
  if (running === undefined && durability.begin("save", host.wallMs()))
    return reply.simple("Background saving started");
  if (!isScheduled) return reply.error(OTHER_RUNS);
  durability.schedule("save");
  reply.simple("Background saving scheduled");
}

function bgrewriteaof({ reply, host }: Call): void {
  const { durability } = host;
  if (durability === undefined) return reply.error(NO_FOLDER);
  const running = durability.status()?.snapshot.running;
  if (running === "rewrite") return reply.error(REWRITE_RUNS);
  if (running === undefined && durability.begin("rewrite", host.wallMs())) {
    return reply.simple("Background append only file rewriting started");
  }
  durability.schedule("rewrite");
  reply.simple("Background append only file rewriting scheduled");
}

/** As in a Redis that has not saved yet: the time of the start. */
function lastsave({ reply, host }: Call): void {
  const savedMs = host.durability?.status()?.snapshot.lastSaveMs;
  reply.integer(Math.floor((savedMs ?? host.wallMs() - host.gauges().uptimeMs) / 1000));
}

const ADMIN: readonly CommandFlag[] = ["admin", "noscript", "no_async_loading"];
const group = "server";
const keys = NO_KEYS;

export const saveCommands: readonly Command[] = [
  { name: "bgrewriteaof", arity: 1, flags: ADMIN, keys, group, handler: bgrewriteaof },
  { name: "bgsave", arity: -1, flags: ADMIN, keys, group, handler: bgsave },
  {
    name: "lastsave",
    arity: 1,
    flags: ["loading", "stale", "fast"],
    keys,
    group,
    categories: ["admin", "dangerous"],
    handler: lastsave,
  },
  { name: "save", arity: 1, flags: [...ADMIN, "no_multi"], keys, group, handler: save },
];
