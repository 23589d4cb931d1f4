/**
 * DUMP and RESTORE: values as bytes.
 *
 * The specification cannot read such bytes. It remembers what they stood for when
 * DUMP gave them, and knows those that a Redis server has given for some values.
 * What comes from elsewhere it cannot judge, and says so.
 */
import { checked, failure, isError, type Expected } from "./expected.ts";
import type { ContentType, Copy } from "./history.ts";
import { argument, NIL, OK, options, type Reading, type Rules } from "./interpreter.ts";
import { copyOf, makeLike } from "./keys.ts";

const BUSY = failure("BUSYKEY Target key name already exists.");

/** What Redis 7.0 gives, in hexadecimal digits: of a list its values, else elements, each with its value. */
const GIVEN: readonly (readonly [digits: string, type: ContentType, elements: readonly string[]])[] = [
  ["000568656c6c6f0a006372df766534200a", "string", ["", "hello"]],
  ["00c0050a00632f5f66832fb351", "string", ["", "5"]],
  ["00c30a405002616261e042010161620a00949d5f0eb1dea445", "string", ["", "ab".repeat(40)]],
  ["12010210100000000300817802817902817802ff0a00ddc97e546fa77871", "list", ["x", "y", "x"]],
  ["1201020d0d0000000300010102010301ff0a00caba3584f98ad7ae", "list", ["1", "2", "3"]],
  ["0202016201610a0075d99d835ef85f65", "set", ["a", "", "b", ""]],
  ["0b0e02000000030000000100020003000a00a5025ce26d6e4d1b", "set", ["1", "", "2", "", "3", ""]],
  ["101414000000040081660201018167028361626304ff0a00bb7da15c0a8e8139", "hash", ["f", "1", "g", "abc"]],
  ["1114140000000400816102010181620283322e3504ff0a00d44c6ea4f644d9d7", "zset", ["a", "1", "b", "2.5"]],
];

const KNOWN: ReadonlyMap<string, Copy> = new Map(
  GIVEN.map(([digits, type, elements]) => [
    digits.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))),
    { type, elements: pairsOf(type, elements), deadlines: new Map(), deadline: undefined },
  ]),
);

/** For whoever looks for something to restore. */
export const PAYLOADS: readonly string[] = [...KNOWN.keys()];

export const dumpRules: Rules = {
  DUMP: (reading) => {
    const { event, actual } = reading;
    const view = event.view(argument(reading, 1));
    if (view.type === undefined) return NIL;
    if (typeof actual === "string") event.dumps.set(actual, { ...copyOf(view), deadline: undefined });
    return checked(typeof actual === "string", "some bytes");
  },
  RESTORE: restore,
};

function restore(reading: Reading): Expected {
  const { event, actual } = reading;
  const [key, ttl, payload] = [argument(reading, 1), Number(argument(reading, 2)), argument(reading, 3)];
  const given = options(reading, 4);
  if (event.view(key).type !== undefined && !given.has("REPLACE")) return BUSY;
  const copy = event.dumps.get(payload) ?? KNOWN.get(payload);
  if (copy === undefined) return checked(isError(actual), "bytes that DUMP has given before: no others can be judged");
  const deadline = ttl === 0 ? undefined : given.has("ABSTTL") ? ttl : event.nowMs + ttl;
  if (deadline !== undefined && deadline <= event.nowMs) event.remove(key);
  else makeLike(event, key, { ...copy, deadline });
  return OK;
}

function pairsOf(type: ContentType, elements: readonly string[]): (readonly [string, string])[] {
  if (type === "list") return elements.map((value) => ["", value]);
  return elements.flatMap((element, i) => (i % 2 === 0 ? [[element, elements[i + 1] ?? ""] as const] : []));
}
