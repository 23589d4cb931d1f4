/** CONFIG: reading and changing the running configuration. */
import type { Arguments } from "../resp/arguments.ts";
import { type Call, type Command, type CommandFlag, keylessRows } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { replyHelp } from "./help.ts";

const HELP = [
  "GET <pattern>",
  "    Return parameters matching the glob-like <pattern> and their values.",
  "SET <directive> <value>",
  "    Set the configuration <directive> to <value>.",
  "RESETSTAT",
  "    Reset statistics reported by the INFO command.",
  "REWRITE",
  "    Rewrite the configuration file.",
];

function get({ args, reply, host }: Call): void {
  const patterns: string[] = [];
  for (let i = 2; i < args.count; i++) patterns.push(args.at(i).utf8());
  const found = host.config.match(patterns);
  reply.map(found.size);
  for (const [name, text] of found) {
    reply.bulkText(name);
    reply.bulkText(text);
  }
}

function set({ args, reply, host }: Call): void {
  if (args.count % 2 !== 0) {
    reply.error(SYNTAX_ERROR);
    return;
  }
  const pairs: [string, string][] = [];
  for (let i = 2; i < args.count; i += 2) pairs.push([args.at(i).utf8(), args.at(i + 1).utf8()]);
  const failure = host.config.set(pairs);
  if (failure === undefined) {
    reply.ok();
  } else if (failure.kind === "unknown") {
    reply.error(`ERR Unknown option or number of arguments for CONFIG SET - '${failure.name}'`);
  } else {
    reply.error(`ERR CONFIG SET failed (possibly related to argument '${failure.name}') - ${failure.reason}`);
  }
}

/** What follows the name of a secret parameter, even where the pairs are out of step. */
function isSecret(args: Arguments, index: number): boolean {
  return (
    index > 2 &&
    SECRET_PARAMETERS.has(
      args
        .at(index - 1)
        .latin1()
        .toLowerCase(),
    )
  );
}

function resetstat({ reply, host }: Call): void {
  host.statistics.reset();
  reply.ok();
}

function rewrite({ reply }: Call): void {
  reply.error("ERR The server is running without a config file");
}

function help({ reply }: Call): void {
  replyHelp(reply, "CONFIG", HELP);
}

/** Beside our own the one that tools set for Redis: refusing it must not keep it. */
const SECRET_PARAMETERS: ReadonlySet<string> = new Set(["requirepass", "masterauth"]);

const ADMIN: readonly CommandFlag[] = ["admin", "noscript", "loading", "stale"];

const row = keylessRows("server");

export const configCommands: readonly Command[] = [
  {
    ...row("config", -2, [], help),
    subcommands: [
      row("get", -3, ADMIN, get),
      row("help", 2, ["loading", "stale"], help),
      row("resetstat", 2, ADMIN, resetstat),
      row("rewrite", 2, ADMIN, rewrite),
      { ...row("set", -4, ADMIN, set), secret: isSecret },
    ],
  },
];
