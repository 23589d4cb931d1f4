/**
 * One replica as a real process: started through `bin/atoll`, addressed by its own id alone, its log kept in a file and
 * watched for what no fault explains.
 *
 * Processes in its place are counted from 1: an *incarnation* is one of them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ATOLL = fileURLToPath(new URL("../bin/atoll", import.meta.url));

/** A replica that was asked to stop has this long, which is more than it allows itself. */
const STOP_MS_MAX = 30_000;
const LINES_KEPT = 20;
const ASSERTION = /assert|internal error|unreachable|Unhandled|TypeError|RangeError:/i;

export interface ReplicaPlace {
  readonly index: number;
  readonly name: string;
  readonly region: string;
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly peerPort: number;
  /** Runs a command where the replica lives. */
  readonly prefix: readonly string[];
  readonly logFile: string;
}

export class Replica {
  readonly place: ReplicaPlace;
  incarnation = 0;
  /** The last lines of its output. */
  readonly tail: string[] = [];
  readonly #args: readonly string[];
  readonly #log: WriteStream;
  readonly #onWrong: (what: string) => void;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #ending = false;
  /** It has come so far that it can stop in order. */
  #hasBegun = false;

  /** `args` are the flags of `atoll serve`. */
  constructor(place: ReplicaPlace, args: readonly string[], onWrong: (what: string) => void) {
    this.place = place;
    this.#args = args;
    this.#onWrong = onWrong;
    this.#log = createWriteStream(place.logFile, { flags: "a" });
  }

  get index(): number {
    return this.place.index;
  }

  get name(): string {
    return this.place.name;
  }

  get host(): string {
    return this.place.host;
  }

  get port(): number {
    return this.place.port;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  start(): void {
    if (this.running) throw new Error(`${this.name} runs already`);
    const [command = ATOLL, ...args] = [...this.place.prefix, ATOLL, "serve", ...this.#args];
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const incarnation = ++this.incarnation;
    this.#child = child;
    this.#ending = false;
    this.#hasBegun = false;
    this.#log.write(`--- incarnation ${incarnation}, process ${child.pid}\n`);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#line(line));
    }
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.#onWrong(`${this.name} could not be started: ${error.message}`);
        resolve();
      });
      child.once("close", (code, signal) => {
        this.#log.write(`--- incarnation ${incarnation} ended: ${signal ?? `exit code ${code}`}\n`);
        if (!this.#ending) {
          this.#onWrong(
            `${this.name} has ended by itself (${signal ?? `exit code ${code}`}): ${this.tail.join(" | ")}`,
          );
        } else if (signal !== "SIGKILL" && code !== 0 && this.#hasBegun) {
          this.#onWrong(`${this.name} was asked to stop and ended with ${signal ?? `exit code ${code}`}`);
        }
        resolve();
      });
    });
  }

  async kill(): Promise<void> {
    this.#ending = true;
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  /** False when it had to be ended by force, or had not begun. */
  async stop(): Promise<boolean> {
    this.#ending = true;
    let clean = this.#hasBegun;
    this.#child?.kill("SIGTERM");
    const force = setTimeout(() => {
      clean = false;
      this.#onWrong(`${this.name} did not stop within ${STOP_MS_MAX / 1000} s`);
      this.#child?.kill("SIGKILL");
    }, STOP_MS_MAX);
    await this.#ended.finally(() => clearTimeout(force));
    return clean;
  }

  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  #line(line: string): void {
    this.#log.write(`${line}\n`);
    this.#hasBegun = true;
    this.tail.push(line);
    if (this.tail.length > LINES_KEPT) this.tail.shift();
    if (ASSERTION.test(line)) this.#onWrong(`${this.name} logged: ${line}`);
  }
}
