/**
 * Commands that put several elements at once: they leave the same keyspace and tell others the same as the puts would
 * one by one, in whatever form the collection is.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { KeyType } from "../../src/store/key-type.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import { act, START } from "./acts.ts";
import { bytes, Peer, picture } from "./peer.ts";

type Pairs = readonly (readonly [element: string, value: string])[];

const TYPES = { HSET: KeyType.hash, SADD: KeyType.set, ZADD: KeyType.zset } as const;
type Name = keyof typeof TYPES;

function mayPut(keyspace: Keyspace, key: string, name: Name): boolean {
  const ref = keyspace.peek(0, bytes(key));
  return ref === 0 || keyspace.typeOf(ref) === TYPES[name];
}

/** Returns how many elements are new. */
function putAtOnce(keyspace: Keyspace, name: Name, key: string, pairs: Pairs): number {
  const at = (index: number): readonly [string, string] => pairs[index] ?? ["", ""];
  const count = pairs.length;
  const element = (index: number) => bytes(at(index)[0]);
  if (name === "ZADD")
    return keyspace.scores.putAll(0, bytes(key), { count, member: element, score: (index) => Number(at(index)[1]) });
  const value = (index: number) => bytes(name === "SADD" ? "" : at(index)[1]);
  return keyspace.elementsPut(0, bytes(key), TYPES[name], { count, element, value });
}

function putEach(keyspace: Keyspace, name: Name, key: string, pairs: Pairs): number {
  let added = 0;
  for (const [element, value] of pairs) {
    const isNew =
      name === "ZADD"
        ? keyspace.scores.put(0, bytes(key), bytes(element), Number(value))
        : keyspace.elementPut(0, bytes(key), TYPES[name], bytes(element), bytes(name === "SADD" ? "" : value));
    if (isNew) added++;
  }
  return added;
}

/** A key's elements in the order in which it shows them. */
function shown(keyspace: Keyspace, key: string): string[] {
  const ref = keyspace.peek(0, bytes(key));
  if (ref === 0 || keyspace.typeOf(ref) === KeyType.string) return [];
  const collection = keyspace.collection(ref);
  const out = bytes("");
  const elements: string[] = [];
  collection.forEach((at) => {
    collection.element(at, out);
    elements.push(out.utf8());
  });
  return elements;
}

const element = fc.constantFrom("a", "b", "c", "longer-than-others", "e", "f", "g");
const number = fc.constantFrom("1", "2", "-0", "3.5", "1", "Infinity");
const value = fc.oneof(number, fc.constantFrom("", "v", "w".repeat(40), "x".repeat(300)));
const lists = fc.tuple(
  fc.constantFrom<Name>("HSET", "SADD", "ZADD"),
  fc.constantFrom("k", "l"),
  fc.array(fc.tuple(element, value), { minLength: 1, maxLength: 12 }),
);
const others = fc.constantFrom(
  ...["k", "l"].flatMap((key) => [
    `DEL ${key}`,
    `EXPIRE ${key} 3000`,
    `PERSIST ${key}`,
    `HINCR ${key} a 2`,
    `ZINCR ${key} b 1`,
    `HDEL ${key} c`,
    `SREM ${key} c`,
    `ZREM ${key} c`,
    `HEXPIRE ${key} a 5`,
    `SET ${key} 5`,
  ]),
);

/** Two of one origin: with every collection an object, with small ones of up to two elements, and of up to 32. */
describe.each([0xab, 0xac, 0xad])("puts at once, of the origin %i, are those that come one by one", (id) => {
  test.prop([fc.array(fc.oneof({ weight: 3, arbitrary: lists }, others), { maxLength: 12 })], { numRuns: 100 })(
    "after any history",
    (steps) => {
      const [atOnce, each] = [new Peer(id), new Peer(id)];
      for (const [i, step] of steps.entries()) {
        const now = START + i;
        if (typeof step === "string") {
          for (const peer of [atOnce, each]) act(peer, now, step);
        } else {
          const [name, key, raw] = step;
          const pairs: Pairs = raw.map(([e, v]) => [e, name === "ZADD" && Number.isNaN(Number(v)) ? "7" : v]);
          const added = [0, 0];
          atOnce.run(now, (ks) => void (mayPut(ks, key, name) && (added[0] = putAtOnce(ks, name, key, pairs))));
          each.run(now, (ks) => void (mayPut(ks, key, name) && (added[1] = putEach(ks, name, key, pairs))));
          expect(added[0]).toBe(added[1]);
        }
        for (const peer of [atOnce, each]) peer.cut();
        expect(atOnce.log.at(-1)?.body).toEqual(each.log.at(-1)?.body);
        expect(atOnce.keyspace.digest()).toBe(each.keyspace.digest());
        for (const key of ["k", "l"]) expect(shown(atOnce.keyspace, key)).toEqual(shown(each.keyspace, key));
      }
      expect(picture(atOnce.keyspace, START)).toEqual(picture(each.keyspace, START));
      expect(atOnce.keyspace.audit()).toEqual([]);
    },
  );
});

describe("several elements at once", () => {
  test("take no more memory than they need, and the last of two values of one field stays", () => {
    const [atOnce, each] = [new Peer(0xad), new Peer(0xad)];
    const pairs: Pairs = Array.from({ length: 10 }, (_, i) => [`field:${i}`, "v".repeat(16)]);
    atOnce.run(START, (ks) => expect(putAtOnce(ks, "HSET", "k", pairs)).toBe(10));
    each.run(START, (ks) => expect(putEach(ks, "HSET", "k", pairs)).toBe(10));
    const [own, other] = [atOnce, each].map(({ keyspace }) => keyspace.memoryOf(keyspace.peek(0, bytes("k"))));
    expect(own).toBe(other);
    const again: Pairs = pairs.flatMap(([field], i) => [
      [field, "x".repeat(100)] as const,
      [field, String(i)] as const,
    ]);
    atOnce.run(START + 1, (ks) => expect(putAtOnce(ks, "HSET", "k", again)).toBe(0));
    const ref = atOnce.keyspace.peek(0, bytes("k"));
    const out = bytes("");
    const hash = atOnce.keyspace.collection(ref);
    hash.value(hash.find(bytes("field:7")), out);
    expect([hash.size, out.utf8()]).toEqual([10, "7"]);
    expect(atOnce.keyspace.memoryOf(ref)).toBeLessThan(own ?? 0);
  });
});
