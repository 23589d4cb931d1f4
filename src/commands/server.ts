/** The server's clock and its end: TIME, SHUTDOWN. */
import type { Arguments } from "../resp/arguments.ts";
import type { Call, Command } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import type { ShutdownOptions } from "./host.ts";

function time({ reply, host }: Call): void {
  const wallMs = host.wallMs();
  reply.array(2);
  reply.bulkText(String(Math.floor(wallMs / 1000)));
  reply.bulkText(String(Math.floor((wallMs % 1000) * 1000)));
}

/** Success has no reply: the connection ends. */
function shutdown({ args, reply, client, host }: Call): void {
  const options = shutdownOptions(args);
  if (options === "abort") {
    reply.error("ERR No shutdown in progress.");
  } else if (options === undefined) {
    reply.error(SYNTAX_ERROR);
  } else if (options.save === "save" && !options.force && host.durability?.save(host.wallMs()) !== true) {
    host.log("warn", "SHUTDOWN SAVE refused: the keyspace could not be saved");
    reply.error("ERR Errors trying to SHUTDOWN. Check logs.");
  } else {
    client.state = "closing";
    host.shutdown(options);
  }
}

function shutdownOptions(args: Arguments): ShutdownOptions | "abort" | undefined {
  let save: ShutdownOptions["save"] = "default";
  let now = false;
  let force = false;
  let abort = false;
  for (let i = 1; i < args.count; i++) {
    const word = args.at(i).latin1().toLowerCase();
    if (word === "now") now = true;
    else if (word === "force") force = true;
    else if (word === "abort") abort = true;
    else if ((word === "save" && save !== "nosave") || (word === "nosave" && save !== "save")) save = word;
    else return undefined;
  }
  if (!abort) return { save, now, force };
  return args.count === 2 ? "abort" : undefined;
}

const group = "server";
const keys = NO_KEYS;

export const serverCommands: readonly Command[] = [
  { name: "time", arity: 1, flags: ["loading", "stale", "fast"], keys, group, handler: time },
  {
    name: "shutdown",
    arity: -1,
    flags: ["admin", "noscript", "loading", "stale", "no_multi", "allow_busy"],
    keys,
    group,
    handler: shutdown,
  },
];
