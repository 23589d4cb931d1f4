/**
 * A listener with a command table of some lines, and clients that collect what they are sent.
 */
import { connect, type Socket } from "node:net";
import { BlockedClients } from "../../src/commands/blocked-clients.ts";
import type { Client } from "../../src/commands/client.ts";
import type { Arguments } from "../../src/resp/arguments.ts";
import type { ReplyWriter } from "../../src/resp/reply.ts";
import type { SessionSettings } from "../../src/server/session-environment.ts";
import { TcpListener } from "../../src/server/tcp.ts";

const DEADLINE_MS = 45_000;
const UNLIMITED = { hardBytes: 0, softBytes: 0, softSeconds: 0 };

export interface TestServer {
  readonly listener: TcpListener;
  readonly blocked: BlockedClients;
  /** Changes take effect at once, as with CONFIG SET. */
  readonly settings: { -readonly [K in keyof SessionSettings]: SessionSettings[K] };
  readonly ticks: number;
  readonly batches: number;
  connect(): TestClient;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startServer(changes: Partial<SessionSettings> = {}): Promise<TestServer> {
  const settings = {
    bulkBytesMax: 512 * 1024 * 1024,
    queryBufferBytesMax: 1024 * 1024 * 1024,
    maxClients: 10_000,
    requirePass: "",
    tcpKeepaliveSeconds: 300,
    timeoutSeconds: 0,
    outputLimits: { normal: UNLIMITED, slave: UNLIMITED, pubsub: UNLIMITED },
    ...changes,
  };
  const blocked = new BlockedClients();
  const values = new Map<string, Uint8Array>();
  let ticks = 0;
  let batches = 0;
  const listener: TcpListener = new TcpListener({
    host: "127.0.0.1",
    port: 0,
    settings,
    hooks: {
      beginBatch: () => void batches++,
      finish: (client, reply) => {
        client.suspension?.answer(reply, "reached");
        blocked.remove(client);
      },
      abandon: (client) => blocked.remove(client),
      onTickEnd: () => {
        ticks++;
        for (const client of blocked.takeReady()) listener.wake(client);
      },
      wallMs: Date.now,
      execute: (client, args, reply) => execute({ listener, blocked, values }, client, args, reply),
    },
  });
  await listener.listen();
  const clients: TestClient[] = [];
  return {
    listener,
    blocked,
    settings,
    get ticks() {
      return ticks;
    },
    get batches() {
      return batches;
    },
    connect() {
      const client = new TestClient(listener.port);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.socket.destroy();
      await listener.close(0);
    },
  };
}

interface World {
  readonly listener: TcpListener;
  readonly blocked: BlockedClients;
  readonly values: Map<string, Uint8Array>;
}

function execute({ listener, blocked, values }: World, client: Client, args: Arguments, reply: ReplyWriter): void {
  const name = args.at(0).latin1().toUpperCase();
  if (name === "PING") reply.simple("PONG");
  else if (name === "ECHO") reply.bulk(args.at(1));
  else if (name === "SET") {
    values.set(args.at(1).latin1(), args.at(2).copy());
    reply.ok();
  } else if (name === "GET") {
    const value = values.get(args.at(1).latin1());
    if (value === undefined) reply.nil();
    else reply.bulkBytes(value, 0, value.length);
  } else if (name === "AUTH") {
    client.authenticated = true;
    reply.ok();
  } else if (name === "QUIT") {
    reply.ok();
    client.state = "closing";
  } else if (name === "KILL") {
    const other = listener.findClient(Number(args.at(1).latin1()));
    if (other !== undefined) listener.closeClient(other);
    reply.integer(other === undefined ? 0 : 1);
  } else if (name === "PARK") {
    blocked.suspend(client, reply, {
      deadlineMicroseconds: Infinity,
      unblockable: true,
      isReached: () => false,
      answer: (writer) => writer.simple("PARKED"),
    });
  } else if (name === "UNPARK") {
    for (const other of listener.clients()) blocked.release(other, "reached");
    reply.ok();
  } else reply.error(`ERR unknown command '${name}'`);
}

export class TestClient {
  readonly socket: Socket;
  received = 0;
  isClosed = false;
  private chunks: Buffer[] = [];

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => (this.isClosed = true));
    this.socket.on("data", (chunk) => {
      this.chunks.push(chunk);
      this.received += chunk.length;
    });
  }

  send(text: string | Uint8Array): this {
    this.socket.write(text);
    return this;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("latin1");
  }

  /** Waits until exactly this has been received since the last call. */
  async expect(text: string): Promise<void> {
    await until(() => this.received >= text.length || this.isClosed, `${text.length} bytes`);
    const got = this.text;
    this.chunks = [];
    this.received = 0;
    if (got !== text) throw new Error(`expected ${brief(text)}, got ${brief(got)}`);
  }

  async closed(): Promise<void> {
    await until(() => this.isClosed, "the end of the connection");
  }
}

function brief(text: string): string {
  return `${text.length} bytes ${JSON.stringify(text.slice(0, 200))}`;
}

/** Polls in every turn of the event loop, up to a deadline. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export function encode(...parts: readonly string[]): string {
  return `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}
