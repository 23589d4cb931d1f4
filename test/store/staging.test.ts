/**
 * Repair between its commit and the joining of the last slot: whoever looks or
 * writes meanwhile sees what is as if all had been joined at once (src/store/repair/staging.ts, P1
 * and P2). And what a shortcut does to a state that a repair has brought.
 */
import { describe, expect, test } from "vitest";
import { Context } from "../../crdt/context.ts";
import { ByteRange } from "../../src/byte-range.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import { act, START } from "./acts.ts";
import { bytes, contentOf, Peer, picture, stageContent } from "./peer.ts";

const KEYS = 300;

/** A peer that has committed, and not yet joined, the state of another: many keys in many chunks, over some of its own. */
function committed(): { sender: Peer; receiver: Peer } {
  const sender = new Peer(0xa1);
  const receiver = new Peer(0xb2, [0xa1]);
  act(sender, START, "SET gone 1", "SADD s old", "SET n 5");
  receiver.pull(sender, START);
  act(sender, START + 1, "DEL gone", "SREM s old", "SADD s new", "INCR n 2");
  for (let i = 0; i < KEYS; i++) act(sender, START + 2, `SET k${i} ${i}`);
  act(receiver, START + 3, "SET own 1", "INCR n 10", "SADD s mine");
  receiver.repair(sender, 64);
  expect(receiver.keyspace.stagedBytes).toBeGreaterThan(0);
  return { sender, receiver };
}

function read(keyspace: Keyspace, key: string): string | undefined {
  const ref = keyspace.find(0, bytes(key));
  if (ref === 0) return undefined;
  const value = new ByteRange();
  keyspace.stringValue(ref, value);
  return value.utf8();
}

describe("P2: between the commit of a repair and its join", () => {
  test("a look-up finds what the repair brought, and not what it took", () => {
    const { keyspace } = committed().receiver;
    keyspace.beginEvent(START + 10);
    expect(["k7", "gone", "n", "own"].map((key) => read(keyspace, key))).toEqual(["7", undefined, "17", "1"]);
    expect(keyspace.stagedBytes).toBeGreaterThan(0);
  });

  test("the number of keys, and of those with a deadline, is that of all of them", () => {
    const { receiver } = committed();
    expect(receiver.keyspace.size(0)).toBe(KEYS + 3);
    const sender = new Peer(0xc3);
    act(sender, START, "SET x 1 5000");
    receiver.repair(sender);
    expect(receiver.keyspace.expiringCount(0)).toBe(1);
  });

  test("an enumeration, a random key and the fingerprint speak of all keys", () => {
    for (const look of [
      (ks: Keyspace) => {
        let seen = 0;
        let cursor = 0;
        do cursor = ks.scan(0, cursor, 10, () => void seen++);
        while (cursor !== 0);
        return seen === KEYS + 3;
      },
      (ks: Keyspace) => ks.randomKey(0, () => 0.5) !== 0,
      (ks: Keyspace) => Object.keys(picture(ks, START + 10)).length === KEYS + 3,
    ]) {
      const { keyspace } = committed().receiver;
      keyspace.beginEvent(START + 10);
      expect(look(keyspace)).toBe(true);
    }
    const { sender, receiver } = committed();
    const digest = receiver.keyspace.digest();
    sender.pull(receiver, START + 10);
    expect(sender.keyspace.digest()).toBe(digest);
  });

  test("a write meets what the repair brought, and replaces it everywhere", () => {
    const { sender, receiver } = committed();
    act(receiver, START + 10, "SET k7 mine", "DEL k8", "INCR n 100", "SADD s late", "EXPIRE k9 60000");
    sender.pull(receiver, START + 11);
    for (const { keyspace } of [sender, receiver]) {
      const shows = picture(keyspace, START + 12);
      expect([shows["0:k7"], shows["0:k8"], shows["0:n"]]).toEqual([["mine", -1], undefined, ["117", -1]]);
      expect(shows["0:s"]).toEqual([["set", "late=", "mine=", "new="], -1]);
      expect(shows["0:k9"]).toEqual(["9", START + 10 + 60_000]);
    }
    expect(receiver.keyspace.digest()).toBe(sender.keyspace.digest());
  });

  test("FLUSHDB and FLUSHALL take all of it, here and at the sender", () => {
    for (const flush of ["FLUSHDB", "FLUSHALL"]) {
      const { sender, receiver } = committed();
      act(receiver, START + 10, flush);
      sender.pull(receiver, START + 11);
      for (const { keyspace } of [receiver, sender]) expect(picture(keyspace, START + 12)).toEqual({});
    }
  });

  test("what another peer did is joined with it, and the whole is passed on in a repair of one's own", () => {
    const { sender, receiver } = committed();
    act(sender, START + 10, "DEL k1", "SET k2 again");
    receiver.pull(sender, START + 11);
    const third = new Peer(0xc3);
    third.repair(receiver, 4096);
    expect(picture(third.keyspace, START + 12)).toEqual(picture(receiver.keyspace, START + 12));
    sender.pull(receiver, START + 12);
    expect(third.keyspace.digest()).toBe(sender.keyspace.digest());
  });

  test("a second repair and upkeep finish the first", () => {
    const { sender, receiver } = committed();
    act(sender, START + 10, "SET k1 again");
    receiver.repair(sender, 512);
    while (receiver.keyspace.upkeep());
    expect(receiver.keyspace.stagedBytes).toBe(0);
    sender.pull(receiver, START + 12);
    expect(receiver.keyspace.digest()).toBe(sender.keyspace.digest());
  });
});

describe("P1: what is staged is joined against the context from before the commit", () => {
  test("so that what the context now covers and the state lacks comes in, and what was removed here does not", () => {
    const [sender, receiver] = [new Peer(0xa1), new Peer(0xb2, [0xa1])];
    act(sender, START, "SET removed 1", "SET kept 1");
    receiver.pull(sender, START);
    act(receiver, START + 1, "DEL removed");
    act(sender, START + 1, "SET fresh 1");
    receiver.repair(sender);
    expect(Object.keys(picture(receiver.keyspace, START + 2))).toEqual(["0:fresh", "0:kept"]);
  });

  test("and what was staged and dropped leaves no trace", () => {
    const [sender, receiver] = [new Peer(0xa1), new Peer(0xb2)];
    act(sender, START, "SET k 1");
    stageContent(receiver.keyspace, new Context(), contentOf(sender.keyspace));
    receiver.keyspace.repair.drop();
    receiver.keyspace.repair.commit(new Context());
    expect([receiver.keyspace.size(0), receiver.keyspace.stagedBytes]).toEqual([0, 0]);
  });
});

describe("J1: an interval older than the state that a repair has brought", () => {
  test("does not turn a counter back", () => {
    const [sender, receiver] = [new Peer(0xa1), new Peer(0xb2)];
    act(sender, START, "INCR k 1");
    sender.cut();
    act(sender, START + 1, "INCR k 1");
    sender.cut();
    const content = contentOf(sender.keyspace);
    const origin = receiver.origins.intern(0xa1);
    const end = new Context();
    end.raise(origin, sender.log[1]?.to ?? 0);
    stageContent(receiver.keyspace, end, content);
    receiver.keyspace.repair.commit(new Context());
    for (const { from, to, body } of sender.log) {
      receiver.keyspace.applyInterval(origin, from, to, new Context(), body, START + 2);
      expect(read(receiver.keyspace, "k")).toBe("2");
    }
    expect(receiver.keyspace.digest()).toBe(sender.keyspace.digest());
  });
});

describe("an event", () => {
  test("is one dot, whatever it does, and none when it does nothing", () => {
    const { keyspace, log } = new Peer(0xa1);
    const peer = { keyspace, log };
    keyspace.beginEvent(START);
    expect([keyspace.remove(0, bytes("k")), keyspace.eventHadEffect, keyspace.pendingBytes]).toEqual([false, false, 0]);
    keyspace.put(0, bytes("k"), bytes("1"), -1);
    const time = peer.keyspace.context.get(keyspace.self);
    keyspace.put(1, bytes("l"), bytes("2"), -1);
    keyspace.remove(0, bytes("k"));
    expect([keyspace.eventHadEffect, keyspace.context.get(keyspace.self)]).toEqual([true, time]);
    const { from, to } = keyspace.cutInterval();
    expect([from, to]).toEqual([0, time]);
  });

  test("that counts, resets and counts again is summed alike everywhere", () => {
    const [a, b] = [new Peer(0xa1), new Peer(0xb2)];
    act(a, START, "INCR k 5");
    act(a, START + 1, "INCR k 1", "SET k 10", "INCR k 2", "HINCR h f 4", "DEL h", "HINCR h f 3");
    b.pull(a, START + 2);
    for (const { keyspace } of [a, b]) {
      expect(picture(keyspace, START + 3)).toEqual({ "0:h": [["hash", "f=3"], -1], "0:k": ["12", -1] });
    }
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  });

  test("cannot be spanned by another origin's interval: the running one must be cut first", () => {
    const [a, b] = [new Peer(0xa1), new Peer(0xb2)];
    act(a, START, "SET k 1");
    a.cut();
    act(b, START, "SET l 1");
    const [interval] = a.log;
    if (interval === undefined) throw new Error("nothing was cut");
    const { from, to, body } = interval;
    expect(() => b.keyspace.applyInterval(b.origins.intern(0xa1), from, to, new Context(), body, START)).toThrow(
      /span/,
    );
    expect(() => b.keyspace.heartbeat(START)).toThrow(/within an interval/);
    expect(b.keyspace.size(0)).toBe(1);
  });
});
