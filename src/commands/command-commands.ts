/** COMMAND: the table speaks about itself. */
import { Arguments } from "../resp/arguments.ts";
import { commandCategories } from "./command-categories.ts";
import { parseCommandDocs } from "./command-docs.ts";
import { hasKeys, keyFlags, keyPositions } from "./command-keys.ts";
import { replyDocs, replyInfo } from "./command-replies.ts";
import type { Call, Command, CommandEntry, CommandFlag, Handler } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { matchesGlob } from "./glob.ts";
import { replyHelp } from "./help.ts";

const HELP = [
  "(no subcommand)",
  "    Return details about all Redis commands.",
  "COUNT",
  "    Return the total number of commands in this Redis server.",
  "LIST",
  "    Return a list of all commands in this Redis server.",
  "INFO [<command-name> ...]",
  "    Return details about multiple Redis commands.",
  "    If no command names are given, documentation details for all",
  "    commands are returned.",
  "DOCS [<command-name> ...]",
  "    Return documentation details about multiple Redis commands.",
  "    If no command names are given, documentation details for all",
  "    commands are returned.",
  "GETKEYS <full-command>",
  "    Return the keys from a full Redis command.",
  "GETKEYSANDFLAGS <full-command>",
  "    Return the keys and the access flags from a full Redis command.",
];

function everything({ reply, commands }: Call): void {
  const docs = parseCommandDocs();
  reply.array(commands.entries.length);
  for (const entry of commands.entries) replyInfo(reply, entry, docs);
}

function count({ reply, commands }: Call): void {
  reply.integer(commands.entries.length);
}

function info(call: Call): void {
  const { args, reply, commands } = call;
  if (args.count === 2) {
    everything(call);
    return;
  }
  const docs = parseCommandDocs();
  reply.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    const entry = commands.findByName(args.at(i).latin1());
    if (entry === undefined) reply.nil();
    else replyInfo(reply, entry, docs);
  }
}

function documentation({ args, reply, commands }: Call): void {
  const find = parseCommandDocs();
  const wanted: CommandEntry[] = args.count === 2 ? [...commands.entries] : [];
  for (let i = 2; i < args.count; i++) {
    const entry = commands.findByName(args.at(i).latin1());
    if (entry !== undefined) wanted.push(entry);
  }
  reply.map(wanted.length);
  for (const entry of wanted) replyDocs(reply, entry, find);
}

function list({ args, reply, commands }: Call): void {
  if (args.count === 2) {
    reply.set(commands.entries.length);
    for (const entry of commands.entries) reply.bulkText(entry.fullName);
    return;
  }
  if (args.count !== 5 || args.at(2).latin1().toLowerCase() !== "filterby") {
    reply.error(SYNTAX_ERROR);
    return;
  }
  const wanted = args.at(4);
  switch (args.at(3).latin1().toLowerCase()) {
    case "module":
      replyNames(reply, []);
      break;
    case "aclcat": {
      const category = wanted.latin1().toLowerCase();
      replyNames(
        reply,
        commands.all.filter((entry) => commandCategories(entry.command).includes(category)),
      );
      break;
    }
    case "pattern": {
      const pattern = wanted.copy();
      replyNames(
        reply,
        commands.all.filter((entry) => matchesGlob(pattern, Buffer.from(entry.fullName), true)),
      );
      break;
    }
    default:
      reply.error(SYNTAX_ERROR);
  }
}

/** A filtered list is an array in RESP3, too. */
function replyNames(reply: Call["reply"], entries: readonly CommandEntry[]): void {
  reply.array(entries.length);
  for (const entry of entries) reply.bulkText(entry.fullName);
}

function getkeys(call: Call): void {
  const found = findKeys(call);
  if (found === undefined) return;
  call.reply.array(found.positions.length);
  for (const position of found.positions) call.reply.bulk(found.args.at(position));
}

function getkeysandflags(call: Call): void {
  const found = findKeys(call);
  if (found === undefined) return;
  const docsOfCommand = parseCommandDocs()(found.entry.fullName);
  call.reply.array(found.positions.length);
  for (const position of found.positions) {
    call.reply.array(2);
    call.reply.bulk(found.args.at(position));
    const flags = keyFlags(docsOfCommand, position, found.args);
    call.reply.set(flags.length);
    for (const flag of flags) call.reply.simple(flag);
  }
}

interface FoundKeys {
  readonly entry: CommandEntry;
  readonly args: Arguments;
  readonly positions: readonly number[];
}

/** Of the command that the arguments spell; undefined after the error reply. */
function findKeys({ args, reply, commands }: Call): FoundKeys | undefined {
  const inner = new Arguments();
  for (let i = 2; i < args.count; i++) inner.push(args.at(i).bytes, args.at(i).start, args.at(i).end);
  const name = inner.at(0);
  let entry = commands.find(name.bytes, name.start, name.end);
  if (entry?.subcommands !== undefined && inner.count > 1) {
    const subname = inner.at(1);
    entry = entry.subcommands.find(subname.bytes, subname.start, subname.end);
  }
  if (entry === undefined) return fail(reply, "ERR Invalid command specified");
  if (!hasKeys(entry.command)) return fail(reply, "ERR The command has no key arguments");
  const { arity } = entry.command;
  if (arity >= 0 ? inner.count !== arity : inner.count < -arity) {
    return fail(reply, "ERR Invalid number of arguments specified for command");
  }
  const positions = keyPositions(entry.command, inner);
  if (positions === undefined) return fail(reply, "ERR Invalid arguments specified for command");
  return { entry, args: inner, positions };
}

function fail(reply: Call["reply"], error: string): undefined {
  reply.error(error);
  return undefined;
}

function help({ reply }: Call): void {
  replyHelp(reply, "COMMAND", HELP);
}

const FLAGS: readonly CommandFlag[] = ["loading", "stale"];

function row(name: string, arity: number, handler: Handler): Command {
  return { name, arity, flags: FLAGS, keys: NO_KEYS, group: "server", categories: ["connection"], handler };
}

export const commandCommands: readonly Command[] = [
  {
    ...row("command", -1, everything),
    subcommands: [
      row("count", 2, count),
      row("docs", -2, documentation),
      row("getkeys", -3, getkeys),
      row("getkeysandflags", -3, getkeysandflags),
      row("help", 2, help),
      row("info", -2, info),
      row("list", -2, list),
    ],
  },
];
