/**
 * Commands in bulk that write a key each: keys of 16 bytes, prepared once and sent in pipelines, their replies only counted.
 *
 *   *3 $3 SET $16 key:000000001234 $n <n bytes>      each followed by CRLF; only the digits change
 *
 * The loader is to keep a server busy without holding up its other clients, so a pipeline has about a hundred commands.
 */
import type { Socket } from "node:net";
import { encodeRequest, openSocket } from "./connection.ts";

export const KEY_BYTES = 16;

const KEY_PREFIX = "key:";
const KEY_DIGITS = KEY_BYTES - KEY_PREFIX.length;
const PIPELINE = 128;
/** Pipelines on the way, so that the server need not wait while the next is prepared. */
const PIPELINES_AT_ONCE = 2;

const REPLY_BYTES = "+OK\r\n".length;
const ERROR_MARK = "-".charCodeAt(0);
const DIGIT_ZERO = "0".charCodeAt(0);

/** The name that the loader gives to a key. */
export function keyName(number: number): string {
  return KEY_PREFIX + String(number).padStart(KEY_DIGITS, "0");
}

/** What is written under a key; its reply has five bytes, as `+OK` has. */
export type WordsOfKey = (key: string) => readonly string[];

/** SET with a value that is one character, again and again. */
export function setWords(valueBytes: number, character = "v"): WordsOfKey {
  const value = character.repeat(valueBytes);
  return (key) => ["SET", key, value];
}

/** Room for a number of commands whose keys, their second words, can be changed in place. */
export class WriteBatch {
  readonly #bytes: Buffer;
  readonly #commandBytes: number;
  readonly #keyEnd: number;

  constructor(commandsMax: number, wordsOf: WordsOfKey) {
    const words = wordsOf(keyName(0));
    const command = encodeRequest(...words);
    this.#commandBytes = command.length;
    this.#keyEnd = command.indexOf(keyName(0)) + KEY_BYTES;
    this.#bytes = Buffer.alloc(command.length * commandsMax, command);
  }

  setKey(command: number, key: number): void {
    let at = command * this.#commandBytes + this.#keyEnd;
    let rest = key;
    for (let digit = 0; digit < KEY_DIGITS; digit++) {
      this.#bytes[--at] = DIGIT_ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }

  /** The first so many commands; the bytes are the batch's own. */
  bytes(commands: number): Buffer {
    return this.#bytes.subarray(0, commands * this.#commandBytes);
  }
}

/** A connection on which every command is answered by five bytes. */
export class PipelinedWriter {
  /** Called with how many commands are acknowledged, when there are more. */
  onAcknowledged: ((commands: number) => void) | undefined;
  readonly #socket: Socket;
  #sent = 0;
  #replyBytes = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      if (bytes.includes(ERROR_MARK)) this.#fail(new Error(`a write was refused: ${bytes.toString("latin1")}`));
      this.#replyBytes += bytes.length;
      this.onAcknowledged?.(this.acknowledged);
      this.#wake?.();
    });
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  static async open(port: number): Promise<PipelinedWriter> {
    return new PipelinedWriter(await openSocket(port));
  }

  get acknowledged(): number {
    return Math.floor(this.#replyBytes / REPLY_BYTES);
  }

  /** The bytes must stay as they are until their commands are acknowledged. Returns how many were sent so far. */
  send(bytes: Buffer, commands: number): number {
    this.#socket.write(bytes);
    return (this.#sent += commands);
  }

  /** Resolves when no more than so many commands are unanswered. */
  async until(unansweredMax: number): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#sent - this.acknowledged <= unansweredMax) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

/** Writes the keys with the numbers `from` (included) to `to` (excluded), each once. */
export async function loadKeys(port: number, from: number, to: number, wordsOf: WordsOfKey): Promise<void> {
  const writer = await PipelinedWriter.open(port);
  const batches = Array.from({ length: PIPELINES_AT_ONCE }, () => new WriteBatch(PIPELINE, wordsOf));
  try {
    for (let first = from, turn = 0; first < to; first += PIPELINE, turn++) {
      const commands = Math.min(PIPELINE, to - first);
      await writer.until((PIPELINES_AT_ONCE - 1) * PIPELINE);
      const batch = batches[turn % PIPELINES_AT_ONCE] as WriteBatch; // the remainder is an index
      for (let i = 0; i < commands; i++) batch.setKey(i, first + i);
      writer.send(batch.bytes(commands), commands);
    }
    await writer.until(0);
  } finally {
    writer.close();
  }
}
