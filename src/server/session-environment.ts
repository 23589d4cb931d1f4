/**
 * What all sessions of one listener share: the hooks into the node, the memory
 * that only one session uses at a time, the totals, and the turn.
 *
 * A turn is one iteration of the event loop in which commands ran. It ends in
 * the loop's check phase, after every socket that was ready has been read once:
 *
 *   read a, run │ read b, run │ ... │ replies │ onTickEnd │ go on with sessions that had used up their share
 *
 * Sessions run to completion one after the other, so one `Arguments`, one
 * `ReplyWriter` and one read buffer serve them all. Replies stay in the shared
 * buffer until the turn ends and then leave together: clients that wake up for
 * many replies at once cost both sides less than one that wakes up for each.
 */
import type { Client } from "../commands/client.ts";
import type { Settings } from "../commands/config-settings.ts";
import { READ_BUFFER_BYTES, REPLY_TURN_BYTES } from "../limits/clients.ts";
import { Arguments } from "../resp/arguments.ts";
import { ReplyWriter } from "../resp/reply.ts";

/** Read at every use: CONFIG SET changes them while connections are open. */
export type SessionSettings = Readonly<
  Pick<
    Settings,
    | "bulkBytesMax"
    | "maxClients"
    | "outputLimits"
    | "queryBufferBytesMax"
    | "requirePass"
    | "tcpKeepaliveSeconds"
    | "timeoutSeconds"
  >
>;

/** What the node does with what the sockets bring. */
export interface SessionHooks {
  /** Before the first of the commands that arrived together. */
  beginBatch(): void;
  /** Runs one command and writes its reply; must not throw unless the process is to end. */
  execute(client: Client, args: Arguments, reply: ReplyWriter): void;
  /** Writes the reply that a client has waited for. */
  finish(client: Client, reply: ReplyWriter): void;
  /** The client leaves while it waits for a reply. */
  abandon(client: Client): void;
  /**
   * Is everything that a client has written as safe as was promised, so that replies to it may leave? Without this hook
   * nothing was promised. Called before anything is sent, at least once a turn.
   */
  readonly mayAnswer?: ((client: Client) => boolean) | undefined;
  /** Once in each turn of the event loop in which commands ran, after them. */
  onTickEnd(): void;
  wallMs(): number;
}

/** What a session can be asked to do by its environment. */
export interface Resumable {
  resume(): void;
  /** Sends the replies that have waited for the end of the turn. */
  sendReplies(): void;
}

export class SessionTotals {
  connectionsReceived = 0;
  connectionsRejected = 0;
  bytesIn = 0;
  bytesOut = 0;
  queryBufferDisconnections = 0;
  outputBufferDisconnections = 0;
}

export class SessionEnvironment {
  readonly settings: SessionSettings;
  readonly hooks: SessionHooks;
  readonly totals = new SessionTotals();
  readonly args = new Arguments();
  readonly reply = new ReplyWriter();
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  /** Counts turns; a session compares it to know that its share is fresh. */
  turn = 0;
  /** Seconds since the start, counted by the listener's timer: no clock is read per command. */
  seconds = 0;
  /** A socket still holds a piece of the reply buffer. */
  replyLent = false;
  private armed = false;
  private waiting: Resumable[] = [];
  private readonly replying: Resumable[] = [];

  constructor(settings: SessionSettings, hooks: SessionHooks) {
    this.settings = settings;
    this.hooks = hooks;
  }

  /** Commands have run: the turn will have an end. */
  armTickEnd(): void {
    if (this.armed) return;
    this.armed = true;
    setImmediate(this.endTurn);
  }

  /** The session's replies, handed over by the reply writer, leave when the turn ends. */
  deferReplies(session: Resumable): void {
    this.replying.push(session);
    if (this.reply.usedBytes >= REPLY_TURN_BYTES) this.sendReplies();
    this.armTickEnd();
  }

  private sendReplies(): void {
    for (const session of this.replying) session.sendReplies();
    this.replying.length = 0;
    if (this.replyLent) this.reply.renew();
    else this.reply.clear();
    this.replyLent = false;
  }

  /** The session has used up its share of this turn. */
  waitForTurn(session: Resumable): void {
    this.waiting.push(session);
    this.armTickEnd();
  }

  private readonly endTurn = (): void => {
    this.armed = false;
    this.turn += 1;
    this.sendReplies();
    this.hooks.onTickEnd();
    if (this.waiting.length === 0) return;
    const sessions = this.waiting;
    this.waiting = [];
    for (const session of sessions) session.resume();
  };
}
