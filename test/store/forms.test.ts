/**
 * The forms in which a key is held, which nobody must notice: packed bytes or objects (entry.ts, E1), inside a block
 * or in a body of their own; the counts and the fingerprint that go with them (keys.ts, S1; fingerprint.ts, F1); and
 * which of several types shows (key-state.ts, K1).
 */
import { test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Context } from "../../crdt/context.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { KeyType } from "../../src/store/key-type.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import { ByteWriter } from "../../src/store/byte-writer.ts";
import { SlotsWriter } from "../../src/store/slots-writer.ts";
import { act, history, settle, START, type Step, stepOf } from "./acts.ts";
import { bytes, Peer, picture, stageContent } from "./peer.ts";

function pair(): [Peer, Peer] {
  return [new Peer(0xa1, [0xb2]), new Peer(0xb2)];
}

/** Bytes that a key's entry takes: little more than its header when it is packed. */
function footprint({ keyspace }: Peer, key: string): number {
  return keyspace.memoryOf(keyspace.peek(0, bytes(key)));
}

function text(length: number, byte: number): ByteRange {
  return new ByteRange(new Uint8Array(length).fill(byte));
}

function value(keyspace: Keyspace, key: ByteRange): ByteRange {
  const out = new ByteRange();
  const ref = keyspace.find(0, key);
  const own = new ByteRange();
  keyspace.keyOf(ref, own);
  expect(own.equals(key)).toBe(true);
  keyspace.stringValue(ref, out);
  return out;
}

describe("E1: a packed form means what the object that it stands for means", () => {
  test.each([
    ["a value", "SET k 7"],
    ["a value with a deadline", "SET k 7 5000"],
    ["a counter", "INCR k 7"],
    ["a field", "HSET k f 7"],
    ["a counted field", "HINCR k f 7"],
  ])(
    "so %s over a counter that was reset keeps its fingerprint and its value when the residue is pruned",
    (_, write) => {
      const [a, b] = pair();
      const counted = write.startsWith("H") ? "HINCR k f 1" : "INCR k 1";
      act(b, START, counted);
      settle([a, b], START);
      act(a, START + 1, "DEL k", write);
      settle([a, b], START + 1);
      const before = [a.keyspace.digest(), picture(a.keyspace, START + 2)];
      for (const peer of [a, b]) {
        peer.sealOrPrune([a, b]);
        expect(peer.keyspace.digest()).toBe(before[0]);
        peer.sealOrPrune([a, b]);
        expect([peer.keyspace.digest(), picture(peer.keyspace, START + 2)]).toEqual(before);
      }
      const fresh = new Peer(0xc3);
      fresh.repair(a);
      expect(fresh.keyspace.digest()).toBe(before[0]);
    },
  );

  test.each([
    ["a set", ["SADD k x", "SADD k y"], ["SREM k x"], ["SREM k y"]],
    ["a hash", ["HSET k x 1", "HSET k y 1"], ["HDEL k x"], ["HDEL k y"]],
    ["a sorted set", ["ZADD k x 1", "ZADD k y 1"], ["ZREM k x"], ["ZREM k y"]],
    ["a list", ["RPUSH k x", "RPUSH k y"], ["LPOP k 0"], ["LPOP k 1"]],
  ] as const)("so %s of which each side removes a half is gone, and nothing of it stays", (_, made, left, right) => {
    const [a, b] = pair();
    for (const line of made) act(a, START, line);
    settle([a, b], START);
    const empty = new Peer(0xc3);
    act(a, START + 1, ...left);
    act(b, START + 1, ...right);
    settle([a, b], START + 2);
    for (const peer of [a, b]) {
      expect(picture(peer.keyspace, START + 3)).toEqual({});
      expect(peer.keyspace.size(0)).toBe(0);
      expect(peer.keyspace.audit()).toEqual([]);
      peer.sealOrPrune([a, b]);
      peer.sealOrPrune([a, b]);
      expect(peer.keyspace.usedBytes).toBe(empty.keyspace.usedBytes);
    }
    expect(a.keyspace.digest()).toBe(b.keyspace.digest());
  });

  test("so a removal that has not seen a deadline leaves it to what it has not seen either", () => {
    const [us, eu, ap] = [new Peer(0xa1), new Peer(0xb2), new Peer(0xc3)];
    act(us, START, "HSET k f 1", "EXPIRE k 9000");
    settle([us, eu, ap], START);
    act(us, START + 1, "EXPIRE k 5000");
    act(eu, START + 1, "DEL k");
    act(ap, START + 1, "HSET k g 2");
    us.pull(eu, START + 2);
    us.pull(ap, START + 2);
    settle([us, eu, ap], START + 3);
    for (const peer of [us, eu, ap]) {
      expect(picture(peer.keyspace, START + 4)).toEqual({ "0:k": [["hash", "g=2"], START + 5001] });
      expect(peer.keyspace.digest()).toBe(us.keyspace.digest());
      expect(peer.keyspace.audit()).toEqual([]);
    }
  });

  test("so what a conflict hides is told in the same order everywhere, the newest first", () => {
    const peers = [new Peer(0xa1), new Peer(0xb2), new Peer(0xc3)] as const;
    const lines = ["SET k a", "SADD k m", "HSET k f 1", "RPUSH k x", "ZADD k m 1", "SET k b", "HSET k f 2", "SET k c"];
    const [ways, alone] = [[0, 1, 2], lines.map((_, i) => new Peer(0xd0 + i))] as const;
    lines.forEach((line, i) => act(alone[i] as Peer, START + i, line));
    for (const way of ways) {
      const order = way === 0 ? alone : way === 1 ? alone.toReversed() : [...alone.slice(4), ...alone.slice(0, 4)];
      for (const from of order) peers[way]?.pull(from, START + 20);
    }
    const told = peers.map(({ keyspace }) =>
      keyspace.siblings(0, bytes("k")).map((hidden) => `${hidden.type} ${new ByteRange(hidden.value).latin1()}`),
    );
    const one = "\0\0\0\0\0\0\u00f0\u003f";
    expect(told[0]).toEqual(["string b", "string a", "hash 2", "hash 1", "set ", `zset ${one}`, "list x"]);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });

  test("so a count that goes on does not bring back what another has reset", () => {
    const [a, b] = [new Peer(0xa1), new Peer(0xb2)];
    act(a, START, "HSET k g 1", "HINCR k f 5");
    settle([a, b], START);
    act(b, START + 1, "HDEL k f");
    for (const by of [2, 3, 4]) {
      act(a, START + 1 + by, `HINCR k f ${by}`);
      b.pull(a, START + 10);
    }
    expect(picture(b.keyspace, START + 11)).toEqual({ "0:k": [["hash", "f=9", "g=1"], -1] });
    settle([a, b], START + 12);
    expect(picture(a.keyspace, START + 13)).toEqual(picture(b.keyspace, START + 13));
    expect(a.keyspace.digest()).toBe(b.keyspace.digest());
    for (const { keyspace } of [a, b]) expect(keyspace.audit()).toEqual([]);
  });

  test("so a value kept in its life has its deadline after concurrent writes have come and gone", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1 5000");
    settle([a, b], START);
    act(a, START + 1, "KEEP k 2");
    act(b, START + 1, "INCR k 4");
    settle([a, b], START + 1);
    for (const { keyspace } of [a, b]) expect(picture(keyspace, START + 2)).toEqual({ "0:k": ["6", START + 5000] });
    act(b, START + 3, "KEEP k 9");
    settle([a, b], START + 3);
    for (const peer of [a, b]) {
      expect(picture(peer.keyspace, START + 4)).toEqual({ "0:k": ["9", START + 5000] });
      for (let i = 0; i < 2; i++) peer.sealOrPrune([a, b]);
    }
    expect(a.keyspace.digest()).toBe(b.keyspace.digest());
    expect(footprint(a, "k")).toBe(footprint(b, "k"));
  });
});

/** S1, F1: what the keyspace says of itself is what one finds by looking. */
function expectHonest({ keyspace }: Peer): void {
  keyspace.beginEvent(START);
  let [keys, mortal] = [0, 0];
  keyspace.forEachKey(0, (ref) => {
    keys++;
    if (keyspace.deadline(ref) >= 0) mortal++;
  });
  expect([keyspace.size(0), keyspace.expiringCount(0)]).toEqual([keys, mortal]);
}

describe("S1: counts and fingerprints are those of the entries in the table", () => {
  test.prop([history(stepOf(2, true), 25)], { numRuns: 80 })("after every step of any history", (steps: Step[]) => {
    const peers = pair();
    for (const step of steps) {
      step.run(peers, START);
      for (const peer of peers) expectHonest(peer);
    }
    settle(peers, START);
    const copy = new Peer(0xc3);
    copy.repair(peers[0], 4096);
    expect(copy.keyspace.digest()).toBe(peers[0].keyspace.digest());
  });

  test("F1: replicas with equal contexts have equal fingerprints, and each write changes them", () => {
    const [a, b] = pair();
    const seen = new Set([a.keyspace.digest()]);
    const lines = [
      "SET k 1",
      "SET k 1",
      "EXPIRE k 500",
      "PERSIST k",
      "INCR n 1",
      "INCR n 1",
      "SADD s x",
      "SADD s x",
      "SADD s y",
      "SREM s x",
      "DEL n",
    ];
    for (const [i, one] of lines.entries()) {
      act(a, START + i, one);
      b.pull(a, START + i);
      expect(b.keyspace.digest()).toBe(a.keyspace.digest());
      seen.add(a.keyspace.digest());
    }
    expect(seen.size).toBe(lines.length + 1);
  });

  test("F1: a whole state that is lacking one write has another fingerprint until the write comes", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1", "HSET h f 1");
    b.repair(a);
    act(a, START + 1, "HSET h f 1");
    expect(b.keyspace.digest()).not.toBe(a.keyspace.digest());
    b.pull(a, START + 2);
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  });
});

describe("F1: the fingerprint of a collection", () => {
  test("tells its lives apart, which decide what deadline it will have", () => {
    const dot = { origin: 0, time: 5 };
    const cell = { siblings: [{ ...dot, stamp: 5, birth: dot, value: Buffer.from("v") }], contributions: [] };
    const digests = [[], [{ life: dot, support: dot }], [{ life: { origin: 0, time: 3 }, support: dot }]].map(
      (births) => {
        const { keyspace, origins } = new Peer(0xa1);
        const writer = new SlotsWriter(origins, new ByteWriter());
        writer.key(0, bytes("k"));
        writer.cell({ siblings: [], contributions: [] });
        writer.deadlines([]);
        writer.collections(1);
        writer.collection(KeyType.hash, births, 1);
        writer.element(bytes("f"), { ...cell, deadlines: [] });
        stageContent(keyspace, new Context(), writer.take());
        keyspace.repair.commit(new Context());
        return keyspace.digest();
      },
    );
    expect(new Set(digests).size).toBe(3);
  });
});

describe("K1: of several types", () => {
  test("the one of the newest write shows, the others are hidden until a write that has seen them", () => {
    const [a, b] = pair();
    act(a, START, "SET k v");
    act(b, START + 1, "SADD k x");
    settle([a, b], START + 1);
    for (const { keyspace } of [a, b]) {
      expect(picture(keyspace, START + 2)).toEqual({ "0:k": [["set", "x="], -1] });
      expect(keyspace.siblings(0, bytes("k"))).toMatchObject([{ type: "string" }]);
    }
    act(a, START + 3, "SADD k y");
    settle([a, b], START + 3);
    for (const { keyspace } of [a, b]) expect(keyspace.siblings(0, bytes("k"))).toEqual([]);
    act(b, START + 4, "SREM k x", "SREM k y");
    settle([a, b], START + 4);
    for (const { keyspace } of [a, b]) expect(picture(keyspace, START + 5)).toEqual({});
  });

  test("a SET over a collection whose elements come from the future is newer than it, and than what is older than that", () => {
    const peers = [new Peer(0xa1), new Peer(0xb2), new Peer(0xc3)] as const;
    const [a, b, c] = peers;
    act(b, START + 5000, "SADD k x");
    a.pull(b, START);
    act(a, START, "SET k v");
    act(c, START + 3000, "SET k w");
    settle(peers, START + 1);
    for (const { keyspace } of peers) expect(picture(keyspace, START + 6000)).toEqual({ "0:k": ["v", -1] });
  });
});

describe("keys and values of any length", () => {
  const KIB = 1024;
  const lengths = [0, 1, 47, 48, 49, 12 * KIB - 1, 12 * KIB, 13 * KIB, 1024 * KIB];

  test("are held and exchanged as they are, whether they grow or shrink", () => {
    const [a, b] = pair();
    for (const keyLength of lengths) {
      const key = text(keyLength, 0x6b);
      for (const [i, length] of [...lengths, ...lengths.toReversed()].entries()) {
        if (keyLength + length > 1100 * KIB) continue;
        a.run(START, (ks) => ks.put(0, key, text(length, i), i % 2 === 0 ? -1 : START + 9000));
        b.pull(a, START);
        for (const { keyspace } of [a, b]) expect(value(keyspace, key).equals(text(length, i))).toBe(true);
      }
    }
    const fresh = new Peer(0xc3);
    fresh.repair(b, 1024 * KIB);
    expect(fresh.keyspace.digest()).toBe(a.keyspace.digest());
    expect(fresh.keyspace.size(0)).toBe(lengths.length);
  });

  test("are fields and members, too, and leave nothing behind", () => {
    const [a, b] = pair();
    const empty = [a.keyspace.usedBytes, b.keyspace.usedBytes];
    for (const length of lengths) {
      a.run(START, (ks) => ks.elementPut(0, bytes("h"), KeyType.hash, text(length, 1), text(length, 2)));
      a.run(START, (ks) => ks.elementPut(0, text(length, 3), KeyType.set, text(length, 4), bytes("")));
    }
    b.pull(a, START);
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
    expect(b.keyspace.collection(b.keyspace.peek(0, bytes("h"))).size).toBe(lengths.length);
    for (const length of lengths) {
      b.run(START, (ks) => expect(ks.elementRemove(0, bytes("h"), KeyType.hash, text(length, 1))).toBe(true));
      b.run(START, (ks) => expect(ks.elementRemove(0, text(length, 3), KeyType.set, text(length, 4))).toBe(true));
    }
    a.pull(b, START);
    for (const { keyspace } of [a, b]) while (keyspace.upkeep());
    expect([a.keyspace.usedBytes, b.keyspace.usedBytes]).toEqual(empty);
  });
});
