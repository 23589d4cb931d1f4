/** Hashes: each field a register plus a counter. */
import { increment, incrementByFloat, type Counter } from "./counters.ts";
import { anyOrder, exactly, failure } from "./expected.ts";
import { argument, count, OK, ONE, withType, ZERO, type Reading, type Rules } from "./interpreter.ts";
import { drawn, scanned } from "./open-replies.ts";

const NOT_AN_INTEGER = failure("ERR hash value is not an integer");
const NOT_A_FLOAT = failure("ERR hash value is not a float");

export const hashRules: Rules = {
  HGET: withType("hash", (reading, view) => exactly(view.elements.get(argument(reading, 2)) ?? null)),
  HMGET: withType("hash", ({ args }, view) => exactly(args.slice(2).map((field) => view.elements.get(field) ?? null))),
  HGETALL: withType("hash", (_, view) => ({ kind: "pairs", pairs: view.elements })),
  HKEYS: withType("hash", (_, view) => anyOrder(view.elements.keys())),
  HVALS: withType("hash", (_, view) => anyOrder(view.elements.values())),
  HLEN: withType("hash", (_, view) => count(view.elements.size)),
  HEXISTS: withType("hash", (reading, view) => (view.elements.has(argument(reading, 2)) ? ONE : ZERO)),
  HSTRLEN: withType("hash", (reading, view) => count((view.elements.get(argument(reading, 2)) ?? "").length)),
  HSET: withType("hash", (reading, view, key) => {
    putPairs(reading, key);
    const fields = new Set(reading.args.slice(2).filter((_, i) => i % 2 === 0));
    return count([...fields].filter((field) => !view.elements.has(field)).length);
  }),
  HMSET: withType("hash", (reading, _, key) => {
    putPairs(reading, key);
    return OK;
  }),
  HSETNX: withType("hash", (reading, view, key) => {
    if (view.elements.has(argument(reading, 2))) return ZERO;
    reading.event.putElement(key, "hash", argument(reading, 2), argument(reading, 3));
    return ONE;
  }),
  HDEL: withType("hash", ({ event, args }, view, key) => {
    const fields = [...new Set(args.slice(2))].filter((field) => view.elements.has(field));
    for (const field of fields) event.removeElement(key, field);
    return count(fields.length);
  }),
  HINCRBY: withType("hash", (reading) => increment(counterAt(reading), BigInt(argument(reading, 3)), NOT_AN_INTEGER)),
  HINCRBYFLOAT: withType("hash", (reading) => incrementByFloat(counterAt(reading), argument(reading, 3), NOT_A_FLOAT)),
  HRANDFIELD: withType("hash", drawn),
  HSCAN: withType("hash", (reading, view) => scanned(reading, 2, view.elements, true)),
};

function putPairs({ event, args }: Reading, key: string): void {
  for (let i = 2; i < args.length; i += 2) event.putElement(key, "hash", args[i] ?? "", args[i + 1] ?? "");
}

function counterAt(reading: Reading): Counter {
  const { event } = reading;
  const [key, field] = [argument(reading, 1), argument(reading, 2)];
  return {
    shows: () => event.view(key).elements.get(field) ?? null,
    count: (amount) => event.countElement(key, "hash", field, amount),
    put: (value) => event.changeField(key, field, value),
  };
}
