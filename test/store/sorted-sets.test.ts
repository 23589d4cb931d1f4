/**
 * Scores between replicas: the newest put shows, what is counted adds up, and a
 * removal takes what it has seen. On one replica they are Redis's doubles.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { exactOf, exactOfDouble, type Total } from "../../crdt/dyadic.ts";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { MalformedDelta } from "../../src/store/byte-reader.ts";
import { validateDelta } from "../../src/store/delta-format.ts";
import { DeltaWriter } from "../../src/store/delta-writer.ts";
import { ElementTarget } from "../../src/store/element-target.ts";
import { type CollectionType, KeyType } from "../../src/store/key-type.ts";
import { writeScore } from "../../src/store/score.ts";
import { act, settle, START } from "./acts.ts";
import { bytes, Peer, picture } from "./peer.ts";

function scoreOf({ keyspace }: Peer, member = "x"): number | undefined {
  const ref = keyspace.peek(0, bytes("k"));
  if (ref === 0) return undefined;
  const set = keyspace.collection(ref);
  const found = set.find(bytes(member));
  return found === 0 ? undefined : set.score(found);
}

/** Two replicas that know each other's beginning, then each one's writes, then what both show. */
function concurrently(before: readonly string[], ofA: readonly string[], ofB: readonly string[]): number | undefined {
  const [a, b] = [new Peer(0xa1), new Peer(0xb2)];
  for (const line of before) act(a, START, line);
  settle([a, b], START + 1);
  for (const line of ofA) act(a, START + 2, line);
  for (const line of ofB) act(b, START + 3, line);
  settle([a, b], START + 4);
  expect(scoreOf(b)).toBe(scoreOf(a));
  expect(a.keyspace.digest()).toBe(b.keyspace.digest());
  expect([...a.keyspace.audit(), ...b.keyspace.audit()]).toEqual([]);
  return scoreOf(a);
}

describe("concurrent scores", () => {
  test("the newest ZADD shows", () => {
    expect(concurrently([], ["ZADD k x 1"], ["ZADD k x 2"])).toBe(2);
    expect(concurrently(["ZADD k x 5"], ["ZADD k x 7"], ["ZADD k x -1"])).toBe(-1);
  });

  test("increments add up", () => {
    expect(concurrently([], ["ZINCR k x 1"], ["ZINCR k x 2"])).toBe(3);
    expect(concurrently(["ZADD k x 10"], ["ZINCR k x 0.25"], ["ZINCR k x 0.5"])).toBe(10.75);
    expect(concurrently([], ["ZINCR k x 0.1"], ["ZINCR k x 0.2"])).toBe(0.1 + 0.2);
  });

  test("an increment counts on top of a ZADD that it has not seen", () => {
    expect(concurrently([], ["ZADD k x 10"], ["ZINCR k x 2"])).toBe(12);
    expect(concurrently(["ZADD k x 1", "ZINCR k x 1"], ["ZADD k x 10"], ["ZINCR k x 0.5"])).toBe(10.5);
  });

  test("a ZREM takes what it has seen, and not a concurrent increment", () => {
    expect(concurrently(["ZADD k x 4.1"], ["ZREM k x"], ["ZINCR k x 2"])).toBe(2);
    expect(concurrently(["ZINCR k x 0.1", "ZINCR k x 4"], ["ZREM k x"], ["ZINCR k x 2"])).toBe(2);
    expect(concurrently(["ZINCR k x 0.1", "ZINCR k x 4"], ["ZREM k x"], [])).toBeUndefined();
  });

  test("an add wins over a concurrent ZREM, even with the score that it had", () => {
    expect(concurrently(["ZADD k x 1"], ["ZREM k x"], ["ZADD k x 1"])).toBe(1);
  });

  test("an infinite score stays what it is, whatever is counted", () => {
    expect(concurrently([], ["ZADD k x Infinity"], ["ZINCR k x 2"])).toBe(Number.POSITIVE_INFINITY);
    expect(concurrently(["ZADD k x 1"], ["ZINCR k x -Infinity"], ["ZINCR k x 2"])).toBe(Number.NEGATIVE_INFINITY);
  });

  test("an increment is answered by the score that then shows, also where what showed before was rounded", () => {
    const [a, b] = [new Peer(0xa1), new Peer(0xb2)];
    act(a, START, "ZINCR k x 0.1");
    act(b, START, "ZINCR k x 0.2");
    settle([a, b], START + 1);
    let answered = 0;
    a.run(START + 2, ({ scores }) => (answered = scores.add(0, bytes("k"), bytes("x"), -(0.1 + 0.2))));
    expect(answered).not.toBe(0);
    expect(answered).toBe(scoreOf(a));
  });

  test("sums beyond the greatest double are infinite on every replica, and come back", () => {
    expect(concurrently(["ZADD k x 1e308"], ["ZINCR k x 7e307"], ["ZINCR k x 7e307"])).toBe(Number.POSITIVE_INFINITY);
    expect(concurrently(["ZADD k x 1e308"], ["ZINCR k x 7e307"], ["ZINCR k x -1e308"])).toBeCloseTo(7e307, -300);
  });
});

const time = 10;
const parts = { lives: [], supersedes: false, floors: [] };

function target(type: CollectionType): ElementTarget {
  return new ElementTarget(type).aim(0, bytes("k"), bytes("x"));
}

function count(type: CollectionType, total: Total, floorTotal: Total = 0): () => void {
  const writer = new DeltaWriter(new Origins(), true);
  const contribution = { origin: 0, time, generation: time, total, floorTime: 0, floorTotal };
  writer.elementCount(target(type), time, contribution, parts);
  const body = writer.cut(time).slice();
  return () => validateDelta(body, 0, time);
}

function put(score: number): () => void {
  const writer = new DeltaWriter(new Origins(), true);
  const value = new Uint8Array(8);
  writeScore(score, value);
  writer.elementPut(target(KeyType.zset), time, new ByteRange(value), time, parts);
  const body = writer.cut(time).slice();
  return () => validateDelta(body, 0, time);
}

describe("from outside", () => {
  test("a type counts in its own numbers", () => {
    expect(count(KeyType.zset, 5)).not.toThrow();
    expect(count(KeyType.zset, exactOfDouble(0.1), exactOfDouble(1e300))).not.toThrow();
    expect(count(KeyType.hash, 10n ** 16n)).not.toThrow();
    expect(count(KeyType.zset, 10n ** 16n)).toThrow(MalformedDelta);
    expect(count(KeyType.zset, 5, 10n ** 16n)).toThrow(MalformedDelta);
    expect(count(KeyType.hash, exactOfDouble(0.1))).toThrow(MalformedDelta);
  });

  test("an amount lies where sums of doubles can lie", () => {
    expect(count(KeyType.zset, exactOf(2n ** 60n + 1n, 1000))).not.toThrow();
    expect(count(KeyType.zset, exactOf(1n, 1200))).toThrow(MalformedDelta);
    expect(count(KeyType.zset, exactOf(2n ** 2400n + 1n, -1074))).toThrow(MalformedDelta);
  });

  test("a score is a number", () => {
    expect(put(Number.NEGATIVE_INFINITY)).not.toThrow();
    expect(put(Number.NaN)).toThrow(MalformedDelta);
  });
});

const step = fc.oneof(
  fc.constantFrom(0.1, 0.2, 0.7, 1, -1, 3, 1e16, 2 ** 53, -1e16, 1e300, -1e300, 5e-324, 1 / 3),
  fc.double({ noNaN: true }),
);
const write = fc.tuple(fc.constantFrom("ZINCR", "ZINCR", "ZINCR", "ZADD", "ZREM"), step);

test.prop([fc.array(write, { maxLength: 25 })])("one replica shows what adding doubles shows", (writes) => {
  const peer = new Peer(0xa1);
  let shown: number | undefined;
  for (const [name, amount] of writes) {
    const sum = (shown ?? 0) + amount;
    if (name === "ZINCR" && Number.isNaN(sum)) continue;
    act(peer, START, `${name} k x ${amount}`);
    shown = name === "ZREM" ? undefined : name === "ZADD" ? amount : sum;
    expect(scoreOf(peer)).toBe(shown === 0 ? 0 : shown);
  }
});

test.prop([fc.array(fc.tuple(fc.nat(2), write), { maxLength: 16 }), fc.array(fc.nat(5), { maxLength: 12 })])(
  "replicas show the same in whatever order they hear of each other",
  (writes, pulls) => {
    const peers = [new Peer(0xa1), new Peer(0xb2), new Peer(0xc3)];
    const order = peers.map(() => [...pulls]);
    for (const [i, [at, [name, amount]]] of writes.entries()) {
      const peer = peers[at] as Peer; // one of three
      act(peer, START + i, `${name} k x ${amount}`);
      const from = peers[((order[at] ?? []).pop() ?? at) % 3] as Peer;
      if (from !== peer) peer.pull(from, START + i);
    }
    settle(peers, START + 100);
    const [a, b, c] = peers.map(({ keyspace }) => picture(keyspace, START + 100));
    expect(b).toEqual(a);
    expect(c).toEqual(a);
    const repaired = new Peer(0xd4);
    repaired.repair(peers[0] as Peer);
    expect(picture(repaired.keyspace, START + 100)).toEqual(a);
  },
);
