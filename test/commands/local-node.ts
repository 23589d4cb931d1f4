/**
 * One replica in memory with one client, for tests of the data commands: lines
 * in, replies out as plain values, on a clock that stands still until it is set.
 */
import { CommandServer } from "./command-server.ts";
import type { Session } from "./command-server.ts";
import { plain, readReply } from "./resp-reply.ts";
import type { Plain, ReplyNode } from "./resp-reply.ts";

export class LocalNode {
  readonly server = new CommandServer();
  private readonly session: Session;
  private seed = 1;

  constructor(protocol: 2 | 3 = 2) {
    this.server.random = () => this.random();
    this.session = this.server.connect();
    this.session.send("HELLO", String(protocol));
  }

  get nowMs(): number {
    return this.server.wallNow;
  }

  set nowMs(ms: number) {
    this.server.wallNow = ms;
  }

  /** Runs one command, its words given as latin1. */
  execute(words: readonly string[]): ReplyNode {
    const bytes = Buffer.from(this.session.send(...words), "latin1");
    const read = readReply(bytes);
    if (read === undefined || read.end !== bytes.length) throw new Error(`not one reply: ${JSON.stringify(bytes)}`);
    return read.node;
  }

  /** Runs a line of words parted by spaces, "" being the empty one. */
  run(line: string): Plain {
    return plain(this.execute(line.split(" ").map((word) => (word === '""' ? "" : word))));
  }

  /** A small linear congruential generator: the same picks in every run. */
  private random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 2 ** 32;
  }
}
