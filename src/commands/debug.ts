/** DEBUG, as far as tests and tools need it. */
import type { Call, Command, Handler } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import { NO_SUCH_KEY } from "./error-texts.ts";
import { replyHelp } from "./help.ts";
import { DEBUG_SLEEP_MS_MAX } from "../limits/clients.ts";
import { encodingOf } from "./object-encoding.ts";

const HELP = [
  "JMAP",
  "    Accepted, does nothing.",
  "OBJECT <key>",
  "    Show low level info about `key` and associated value.",
  "SET-ACTIVE-EXPIRE <0|1>",
  "    Setting it to 0 disables expiring keys in background when they are not",
  "    accessed (otherwise the Redis behavior). Setting it to 1 reenables back the",
  "    default.",
  "SLEEP <seconds>",
  "    Stop the server for <seconds>. Decimals allowed.",
];

/** What cannot be read as a number is no sleep at all, as in Redis. */
function sleep({ args, reply, host }: Call): void {
  const seconds = Number.parseFloat(args.at(2).latin1());
  if (seconds > 0) host.sleep(Math.min(seconds * 1000, DEBUG_SLEEP_MS_MAX));
  reply.ok();
}

function object({ args, reply, client, keyspace, host }: Call): void {
  const ref = keyspace.peek(client.db, args.at(2));
  if (ref === 0) {
    reply.error(NO_SUCH_KEY);
    return;
  }
  const idle = keyspace.idleSeconds(ref);
  const facts = {
    "Value at": `0x${ref.toString(16)}`,
    refcount: 1,
    encoding: encodingOf(keyspace, ref, host.config.settings),
    serializedlength: keyspace.memoryOf(ref),
    lru: Math.max(0, Math.floor(keyspace.nowMs / 1000) - idle) % 2 ** 24,
    lru_seconds_idle: idle,
  };
  reply.simple(
    Object.entries(facts)
      .map(([name, value]) => `${name}:${value}`)
      .join(" "),
  );
}

function setActiveExpire({ args, reply, host }: Call): void {
  host.config.settings.activeExpire = Number.parseInt(args.at(2).latin1(), 10) > 0;
  reply.ok();
}

function help({ reply }: Call): void {
  replyHelp(reply, "DEBUG", HELP);
}

/** By name and number of arguments: DEBUG is one command, not a container. */
const FORMS: Readonly<Record<string, Handler>> = {
  "sleep 3": sleep,
  "object 3": object,
  "set-active-expire 3": setActiveExpire,
  "jmap 2": ({ reply }) => reply.ok(),
  "help 2": help,
};

function debug(call: Call): void {
  const name = call.args.at(1).latin1();
  const form = FORMS[`${name.toLowerCase()} ${call.args.count}`];
  if (form !== undefined) form(call);
  else call.reply.error(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try DEBUG HELP.`);
}

export const debugCommands: readonly Command[] = [
  {
    name: "debug",
    arity: -2,
    flags: ["admin", "noscript", "loading", "stale"],
    keys: NO_KEYS,
    group: "server",
    handler: debug,
  },
];
