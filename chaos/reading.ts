/**
 * How the value of a key is read completely, and what it shows at the paths of the ledger.
 *
 * A string and a HyperLogLog show one value, the others one for each element, in the order of the reply.
 */
import { Refusal, type Reply } from "./connection.ts";
import type { Path } from "./ledger.ts";

type Ask = (...args: readonly string[]) => Promise<Reply>;
type Elements = ReadonlyMap<string, string>;

/** Stands for the element of what has none. */
export const WHOLE = "";

const READINGS: Readonly<Record<Path["type"], (ask: Ask, key: string) => Promise<Elements>>> = {
  string: async (ask, key) => whole(await ask("GET", key)),
  hll: async (ask, key) => whole(await ask("PFCOUNT", key)),
  hash: async (ask, key) => withDeadlines(pairs(texts(await ask("HGETALL", key))), ask, key),
  set: async (ask, key) => new Map(texts(await ask("SMEMBERS", key)).map((member) => [member, member])),
  zset: async (ask, key) => pairs(texts(await ask("ZRANGE", key, "0", "-1", "WITHSCORES"))),
  list: async (ask, key) => listed(texts(await ask("LRANGE", key, "0", "-1"))),
};

export async function readElements(type: Path["type"], key: string, ask: Ask): Promise<Elements> {
  return await READINGS[type](async (...args) => {
    const reply = await ask(...args);
    if (reply instanceof Refusal) throw new Error(`${args.join(" ")} was refused: ${reply.text}`);
    return reply;
  }, key);
}

/** The same for the same contents; the order counts where the type has one. */
export function contents(type: Path["type"], elements: Elements): string {
  const lines = [...elements].map((each) => each.join(" "));
  return (type === "list" || type === "zset" ? lines : lines.toSorted()).join("\n");
}

/** Values of a list that stand behind one which the same process has put behind them, see members.ts. */
export function misplaced(values: Iterable<string>): string[] {
  const lastOf = new Map<string, number>();
  return [...values].filter((value) => {
    const [process = "", text = ""] = value.split(":");
    const number = Number(text);
    const last = lastOf.get(process) ?? Number.NEGATIVE_INFINITY;
    lastOf.set(process, number);
    return number < last;
  });
}

function texts(reply: Reply): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}

function whole(reply: Reply): Elements {
  return new Map(typeof reply === "string" || typeof reply === "number" ? [[WHOLE, `${reply}`]] : []);
}

function pairs(each: readonly string[]): Map<string, string> {
  return new Map(each.flatMap((text, i) => (i % 2 === 0 ? [[text, each[i + 1] ?? ""] as const] : [])));
}

/** A value that stands there twice shows itself twice, which nobody wrote. */
function listed(values: readonly string[]): Elements {
  const elements = new Map<string, string>();
  for (const value of values) elements.set(value, elements.has(value) ? `${elements.get(value)} ${value}` : value);
  return elements;
}

async function withDeadlines(values: Map<string, string>, ask: Ask, key: string): Promise<Elements> {
  if (values.size === 0) return values;
  const fields = [...values.keys()];
  const deadlines = texts(await ask("HEXPIRETIME", key, "FIELDS", `${fields.length}`, ...fields));
  for (const [i, field] of fields.entries()) {
    if (Number(deadlines[i]) !== NONE) values.set(field, `${values.get(field)} until ${deadlines[i]}`);
  }
  return values;
}

/** HEXPIRETIME of a field without a deadline. */
const NONE = -1;
