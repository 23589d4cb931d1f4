/**
 * One client's connection: socket ─► parser ─► execute ─► socket.
 *
 * All commands of one read run at once; their replies leave in one write, at the
 * end of the turn (session-environment.ts).
 * Reading stops, and what was read waits in the parser, while
 *   1. more than OUTPUT_PAUSE_BYTES of output is unsent, until all has gone;
 *   2. the session has used up its share of this turn, until the next;
 *   3. the client waits for the reply to its last command, and has sent more than
 *      WAITING_QUERY_BYTES_MAX meanwhile. Up to there it is read, so that its end is noticed.
 * So a client costs a bounded amount of memory whatever it sends or fails to
 * read, and no client keeps the others waiting.
 *
 * `client.state` decides the end: "closing" lets what is owed go out first.
 */
import type { Socket } from "node:net";
import type { Client } from "../commands/client.ts";
import {
  CLOSING_SECONDS_MAX,
  OUTPUT_PAUSE_BYTES,
  REPLY_FLUSH_BYTES,
  TURN_BYTES_MAX,
  TURN_COMMANDS_MAX,
  WAITING_QUERY_BYTES_MAX,
} from "../limits/clients.ts";
import { ParseResult, RequestParser } from "../resp/parser.ts";
import type { Resumable, SessionEnvironment } from "./session-environment.ts";
import { descriptorOf, rewrapSocket } from "./session-socket.ts";

/** Why reading has stopped. */
type Pause = "none" | "turn" | "output";

export class Session implements Resumable {
  readonly client: Client;
  readonly buffer: Buffer;
  private readonly environment: SessionEnvironment;
  private readonly parser: RequestParser;
  private readonly socket: Socket;
  private pause: Pause = "none";
  /** Replies that leave when the turn ends. */
  private deferred: Uint8Array | undefined;
  private turn = -1;
  private turnCommands = 0;
  private turnBytes = 0;
  /** Of the environment's seconds: the last read, the last moment below the soft output limit, the start of closing. */
  private lastReadSecond: number;
  private belowSoftLimitSecond: number;
  private closingSecond = -1;

  /** Takes the connection over; `onClosed` is called once, whoever ends it. */
  constructor(accepted: Socket, client: Client, environment: SessionEnvironment, onClosed: (session: Session) => void) {
    this.client = client;
    this.environment = environment;
    this.buffer = environment.readBuffer;
    this.parser = new RequestParser(environment.settings);
    this.lastReadSecond = this.belowSoftLimitSecond = environment.seconds;
    this.socket = rewrapSocket(accepted, this, OUTPUT_PAUSE_BYTES);
    client.descriptor = descriptorOf(this.socket);
    client.maySuspend = true;
    this.socket.on("drain", () => this.onDrain());
    this.socket.on("error", () => this.destroy()); // the peer went away: nothing is owed to it any more
    this.socket.on("close", () => {
      client.state = "closed";
      this.abandon();
      onClosed(this);
    });
  }

  onRead(count: number): boolean {
    const { environment, client } = this;
    client.bytesIn += count;
    environment.totals.bytesIn += count;
    if (client.state !== "open") return true; // what comes after the end is read and dropped, so that the end arrives
    this.lastReadSecond = environment.seconds;
    if (client.suspension !== undefined) {
      this.parser.append(environment.readBuffer, 0, count);
      return this.parser.pendingBytes < WAITING_QUERY_BYTES_MAX;
    }
    this.beginTurn();
    this.turnBytes += count;
    this.parser.feed(environment.readBuffer, 0, count);
    this.run();
    return this.pause === "none";
  }

  /** Goes on in a new turn. */
  resume(): void {
    if (this.client.state !== "open" || this.pause !== "turn") return;
    this.pause = "none";
    this.beginTurn();
    this.run();
    if (this.pause === "none") this.socket.resume();
  }

  /** The client need wait no more: it is answered, then what it has sent meanwhile runs. */
  wake(): void {
    const { client, environment } = this;
    const { reply, hooks } = environment;
    if (client.state !== "open" || client.waitEnd === undefined) return;
    this.lastReadSecond = environment.seconds;
    this.beginTurn();
    reply.protocol = client.protocol;
    hooks.beginBatch();
    hooks.finish(client, reply);
    this.turnCommands += 1;
    environment.armTickEnd();
    if (reply.length > 0) this.answer(ParseResult.more);
    if (this.pause !== "none" || this.isOver) return; // goes on when that is over
    this.run();
    if (this.pause === "none") this.socket.resume();
  }

  private get isOver(): boolean {
    return this.client.state !== "open";
  }

  /** Lets what is owed go out, then ends the connection. */
  close(): void {
    if (this.client.state === "closed" || this.closingSecond >= 0) return;
    this.sendReplies();
    this.client.state = "closing";
    this.abandon();
    this.closingSecond = this.environment.seconds;
    this.pause = "none";
    this.socket.end();
    this.socket.resume();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.client.state = "closed";
    this.abandon();
    this.deferred = undefined;
    this.socket.destroy();
  }

  /** Once a second: limits that depend on time. */
  onSecond(): void {
    const { settings, seconds } = this.environment;
    if (this.closingSecond >= 0) {
      if (seconds - this.closingSecond >= CLOSING_SECONDS_MAX) this.destroy();
      return;
    }
    const isWaiting = this.pause !== "none" || this.client.suspension !== undefined;
    const isIdle = !isWaiting && this.socket.writableLength === 0;
    if (!isIdle) this.lastReadSecond = seconds;
    const idleSeconds = seconds - this.lastReadSecond;
    if (settings.timeoutSeconds > 0 && idleSeconds > settings.timeoutSeconds) this.destroy();
    else this.checkOutputLimit();
  }

  /** Brings the figures of the client up to date that nobody needs per command. */
  updateFigures(): void {
    const { client, parser } = this;
    client.queryBytes = parser.pendingBytes;
    client.queryBufferBytes = parser.memoryBytes;
    client.outputBytes = this.socket.writableLength + (this.deferred?.length ?? 0);
  }

  private beginTurn(): void {
    if (this.turn === this.environment.turn) return;
    this.turn = this.environment.turn;
    this.turnCommands = 0;
    this.turnBytes = 0;
  }

  private abandon(): void {
    if (this.client.suspension !== undefined) this.environment.hooks.abandon(this.client);
  }

  /** Runs the commands that have arrived, as far as share, output and waiting allow. */
  private run(): void {
    const { client, parser, environment } = this;
    if (client.suspension !== undefined) return;
    const { args, reply, hooks, settings } = environment;
    const before = this.turnCommands;
    let result: ParseResult;
    reply.protocol = client.protocol;
    parser.authenticated = client.authenticated || settings.requirePass === "";
    hooks.beginBatch();
    while ((result = parser.next(args)) === ParseResult.command) {
      hooks.execute(client, args, reply);
      this.turnCommands += 1;
      if (client.state !== "open" || client.suspension !== undefined) break;
      if (!parser.authenticated) parser.authenticated = client.authenticated;
      if (reply.length >= REPLY_FLUSH_BYTES) {
        this.flush();
        if (this.pause !== "none" || this.isOver) break;
      }
      if (this.turnCommands >= TURN_COMMANDS_MAX) break;
    }
    if (this.turnCommands !== before) environment.armTickEnd();
    if (reply.length > 0) this.answer(result);
    if (client.state === "closing") this.close();
    else if (result === ParseResult.error) this.refuse();
    else if (result === ParseResult.overflow) this.overflow();
    else if (client.state === "open") this.yieldTurn(result);
  }

  /** Decides whether the session may read on; if not, what was read becomes the parser's own. */
  private yieldTurn(result: ParseResult): void {
    const isSpent = this.turnCommands >= TURN_COMMANDS_MAX || this.turnBytes >= TURN_BYTES_MAX;
    if (this.pause === "none" && isSpent) {
      this.pause = "turn";
      this.environment.waitForTurn(this);
    }
    if (result === ParseResult.command) this.parser.retain();
  }

  /** The replies of one run leave with everybody's at the end of the turn; what is large, or the last, at once. */
  private answer(result: ParseResult): void {
    const { environment, client } = this;
    const { reply } = environment;
    const isLast = client.state !== "open" || result === ParseResult.error;
    if (isLast || this.deferred !== undefined || !reply.isContiguous) return this.flush();
    this.countOut(reply.length);
    this.deferred = reply.detach();
    environment.deferReplies(this);
  }

  sendReplies(): void {
    const piece = this.deferred;
    if (piece === undefined) return;
    this.deferred = undefined;
    if (!this.mayAnswer()) return this.destroy();
    this.write(piece);
    this.afterWrite();
  }

  /** False: what the client has written is not safe, and it must not hear that it is. */
  private mayAnswer(): boolean {
    const { mayAnswer } = this.environment.hooks;
    return mayAnswer === undefined || mayAnswer(this.client);
  }

  /** Hands the replies to the socket at once, behind those that were to wait. */
  private flush(): void {
    const { socket } = this;
    const { reply } = this.environment;
    this.sendReplies();
    if (!this.mayAnswer()) {
      reply.rollback(0);
      return this.destroy();
    }
    this.countOut(reply.length);
    if (reply.isContiguous) {
      this.write(reply.detach());
    } else {
      socket.cork();
      for (const chunk of reply.take()) socket.write(chunk);
      socket.uncork();
      if (socket.writableLength > 0) this.environment.replyLent = true;
    }
    this.afterWrite();
  }

  private countOut(bytes: number): void {
    this.client.bytesOut += bytes;
    this.environment.totals.bytesOut += bytes;
  }

  /** Usually the kernel takes a piece of the reply buffer at once; otherwise the socket keeps it, and the buffer is lent. */
  private write(piece: Uint8Array): void {
    const { socket } = this;
    if (socket.writableLength > 0) {
      socket.write(Buffer.from(piece));
      return;
    }
    socket.write(piece);
    if (socket.writableLength > 0) this.environment.replyLent = true;
  }

  /** A client that does not read is not read from, and is ended beyond its limits. */
  private afterWrite(): void {
    const { socket } = this;
    if (socket.writableLength === 0) return;
    if (socket.writableLength >= OUTPUT_PAUSE_BYTES && socket.writableNeedDrain) {
      this.pause = "output";
      socket.pause();
    }
    this.checkOutputLimit();
  }

  private onDrain(): void {
    if (this.pause !== "output") return;
    this.pause = "turn"; // it may go on, like one that has waited for its turn
    this.lastReadSecond = this.environment.seconds;
    this.resume();
  }

  private checkOutputLimit(): void {
    const { hardBytes, softBytes, softSeconds } = this.environment.settings.outputLimits.normal;
    const { seconds, totals } = this.environment;
    const unsent = this.socket.writableLength;
    if (softBytes === 0 || unsent < softBytes) this.belowSoftLimitSecond = seconds;
    const isTooMuch = hardBytes > 0 && unsent >= hardBytes;
    const isTooLong = seconds - this.belowSoftLimitSecond > softSeconds;
    if (!isTooMuch && !isTooLong) return;
    totals.outputBufferDisconnections += 1;
    this.destroy();
  }

  private refuse(): void {
    const { reply } = this.environment;
    reply.error(this.parser.errorText);
    this.flush();
    this.close();
  }

  private overflow(): void {
    this.environment.totals.queryBufferDisconnections += 1;
    this.destroy();
  }
}
