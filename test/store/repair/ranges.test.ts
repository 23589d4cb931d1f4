/**
 * Large collections travel in ranges: whatever the bounds are, wherever a repair
 * is interrupted by what both sides do, and however its parts are joined, what
 * comes out is what an exchange of all intervals would have brought.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { KeyType } from "../../../src/store/key-type.ts";
import type { RangeBounds } from "../../../src/store/range-bounds.ts";
import { hashBytes } from "../../../src/store/hash.ts";
import { OPEN, wholeOf } from "../../../src/store/repair/key-range.ts";
import { act, history, settle, START, type Step, stepOf } from "../acts.ts";
import { expectEqual } from "../agreement.ts";
import { bytes, type KeyHash, Peer, picture } from "../peer.ts";
import { largeLine, SMALL_RANGES } from "./large-lines.ts";
import { DifferenceRepair, repairDifferences } from "./difference.ts";

const IDS = [0xa1, 0xb2, 0xc3] as const;
const AFTER = START + 100_000;

/** Elements share places. */
const weak: KeyHash = (key) => (hashBytes(key.bytes, key.start, key.end, 7) & 3) << 30;

const bounds = fc.record({
  whole: fc.record({ elements: fc.nat(3), bytes: fc.nat(200) }),
  coarse: fc.record({ elements: fc.integer({ min: 1, max: 4 }), bytes: fc.integer({ min: 1, max: 200 }) }),
  fine: fc.record({ elements: fc.integer({ min: 1, max: 2 }), bytes: fc.integer({ min: 1, max: 100 }) }),
  elementsMax: fc.integer({ min: 1, max: 4 }),
  stepElements: fc.integer({ min: 1, max: 4 }),
});

const histories = (length: number): fc.Arbitrary<Step[]> => history(stepOf(IDS.length, true, largeLine), length);

function peersOf(ranges: RangeBounds = SMALL_RANGES, hash?: KeyHash): [Peer, Peer, Peer] {
  const [a, b, c] = IDS;
  return [new Peer(a, [c, b], hash, ranges), new Peer(b, [a, c], hash, ranges), new Peer(c, [], hash, ranges)];
}

/** What is hidden counts in what comes after. */
function goOn(peers: readonly Peer[], now: number): void {
  for (const [i, peer] of peers.entries()) act(peer, now, `HINCR h a ${i + 1}`, `SADD s ${i}`, `HINCR m b ${i + 1}`);
  settle(peers, now + 1);
  expectEqual(peers, AFTER);
}

describe("a repair of large collections", () => {
  for (const [name, hash] of Object.entries({ "places of their own": undefined, "shared places": weak })) {
    test.prop([histories(40), bounds, fc.nat()], { numRuns: 25 })(
      `reaches what the exchange of all intervals reaches, with ${name}`,
      (steps, ranges, salt) => {
        const peers = peersOf(ranges, hash);
        const [a, b] = peers;
        let now = START;
        for (const step of steps) step.run(peers, (now += 7));
        repairDifferences(a, b, salt);
        settle(peers, now);
        expectEqual(peers, AFTER);
        goOn(peers, now + 1);
      },
    );

    test.prop([histories(40), histories(40), bounds, fc.nat()], { numRuns: 25 })(
      `takes what both sides do meanwhile, with ${name}`,
      (before, meanwhile, ranges, salt) => {
        const peers = peersOf(ranges, hash);
        const [a, b] = peers;
        let now = START;
        for (const step of before) step.run(peers, (now += 7));
        const repair = new DifferenceRepair(a, b, salt, { entriesMax: 1 + (salt % 3), bytesMax: 1, partBytes: 1 });
        for (const step of meanwhile) {
          repair.step();
          if (/repairs|upkeep/.test(step.name)) continue;
          step.run(peers, (now += 7));
        }
        repair.finish(now);
        settle(peers, now);
        expectEqual(peers, AFTER);
        goOn(peers, now + 1);
      },
    );
  }

  test.prop([histories(30), histories(30), fc.nat()], { numRuns: 25 })(
    "may be joined by any mixture of upkeep and looks at keys",
    (before, after, salt) => {
      const peers = peersOf();
      const [a, b] = peers;
      let now = START;
      for (const step of before) step.run(peers, (now += 7));
      repairDifferences(a, b, salt);
      // Some of these look at keys, some are steps of upkeep, some write and pull.
      for (const step of after) step.run(peers, (now += 7));
      settle(peers, now);
      expectEqual(peers, AFTER);
    },
  );

  test("removes a large collection of which the other has a small one, or none, in steps", () => {
    const [a, b] = peersOf({ ...SMALL_RANGES, stepElements: 10 });
    for (let i = 0; i < 300; i++) act(a, START, `SADD s ${i}`, `HSET h ${i} v`, `SADD gone ${i}`);
    b.pull(a, START);
    for (let i = 2; i < 300; i++) act(a, START + 1, `SREM s ${i}`);
    act(a, START + 1, "DEL h", "SET h 1", "DEL gone");
    act(b, START + 1, "SADD s mine", "SADD gone mine");
    repairDifferences(b, a, 1);
    let steps = 0;
    while (b.keyspace.upkeep()) steps++;
    expect(steps).toBeGreaterThan(55);
    a.pull(b, START + 2);
    expectEqual([a, b], AFTER);
    expect(picture(b.keyspace, AFTER)).toMatchObject({
      "0:s": [["set", "0=", "1=", "mine="], -1],
      "0:h": ["1", -1],
      "0:gone": [["set", "mine="], -1],
    });
  });

  test("lets go at once of what a removal has seen all of, and frees it by and by", () => {
    const [a, b] = peersOf();
    for (let i = 0; i < 9000; i++) act(a, START, `SADD s ${i}`, `SADD t ${i}`);
    b.pull(a, START);
    // It has not seen everything that is here, but everything of the one set.
    act(b, START + 1, "SADD t mine");
    act(a, START + 1, "DEL s", "DEL t");
    b.pull(a, START + 2);
    expect(picture(b.keyspace, AFTER)).toEqual({ "0:t": [["set", "mine="], -1] });
    expect(b.keyspace.upkeep()).toBe(true);
    while (b.keyspace.upkeep());
    a.pull(b, START + 3);
    while (a.keyspace.upkeep());
    expectEqual([a, b], AFTER);
  });

  test("ships one change as the part that holds it", () => {
    const [a, b] = peersOf({
      whole: { elements: 100, bytes: 4096 },
      coarse: { elements: 256, bytes: 1e6 },
      fine: { elements: 16, bytes: 1e6 },
      elementsMax: 1000,
      stepElements: 100,
    });
    for (let i = 0; i < 20_000; i++) act(a, START, `SADD s member:${i}`);
    b.pull(a, START);
    act(a, START + 1, "SADD s another", "SREM s member:7");
    const cost = repairDifferences(b, a, 1);
    expect(cost.ranges).toBeLessThanOrEqual(2);
    expect(cost.cells).toBeLessThan(2500);
    expect(cost.descriptions).toBeLessThan(2500);
    expectEqual([a, b], AFTER);
  });

  test("brings the floors of counters of which neither shows anything", () => {
    const peers = peersOf();
    const [a, b, c] = peers;
    for (const field of "abcdef") act(a, START, `HSET h ${field} 1`);
    act(c, START, "HINCR h n 5");
    for (const peer of [a, b]) peer.pull(c, START);
    for (const peer of [b, c]) peer.pull(a, START);
    act(a, START + 1, "HDEL h n");
    act(b, START + 1, "HDEL h n");
    // B's removal is told to C by A alone; then the floor is known where the fields are equal.
    c.pull(a, START + 1);
    const cost = repairDifferences(b, a, 3);
    expect(cost.ranges).toBeGreaterThan(0);
    act(c, START + 2, "HINCR h n 1");
    settle(peers, START + 3);
    expectEqual(peers, AFTER);
  });
});

describe("ranges", () => {
  test("of which bytes are wrong are refused before they change anything", () => {
    const [a, b] = peersOf();
    for (const field of "abcdef") act(a, START, `HSET h ${field} ${field}`);
    b.pull(a, START);
    const whole = wholeOf(0, bytes("h").copy(), KeyType.hash);
    const { bytes: exported, next } = a.keyspace.repair.exportRange(whole, 1);
    const before = b.keyspace.digest();
    const context = b.context(a.times());
    const { repair } = b.keyspace;
    const beyond = { ...whole, from: next };
    expect(() => repair.stageRange(beyond, context, exported)).toThrow("outside the range");
    expect(() => repair.loadRange(beyond, exported)).toThrow("outside the range");
    expect(() => repair.loadRange({ ...whole, from: new Uint8Array(3) }, exported)).toThrow("not a range");
    expect(() => repair.loadRange({ ...whole, from: next, to: next }, exported)).toThrow("not a range");
    expect(() => repair.loadRange(whole, exported.subarray(0, -1))).toThrow();
    expect(() => repair.compareRange(whole, 1, new Uint8Array([2, 0, 0, 0, 0, 0]))).toThrow("no part");
    expect(() => repair.compareRange(whole, 1, new Uint8Array([0, 0, 0, 0, 0, 0, 7]))).toThrow("goes on");
    expect(repair.stagedBytes).toBe(0);
    expect(b.keyspace.digest()).toBe(before);
  });

  test.prop([histories(30), bounds], { numRuns: 25 })("load into exactly what was exported", (steps, ranges) => {
    const peers = peersOf(ranges);
    const [a] = peers;
    let now = START;
    for (const step of steps) step.run(peers, (now += 7));
    while (a.keyspace.upkeep());
    const empty = new Peer(0xd4, [], undefined, ranges);
    const nodes = [0, 2 ** 30, 2 ** 31, 2 ** 31 + 2 ** 30];
    const { bytes: exported, stubs } = a.keyspace.repair.export(2, nodes, 0, Infinity);
    // Foreign origins are numbered otherwise; the bytes name them.
    expect(empty.keyspace.repair.load(2, nodes, exported)).toEqual(stubs);
    for (const { db, key: own, type } of stubs) {
      for (let from = OPEN; ;) {
        const rest = { ...wholeOf(db, own, type), from };
        const { bytes: content, next } = a.keyspace.repair.exportRange(rest, 1);
        empty.keyspace.repair.loadRange({ ...rest, to: next }, content);
        if (next.length === 0) break;
        from = next;
      }
    }
    expect(empty.keyspace.audit()).toEqual([]);
    expect(empty.keyspace.digest()).toBe(a.keyspace.digest());
  });
});
