/** CLIENT: what a connection says of itself, and what there is to say of all connections. */
import { type Call, type Command, type CommandFlag, keylessRows } from "./command.ts";
import { clientLine, setClientInfo, setClientName } from "./client-attributes.ts";
import { clientKill, clientList } from "./client-kill.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { replyHelp } from "./help.ts";
import { readInteger } from "./number.ts";

const HELP = [
  "CACHING (YES|NO)",
  "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
  "GETREDIR",
  "    Return the client ID we are redirecting to when tracking is enabled.",
  "GETNAME",
  "    Return the name of the current connection.",
  "ID",
  "    Return the ID of the current connection.",
  "INFO",
  "    Return information about the current client connection.",
  "KILL <ip:port>",
  "    Kill connection made from <ip:port>.",
  "KILL <option> <value> [<option> <value> [...]]",
  "    Kill connections. Options are:",
  "    * ADDR (<ip:port>|<unixsocket>:0)",
  "      Kill connections made from the specified address",
  "    * LADDR (<ip:port>|<unixsocket>:0)",
  "      Kill connections made to specified local address",
  "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
  "      Kill connections by type.",
  "    * USER <username>",
  "      Kill connections authenticated by <username>.",
  "    * SKIPME (YES|NO)",
  "      Skip killing current connection (default: yes).",
  "LIST [options ...]",
  "    Return information about client connections. Options:",
  "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
  "      Return clients of specified type.",
  "UNPAUSE",
  "    Stop the current client pause, resuming traffic.",
  "REPLY (ON|OFF|SKIP)",
  "    Control the replies sent to the current connection.",
  "SETNAME <name>",
  "    Assign the name <name> to the current connection.",
  "SETINFO <option> <value>",
  "    Set client meta attr. Options are:",
  "    * LIB-NAME: the client lib name.",
  "    * LIB-VER: the client lib version.",
  "UNBLOCK <clientid> [TIMEOUT|ERROR]",
  "    Unblock the specified blocked client.",
  "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
  "         [OPTIN] [OPTOUT] [NOLOOP]",
  "    Control server assisted client side caching. Only OFF is available.",
  "TRACKINGINFO",
  "    Report tracking status for the current connection.",
  "NO-EVICT (ON|OFF)",
  "    Protect current client connection from eviction.",
  "NO-TOUCH (ON|OFF)",
  "    Will not touch LRU/LFU stats when this mode is on.",
];

function id({ reply, client }: Call): void {
  reply.integer(client.id);
}

function getname({ reply, client }: Call): void {
  if (client.name === "") reply.nil();
  else reply.bulkText(client.name);
}

function setname({ args, reply, client }: Call): void {
  if (setClientName(client, args.at(2), reply)) reply.ok();
}

function setinfo({ args, reply, client }: Call): void {
  setClientInfo(client, args.at(2).utf8(), args.at(3), reply);
}

function info({ reply, client, host }: Call): void {
  reply.verbatim("txt", `${clientLine(client, host.wallMs())}\n`);
}

function noEvict(call: Call): void {
  const on = readSwitch(call);
  if (on !== undefined) call.client.noEvict = on;
}

function noTouch(call: Call): void {
  const on = readSwitch(call);
  if (on !== undefined) call.client.noTouch = on;
}

/** Replies, too. */
function readSwitch({ args, reply }: Call): boolean | undefined {
  const word = args.at(2).latin1().toLowerCase();
  if (word !== "on" && word !== "off") {
    reply.error(SYNTAX_ERROR);
    return undefined;
  }
  reply.ok();
  return word === "on";
}

/** ON does not end a SKIP that silences this very command; the dispatcher takes replies back and moves modes on. */
function replyMode({ args, reply, client }: Call): void {
  switch (args.at(2).latin1().toLowerCase()) {
    case "on":
      if (client.replyMode === "off") client.replyMode = "on";
      reply.ok();
      break;
    case "off":
      client.replyMode = "off";
      break;
    case "skip":
      if (client.replyMode !== "off") client.replyMode = "skip-next";
      break;
    default:
      reply.error(SYNTAX_ERROR);
  }
}

function tracking({ args, reply }: Call): void {
  const word = args.at(2).latin1().toLowerCase();
  if (word === "off" && args.count === 3) reply.ok();
  else if (word === "on") reply.error("ERR Client tracking is not available: this server sends no invalidations");
  else reply.error(SYNTAX_ERROR);
}

function caching({ reply }: Call): void {
  reply.error(
    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
  );
}

function getredir({ reply }: Call): void {
  reply.integer(-1);
}

function trackinginfo({ reply }: Call): void {
  reply.map(3);
  reply.bulkText("flags");
  reply.set(1);
  reply.bulkText("off");
  reply.bulkText("redirect");
  reply.integer(-1);
  reply.bulkText("prefixes");
  reply.array(0);
}

function unblock({ args, reply, host }: Call): void {
  if (args.count > 4) {
    reply.error("ERR wrong number of arguments for 'client|unblock' command");
    return;
  }
  const reason = args.count === 4 ? args.at(3).latin1().toLowerCase() : "timeout";
  if (reason !== "timeout" && reason !== "error") {
    reply.error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    return;
  }
  const clientId = readInteger(reply, args.at(2));
  if (Number.isNaN(clientId)) return;
  const client = host.findClient(clientId);
  const isWaiting = client?.suspension?.unblockable === true && client.waitEnd === undefined;
  if (isWaiting) host.blocked.release(client, reason === "error" ? "unblocked" : "timeout");
  reply.integer(isWaiting ? 1 : 0);
}

function ok({ reply }: Call): void {
  reply.ok();
}

function help({ reply }: Call): void {
  replyHelp(reply, "CLIENT", HELP);
}

const FLAGS: readonly CommandFlag[] = ["noscript", "loading", "stale"];
const ADMIN: readonly CommandFlag[] = ["admin", "noscript", "loading", "stale"];

const row = keylessRows("connection");

export const clientCommands: readonly Command[] = [
  {
    ...row("client", -2, [], help),
    subcommands: [
      row("caching", 3, FLAGS, caching),
      row("getname", 2, FLAGS, getname),
      row("getredir", 2, FLAGS, getredir),
      row("help", 2, ["loading", "stale"], help),
      row("id", 2, FLAGS, id),
      row("info", 2, FLAGS, info),
      row("kill", -3, ADMIN, clientKill),
      row("list", -2, ADMIN, clientList),
      row("no-evict", 3, ADMIN, noEvict),
      row("no-touch", 3, FLAGS, noTouch),
      row("reply", 3, FLAGS, replyMode),
      row("setinfo", 4, FLAGS, setinfo),
      row("setname", 3, FLAGS, setname),
      row("tracking", -3, FLAGS, tracking),
      row("trackinginfo", 2, FLAGS, trackinginfo),
      row("unblock", -3, ADMIN, unblock),
      row("unpause", 2, ADMIN, ok),
    ],
  },
];
