/**
 * What the replies of a replica show at the paths of the ledger.
 */
import { expect, test } from "vitest";
import { Refusal, type Reply } from "../../chaos/connection.ts";
import { contents, misplaced, readElements, WHOLE } from "../../chaos/reading.ts";

/** Answers the commands by their first word. */
function answers(replies: Readonly<Record<string, Reply>>): (...args: readonly string[]) => Promise<Reply> {
  return async (name = "") => replies[name];
}

test("a field shows its deadline beside its value", async () => {
  const ask = answers({ HGETALL: ["f", "1", "g", "2"], HEXPIRETIME: [-1, 4_000_000_000] });
  expect(await readElements("hash", "h", ask)).toEqual(
    new Map([
      ["f", "1"],
      ["g", "2 until 4000000000"],
    ]),
  );
  expect(await readElements("hash", "h", answers({ HGETALL: [] }))).toEqual(new Map());
});

test("members show their scores, values of a list themselves, and twice when they are there twice", async () => {
  expect(await readElements("zset", "z", answers({ ZRANGE: ["x", "1"] }))).toEqual(new Map([["x", "1"]]));
  expect(await readElements("list", "l", answers({ LRANGE: ["b", "a", "b"] }))).toEqual(
    new Map([
      ["b", "b b"],
      ["a", "a"],
    ]),
  );
});

test("a HyperLogLog shows its count, a string its value, nothing nothing", async () => {
  expect(await readElements("hll", "p", answers({ PFCOUNT: 7 }))).toEqual(new Map([[WHOLE, "7"]]));
  expect(await readElements("string", "k", answers({ GET: "v" }))).toEqual(new Map([[WHOLE, "v"]]));
  expect(await readElements("string", "k", answers({}))).toEqual(new Map());
});

test("a refused reading is an error", async () => {
  await expect(readElements("set", "s", answers({ SMEMBERS: new Refusal("LOADING") }))).rejects.toThrow(
    "SMEMBERS s was refused: LOADING",
  );
});

test("contents are the same in any order of members, and in one order of a list or sorted set", () => {
  const [there, back] = [new Map(Object.entries({ a: "1", b: "2" })), new Map(Object.entries({ b: "2", a: "1" }))];
  for (const type of ["hash", "set"] as const) expect(contents(type, there)).toBe(contents(type, back));
  for (const type of ["list", "zset"] as const) expect(contents(type, there)).not.toBe(contents(type, back));
});

test("values of one process stand in the order of their numbers, those of others between them", () => {
  expect(misplaced(["n1/1:-2", "n2/1:7", "n1/1:-1", "n1/1:3", "n2/1:9", "n1/2:1"])).toEqual([]);
  expect(misplaced(["n1/1:3", "n2/1:1", "n1/1:-1"])).toEqual(["n1/1:-1"]);
});
