/**
 * Reads at a replica that is still loading, with `repl-loading-reads forward`: a
 * peer runs them, and its reply is handed on byte by byte. The client waits
 * meanwhile, for a bounded time, and is told -LOADING when no peer would answer.
 *
 * Only commands that read, and that name their keys, are sent to a peer. A client
 * that cannot wait has nothing forwarded: that is also what a peer's read runs as
 * at the peer (`PeerReads`), so that no read is forwarded twice.
 */
import { FORWARD_COMMAND_BYTES_MAX, FORWARD_MS_MAX, FORWARD_REPLY_BYTES_MAX } from "../limits/replication.ts";
import { Arguments } from "../resp/arguments.ts";
import { ParseResult, RequestParser } from "../resp/parser.ts";
import { ReplyWriter } from "../resp/reply.ts";
import { Client } from "./client.ts";
import type { CommandEntry, CommandTable } from "./command.ts";
import { hasKeys } from "./command-keys.ts";
import { LOADING } from "./error-texts.ts";
import type { Host, PeerRead } from "./host.ts";

/** Sends a read to a peer and suspends its client; false when it must be refused. */
export function forwardRead(
  entry: CommandEntry,
  client: Client,
  args: Arguments,
  reply: ReplyWriter,
  host: Host,
): boolean {
  if (host.config.settings.loadingReads !== "forward" || !client.maySuspend || !isRead(entry)) return false;
  const command = encodeCommand(args);
  if (command === undefined) return false;
  const { reads } = host.replica;
  let answer: Uint8Array | undefined;
  let isSettled = false;
  const id = reads.ask({ db: client.db, protocol: client.protocol, command }, (bytes) => {
    answer = bytes;
    isSettled = true;
    host.blocked.release(client, "reached");
  });
  if (id === 0) return false;
  host.blocked.suspend(client, reply, {
    deadlineMicroseconds: host.microseconds() + FORWARD_MS_MAX * 1000,
    unblockable: false,
    isReached: () => isSettled,
    answer: (writer) => {
      if (answer === undefined) writer.error(LOADING);
      else writer.raw(answer);
    },
    dropped: () => reads.forget(id),
  });
  return true;
}

function isRead(entry: CommandEntry): boolean {
  return entry.readonly && hasKeys(entry.command);
}

/** The command as a client would send it; undefined when it is too long to be forwarded. */
function encodeCommand(args: Arguments): Uint8Array | undefined {
  const pieces: Uint8Array[] = [Buffer.from(`*${args.count}\r\n`)];
  let bytes = 0;
  for (let i = 0; i < args.count; i++) {
    const range = args.at(i);
    bytes += range.length;
    if (bytes > FORWARD_COMMAND_BYTES_MAX) return undefined;
    pieces.push(Buffer.from(`$${range.length}\r\n`), range.bytes.subarray(range.start, range.end), LINE_END);
  }
  return Buffer.concat(pieces);
}

const LINE_END = Buffer.from("\r\n");

/** Who runs commands for peers: the dispatcher. */
export interface CommandRunner {
  readonly commands: CommandTable;
  beginTick(): void;
  execute(client: Client, args: Arguments, reply: ReplyWriter): void;
}

/** Runs reads for peers that are loading. */
export class PeerReads {
  private readonly runner: CommandRunner;
  private readonly host: Host;
  private readonly client: Client;
  private readonly args = new Arguments();
  private readonly reply = new ReplyWriter();

  constructor(runner: CommandRunner, host: Host) {
    this.runner = runner;
    this.host = host;
    this.client = new Client(0, "peer", "peer", host.wallMs());
    this.client.authenticated = true;
  }

  /** The reply to a read; undefined when this is none that may be run for a peer, or not now. */
  serve({ db, protocol, command }: PeerRead): Uint8Array | undefined {
    const { client, args, reply, host, runner } = this;
    if (host.replica.loading || !(db < host.config.settings.databases)) return undefined;
    const parser = new RequestParser();
    parser.feed(command);
    if (parser.next(args) !== ParseResult.command || parser.pendingBytes > 0) return undefined;
    const entry = this.find();
    if (entry === undefined || !isRead(entry)) return undefined;
    client.db = db;
    client.protocol = reply.protocol = protocol === 3 ? 3 : 2;
    runner.beginTick();
    runner.execute(client, args, reply);
    const isShort = reply.length <= FORWARD_REPLY_BYTES_MAX;
    const chunks = reply.take();
    const bytes = isShort ? Buffer.concat(chunks) : undefined;
    reply.clear();
    return bytes;
  }

  private find(): CommandEntry | undefined {
    const { args } = this;
    const name = args.at(0);
    const entry = this.runner.commands.find(name.bytes, name.start, name.end);
    if (entry?.subcommands === undefined || args.count < 2) return entry;
    const subname = args.at(1);
    return entry.subcommands.find(subname.bytes, subname.start, subname.end);
  }
}
