/**
 * Repair by difference: keyspaces that have diverged in any way come to hold
 * exactly what an exchange of all intervals would have given them, and pay for
 * their differences only.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { ByteRange } from "../../../src/byte-range.ts";
import { hashBytes } from "../../../src/store/hash.ts";
import { act, history, lineOver, settle, START, type Step, stepOf } from "../acts.ts";
import { expectEqual } from "../agreement.ts";
import { bytes, type KeyHash, Peer, picture } from "../peer.ts";
import { DifferenceRepair, repairDifferences } from "./difference.ts";

const IDS = [0xa1, 0xb2, 0xc3] as const;
const AFTER = START + 100_000;
const NAMES = Array.from({ length: 12 }, (_, i) => `k${i}`);

/** Few hashes, in few slots and deep nodes: many keys collide, and many are told apart by their last bits only. */
const weak: KeyHash = (key) => {
  const hash = hashBytes(key.bytes, key.start, key.end, 7);
  return ((hash & 1) << 31) | ((hash & 2) << 17) | ((hash & 4) << 8) | (hash & 8);
};

/** All keys have one hash, which is the greatest. */
const same: KeyHash = () => -1;

function peersOf(hash?: KeyHash): [Peer, Peer, Peer] {
  const [a, b, c] = IDS;
  return [new Peer(a, [c, b], hash), new Peer(b, [a, c], hash), new Peer(c, [], hash)];
}

const histories = (one: fc.Arbitrary<string>): fc.Arbitrary<Step[]> => history(stepOf(IDS.length, true, one), 40);

describe("a repair by difference", () => {
  for (const [name, hash] of Object.entries({
    "the hash of the product": undefined,
    "hashes that collide": weak,
    "one hash": same,
  })) {
    test.prop([histories(lineOver(...NAMES)), fc.nat()], { numRuns: 40 })(
      `reaches what the exchange of all intervals reaches, with ${name}`,
      (steps, salt) => {
        const peers = peersOf(hash);
        const [a, b] = peers;
        let now = START;
        for (const step of steps) step.run(peers, (now += 7));
        repairDifferences(a, b, salt);
        settle(peers, now);
        expectEqual(peers, AFTER);
        // What is hidden counts in what comes after.
        for (const [i, peer] of peers.entries())
          act(peer, now + 1, `INCR k1 ${i + 1}`, `HINCR k2 x ${i + 1}`, `SADD k3 ${i}`);
        settle(peers, now + 2);
        expectEqual(peers, AFTER);
      },
    );

    test.prop([histories(lineOver(...NAMES)), histories(lineOver(...NAMES)), fc.nat()], { numRuns: 40 })(
      `takes what both sides do meanwhile, with ${name}`,
      (before, meanwhile, salt) => {
        const peers = peersOf(hash);
        const [a, b] = peers;
        let now = START;
        for (const step of before) step.run(peers, (now += 7));
        const bounds = { entriesMax: 1 + (salt % 3), bytesMax: 1, partBytes: 1 };
        const repair = new DifferenceRepair(a, b, salt, bounds);
        for (const step of meanwhile) {
          repair.step();
          if (/repairs|upkeep/.test(step.name)) continue;
          step.run(peers, (now += 7));
        }
        repair.finish(now);
        settle(peers, now);
        expectEqual(peers, AFTER);
      },
    );
  }

  test("finds nothing below the roots when both hold the same", () => {
    const [a, b] = peersOf();
    for (let i = 0; i < 500; i++) act(a, START + i, `SET k${i} ${i}`, `SADD s${i % 7} ${i}`, `INCR n${i % 5} 1`);
    b.pull(a, START + 500);
    const { asks, cells } = repairDifferences(b, a, 1);
    expect([asks, cells]).toEqual([16, 0]);
  });

  test("fetches only what differs", () => {
    const [a, b] = peersOf();
    for (let i = 0; i < 2000; i++) act(a, START, `SET k${i} ${i}`);
    b.pull(a, START);
    act(a, START + 1, "SET k7 new", "DEL k8", "SET fresh 1");
    const { fetched } = repairDifferences(b, a, 1);
    expect(fetched).toBe(3);
    expectEqual([a, b], AFTER);
  });

  test("tells keys apart that one event wrote and whose hashes are the same", () => {
    const [a, b] = peersOf(same);
    act(a, START, "SET k 1", "SET l 2");
    repairDifferences(b, a, 1);
    expect(picture(b.keyspace, AFTER)).toEqual({ "0:k": ["1", -1], "0:l": ["2", -1] });
  });

  test("brings the floors of counters of which neither shows anything", () => {
    const peers = peersOf();
    const [a, b, c] = peers;
    act(c, START, "INCR k 5", "HINCR h f 5");
    a.pull(c, START);
    act(a, START + 1, "DEL k", "HDEL h f", "HSET h g 1");
    repairDifferences(b, a, 3);
    act(c, START + 2, "INCR k 2", "HINCR h f 2");
    settle(peers, START + 3);
    expectEqual(peers, AFTER);
    expect(picture(b.keyspace, AFTER)).toEqual({ "0:h": [["hash", "f=2", "g=1"], -1], "0:k": ["2", -1] });
  });

  test("brings what was reset after the start and before it was compared", () => {
    const peers = peersOf();
    const [a, b, c] = peers;
    act(c, START, "INCR k 5", "HINCR h f 5");
    b.pull(c, START);
    const repair = new DifferenceRepair(a, b, 3);
    act(b, START + 1, "FLUSHDB");
    act(c, START + 2, "INCR k 2", "HINCR h f 2");
    repair.finish(START + 3);
    settle(peers, START + 4);
    expectEqual(peers, AFTER);
    expect(picture(a.keyspace, AFTER)).toEqual({ "0:h": [["hash", "f=2"], -1], "0:k": ["2", -1] });
  });

  test("brings deadlines whose content was removed after the start and before it was compared", () => {
    const peers = [...peersOf(), new Peer(0xd4)] as const;
    const [a, b, c, d] = peers;
    act(c, START, "SET k 1");
    for (const p of [a, b, d]) p.pull(c, START);
    act(b, START + 1, "EXPIRE k 200000");
    act(c, START + 2, "DEL k");
    act(d, START + 3, "KEEP k 2");
    a.pull(c, START + 4);
    const repair = new DifferenceRepair(a, b, 3);
    b.pull(c, START + 5);
    repair.finish(START + 6);
    settle(peers, START + 7);
    expectEqual(peers, AFTER);
  });

  test("R2: jumps over no removal, since nothing from before its start is applied after a comparison", () => {
    const [a, b] = peersOf();
    act(a, START, "SET k 1");
    a.cut();
    act(a, START + 1, "DEL k");
    const repair = new DifferenceRepair(b, a, 3);
    while (repair.step());
    b.pull(a, START + 2, 1);
    repair.finish(START + 3);
    expectEqual([a, b], AFTER);
    expect(picture(b.keyspace, AFTER)).toEqual({});
  });

  test("keeps values that their writers had not seen of each other", () => {
    const [a, b] = peersOf();
    act(a, START, "SET k 1", "SET l 1 5000", "SET m 1");
    act(b, START + 1, "SET k 2", "SET l 2", "SET m 2 5000");
    repairDifferences(b, a, 3);
    for (const key of ["k", "l", "m"]) expect(b.keyspace.siblings(0, bytes(key)).length).toBe(1);
    a.pull(b, START + 2);
    expectEqual([a, b], AFTER);
  });
});

test("hashes that collide do collide", () => {
  const hashes = new Set(NAMES.map((name) => weak(bytes(name))));
  expect(hashes.size).toBeLessThan(NAMES.length);
  expect(weak(new ByteRange(Buffer.from("k1")))).toBe(weak(bytes("k1")));
});
