/**
 * A simulated client: texts in, a reply as a client library would show it out.
 *
 * Commands go through the real dispatcher as arguments, and the reply comes
 * back through the bytes of the real writer, in RESP2. Text is one character a
 * byte in both directions.
 */
import { Client } from "../../src/commands/client.ts";
import type { Dispatcher } from "../../src/commands/dispatcher.ts";
import { Arguments } from "../../src/resp/arguments.ts";
import { ReplyWriter } from "../../src/resp/reply.ts";
import type { Reply } from "../spec/reply.ts";

/** Whoever runs commands: the real dispatcher, or what stands in for it where commands are all that counts. */
export type CommandRunner = Pick<Dispatcher, "beginTick" | "execute">;

export class SimulatedClient {
  readonly client: Client;
  private readonly runner: CommandRunner;
  private readonly args = new Arguments();
  private readonly writer = new ReplyWriter();

  constructor(runner: CommandRunner, nowMs: number) {
    this.runner = runner;
    this.client = new Client(1, "127.0.0.1:1", "127.0.0.1:6379", nowMs);
  }

  run(database: number, command: readonly string[]): Reply {
    this.args.clear();
    for (const text of command) this.args.push(Buffer.from(text, "latin1"), 0, text.length);
    this.client.db = database;
    this.runner.beginTick();
    this.runner.execute(this.client, this.args, this.writer);
    return parseReply(pendingBytes(this.writer));
  }
}

function pendingBytes(writer: ReplyWriter): Buffer {
  const bytes = writer.isContiguous ? Buffer.from(writer.head()) : Buffer.concat(writer.take());
  writer.clear();
  return bytes;
}

/** One whole RESP2 reply. Throws when there is more or less than one. */
function parseReply(bytes: Buffer): Reply {
  const cursor = { at: 0 };
  const reply = parseAt(bytes, cursor);
  if (cursor.at !== bytes.length)
    throw new RangeError(`more than one reply: ${JSON.stringify(bytes.toString("latin1"))}`);
  return reply;
}

function parseAt(bytes: Buffer, cursor: { at: number }): Reply {
  const sign = String.fromCharCode(bytes[cursor.at] ?? 0);
  const end = bytes.indexOf("\r\n", cursor.at);
  if (end < 0) throw new RangeError(`not a reply: ${JSON.stringify(bytes.toString("latin1"))}`);
  const line = bytes.toString("latin1", cursor.at + 1, end);
  cursor.at = end + 2;
  switch (sign) {
    case "+":
      return line;
    case "-":
      return { error: line };
    case ":":
      return Number.isSafeInteger(Number(line)) ? Number(line) : line;
    case "$":
      return line === "-1" ? null : bulk(bytes, cursor, Number(line));
    case "*":
      return line === "-1" ? null : Array.from({ length: Number(line) }, () => parseAt(bytes, cursor));
    default:
      throw new RangeError(`not a RESP2 reply: ${JSON.stringify(bytes.toString("latin1"))}`);
  }
}

function bulk(bytes: Buffer, cursor: { at: number }, length: number): string {
  const text = bytes.toString("latin1", cursor.at, cursor.at + length);
  cursor.at += length + 2;
  return text;
}
