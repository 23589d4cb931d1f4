/** SLOWLOG: the commands that took longer than `slowlog-log-slower-than`. */
import { type Call, type Command, type CommandFlag, keylessRows } from "./command.ts";
import { replyHelp } from "./help.ts";
import { readAtLeast } from "./number.ts";

const COUNT_DEFAULT = 10;

const HELP = [
  "GET [<count>]",
  "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
  "    Entries are made of:",
  "    id, timestamp, time in microseconds, arguments array, client IP and port,",
  "    client name",
  "LEN",
  "    Return the length of the slowlog.",
  "RESET",
  "    Reset the slowlog.",
];

function get({ args, reply, host }: Call): void {
  if (args.count > 3) {
    reply.error(`ERR unknown subcommand or wrong number of arguments for '${args.at(1).utf8()}'. Try SLOWLOG HELP.`);
    return;
  }
  let count = COUNT_DEFAULT;
  if (args.count === 3) {
    count = readAtLeast(reply, args.at(2), -1, "ERR count should be greater than or equal to -1");
    if (Number.isNaN(count)) return;
  }
  const entries = host.slowlog.latest(count);
  reply.array(entries.length);
  for (const entry of entries) {
    reply.array(6);
    reply.integer(entry.id);
    reply.integer(entry.wallSeconds);
    reply.integer(entry.microseconds);
    reply.array(entry.args.length);
    for (const arg of entry.args) reply.bulkBytes(arg, 0, arg.length);
    reply.bulkText(entry.clientAddress);
    reply.bulkText(entry.clientName);
  }
}

function len({ reply, host }: Call): void {
  reply.integer(host.slowlog.length);
}

function reset({ reply, host }: Call): void {
  host.slowlog.reset();
  reply.ok();
}

function help({ reply }: Call): void {
  replyHelp(reply, "SLOWLOG", HELP);
}

const ADMIN: readonly CommandFlag[] = ["admin", "loading", "stale"];

const row = keylessRows("server");

export const slowlogCommands: readonly Command[] = [
  {
    ...row("slowlog", -2, [], help),
    subcommands: [
      row("get", -2, ADMIN, get),
      row("help", 2, ["loading", "stale"], help),
      row("len", 2, ADMIN, len),
      row("reset", 2, ADMIN, reset),
    ],
  },
];
