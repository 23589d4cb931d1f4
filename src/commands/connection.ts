/** Commands about the connection itself: greeting, password, database, parting. */
import type { ByteRange } from "../byte-range.ts";
import type { Arguments } from "../resp/arguments.ts";
import { setClientName } from "./client-attributes.ts";
import type { Call, Command } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import { DATABASE_OUT_OF_RANGE, NOT_AN_INTEGER, SYNTAX_ERROR } from "./error-texts.ts";
import { parseInteger } from "./number.ts";
import { isOption, optionWord } from "./option.ts";
import { REDIS_VERSION } from "./versions.ts";

const AUTH = optionWord("auth");
const SETNAME = optionWord("setname");
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const DEFAULT_USER = "default";
const WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
const NO_PASSWORD_SET =
  "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?";

function ping({ args, reply }: Call): void {
  if (args.count > 2) reply.error("ERR wrong number of arguments for 'ping' command");
  else if (args.count === 2) reply.bulk(args.at(1));
  else reply.simple("PONG");
}

function echo({ args, reply }: Call): void {
  reply.bulk(args.at(1));
}

function select({ args, reply, client, host }: Call): void {
  const index = parseInteger(args.at(1));
  if (Number.isNaN(index)) {
    reply.error(NOT_AN_INTEGER);
    return;
  }
  if (index < INT32_MIN || index > INT32_MAX) {
    reply.error(`ERR value is out of range, value must between ${INT32_MIN} and ${INT32_MAX}`);
    return;
  }
  if (index < 0 || index >= host.config.settings.databases) {
    reply.error(DATABASE_OUT_OF_RANGE);
    return;
  }
  client.db = index;
  reply.ok();
}

function quit({ reply, client }: Call): void {
  reply.ok();
  client.state = "closing";
}

/** Everything that a client may have set is as at connect. */
function reset({ reply, client, host }: Call): void {
  client.db = 0;
  client.name = "";
  client.protocol = 2;
  client.user = DEFAULT_USER;
  client.authenticated = host.config.settings.requirePass === "";
  client.replyMode = "on";
  client.noEvict = false;
  client.noTouch = false;
  reply.protocol = 2;
  reply.simple("RESET");
}

function auth({ args, reply, client, host }: Call): void {
  if (args.count > 3) {
    reply.error(SYNTAX_ERROR);
    return;
  }
  const password = host.config.settings.requirePass;
  if (args.count === 2 && password === "") {
    reply.error(NO_PASSWORD_SET);
    return;
  }
  const user = args.count === 3 ? args.at(1).utf8() : DEFAULT_USER;
  if (user !== DEFAULT_USER || !passwordFits(password, args.at(args.count - 1))) {
    reply.error(WRONG_PASSWORD);
    return;
  }
  client.user = user;
  client.authenticated = true;
  reply.ok();
}

function hello(call: Call): void {
  const { args, reply, client, host } = call;
  let protocol: number = client.protocol;
  if (args.count > 1) {
    protocol = parseInteger(args.at(1));
    if (Number.isNaN(protocol)) {
      reply.error("ERR Protocol version is not an integer or out of range");
      return;
    }
    if (protocol !== 2 && protocol !== 3) {
      reply.error("NOPROTO unsupported protocol version");
      return;
    }
  }
  const options = helloOptions(args);
  if (typeof options === "string") {
    reply.error(options);
    return;
  }
  const { user, password, name } = options;
  const expected = host.config.settings.requirePass;
  if (user !== undefined && password !== undefined) {
    if (user.utf8() !== DEFAULT_USER || !passwordFits(expected, password)) {
      reply.error(WRONG_PASSWORD);
      return;
    }
    client.authenticated = true;
  }
  if (!client.authenticated && expected !== "") {
    reply.error(
      "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
    );
    return;
  }
  if (name !== undefined && !setClientName(client, name, reply)) return;
  client.protocol = protocol === 3 ? 3 : 2;
  reply.protocol = client.protocol;
  greet(call);
}

interface HelloOptions {
  readonly user: ByteRange | undefined;
  readonly password: ByteRange | undefined;
  readonly name: ByteRange | undefined;
}

/** The options, or the error. */
function helloOptions(args: Arguments): HelloOptions | string {
  let user: ByteRange | undefined;
  let password: ByteRange | undefined;
  let name: ByteRange | undefined;
  for (let i = 2; i < args.count; i++) {
    const more = args.count - 1 - i;
    if (isOption(args.at(i), AUTH) && more >= 2) {
      user = args.at(i + 1);
      password = args.at(i + 2);
      i += 2;
    } else if (isOption(args.at(i), SETNAME) && more >= 1) {
      name = args.at(i + 1);
      i += 1;
    } else {
      return `ERR Syntax error in HELLO option '${args.at(i).utf8()}'`;
    }
  }
  return { user, password, name };
}

function greet({ reply, client }: Call): void {
  reply.map(7);
  reply.bulkText("server");
  reply.bulkText("redis");
  reply.bulkText("version");
  reply.bulkText(REDIS_VERSION);
  reply.bulkText("proto");
  reply.integer(client.protocol);
  reply.bulkText("id");
  reply.integer(client.id);
  reply.bulkText("mode");
  reply.bulkText("standalone");
  reply.bulkText("role");
  reply.bulkText("master");
  reply.bulkText("modules");
  reply.array(0);
}

/** Takes as long for a wrong password as for the right one of that length. With no password set, any fits. */
function passwordFits(expected: string, given: ByteRange): boolean {
  if (expected === "") return true;
  const bytes = Buffer.from(expected, "utf8");
  let difference = bytes.length ^ given.length;
  for (let i = 0; i < given.length; i++) {
    difference |= (bytes[i % bytes.length] as number) ^ (given.bytes[given.start + i] as number);
  }
  return difference === 0;
}

const group = "connection";
const keys = NO_KEYS;

export const connectionCommands: readonly Command[] = [
  { name: "ping", arity: -1, flags: ["fast"], keys, group, handler: ping },
  { name: "echo", arity: 2, flags: ["loading", "stale", "fast"], keys, group, handler: echo },
  { name: "select", arity: 2, flags: ["loading", "stale", "fast"], keys, group, handler: select },
  {
    name: "quit",
    arity: -1,
    flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    keys,
    group,
    handler: quit,
  },
  {
    name: "reset",
    arity: 1,
    flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    keys,
    group,
    handler: reset,
  },
  {
    name: "auth",
    arity: -2,
    flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    keys,
    group,
    handler: auth,
    secret: true,
  },
  {
    name: "hello",
    arity: -1,
    flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    keys,
    group,
    handler: hello,
    secret: true,
  },
];
