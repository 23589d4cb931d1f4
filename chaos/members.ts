/**
 * What one client adds to collections that are everybody's, and removes from them: members that nobody else uses.
 *
 *   set:N      SADD, SREM
 *   zset:N     ZADD with rising scores, ZREM
 *   list:N     RPUSH, LPUSH, LREM
 *
 * A member that was removed, or is in doubt, never comes back.
 *
 * A value in a list is PROCESS:NUMBER. Who pushes on the right counts up from zero, on the left down: what one process has
 * taken stands in the order of its numbers, whatever others have put between.
 */
import type { Random } from "../sim/world/random.ts";
import type { Ledger, Path } from "./ledger.ts";
import type { Request } from "./request.ts";

const COLLECTIONS = 5;
const AT_ONCE_MAX = 3;
/** Of one client, over all collections; the oldest are removed. */
const MEMBERS_MAX = 300;

const REMOVE = { set: ["SREM"], zset: ["ZREM"], list: ["LREM", "0"] } as const;
const TYPES = ["set", "zset", "list"] as const;

export class Members {
  readonly #client: string;
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #open: Path[] = [];
  #sequence = 0;

  constructor(client: string, random: Random, ledger: Ledger) {
    this.#client = client;
    this.#random = random;
    this.#ledger = ledger;
  }

  /** `incarnation` is that of the process which is asked. */
  add(incarnation: number): Request | undefined {
    if (this.#open.length >= MEMBERS_MAX) return this.remove();
    const random = this.#random;
    const type = random.pick(TYPES);
    const key = `${type}:${random.below(COLLECTIONS)}`;
    const numbers = Array.from({ length: random.between(1, AT_ONCE_MAX) }, () => ++this.#sequence);
    if (type === "list") {
      const request = push(this.#ledger, key, `${this.#client}/${incarnation}`, numbers, random.chance(0.5));
      this.#open.push(...request.effects.map(({ path }) => path));
      return request;
    }
    const members = numbers.map((number) => ({ number, member: `${this.#client}-${number}` }));
    const effects = members.map(({ number, member }) => ({
      path: this.#ledger.path(type, key, member),
      value: type === "set" ? member : `${number}`,
    }));
    this.#open.push(...effects.map(({ path }) => path));
    if (type === "set") return { args: ["SADD", key, ...members.map(({ member }) => member)], effects };
    return { args: ["ZADD", key, ...members.flatMap(({ number, member }) => [`${number}`, member])], effects };
  }

  rescore(): Request | undefined {
    const scored = this.#open.filter(({ type, closed }) => type === "zset" && !closed);
    if (scored.length === 0) return undefined;
    const path = this.#random.pick(scored);
    const value = `${++this.#sequence}`;
    return { args: ["ZADD", path.key, value, path.element ?? ""], effects: [{ path, value }] };
  }

  remove(): Request | undefined {
    const path = this.#open.shift();
    if (path === undefined || path.closed) return undefined;
    path.closed = true;
    const [command, ...rest] = REMOVE[path.type as keyof typeof REMOVE]; // no others are in #open
    return { args: [command, path.key, ...rest, path.element ?? ""], effects: [{ path }] };
  }
}

/** Pushes what one process has not pushed yet, in rising order of `numbers`. */
export function push(
  ledger: Ledger,
  key: string,
  process: string,
  numbers: readonly number[],
  left: boolean,
): Request & { readonly effects: readonly { readonly path: Path }[] } {
  const values = numbers.map((number) => `${process}:${left ? -number : number}`);
  return {
    args: [left ? "LPUSH" : "RPUSH", key, ...values],
    effects: values.map((value) => ({ path: ledger.path("list", key, value), value })),
  };
}
