/**
 * How keys go: by their deadline (expiry.ts, X1), by a flush of a full database, and what stays of them until every
 * replica has seen why (residue.ts, Z1).
 */
import { describe, expect, test } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { Residue } from "../../src/store/residue.ts";
import { act, settle, START } from "./acts.ts";
import { bytes, contentOf, Peer, picture } from "./peer.ts";

function pair(): [Peer, Peer] {
  return [new Peer(0xa1, [0xb2]), new Peer(0xb2)];
}

function expire({ keyspace }: Peer, nowMs: number): number {
  return keyspace.expireSome(nowMs, Infinity, 1000);
}

describe("X1: a key past its deadline", () => {
  test("is invisible at once to whoever looks, although it is still counted", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1 100", "HSET h f 1", "EXPIRE h 100");
    b.pull(a, START);
    for (const { keyspace } of [a, b]) {
      expect(Object.keys(picture(keyspace, START + 99))).toEqual(["0:h", "0:k"]);
      expect(picture(keyspace, START + 100)).toEqual({});
      keyspace.beginEvent(START + 100);
      expect([keyspace.find(0, bytes("k")), keyspace.randomKey(0, () => 0.5), keyspace.size(0)]).toEqual([0, 0, 2]);
    }
  });

  test("is removed by the replica that set the deadline, and by others after ten seconds", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1 100");
    b.pull(a, START);
    expect(expire(b, START + 2000)).toBe(0);
    expect(expire(b, START + 10_099)).toBe(0);
    expect(expire(a, START + 2000)).toBe(1);
    expect(expire(b, START + 11_000)).toBe(1);
    expect(b.keyspace.size(0)).toBe(0);
  });

  test("is told of, and counted, when it is removed", () => {
    const [a] = pair();
    const told: string[] = [];
    a.keyspace.onExpired = (db, key) => void told.push(`${db}:${key.utf8()}`);
    act(a, START, "SET k 1 100", "SET l 1 5000", "SET m 1");
    expect(expire(a, START + 2000)).toBe(1);
    expect([told, a.keyspace.expiredKeys, a.keyspace.size(0), a.keyspace.expiringCount(0)]).toEqual([["0:k"], 1, 2, 1]);
  });

  test("is not removed where its deadline was lifted, nor does its removal take what it had not seen", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1 100", "SET l 1 100", "SET m 1 100");
    b.pull(a, START);
    act(b, START + 1, "PERSIST k", "SET l 2", "EXPIRE m 60000");
    expect(expire(b, START + 20_000)).toBe(0);
    expect(expire(a, START + 2000)).toBe(3);
    settle([a, b], START + 20_000);
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
    for (const { keyspace } of [a, b]) expect(Object.keys(picture(keyspace, START + 20_001))).toEqual(["0:l"]);
  });

  test("is removed by the write that finds it, which starts from nothing", () => {
    const [a, b] = pair();
    act(a, START, "SET k 41 100", "HSET h f 1", "EXPIRE h 100");
    act(a, START + 200, "INCR k 1", "HSET h g 2");
    b.pull(a, START + 200);
    for (const { keyspace } of [a, b]) {
      expect(picture(keyspace, START + 300)).toEqual({ "0:h": [["hash", "g=2"], -1], "0:k": ["1", -1] });
    }
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  });

  test("dies by the latest of concurrent deadlines, by none when one is PERSIST, and as a new value by none it did not see", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1", "SET p 1 5000", "SET v 1");
    b.pull(a, START);
    act(a, START + 1, "EXPIRE k 9000", "EXPIRE p 9000", "EXPIRE v 9000");
    act(b, START + 2, "EXPIRE k 100", "PERSIST p", "SET v 2");
    settle([a, b], START + 3);
    for (const { keyspace } of [a, b]) {
      expect(picture(keyspace, START + 4)).toEqual({ "0:k": ["1", START + 9001], "0:p": ["1", -1], "0:v": ["2", -1] });
    }
  });
});

describe("J1: a plain value put over one whose deadline its writer had not seen", () => {
  test("leaves the deadline to the life that a third replica has kept", () => {
    const peers = [new Peer(0xa1), new Peer(0xb2), new Peer(0xc3)] as const;
    const [a, b, c] = peers;
    act(a, START, "SET k 1");
    settle(peers, START);
    act(b, START + 1, "EXPIRE k 5000");
    act(a, START + 2, "SET k 2");
    act(c, START + 3, "KEEP k 3");
    b.pull(a, START + 4);
    a.pull(b, START + 4);
    settle(peers, START + 5);
    for (const { keyspace } of peers) expect(picture(keyspace, START + 6)).toEqual({ "0:k": ["3", START + 5001] });
  });
});

describe("a flush of a full database", () => {
  test("is one short operation, and upkeep gives the memory back in steps", () => {
    const [a] = pair();
    const empty = a.keyspace.usedBytes;
    const key = new ByteRange();
    a.keyspace.beginEvent(START);
    for (let i = 0; i < 100_000; i++) {
      const digits = Buffer.from(String(i));
      a.keyspace.put(0, key.set(digits, 0, digits.length), key, -1);
    }
    a.cut();
    const full = a.keyspace.usedBytes;
    act(a, START + 1, "FLUSHDB");
    expect([a.keyspace.size(0), a.keyspace.digest(), a.keyspace.pendingBytes < 32]).toEqual([0, "0".repeat(16), true]);
    let steps = 1;
    for (let used = full; a.keyspace.upkeep(); steps++) {
      expect(a.keyspace.usedBytes).toBeLessThan(used);
      used = a.keyspace.usedBytes;
    }
    expect(steps).toBeGreaterThan(5);
    expect(a.keyspace.usedBytes).toBe(empty);
  });

  test("takes at another replica what its writer had seen, and nothing else", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1", "INCR n 10", "HINCR h f 1", "SADD s x");
    b.pull(a, START);
    act(b, START + 1, "SET l 1", "INCR n 1", "SADD s y", "HSET h g 1");
    act(a, START + 2, "FLUSHALL");
    settle([a, b], START + 3);
    for (const { keyspace } of [a, b]) {
      expect(picture(keyspace, START + 4)).toEqual({
        "0:h": [["hash", "g=1"], -1],
        "0:l": ["1", -1],
        "0:n": ["1", -1],
        "0:s": [["set", "y="], -1],
      });
    }
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  });
});

describe("residue", () => {
  test("Z1: that is noted again after the seal is left for the next round", () => {
    const residue = new Residue();
    residue.noteKey(0, bytes("k"));
    residue.noteElement(0, bytes("k"), 2, Buffer.from("f"));
    expect([residue.seal(), residue.seal(), residue.count]).toEqual([true, false, 2]);
    residue.noteKey(0, bytes("k"));
    expect(residue.takeSealed().map((path) => path.type)).toEqual([2]);
    expect([residue.count, residue.seal(), residue.takeSealed().length, residue.seal()]).toEqual([1, true, 1, false]);
  });

  test("Z1: names paths apart, however their bytes could be cut", () => {
    const residue = new Residue();
    for (const key of ["k", "k2:", "2/k"]) residue.noteKey(0, bytes(key));
    residue.noteElement(0, bytes("ab"), 2, Buffer.from("c"));
    residue.noteElement(0, bytes("a"), 2, Buffer.from("bc"));
    residue.noteElement(0, bytes("a"), 3, Buffer.from("bc"));
    residue.noteElement(1, bytes("a"), 3, Buffer.from("bc"));
    expect(residue.count).toBe(7);
  });

  test("of every kind is gone when all have seen why, and the key costs nothing any more", () => {
    const [a, b] = pair();
    const empty = [a.keyspace.usedBytes, b.keyspace.usedBytes];
    act(a, START, "SET k 1", "INCR n 1", "HINCR h f 1", "SADD s x");
    settle([a, b], START);
    act(b, START + 1, "INCR n 1", "HINCR h f 1", "EXPIRE k 5000", "EXPIRE h 5000", "EXPIRE s 5000");
    act(a, START + 2, "DEL k", "DEL n", "DEL h", "DEL s", "FLUSHALL");
    settle([a, b], START + 3);
    act(b, START + 4, "DEL k", "DEL n", "DEL h", "DEL s");
    settle([a, b], START + 5);
    expect(a.keyspace.residueCount + b.keyspace.residueCount).toBeGreaterThan(0);
    for (const peer of [a, b, a, b]) peer.sealOrPrune([a, b]);
    for (const { keyspace } of [a, b]) while (keyspace.upkeep());
    expect([a.keyspace.residueCount, b.keyspace.residueCount]).toEqual([0, 0]);
    expect([a.keyspace.usedBytes, b.keyspace.usedBytes]).toEqual(empty);
  });

  test("of a life that a value does not continue is noted where the value was written", () => {
    const [a, b] = pair();
    act(a, START, "SET k 1 5000");
    act(b, START, "SET k 2 6000");
    settle([a, b], START);
    act(a, START + 1, "KEEP k 3");
    settle([a, b], START + 1);
    for (const peer of [a, b, a, b]) peer.sealOrPrune([a, b]);
    const [own, other] = [a, b].map(({ keyspace }) => keyspace.memoryOf(keyspace.peek(0, bytes("k"))));
    expect(own).toBe(other);
    expect(contentOf(a.keyspace).length).toBe(contentOf(b.keyspace).length);
  });
});
