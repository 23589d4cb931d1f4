/**
 * Links over WebSocket: with dialer.ts the part of the transport that knows sockets and
 * clocks.
 *
 *   PeerNetwork     listens, dials (dialer.ts says whom), and tells the replica what happens
 *   WebSocketPort   one connection as a LinkPort
 *
 * Only binary messages in the subprotocol "atoll.v1", never compressed, and
 * bounded before they are assembled. Messages of one turn leave in one write.
 * Frames of the dialing side carry a mask of zeros: masking protects proxies
 * from what scripts in a browser may send, and costs a copy of every message;
 * requests that come from a browser are refused.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer, type RawData } from "ws";
import { type Dial, type DialAdvice, Dialer, type PeerAddress, REDIAL_MS } from "./dialer.ts";
import { CloseCode, type LinkPort } from "./link.ts";
import { MESSAGE_BYTES_MAX, SUBPROTOCOL } from "./message.ts";

/** Who is told of connections: the replica. */
export interface LinkOwner<Link extends OwnedLink> extends DialAdvice {
  connected(port: LinkPort, wallMs: number): Link;
  receive(link: Link, message: Uint8Array, wallMs: number): void;
  closed(link: Link, wallMs: number, code: number, reason: string): void;
  drained(link: Link, wallMs: number): void;
  /** What came was no message at all: a text, or larger than any may be. */
  garbled(link: Link, reason: string, wallMs: number): void;
  /** A connection was turned away before it could say hello: another subprotocol, or a browser. */
  turnedAway(): void;
}

/** What the network asks of a link: who it leads to, once that is known. */
export interface OwnedLink {
  readonly peer: { readonly nodeId: string; readonly region: string } | undefined;
}

export interface PeerNetworkOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly seeds: readonly PeerAddress[];
  readonly random: () => number;
  readonly log?: (level: "info" | "warn", message: string) => void;
  readonly messageBytesMax?: number;
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (host: string) => Promise<string[]>;
}

/** How long a handshake may take, on either side. */
const HANDSHAKE_MS_MAX = 5000;

/** Sockets that may be open at the peer port at once, greeted or not: twice the links a replica takes. */
const SOCKETS_MAX = 128;

/** Bytes of a handshake's headers; ours have a few hundred. */
const HEADER_BYTES_MAX = 8 * 1024;

/** A closed connection whose peer does not answer is cut after this time. */
const CLOSE_MS_MAX = 1000;

/** How often a stopping network asks whether everything has left. */
const DRAIN_POLL_MS = 5;

export class PeerNetwork<Link extends OwnedLink = OwnedLink> {
  private readonly options: PeerNetworkOptions;
  private readonly http: Server;
  private readonly server: WebSocketServer;
  private readonly ports = new Set<WebSocketPort>();
  private readonly dialer: Dialer;
  private owner: LinkOwner<Link> | undefined;
  private closing = false;

  constructor(options: PeerNetworkOptions) {
    this.options = options;
    const { seeds, random, log, resolve } = options;
    this.dialer = new Dialer({ seeds, random, log, resolve, connect: (dial) => this.connect(dial) });
    this.http = createServer({ maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HANDSHAKE_MS_MAX }, (_, response) => {
      response.writeHead(426, { connection: "close" }).end("This port speaks to other replicas only.\n");
    });
    this.http.maxConnections = SOCKETS_MAX;
    this.server = new WebSocketServer({
      noServer: true,
      ...this.socketOptions(),
      handleProtocols: () => SUBPROTOCOL,
    });
    this.http.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** Rejects when the address cannot be had. */
  async listen(): Promise<void> {
    this.http.listen(this.options.port, this.options.host);
    await once(this.http, "listening");
  }

  /** The port listened on. */
  get port(): number {
    return (this.http.address() as AddressInfo | null)?.port ?? 0;
  }

  /** From here on connections are handed to the owner; before, they are turned away. */
  attach(owner: LinkOwner<Link>): void {
    this.owner = owner;
  }

  /** Keeps a connection to every seed and to every member that the owner wants to reach, or tries to. */
  dial(): void {
    if (this.owner !== undefined) this.dialer.start(this.owner);
  }

  /** Seeds that no connection was made to so far: perhaps an address is wrong. */
  get seedsUnreached(): number {
    return this.dialer.seedsUnreached;
  }

  /** Seeds that have turned out to be this replica itself. */
  get ownSeeds(): number {
    return this.dialer.ownSeeds;
  }

  /** Resolves when everything has been handed to the network, or after `msMax`. */
  async drain(msMax: number): Promise<void> {
    const deadlineMs = Date.now() + msMax;
    while (Date.now() < deadlineMs && [...this.ports].some((port) => port.bufferedBytes > 0)) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  /** Breaks every connection without a word, as a failing network does. */
  sever(): void {
    for (const port of this.ports) port.sever();
  }

  async close(): Promise<void> {
    this.closing = true;
    this.dialer.stop();
    for (const port of this.ports) port.close(CloseCode.goodbye, "goodbye");
    this.http.close();
    this.http.closeIdleConnections();
    await Promise.all([...this.ports].map((port) => port.gone));
  }

  private socketOptions() {
    return {
      maxPayload: this.options.messageBytesMax ?? MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
      skipUTF8Validation: false,
    } as const;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    const refusal = this.refusalOf(request, protocols);
    if (refusal !== undefined) {
      this.owner?.turnedAway();
      // A peer that never closes its own side must not keep one of the places.
      socket.once("finish", () => socket.destroy());
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.server.handleUpgrade(request, socket, head, (websocket) => {
      this.adopt(new WebSocketPort(websocket, request.socket, false));
    });
  }

  private refusalOf(request: IncomingMessage, protocols: readonly string[]): string | undefined {
    if (this.owner === undefined || this.closing) return "503 Service Unavailable";
    if (request.headers.origin !== undefined) return "403 Forbidden";
    if (!protocols.includes(SUBPROTOCOL)) return "400 Bad Request";
    return undefined;
  }

  private connect(dial: Dial): void {
    const { dialer } = this;
    const websocket = new WebSocket(`ws://${dial.address}/`, SUBPROTOCOL, {
      ...this.socketOptions(),
      handshakeTimeout: HANDSHAKE_MS_MAX,
      generateMask: (mask) => mask.fill(0),
    });
    let socket: Socket | undefined;
    websocket.once("upgrade", (response) => (socket = response.socket));
    // A refused connection is ordinary; "close" follows and leads to the next try.
    websocket.on("error", (error) => dialer.failed(dial, error.message));
    let openedMs = Number.POSITIVE_INFINITY;
    websocket.once("close", (code) => {
      // One that ends soon is a refusal, whatever it said before: the next try waits longer.
      const lasted = performance.now() - openedMs >= REDIAL_MS.lastMs;
      dialer.ended(dial, lasted, code === CloseCode.ownReflection);
    });
    websocket.once("open", () => {
      if (socket === undefined || this.closing) return websocket.terminate();
      openedMs = performance.now();
      dialer.reached(dial);
      this.adopt(new WebSocketPort(websocket, socket, true), dial);
    });
  }

  /** Ties a connection to the owner for its life. */
  private adopt(port: WebSocketPort, dial?: Dial): void {
    const { owner } = this;
    if (owner === undefined) return port.close(CloseCode.goodbye, "not ready");
    this.ports.add(port);
    const link = owner.connected(port, Date.now());
    const learn = (): void => {
      if (dial !== undefined && link.peer !== undefined) dial.peer = link.peer;
    };
    port.attach({
      received: (message) => {
        owner.receive(link, message, Date.now());
        learn();
      },
      garbled: (reason) => owner.garbled(link, reason, Date.now()),
      drained: () => owner.drained(link, Date.now()),
      closed: (code, reason) => {
        this.ports.delete(port);
        owner.closed(link, Date.now(), code, reason);
      },
    });
  }
}

interface PortEvents {
  received(message: Uint8Array): void;
  garbled(reason: string): void;
  drained(): void;
  closed(code: number, reason: string): void;
}

export class WebSocketPort implements LinkPort {
  readonly dialed: boolean;
  readonly remoteHost: string;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  private readonly websocket: WebSocket;
  private readonly socket: Socket;
  private corked = false;

  constructor(websocket: WebSocket, socket: Socket, dialed: boolean) {
    this.websocket = websocket;
    this.socket = socket;
    this.dialed = dialed;
    // An IPv4 address in IPv6's clothes.
    this.remoteHost = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    this.gone = new Promise((resolve) => websocket.once("close", () => resolve()));
  }

  get bufferedBytes(): number {
    return this.websocket.bufferedAmount;
  }

  attach(events: PortEvents): void {
    const { websocket, socket } = this;
    websocket.on("message", (data: RawData, isBinary: boolean) => {
      if (isBinary && data instanceof Uint8Array) events.received(data);
      else events.garbled("a text");
    });
    websocket.on("error", (error) => {
      if ("code" in error && String(error.code).startsWith("WS_ERR_")) events.garbled(error.message);
    });
    websocket.on("close", (code, reason) => events.closed(code, reason.toString()));
    socket.on("drain", () => events.drained());
  }

  send(message: Uint8Array): void {
    if (this.websocket.readyState !== WebSocket.OPEN) return;
    if (!this.corked) {
      this.corked = true;
      this.socket.cork();
      process.nextTick(this.uncork);
    }
    this.websocket.send(message, SEND_OPTIONS);
  }

  close(code: number, reason: string): void {
    if (this.websocket.readyState === WebSocket.CLOSED) return;
    this.websocket.close(code, reason);
    setTimeout(() => this.websocket.terminate(), CLOSE_MS_MAX).unref();
  }

  sever(): void {
    this.websocket.terminate();
  }

  private readonly uncork = (): void => {
    this.corked = false;
    this.socket.uncork();
  };
}

const SEND_OPTIONS = { binary: true, compress: false, fin: true } as const;
