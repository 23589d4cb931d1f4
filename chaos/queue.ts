/**
 * Lists that one client alone pushes to and pops from, one after the other: `queue:CLIENT:GENERATION`.
 *
 * Which value a pop takes, its reply tells: until then it may be any. A list where a push or a pop is in doubt is left.
 */
import type { Random } from "../sim/world/random.ts";
import { lastWrite, type Ledger, type Path } from "./ledger.ts";
import { push } from "./members.ts";
import type { Request } from "./request.ts";

const LENGTH_MAX = 40;
const AT_ONCE_MAX = 4;

export class Queue {
  readonly #client: string;
  readonly #random: Random;
  readonly #ledger: Ledger;
  #generation = 0;
  #values: Path[] = [];
  #sequence = 0;

  constructor(client: string, random: Random, ledger: Ledger) {
    this.#client = client;
    this.#random = random;
    this.#ledger = ledger;
  }

  push(incarnation: number): Request {
    const key = this.#key();
    if (this.#values.length >= LENGTH_MAX) return this.#pop(key);
    const random = this.#random;
    const numbers = Array.from({ length: random.between(1, AT_ONCE_MAX) }, () => ++this.#sequence);
    const request = push(this.#ledger, key, `${this.#client}/${incarnation}`, numbers, random.chance(0.5));
    this.#values.push(...request.effects.map(({ path }) => path));
    return request;
  }

  pop(): Request | undefined {
    const key = this.#key();
    return this.#values.length === 0 ? undefined : this.#pop(key);
  }

  #pop(key: string): Request {
    const effects = this.#values.map((path) => ({ path }));
    return { args: [this.#random.chance(0.5) ? "LPOP" : "RPOP", key], effects, pops: key };
  }

  #key(): string {
    this.#values = this.#values.filter((path) => !isGone(path));
    if (this.#values.some(({ closed }) => closed)) {
      this.#generation++;
      this.#values = [];
    }
    return `queue:${this.#client}:${this.#generation}`;
  }
}

/** Popped for certain, or never pushed. */
function isGone(path: Path): boolean {
  const last = lastWrite(path);
  if (last === undefined) return path.writes.length > 0;
  return last.value === undefined && last.outcome === "acknowledged";
}
