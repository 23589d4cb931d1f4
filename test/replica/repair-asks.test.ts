/**
 * The order in which a repair asks, and what is still to be asked when it breaks off.
 */
import { describe, expect, it } from "vitest";
import { type Ask, RepairAsks } from "../../src/replica/repair-asks.ts";
import { RepairPace } from "../../src/replica/repair-pace.ts";
import { KeyType } from "../../src/store/key-type.ts";
import { OPEN, partsToFill, wholeOf } from "../../src/store/repair/key-range.ts";
import { ASK_NODES_MAX, ASK_RANGES_MAX, ASKS_OPEN_MAX } from "../../transport/message.ts";

const nodesOf = (ask: Ask | undefined) => (ask !== undefined && "nodes" in ask ? ask.nodes : undefined);

const place = (n: number) => new Uint8Array([n, 0, 0, 0]);

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("questions of a repair", () => {
  it("fetch first, and descend depth first", () => {
    const asks = new RepairAsks();
    asks.add("compare", 6, [1]);
    asks.add("compare", 10, [2]);
    asks.add("fetch", 14, [3]);
    expect([asks.next(), asks.next(), asks.next()].map(nodesOf)).toEqual([[3], [2], [1]]);
    expect(asks.next()).toBeUndefined();
  });

  it("name a bounded number of nodes, and few are open at once", () => {
    const asks = new RepairAsks();
    asks.add("fetch", 32, range(0, 20 * ASK_NODES_MAX));
    const open = range(0, ASKS_OPEN_MAX).map(() => asks.next());
    for (const ask of open) expect(nodesOf(ask)).toHaveLength(ASK_NODES_MAX);
    expect(asks.next()).toBeUndefined();
    asks.answered(ASK_NODES_MAX - 1);
    expect(asks.next()).toBeUndefined();
    asks.answered(1);
    expect(nodesOf(asks.next())).toHaveLength(ASK_NODES_MAX);
    expect(asks.oldest).toBe(open[1]);
  });

  it("wait again when nobody answers any more, but for what was answered", () => {
    const asks = new RepairAsks();
    asks.add("fetch", 32, [1, 2, 3, 4]);
    asks.add("compare", 2, [0]);
    asks.next();
    asks.next();
    asks.answered(3);
    asks.reopen();
    expect(asks.waitingNodes).toBe(2);
    const nodes = [nodesOf(asks.next()), nodesOf(asks.next())];
    expect(nodes).toEqual([[4], [0]]);
    asks.answered(1);
    asks.answered(1);
    expect(asks.isEmpty).toBe(true);
  });
});

describe("questions about ranges", () => {
  const key = new Uint8Array([107]);

  it("come before all others, those to fetch first and the latest of them first", () => {
    const asks = new RepairAsks();
    asks.add("fetch", 14, [3]);
    asks.compareRange(wholeOf(0, key, KeyType.set), false);
    asks.fetchRanges(wholeOf(1, key, KeyType.set), [{ from: OPEN, to: OPEN }]);
    asks.fetchRanges(wholeOf(2, key, KeyType.set), [{ from: OPEN, to: OPEN }]);
    const asked = [asks.next(), asks.next(), asks.next(), asks.next()];
    expect(asked.map((ask) => (ask !== undefined && "of" in ask ? [ask.verb, ask.of.db] : ask?.verb))).toEqual([
      ["fetch-ranges", 2],
      ["fetch-ranges", 1],
      "compare-range",
      "fetch",
    ]);
  });

  it("name a bounded number of them, in their order", () => {
    const asks = new RepairAsks();
    const ranges = partsToFill(KeyType.set, 100_000);
    expect(ranges.length).toBeGreaterThan(ASK_RANGES_MAX);
    asks.fetchRanges(wholeOf(0, key, KeyType.set), ranges);
    expect(asks.waitingRanges).toBe(ranges.length);
    const first = asks.next();
    expect(first).toMatchObject({ ranges: ranges.slice(0, ASK_RANGES_MAX) });
    for (let i = 0; i < ASK_RANGES_MAX; i++) {
      expect(asks.oldest).toBe(first);
      asks.answeredRange(OPEN);
    }
    expect(asks.oldest).toBeUndefined();
    expect(asks.waitingRanges).toBe(ranges.length - ASK_RANGES_MAX);
  });

  it("stay open until the last place is answered, and wait again from there on", () => {
    const asks = new RepairAsks();
    asks.fetchRanges(wholeOf(0, key, KeyType.set), [
      { from: OPEN, to: place(1) },
      { from: place(3), to: place(9) },
    ]);
    asks.next();
    asks.answeredRange(OPEN);
    asks.answeredRange(place(4));
    expect(asks.isEmpty).toBe(false);
    asks.reopen();
    expect(asks.waitingRanges).toBe(1);
    expect(asks.next()).toMatchObject({ ranges: [{ from: place(4), to: place(9) }] });
    asks.answeredRange(OPEN);
    expect(asks.isEmpty).toBe(true);
  });
});

describe("the pace of repairs", () => {
  it("is kept in pieces of any size, and nothing is saved up", () => {
    const pace = new RepairPace(1000);
    let sent = 0;
    for (let nowMs = 1_000_000; nowMs < 1_010_000; nowMs += 10) {
      while (pace.allows(nowMs)) {
        pace.spend(300);
        sent += 300;
      }
    }
    expect(sent).toBeGreaterThan(9500);
    expect(sent).toBeLessThan(10_700);
    expect(pace.pieceBytes(100_000)).toBe(125);
  });

  it("is none when none is asked for", () => {
    const pace = new RepairPace(0);
    pace.spend(1e12);
    expect(pace.allows(1)).toBe(true);
    expect(pace.pieceBytes(100_000)).toBe(100_000);
  });
});
