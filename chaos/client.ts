/**
 * One client of one replica: asks as long as it may, notes in the ledger what it asked for before it asks, and what
 * came of it afterwards. It waits for a replica that is away, and gives up one that does not answer.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../sim/world/random.ts";
import { Connection, Refusal, type Reply } from "./connection.ts";
import { lastWrite, type Ledger, ownValue, type Path, type Write } from "./ledger.ts";
import type { Held } from "./promise.ts";
import type { Replica } from "./replica.ts";
import type { Request } from "./request.ts";
import { Workload } from "./workload.ts";

/** How an acknowledgement is strengthened. */
export const MODES = ["plain", "WAIT", "WAITAOF"] as const;
export type Mode = (typeof MODES)[number];

export interface ClientOptions {
  readonly name: string;
  readonly replica: Replica;
  readonly random: Random;
  readonly ledger: Ledger;
  /** WAITAOF asks for a log on disk. */
  readonly modes: readonly Mode[];
  /** A reply alone proves that the write is on the replica's disk. */
  readonly repliesAreDurable: boolean;
  /** Called with what must not happen. */
  readonly onWrong: (what: string) => void;
}

const PACE_MS = 8;
const RETRY_MS = 50;
const CONNECT_MS = 1_000;
/** A replica that is paused answers no sooner; the outcome stays open then. */
const ANSWER_MS = 2_500;
const WAIT_MS = 300;
const OTHERS_MAX = 3;
/** Plain acknowledgements are the most, they cost the least. */
const MODE_WEIGHTS: Readonly<Record<Mode, number>> = { plain: 6, WAIT: 2, WAITAOF: 2 };

/** Refusals that are in order while faults happen. */
const EXPECTED = /^(LOADING|MISCONF|CLUSTERDOWN|FORGOTTEN|MASTERDOWN)\b/;

interface Sent {
  readonly path: Path;
  readonly write: Write;
}

export class Client {
  readonly refusals = new Map<string, number>();
  readonly #options: ClientOptions;
  readonly #workload: Workload;
  #connection: Connection | undefined;
  #incarnation = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#workload = new Workload(options.name, options.random, options.ledger);
  }

  /** Resolves soon after the signal, when nothing is outstanding any more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!(await this.#connected())) {
        await pause(RETRY_MS);
        continue;
      }
      await this.#turn();
      await pause(PACE_MS);
    }
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #connected(): Promise<boolean> {
    if (this.#connection !== undefined && !this.#connection.lost) return true;
    const { replica } = this.#options;
    const { incarnation } = replica;
    if (!replica.running) return false;
    try {
      const connection = await Connection.open(replica.host, replica.port, CONNECT_MS);
      // It must be known which process has answered.
      if (replica.incarnation !== incarnation) {
        connection.close();
        return false;
      }
      this.#connection = connection;
      this.#incarnation = incarnation;
      return true;
    } catch {
      return false;
    }
  }

  async #turn(): Promise<void> {
    const { random, modes } = this.#options;
    const requests = this.#workload.batch(this.#incarnation);
    const mode = modes[random.weighted(modes.map((each) => MODE_WEIGHTS[each]))] ?? "plain";
    const others = random.between(1, OTHERS_MAX);
    const sent = requests.map((request) => this.#issue(request));
    const connection = this.#connection;
    if (connection === undefined) return;
    const timer = setTimeout(() => connection.close(), ANSWER_MS);
    const replies = requests.map(async ({ args }) => await settle(connection.ask(...args)));
    const waited = settle(askToWait(connection, mode, others));
    const all = await Promise.all(replies);
    const held = heldAfter(await waited, mode, this.#options.repliesAreDurable);
    clearTimeout(timer);
    for (const [i, request] of requests.entries()) this.#answered(request, sent[i] ?? [], all[i], held);
  }

  #issue({ effects }: Request): Sent[] {
    const { ledger, replica } = this.#options;
    const at = { replica: replica.index, incarnation: this.#incarnation, issuedMs: performance.now() };
    return effects.map(({ path, ...what }) => ({ path, write: ledger.issue(path, { ...at, ...what }) }));
  }

  #answered({ args, reads, pops }: Request, all: readonly Sent[], answer: Settled | undefined, held: Held): void {
    const { ledger, onWrong } = this.#options;
    const atMs = performance.now();
    const outcome = answer === undefined ? "unknown" : answer.reply instanceof Refusal ? "refused" : "acknowledged";
    const sent = pops === undefined || answer === undefined ? all : this.#popped(pops, all, answer.reply);
    for (const { path, write } of sent) ledger.answered(path, write, outcome, atMs, held);
    if (answer?.reply instanceof Refusal) {
      const { text } = answer.reply;
      const word = text.split(" ", 1)[0] ?? "";
      this.refusals.set(word, (this.refusals.get(word) ?? 0) + 1);
      if (!EXPECTED.test(text)) onWrong(`${args.join(" ")} was refused: ${text}`);
    } else if (answer !== undefined && reads !== undefined) this.#read(reads, answer.reply);
  }

  /** The one removal that the reply tells of, or none; the others are taken back. */
  #popped(key: string, sent: readonly Sent[], reply: Reply): readonly Sent[] {
    const { ledger, onWrong, replica } = this.#options;
    for (const { path, write } of sent) if (path.element !== reply) ledger.withdrawn(path, write);
    const popped = sent.filter(({ path }) => path.element === reply);
    for (const { path } of popped) path.closed = true;
    if (typeof reply === "string" && popped.length === 0) {
      const earlier = lastWrite(ledger.path("list", key, reply));
      // A process that has forgotten a pop may give the value out again.
      const forgotten = earlier?.value === undefined && (earlier?.incarnation ?? this.#incarnation) < this.#incarnation;
      if (!forgotten) onWrong(`${replica.name} popped ${reply} off ${key}, which was popped before or never pushed`);
    }
    return popped;
  }

  #read(path: Path, reply: Reply): void {
    const value = ownValue(path, this.#incarnation);
    if (value === undefined || reply === value) return;
    const { onWrong, replica } = this.#options;
    onWrong(`${replica.name} shows ${JSON.stringify(reply)} at ${path.key}, where its own client has put ${value}`);
  }
}

interface Settled {
  readonly reply: Reply;
}

/** Undefined when the connection was lost before the answer. */
async function settle(reply: Promise<Reply> | undefined): Promise<Settled | undefined> {
  try {
    return reply === undefined ? undefined : { reply: await reply };
  } catch {
    return undefined;
  }
}

function askToWait(connection: Connection, mode: Mode, others: number): Promise<Reply> | undefined {
  if (mode === "plain") return undefined;
  if (mode === "WAIT") return connection.ask("WAIT", `${others}`, `${WAIT_MS}`);
  return connection.ask("WAITAOF", "1", `${others}`, `${WAIT_MS}`);
}

function heldAfter(waited: Settled | undefined, mode: Mode, durable: boolean): Held {
  const plain: Held = { own: durable ? "disk" : "memory", others: 0, byOthers: "memory" };
  const reply = waited?.reply;
  if (mode === "WAIT" && typeof reply === "number") return { ...plain, others: reply };
  if (mode === "WAITAOF" && Array.isArray(reply)) {
    const [own, others] = reply.map(Number) as [number, number]; // its reply has these two
    return { own: own > 0 ? "disk" : plain.own, others, byOthers: "disk" };
  }
  return plain;
}
