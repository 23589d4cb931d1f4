/**
 * Conservation: what clients have only ever added to holds all that they added.
 *
 * Where nobody removes, replaces or expires anything, there is nothing to know
 * about order and concurrency: a counter is the sum of its increments, a set
 * holds every member added, a hash every field put. This is judged apart from
 * the specification, and from the contexts that it trusts, by adding up what
 * clients were told had succeeded.
 *
 * Keys that ever saw another kind of write are left to the specification. Where
 * processes die, what nobody else had is lost; it may come back from a disk. So
 * of each addition it is asked whether those who are left have seen its event.
 */
import type { Dot } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";

/** What one event has added to an element ("" for a string): an amount, or undefined for a value or a member. */
interface Addition {
  readonly element: string;
  readonly amount: bigint | undefined;
  readonly dot: Dot;
}

interface Adder {
  readonly kind: "string" | "hash" | "counted hash" | "set";
  readonly additions: (args: readonly string[]) => readonly (readonly [element: string, amount?: bigint])[];
}

const sum = (sign: bigint, at: number | undefined): Adder => ({
  kind: "string",
  additions: (args) => [["", sign * (at === undefined ? 1n : BigInt(args[at] ?? "0"))]],
});

const ADDERS: Readonly<Record<string, Adder>> = {
  INCR: sum(1n, undefined),
  DECR: sum(-1n, undefined),
  INCRBY: sum(1n, 2),
  DECRBY: sum(-1n, 2),
  HINCRBY: { kind: "counted hash", additions: ([, , field = "", amount = "0"]) => [[field, BigInt(amount)]] },
  HSET: { kind: "hash", additions: (args) => args.slice(2).flatMap((field, i) => (i % 2 === 0 ? [[field]] : [])) },
  SADD: { kind: "set", additions: (args) => args.slice(2).map((member) => [member]) },
};

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** How to ask for what has been added. */
const READS = { string: "GET", hash: "HGETALL", "counted hash": "HGETALL", set: "SMEMBERS" } as const;

export class Conservation {
  private readonly kept = new Map<string, { readonly kind: Adder["kind"]; readonly additions: Addition[] }>();
  /** Keys that saw another kind of write. */
  private readonly others = new Set<string>();

  /** A command has changed these keys. */
  changed(command: readonly string[], paths: readonly string[], dot: Dot): void {
    const adder = ADDERS[(command[0] ?? "").toUpperCase()];
    for (const path of paths) {
      if (this.others.has(path)) continue;
      const known = this.kept.get(path);
      if (adder !== undefined && (known === undefined || known.kind === adder.kind))
        this.add(path, adder, command, dot);
      else {
        this.kept.delete(path);
        this.others.add(path);
      }
    }
  }

  /** Asks for every key that was only added to; yields what is missing of what was seen. */
  *missing(ask: (path: string, command: string) => Reply, seen: (dot: Dot) => boolean): Iterable<string> {
    for (const [path, { kind, additions }] of this.kept) {
      const found = elementsOf(kind, ask(path, READS[kind]));
      for (const [element, amount] of sumsOf(additions.filter(({ dot }) => seen(dot)))) {
        const value = found.get(element);
        if (amount === undefined ? value !== undefined : value === String(shown(amount))) continue;
        const name = element === "" ? path : `${path} ${JSON.stringify(element)}`;
        const expected = amount === undefined ? "to be there" : `the sum of all increments, ${shown(amount)}`;
        yield `expected ${expected} at ${name}, read ${JSON.stringify(value ?? null)}`;
      }
    }
  }

  private add(path: string, { kind, additions }: Adder, command: readonly string[], dot: Dot): void {
    const known = this.kept.get(path) ?? { kind, additions: [] };
    this.kept.set(path, known);
    for (const [element, amount] of additions(command)) known.additions.push({ element, amount, dot });
  }
}

function sumsOf(additions: readonly Addition[]): Map<string, bigint | undefined> {
  const sums = new Map<string, bigint | undefined>();
  for (const { element, amount } of additions)
    sums.set(element, amount === undefined ? undefined : (sums.get(element) ?? 0n) + amount);
  return sums;
}

/** Sums beyond 64 bits show the end of the range. */
function shown(total: bigint): bigint {
  return total > INT64_MAX ? INT64_MAX : total < INT64_MIN ? INT64_MIN : total;
}

function elementsOf(kind: Adder["kind"], reply: Reply): Map<string, string> {
  if (typeof reply === "string") return new Map([["", reply]]);
  if (!Array.isArray(reply)) return new Map();
  const list = (reply as readonly Reply[]).map(String);
  if (kind === "set") return new Map(list.map((member) => [member, ""]));
  return new Map(list.flatMap((field, i) => (i % 2 === 0 ? [[field, list[i + 1] ?? ""]] : [])));
}
