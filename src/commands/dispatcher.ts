/**
 * Runs one command: finds it, asks whether it may run, runs it, counts it.
 *
 * This is the path of every command, so it allocates nothing and reads the
 * clock once: the end of one command is the start of the next, and the wall
 * time follows from the elapsed microseconds. Whoever hands commands in calls
 * `beginTick` before the first of a batch, and only then are the times right.
 *
 * A client's mistake is an error reply, and so is a want of memory that a handler
 * meets before its first effect. Any other exception out of a handler is a mistake
 * of ours; it leaves here as an AssertionError and must stop the process.
 */
import { ERROR_ECHO_BYTES_MAX } from "../limits/clients.ts";
import { Arguments } from "../resp/arguments.ts";
import { ReplyWriter } from "../resp/reply.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { Client } from "./client.ts";
import type { Call, CommandEntry, CommandTable } from "./command.ts";
import type { Host } from "./host.ts";
import { CLUSTER_DOWN, LOADING, OUT_OF_MEMORY, UNBLOCKED } from "./error-texts.ts";
import { forwardRead } from "./read-forwarding.ts";
import { shortenedArguments } from "./slowlog-ring.ts";
import { commandTable } from "./table.ts";

/** A handler threw: the state can no longer be trusted. */
export class AssertionError extends Error {}

/** How an HTTP request with a body begins, and the header that every request has. */
const HTTP_WORD = /^(post|host:)$/i;
const HTTP_WORD_BYTES_MAX = 6;

const WANT_OF_MEMORY = /^(Array buffer allocation failed|Failed to allocate memory)$/;

/** The one reused Call; only the dispatcher writes it. */
interface RunningCall extends Call {
  args: Arguments;
  reply: ReplyWriter;
  client: Client;
}

export class Dispatcher {
  readonly commands: CommandTable = commandTable;
  private readonly keyspace: Keyspace;
  private readonly host: Host;
  private readonly call: RunningCall;
  /** The one command that counts as an access for clients with NO-TOUCH, too. */
  private readonly touch = commandTable.findByName("touch");
  private tickWallMs = 0;
  private tickMicroseconds = 0;
  private lastMicroseconds = 0;

  constructor(keyspace: Keyspace, host: Host) {
    this.keyspace = keyspace;
    this.host = host;
    this.call = {
      args: new Arguments(),
      reply: new ReplyWriter(),
      client: new Client(0, "", "", 0),
      keyspace,
      host,
      commands: commandTable,
    };
  }

  /** Before the first command of what arrived together. */
  beginTick(): void {
    this.tickWallMs = this.host.wallMs();
    this.tickMicroseconds = this.lastMicroseconds = this.host.microseconds();
  }

  /** Writes exactly one reply, or none where CLIENT REPLY says so, or where the client must wait for it. */
  execute(client: Client, args: Arguments, reply: ReplyWriter): void {
    const mark = reply.length;
    const wallMs = this.tickWallMs + Math.floor((this.lastMicroseconds - this.tickMicroseconds) / 1000);
    client.lastActiveMs = wallMs;
    const entry = this.admit(client, args, reply);
    if (entry !== undefined) {
      client.lastCommand = entry.fullName;
      client.commandsCalled++;
      this.run(entry, client, args, reply, wallMs);
    }
    if (client.replyMode !== "on" && client.suspension === undefined) silence(client, reply, mark);
  }

  /** Writes the reply of a client that need wait no more (blocked-clients.ts). */
  finish(client: Client, reply: ReplyWriter): void {
    const { suspension, waitEnd } = client;
    if (suspension === undefined || waitEnd === undefined) return;
    const mark = reply.length;
    const errorsBefore = reply.errorCount;
    this.keyspace.quietAccess = client.noTouch;
    this.keyspace.beginEvent(this.tickWallMs);
    if (waitEnd === "unblocked") reply.error(UNBLOCKED);
    else suspension.answer(reply, waitEnd);
    this.noteWrite(client);
    this.host.blocked.remove(client);
    if (reply.errorCount !== errorsBefore) this.host.statistics.recordError(errorCode(reply.lastError));
    if (client.replyMode !== "on") silence(client, reply, mark);
  }

  private noteWrite(client: Client): void {
    const { keyspace } = this;
    if (keyspace.eventHadEffect) client.lastWrite = keyspace.context.get(keyspace.self);
  }

  /** The command if it may run; otherwise its error has been written. */
  private admit(client: Client, args: Arguments, reply: ReplyWriter): CommandEntry | undefined {
    const name = args.at(0);
    let entry = this.commands.find(name.bytes, name.start, name.end);
    if (entry === undefined) return this.refuseUnknown(client, args, reply);
    if (entry.subcommands !== undefined && args.count > 1) {
      const subname = args.at(1);
      const parent: CommandEntry = entry;
      entry = entry.subcommands.find(subname.bytes, subname.start, subname.end);
      if (entry === undefined) return this.refuse(unknownSubcommand(parent, args), reply);
    }
    const { arity } = entry;
    if (arity >= 0 ? args.count !== arity : args.count < -arity) {
      return this.reject(entry, `ERR wrong number of arguments for '${entry.fullName}' command`, reply);
    }
    if (!client.authenticated && !entry.noAuth && this.host.config.settings.requirePass !== "") {
      return this.reject(entry, "NOAUTH Authentication required.", reply);
    }
    if (!entry.loading && this.host.replica.cluster.forgotten) {
      return this.reject(entry, CLUSTER_DOWN, reply);
    }
    const { durability } = this.host;
    if (durability !== undefined && entry.write && durability.refusal !== "") {
      return this.reject(entry, durability.refusal, reply);
    }
    if (!entry.loading && this.host.replica.loading) {
      // A client that waits now has been admitted at a peer.
      if (forwardRead(entry, client, args, reply, this.host)) return undefined;
      return this.reject(entry, LOADING, reply);
    }
    return entry;
  }

  /**
   * A browser can be made to send this port an HTTP request whose body holds
   * commands. Its first lines give it away, and nothing after them may run.
   */
  private refuseUnknown(client: Client, args: Arguments, reply: ReplyWriter): undefined {
    if (HTTP_WORD.test(echo(args, 0, HTTP_WORD_BYTES_MAX))) {
      client.state = "closing";
      return this.refuse("ERR Protocol error: this is the Redis protocol, not HTTP", reply);
    }
    return this.refuse(unknownCommand(args), reply);
  }

  private run(entry: CommandEntry, client: Client, args: Arguments, reply: ReplyWriter, wallMs: number): void {
    const call = this.call;
    call.client = client;
    call.args = args;
    call.reply = reply;
    const mark = reply.length;
    const errorsBefore = reply.errorCount;
    this.keyspace.quietAccess = client.noTouch && entry !== this.touch;
    this.keyspace.beginEvent(wallMs);
    try {
      entry.handler(call);
    } catch (cause) {
      if (!isWantOfMemory(cause) || this.keyspace.eventHadEffect) {
        throw new AssertionError(`command ${entry.fullName} failed inside`, { cause });
      }
      reply.rollback(mark);
      reply.error(OUT_OF_MEMORY);
    }
    this.noteWrite(client);
    const now = this.host.microseconds();
    const elapsed = now - this.lastMicroseconds;
    this.lastMicroseconds = now;
    const { statistics, config } = this.host;
    const settings = config.settings;
    statistics.record(entry.index, elapsed);
    if (settings.latencyTracking) statistics.recordLatency(entry.index, elapsed);
    if (reply.errorCount !== errorsBefore) {
      statistics.failed[entry.index] = (statistics.failed[entry.index] as number) + 1;
      statistics.recordError(errorCode(reply.lastError));
    }
    if (elapsed >= settings.slowlogThresholdMicroseconds) this.noteSlow(entry, wallMs, elapsed);
    if (settings.latencyThresholdMs > 0 && elapsed >= settings.latencyThresholdMs * 1000) {
      this.host.latency.add(entry.fast ? "fast-command" : "command", wallMs, Math.floor(elapsed / 1000));
    }
  }

  private noteSlow(entry: CommandEntry, wallMs: number, elapsed: number): void {
    const { slowlogThresholdMicroseconds, slowlogLengthMax } = this.host.config.settings;
    if (slowlogThresholdMicroseconds < 0 || entry.skipSlowlog) return;
    const args = shortenedArguments(this.call.args, entry.command.secret ?? false);
    this.host.slowlog.add(args, this.call.client, wallMs, elapsed, slowlogLengthMax);
  }

  private reject(entry: CommandEntry, error: string, reply: ReplyWriter): undefined {
    const rejected = this.host.statistics.rejected;
    rejected[entry.index] = (rejected[entry.index] as number) + 1;
    return this.refuse(error, reply);
  }

  private refuse(error: string, reply: ReplyWriter): undefined {
    reply.error(error);
    this.host.statistics.recordError(errorCode(error));
    return undefined;
  }
}

/** CLIENT REPLY OFF and SKIP: takes the reply back and moves SKIP on. */
function silence(client: Client, reply: ReplyWriter, mark: number): void {
  reply.rollback(mark);
  if (client.replyMode === "skip-next") client.replyMode = "skip";
  else if (client.replyMode === "skip") client.replyMode = "on";
}

/** Did the runtime find no memory for a buffer? What it throws has no class of its own. */
function isWantOfMemory(cause: unknown): boolean {
  return cause instanceof RangeError && WANT_OF_MEMORY.test(cause.message);
}

function errorCode(error: string): string {
  const space = error.indexOf(" ");
  return space < 0 ? error : error.slice(0, space);
}

function unknownCommand(args: Arguments): string {
  let echoed = "";
  for (let i = 1; i < args.count && echoed.length < ERROR_ECHO_BYTES_MAX; i++) {
    echoed += `'${echo(args, i, ERROR_ECHO_BYTES_MAX - echoed.length)}' `;
  }
  return `ERR unknown command '${echo(args, 0, ERROR_ECHO_BYTES_MAX)}', with args beginning with: ${echoed}`;
}

function unknownSubcommand(container: CommandEntry, args: Arguments): string {
  const help = `${container.fullName.toUpperCase()} HELP`;
  return `ERR unknown subcommand '${echo(args, 1, ERROR_ECHO_BYTES_MAX)}'. Try ${help}.`;
}

/** The head of an argument up to its first NUL, as Redis prints it. */
function echo(args: Arguments, index: number, bytesMax: number): string {
  const { bytes, start, end } = args.at(index);
  const head = Buffer.from(bytes.subarray(start, Math.min(end, start + bytesMax)));
  const nul = head.indexOf(0);
  return head.toString("utf8", 0, nul < 0 ? head.length : nul);
}
