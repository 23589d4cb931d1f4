/**
 * A client that asks something every few milliseconds and notes how long it waits, in a process of its own so that the
 * loader's work does not count as the server's.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Stalls {
  readonly longestMs: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** How late the probe's own timer came at worst: stalls up to here may be the machine's. */
  readonly ownDelayMs: number;
}

const PROCESS = fileURLToPath(new URL("./stall-probe-process.ts", import.meta.url));

export class StallProbe {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when the probe is asking; EXISTS asks for keys with numbers below `keys`. */
  static async start(port: number, keys: number): Promise<StallProbe> {
    const child = fork(PROCESS, [`${port}`, `${keys}`]);
    await message(child);
    return new StallProbe(child);
  }

  async stop(): Promise<Stalls> {
    this.#child.send("stop");
    return (await message(this.#child)) as Stalls;
  }

  /** Ends the process when its figures are not wanted. */
  end(): void {
    this.#child.kill();
  }
}

/** The next message of a process; rejects when it ends without one. */
async function message(child: ChildProcess): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error("the stall probe has ended")));
  });
}
