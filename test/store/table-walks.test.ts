/** Walks over the table: Redis's guarantee for SCAN, slots, sweeps for due entries, fair random picks. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { ascending, NumberedTable, type Spread, SPREADS } from "./numbered-table.ts";

const spread = fc.constantFrom(...(Object.keys(SPREADS) as Spread[]));

/** What happens between two steps of a walk: a range of passing keys comes or goes. */
const PASSING = 100_000;
const change = fc.record({
  insert: fc.boolean(),
  from: fc.nat(20_000),
  length: fc.oneof(fc.nat(20), fc.nat(9000)),
});

/** A linear congruential generator: the same picks on every run. */
function generator(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function expectFairPicks(numbered: NumberedTable): void {
  const kept = numbered.table.size;
  const counts = new Map<number, number>();
  const random = generator();
  for (let i = 0; i < kept * 50; i++) {
    const key = numbered.table.random(random);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  // Chi-squared over `kept` cells: mean kept - 1, deviation about sqrt(2 kept).
  let chi = 0;
  for (const key of numbered.model.keys()) chi += ((counts.get(key) ?? 0) - 50) ** 2 / 50;
  expect(chi).toBeLessThan(kept + 6 * Math.sqrt(2 * kept));
}

function scanAll(numbered: NumberedTable, count: number): { visits: number[]; steps: number } {
  const visits: number[] = [];
  let steps = 0;
  for (let cursor = 0; steps === 0 || cursor !== 0; steps++) {
    cursor = numbered.table.scan(cursor, count, (address) => void visits.push(address));
  }
  return { visits, steps };
}

describe("scan", () => {
  test.prop(
    [
      spread,
      fc.integer({ min: 0, max: 8000 }),
      fc.integer({ min: 1, max: 3000 }),
      fc.array(change, { minLength: 1, maxLength: 12, size: "max" }),
    ],
    { numRuns: 60 },
  )(
    "visits whatever is there from the first step to the last, whatever comes and goes in between",
    (kind, lasting, count, changes) => {
      const numbered = new NumberedTable(kind);
      numbered.insertRange(1, 1 + (kind === "equal" ? lasting % 1000 : lasting));
      const expected = [...numbered.model.keys()];
      const visited = new Set<number>();
      const scale = kind === "equal" ? 10 : 1;
      for (let cursor = 0, step = 0; step === 0 || cursor !== 0; step++) {
        cursor = numbered.table.scan(cursor, count, (address) => void visited.add(NumberedTable.keyOf(address)));
        expect(Number.isInteger(cursor) && cursor >= 0 && cursor < 2 ** 32).toBe(true);
        const next = changes[step];
        if (next === undefined) continue;
        const from = PASSING + Math.floor(next.from / scale);
        const to = from + Math.ceil(next.length / scale);
        if (next.insert) numbered.insertRange(from, to);
        else numbered.removeRange(from, to);
      }
      expect(expected.filter((key) => !visited.has(key))).toEqual([]);
    },
  );

  test.prop([spread, fc.nat(9000), fc.integer({ min: 1, max: 500 })], { numRuns: 40 })(
    "visits everything exactly once while nothing changes",
    (kind, size, count) => {
      const numbered = new NumberedTable(kind);
      numbered.insertRange(1, 1 + (kind === "equal" ? size % 2000 : size));
      const { visits } = scanAll(numbered, count);
      expect(visits.toSorted(ascending)).toEqual([...numbered.model.keys()]);
    },
  );

  test("visits at least as many as asked, and hardly more, until the end", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 50_001);
    for (let cursor = 0, first = true; first || cursor !== 0; first = false) {
      let visits = 0;
      cursor = numbered.table.scan(cursor, 10, () => void visits++);
      if (cursor !== 0) expect(visits).toBeGreaterThanOrEqual(10);
      expect(visits).toBeLessThan(30);
    }
  });

  test("passes a bounded number of empty buckets in a step", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 3001);
    numbered.removeRange(1, 2300);
    const { steps } = scanAll(numbered, 1);
    expect(steps).toBeGreaterThan(400);
  });

  test("ends at once for a cursor beyond all hashes", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 10);
    expect(numbered.table.scan(2 ** 40, 10, () => expect.unreachable())).toBe(0);
  });
});

describe("forEach", () => {
  test("stops when the visitor says false", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 10_001);
    let visits = 0;
    numbered.table.forEach(() => ++visits < 7_000);
    expect(visits).toBe(7_000);
  });

  test.prop([spread, fc.integer({ min: 1, max: 20_000 })], { numRuns: 20 })(
    "over a slot visits the entries whose hashes begin with it, and only those",
    (kind, size) => {
      const numbered = new NumberedTable(kind);
      numbered.insertRange(1, 1 + (kind === "equal" ? size % 1000 : size));
      const slots = new Set([0, 1, 16_383, ...[...numbered.model.keys()].slice(0, 20).map(slotOfKey)]);
      for (const slot of slots) {
        const visited: number[] = [];
        numbered.table.forEachIn(14, slot * 2 ** 18, (address) => void visited.push(address));
        expect(visited.toSorted(ascending)).toEqual(
          [...numbered.model.keys()].filter((key) => slotOfKey(key) === slot),
        );
      }

      function slotOfKey(key: number): number {
        return numbered.hashOf(key) >>> 18;
      }
    },
  );

  test("over all slots, one by one, visits everything once", () => {
    for (const size of [0, 1, 100, 100_000]) {
      const numbered = new NumberedTable();
      numbered.insertRange(1, 1 + size);
      let visits = 0;
      for (let slot = 0; slot < 16_384; slot++) numbered.table.forEachIn(14, slot * 2 ** 18, () => void visits++);
      expect(visits).toBe(size);
    }
  });

  test("over a slot stops when the visitor says false", () => {
    const numbered = new NumberedTable("equal");
    numbered.insertRange(1, 100);
    let visits = 0;
    numbered.table.forEachIn(14, (numbered.hashOf(1) >>> 18) * 2 ** 18, () => ++visits < 3);
    expect(visits).toBe(3);
  });
});

describe("sweep", () => {
  test.prop([spread, fc.nat(12_000), fc.integer({ min: 1, max: 3000 })], { numRuns: 40 })(
    "finds in one round exactly the entries that are due while nothing changes",
    (kind, size, slotsMax) => {
      const numbered = new NumberedTable(kind);
      numbered.insertRange(1, 1 + (kind === "equal" ? size % 1000 : size));
      for (let key = 1; key <= size; key += 3) numbered.setDeadline(key, key % 100);
      const due: number[] = [];
      for (let position = 0, first = true; first || position !== 0; first = false) {
        position = numbered.table.sweep(position, 50, slotsMax, (address) => void due.push(address));
      }
      const expected = [...numbered.deadlines].filter(([, seconds]) => seconds <= 50).map(([key]) => key);
      expect(due.toSorted(ascending)).toEqual(expected.toSorted(ascending));
    },
  );

  test("removes all that is due within two rounds, when what a step has found is removed after it", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 40_001);
    for (let key = 1; key <= 40_000; key++) numbered.setDeadline(key, 1 + (key % 2));
    for (let rounds = 0; rounds < 2; rounds++) {
      for (let position = 0, first = true; first || position !== 0; first = false) {
        const found: number[] = [];
        position = numbered.table.sweep(position, 1, 200, (address) => void found.push(address));
        for (const address of found) numbered.remove(NumberedTable.keyOf(address));
      }
    }
    expect(numbered.table.size).toBe(20_000);
    numbered.check();
  });

  test("costs nothing where no entry has a deadline", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 100_001);
    expect(numbered.table.sweep(0, 1, 1, () => expect.unreachable())).toBe(0);
    numbered.setDeadline(9, 1);
    const visits: number[] = [];
    expect(numbered.table.sweep(0, 1, 10_000, (address) => void visits.push(address))).toBe(0);
    expect(visits).toEqual([9]);
  });
});

describe("random", () => {
  test("picks nothing from an empty table and the only entry of another", () => {
    const numbered = new NumberedTable();
    expect(numbered.table.random(generator())).toBe(0);
    numbered.insert(3);
    expect(numbered.table.random(generator())).toBe(3);
  });

  test("gives each entry the same chance, also after growth and shrinking", () => {
    for (const [inserted, kept] of [
      [10, 10],
      [5000, 10],
      [30_000, 100],
      [6000, 6000],
    ] as const) {
      const numbered = new NumberedTable();
      numbered.insertRange(1, 1 + inserted);
      numbered.removeRange(1 + kept, 1 + inserted);
      expectFairPicks(numbered);
    }
  });

  test("gives each entry the same chance where one part of the hash space is far fuller than another", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 30_001);
    numbered.removeStretch(2 ** 24, 2 ** 31);
    numbered.removeStretch(2 ** 31 + 2 ** 30, 2 ** 32 - 2 ** 22);
    expectFairPicks(numbered);
  });

  test("finds the needle when everything else is empty", () => {
    const numbered = new NumberedTable("few low bits");
    numbered.insertRange(1, 30_000);
    numbered.removeRange(2, 30_000);
    expect(numbered.table.random(generator())).toBe(1);
    expect(numbered.table.random(() => 0)).toBe(1);
  });
});
