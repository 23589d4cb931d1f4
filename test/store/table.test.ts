/** The table against a Map: whatever is done to it, it finds what is there, and its memory follows its size. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { NumberedTable, type Spread, SPREADS } from "./numbered-table.ts";

const EMPTY_TABLE_BYTES = new NumberedTable().table.tableBytes;
const spread = fc.constantFrom(...(Object.keys(SPREADS) as Spread[]));
const smallKey = fc.integer({ min: 1, max: 60 });

/** Steps on single keys of a few, to meet every case at small sizes. */
const smallStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("insert" as const), key: smallKey }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), key: smallKey }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace" as const), key: smallKey }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("deadline" as const), key: smallKey, seconds: fc.nat(3) }) },
);

/** A sixteenth of the hash space: emptying some of them leaves segments of different depths. */
const STRETCH = 2 ** 28;

/** Steps on ranges of keys, to split and unite segments. */
const range = fc.record({ from: fc.integer({ min: 1, max: 20_000 }), length: fc.integer({ min: 1, max: 9000 }) });
const largeStep = fc.oneof(
  fc.record({ kind: fc.constant("insert" as const), range }),
  fc.record({ kind: fc.constant("remove" as const), range }),
  fc.record({ kind: fc.constant("deadline" as const), range }),
  fc.record({ kind: fc.constant("remove stretch" as const), first: fc.nat(15), last: fc.nat(15) }),
);

describe("table", () => {
  test.prop([spread, fc.array(smallStep, { maxLength: 200, size: "max" })])(
    "finds exactly what was inserted and not removed, with few keys",
    (kind, steps) => {
      const numbered = new NumberedTable(kind);
      for (const step of steps) {
        if (step.kind === "insert") numbered.insert(step.key);
        else if (step.kind === "remove") numbered.remove(step.key);
        else if (step.kind === "replace") numbered.replace(step.key);
        else numbered.setDeadline(step.key, step.seconds);
        expect(numbered.find(step.key)).toBe(numbered.model.get(step.key) ?? 0);
      }
      numbered.check();
    },
  );

  test.prop([fc.constantFrom<Spread>("even", "few high bits"), fc.array(largeStep, { maxLength: 10, size: "max" })], {
    numRuns: 20,
  })("finds exactly what was inserted and not removed, through splits and unions", (kind, steps) => {
    const numbered = new NumberedTable(kind);
    for (const step of steps) {
      if (step.kind === "remove stretch") {
        numbered.removeStretch(step.first * STRETCH, (step.last + 1) * STRETCH);
        numbered.check();
        continue;
      }
      const { from, length } = step.range;
      if (step.kind === "insert") numbered.insertRange(from, from + length);
      else if (step.kind === "remove") numbered.removeRange(from, from + length);
      else for (let key = from; key < from + length; key += 17) numbered.setDeadline(key, key % 5);
      numbered.check();
    }
    for (const key of numbered.model.keys()) numbered.remove(key);
    expect(numbered.table.tableBytes).toBe(EMPTY_TABLE_BYTES);
  });

  test("keeps working when all hashes are equal", () => {
    const numbered = new NumberedTable("equal");
    numbered.insertRange(1, 4001);
    numbered.check();
    numbered.removeRange(1, 3000);
    numbered.check();
    numbered.removeRange(3000, 4001);
    expect(numbered.table.tableBytes).toBe(EMPTY_TABLE_BYTES);
  });

  test("unites only halves of the same depth", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 30_001);
    // The first eighth of the hash space becomes one segment; of the second, cut in two, one half becomes small.
    numbered.removeStretch(STRETCH / 20, 2 * STRETCH);
    numbered.removeStretch(2 * STRETCH, 2.7 * STRETCH);
    numbered.removeStretch(0, STRETCH / 20);
    numbered.check();
  });

  test("does not let hashes that no prefix tells apart outgrow the entries", () => {
    const numbered = new NumberedTable("few low bits");
    numbered.insertRange(1, 60_000);
    numbered.check();
    expect(numbered.table.tableBytes / numbered.table.size).toBeLessThan(24);
  });

  test("takes 9 to 16 bytes a key once it is large", () => {
    const numbered = new NumberedTable();
    for (let key = 1; key <= 300_000; key++) {
      numbered.insert(key);
      if (key < 20_000 || key % 1000 !== 0) continue;
      expect(numbered.table.tableBytes / key).toBeGreaterThan(9);
      expect(numbered.table.tableBytes / key).toBeLessThan(16);
    }
  });

  test("accounts for a small table with some hundred bytes", () => {
    const numbered = new NumberedTable();
    expect(EMPTY_TABLE_BYTES).toBeLessThan(600);
    numbered.insertRange(1, 8);
    expect(numbered.table.tableBytes).toBeLessThan(700);
  });

  test("returns its memory while keys leave, not only at the end", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 200_001);
    const fullBytes = numbered.table.tableBytes;
    numbered.removeRange(1, 180_001);
    expect(numbered.table.tableBytes).toBeLessThan(fullBytes / 3);
    numbered.check();
  });

  test("is empty after clear, and usable", () => {
    const numbered = new NumberedTable();
    numbered.insertRange(1, 10_000);
    numbered.setDeadline(5, 5);
    numbered.table.clear();
    numbered.model.clear();
    numbered.deadlines.clear();
    expect(numbered.table.tableBytes).toBe(EMPTY_TABLE_BYTES);
    numbered.insertRange(1, 10);
    numbered.check();
  });

  test("takes signed and unsigned hashes for the same", () => {
    const { table } = new NumberedTable();
    const key = Buffer.from([7, 0, 0, 0]);
    table.insert(-5, 7);
    expect(table.find(-5 >>> 0, key, 0, 4)).toBe(7);
    table.remove(-5 >>> 0, 7);
    expect(table.find(-5, key, 0, 4)).toBe(0);
  });

  test("throws when an entry to be removed, replaced or dated is not there", () => {
    const { table } = new NumberedTable();
    table.insert(1, 7);
    expect(() => table.remove(1, 8)).toThrow("entry 8 is not in the table under hash 1");
    expect(() => table.replace(-1, 7, 9)).toThrow("entry 7 is not in the table under hash 4294967295");
    expect(() => table.setDeadline(2 ** 31, 7, 1)).toThrow("entry 7 is not in the table");
  });

  test("keeps a replaced entry's deadline, and notes one beyond 32 bits as their end", () => {
    const numbered = new NumberedTable();
    numbered.insert(1);
    numbered.setDeadline(1, 77);
    numbered.replace(1);
    numbered.check();
    numbered.table.setDeadline(numbered.hashOf(1), numbered.find(1), 2 ** 40);
    expect(numbered.table.deadlineOf(numbered.hashOf(1), numbered.find(1))).toBe(2 ** 32 - 1);
  });
});
