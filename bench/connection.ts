/**
 * A client connection with as little of its own as possible, so that the server is what is measured: one request at a
 * time, and its reply as text.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const CRLF = "\r\n";

export class Connection {
  readonly #socket: Socket;
  #text = "";
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1").on("data", (text) => this.#received(String(text)));
    const fail = (error?: Error): void => this.#waiting?.reject(error ?? new Error("the server closed the connection"));
    socket.on("error", fail).on("close", () => fail());
  }

  static async open(port: number): Promise<Connection> {
    return new Connection(await openSocket(port));
  }

  /** The reply's text: of a simple string, an integer or a bulk; empty for nil. Rejects for an error. */
  async ask(request: Uint8Array): Promise<string> {
    if (this.#socket.destroyed) throw new Error("the server closed the connection");
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #received(text: string): void {
    this.#text += text;
    const reply = wholeReply(this.#text);
    if (reply === undefined) return;
    this.#text = "";
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (reply.startsWith("-")) waiting?.reject(new Error(reply.slice(1)));
    else waiting?.resolve(reply.slice(1));
  }
}

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

export function encodeRequest(...args: readonly string[]): Buffer {
  const bulks = args.map((arg) => `$${Buffer.byteLength(arg)}${CRLF}${arg}${CRLF}`);
  return Buffer.from(`*${args.length}${CRLF}${bulks.join("")}`);
}

/** The type's character and the text of a reply; undefined while some of it is missing. */
export function wholeReply(text: string): string | undefined {
  const lineEnd = text.indexOf(CRLF);
  if (lineEnd < 0) return undefined;
  if (!text.startsWith("$")) return text.slice(0, lineEnd);
  const length = Number(text.slice(1, lineEnd));
  if (length < 0) return "$";
  const start = lineEnd + CRLF.length;
  return text.length < start + length + CRLF.length ? undefined : `$${text.slice(start, start + length)}`;
}
