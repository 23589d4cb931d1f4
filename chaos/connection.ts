/**
 * A client's connection that hides nothing: no retries, no reconnecting, no queue. A request is answered, or the
 * connection is lost and nobody knows what became of it.
 *
 * It understands RESP2's five kinds of replies. Requests may follow each other without waiting.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An error reply, given as a value: what was refused is an answer. */
export class Refusal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Reply = string | number | undefined | Refusal | readonly Reply[];

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const CR = 13;
const CRLF_BYTES = 2;

export class Connection {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #pending: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#received(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error("the connection was lost"));
    });
  }

  static async open(host: string, port: number, timeoutMs: number): Promise<Connection> {
    const socket = connect({ host, port, noDelay: true });
    try {
      await once(socket, "connect", { signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      socket.on("error", () => {}).destroy();
      throw error;
    }
    return new Connection(socket);
  }

  get lost(): boolean {
    return this.#socket.destroyed;
  }

  async ask(...args: readonly string[]): Promise<Reply> {
    if (this.lost) throw new Error("the connection was lost");
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(encodeRequest(args));
    });
  }

  /** As `ask`; gives the connection up when the answer takes longer. */
  async askWithin(timeoutMs: number, ...args: readonly string[]): Promise<Reply> {
    const timer = setTimeout(() => this.close(), timeoutMs);
    return await this.ask(...args).finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#socket.destroy();
  }

  #received(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    let at = 0;
    while (this.#waiting.length > 0) {
      const parsed = parseReply(this.#pending, at);
      if (parsed === undefined) break;
      at = parsed.end;
      this.#waiting.shift()?.resolve(parsed.reply);
    }
    this.#pending = this.#pending.subarray(at);
  }
}

function encodeRequest(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`;
}

interface Parsed {
  readonly reply: Reply;
  readonly end: number;
}

/** The reply that begins at `start`; undefined while some of it is missing. */
export function parseReply(bytes: Buffer, start: number): Parsed | undefined {
  const lineEnd = bytes.indexOf(CR, start);
  if (lineEnd < 0 || lineEnd + 1 >= bytes.length) return undefined;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  const text = bytes.toString("latin1", start + 1, lineEnd);
  const end = lineEnd + CRLF_BYTES;
  if (kind === "+") return { reply: text, end };
  if (kind === "-") return { reply: new Refusal(text), end };
  const number = Number(text);
  if (kind === ":") return { reply: number, end };
  if (kind === "$") return parseBulk(bytes, end, number);
  if (kind === "*") return parseArray(bytes, end, number);
  throw new Error(`a reply begins with ${JSON.stringify(kind)}`);
}

function parseBulk(bytes: Buffer, start: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: undefined, end: start };
  const end = start + length + CRLF_BYTES;
  return bytes.length < end ? undefined : { reply: bytes.toString("utf8", start, start + length), end };
}

function parseArray(bytes: Buffer, start: number, count: number): Parsed | undefined {
  const replies: Reply[] = [];
  let end = start;
  for (let i = 0; i < count; i++) {
    const parsed = parseReply(bytes, end);
    if (parsed === undefined) return undefined;
    replies.push(parsed.reply);
    end = parsed.end;
  }
  return { reply: replies, end };
}
