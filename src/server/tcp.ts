/**
 * The listener for clients: accepts connections up to `maxclients`, gives each
 * a session, keeps their list, and once a second enforces what depends on time.
 *
 *   listen() ──► accepting ──► close(): no new connections, what is owed goes out ──► closed
 */
import { createServer, type Server, type Socket } from "node:net";
import { Client } from "../commands/client.ts";
import { TCP_BACKLOG } from "../limits/clients.ts";
import {
  SessionEnvironment,
  type SessionHooks,
  type SessionSettings,
  type SessionTotals,
} from "./session-environment.ts";
import { Session } from "./session.ts";

const REFUSAL = "-ERR max number of clients reached\r\n";
const SECOND_MS = 1000;

export interface TcpOptions {
  readonly host: string;
  /** 0: any free one; `port` of the listener tells which. */
  readonly port: number;
  readonly backlog?: number;
  readonly settings: SessionSettings;
  readonly hooks: SessionHooks;
}

export class TcpListener {
  private readonly options: TcpOptions;
  private readonly environment: SessionEnvironment;
  private readonly server: Server;
  private readonly sessions = new Map<number, Session>();
  private timer: NodeJS.Timeout | undefined;
  private lastId = 0;
  private whenEmpty: (() => void) | undefined;

  constructor(options: TcpOptions) {
    this.options = options;
    this.environment = new SessionEnvironment(options.settings, options.hooks);
    this.server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.accept(socket));
  }

  /** Rejects with the system's error when the address cannot be had. */
  async listen(): Promise<void> {
    const { host, port, backlog = TCP_BACKLOG } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen({ host, port, backlog }, () => {
        this.server.off("error", reject);
        resolve();
      });
    });
    this.timer = setInterval(() => this.onSecond(), SECOND_MS);
  }

  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  get totals(): Readonly<SessionTotals> {
    return this.environment.totals;
  }

  get clientCount(): number {
    return this.sessions.size;
  }

  /** All connected clients in the order of their ids, with figures up to date. */
  *clients(): Iterable<Client> {
    for (const session of this.sessions.values()) {
      session.updateFigures();
      yield session.client;
    }
  }

  findClient(id: number): Client | undefined {
    const session = this.sessions.get(id);
    session?.updateFigures();
    return session?.client;
  }

  /** Ends a turn although no command has run: there is something to answer. */
  endTurnSoon(): void {
    this.environment.armTickEnd();
  }

  /** The client, which has waited for a reply, need wait no more. */
  wake(client: Client): void {
    this.sessions.get(client.id)?.wake();
  }

  /** Ends a connection at once; what it was still owed is dropped. */
  closeClient(client: Client): void {
    this.sessions.get(client.id)?.destroy();
  }

  /** Stops accepting, sends what is owed, and ends every connection, by force after `drainMs`. */
  async close(drainMs: number): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const session of this.sessions.values()) session.close();
    if (this.sessions.size > 0) await this.drained(drainMs);
    clearInterval(this.timer);
    await stopped;
  }

  private async drained(drainMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        for (const session of this.sessions.values()) session.destroy();
      }, drainMs);
      this.whenEmpty = () => {
        clearTimeout(force);
        resolve();
      };
    });
  }

  private accept(accepted: Socket): void {
    const { settings, totals } = this.environment;
    if (accepted.destroyed) return;
    totals.connectionsReceived += 1;
    if (this.sessions.size >= settings.maxClients) {
      totals.connectionsRejected += 1;
      accepted.on("error", () => accepted.destroy());
      accepted.end(REFUSAL);
      accepted.destroySoon();
      return;
    }
    if (settings.tcpKeepaliveSeconds > 0) accepted.setKeepAlive(true, settings.tcpKeepaliveSeconds * SECOND_MS);
    const id = ++this.lastId;
    const remote = formatPeer(accepted.remoteAddress, accepted.remotePort);
    const local = formatPeer(accepted.localAddress, accepted.localPort);
    const client = new Client(id, remote, local, this.options.hooks.wallMs());
    const session = new Session(accepted, client, this.environment, (closed) => this.forget(closed));
    this.sessions.set(id, session);
  }

  private forget(session: Session): void {
    this.sessions.delete(session.client.id);
    if (this.sessions.size === 0) this.whenEmpty?.();
  }

  private onSecond(): void {
    this.environment.seconds += 1;
    for (const session of this.sessions.values()) session.onSecond();
  }
}

function formatPeer(address = "?", port = 0): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
