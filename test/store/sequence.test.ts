/**
 * The sequence against a plain sorted array. Steps come in runs, so that leaves
 * and branches split and join; addresses are numbered so that they break ties.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Sequence } from "../../src/store/sequence.ts";
import type { Tie } from "../../src/store/sequence-place.ts";

interface Entry {
  score: number;
  address: number;
}

/** A place among equal scores, by address. */
class AddressTie implements Tie {
  address = 0;

  isBefore(address: number): boolean {
    return address < this.address;
  }
}

class Model {
  readonly sequence = new Sequence();
  readonly entries: Entry[] = [];
  private readonly tie = new AddressTie();

  insertInOrder(score: number, address: number): void {
    const rank = this.placeOf(score, address);
    this.tie.address = address;
    expect(this.sequence.lowerBound(score, this.tie)).toBe(rank);
    this.entries.splice(rank, 0, { score, address });
    this.sequence.put(score, this.tie, address);
  }

  /** Removes the entry at a rank by its place; the order must be that of scores and addresses. */
  take(rank: number): void {
    const [entry] = this.entries.splice(rank, 1);
    if (entry === undefined) throw new RangeError(`no entry at ${rank}`);
    this.tie.address = entry.address;
    this.sequence.take(entry.score, this.tie, entry.address);
  }

  insertAt(rank: number, score: number, address: number): void {
    this.entries.splice(rank, 0, { score, address });
    this.sequence.insert(rank, score, address);
  }

  insertAtEnd(isTail: boolean, score: number, address: number): void {
    if (isTail) this.entries.push({ score, address });
    else this.entries.unshift({ score, address });
    this.sequence.insertAtEnd(isTail, score, address);
    expect(this.sequence.scoreAtEnd(isTail)).toBe(score);
    expect(this.sequence.addressAtEnd(isTail)).toBe(address);
  }

  removeAtEnd(isTail: boolean): void {
    const entry = isTail ? this.entries.pop() : this.entries.shift();
    expect(this.sequence.addressAtEnd(isTail)).toBe(entry?.address);
    this.sequence.removeAtEnd(isTail);
  }

  rescore(rank: number, score: number): void {
    const [entry] = this.entries.splice(rank, 1);
    if (entry === undefined) throw new RangeError(`no entry at ${rank}`);
    this.tie.address = entry.address;
    this.sequence.rescore(entry.score, this.tie, entry.address, score);
    this.entries.splice(this.placeOf(score, entry.address), 0, { score, address: entry.address });
  }

  removeAt(rank: number): void {
    this.entries.splice(rank, 1);
    this.sequence.removeAt(rank);
  }

  replaceAt(rank: number, address: number): void {
    const entry = this.entries[rank];
    if (entry !== undefined) entry.address = address;
    this.sequence.replaceAt(rank, address);
  }

  placeOf(score: number, address: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle] as Entry; // below the length
      const isBefore = entry.score < score || (entry.score === score && entry.address < address);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  check(): void {
    const { sequence, entries } = this;
    expect(sequence.size).toBe(entries.length);
    let rank = 0;
    const matches = (address: number, score: number): boolean => {
      const entry = entries[rank];
      return entry?.address === address && entry.score === score;
    };
    sequence.walk(0, Infinity, 1, (address, score) => matches(address, score) && rank++ >= 0);
    expect(rank).toBe(entries.length);
    sequence.walk(rank - 1, Infinity, -1, (address, score) => {
      rank--;
      return matches(address, score);
    });
    expect(rank).toBe(0);
    for (; rank < entries.length; rank += 1 + (entries.length >>> 6)) {
      expect(sequence.addressAt(rank)).toBe(entries[rank]?.address);
      expect(sequence.scoreAt(rank)).toBe(entries[rank]?.score);
    }
  }

  checkPlaces(scores: readonly number[]): void {
    for (const score of scores) {
      expect(this.sequence.countBelow(score, false)).toBe(this.entries.filter((entry) => entry.score < score).length);
      expect(this.sequence.countBelow(score, true)).toBe(this.entries.filter((entry) => entry.score <= score).length);
    }
  }
}

const SCORES = [-Infinity, -3.5, -0, 0, 1, 1.5, 2, 1e300, Infinity];
type Act = "insert" | "head" | "tail" | "removeHead" | "removeTail" | "remove" | "replace";

const step = fc.record({
  act: fc.constantFrom<Act>("insert", "insert", "head", "tail", "removeHead", "removeTail", "remove", "replace"),
  times: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 200, max: 900 })),
  seed: fc.nat(),
});

const EMPTY_BYTES = new Sequence().byteLength;

/** Numbers from 0 up to a bound that look random and are the same for the same seed (a linear congruential generator, Numerical Recipes). */
function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function perform(model: Model, act: Act, roll: (bound: number) => number, address: number): void {
  const size = model.entries.length;
  if (act === "insert") model.insertAt(roll(size + 1), 0, address);
  else if (act === "head") model.insertAtEnd(false, 0, address);
  else if (act === "tail") model.insertAtEnd(true, 0, address);
  else if (size === 0) return;
  else if (act === "removeHead") model.removeAtEnd(false);
  else if (act === "removeTail") model.removeAtEnd(true);
  else if (act === "remove") model.removeAt(roll(size));
  else model.replaceAt(roll(size), address);
}

describe("sequence", () => {
  test.prop([fc.array(step, { maxLength: 14, size: "max" })], { numRuns: 60 })(
    "holds what a plain array holds, whatever is inserted and removed where",
    (steps) => {
      const model = new Model();
      let address = 1;
      for (const { act, times, seed } of steps) {
        const roll = dice(seed);
        for (let turn = 0; turn < times; turn++) perform(model, act, roll, address++);
        model.check();
      }
    },
  );

  test.prop([fc.integer({ min: 1, max: 1200 }), fc.nat()], { numRuns: 15 })(
    "finds places by score and tie, with few scores and many ties",
    (size, seed) => {
      const roll = dice(seed);
      const model = new Model();
      for (let turn = 0; turn < size; turn++) {
        // The index is below the length.
        model.insertInOrder(SCORES[roll(SCORES.length)] as number, 1 + roll(1e6));
        if (roll(10) < 3) model.take(roll(model.entries.length));
        // The index is below the length.
        if (roll(10) < 3 && model.entries.length > 0) {
          model.rescore(roll(model.entries.length), SCORES[roll(SCORES.length)] as number);
        }
      }
      model.check();
      model.checkPlaces([...SCORES, -1, 1.25, 1e301]);
    },
  );

  test.prop(
    [fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 700 }), fc.nat()), { minLength: 6, maxLength: 20 })],
    {
      numRuns: 30,
    },
  )("finds places among what comes and goes at the ends", (runs) => {
    const model = new Model();
    let address = 1;
    let [low, high] = [0, 0];
    for (const [act, times, seed] of runs) {
      const roll = dice(seed);
      for (let turn = 0; turn < times; turn++) {
        if (act === 0) model.insertAtEnd(false, --low, address++);
        else if (act === 1) model.insertAtEnd(true, ++high, address++);
        else if (act === 2) model.insertInOrder(low + roll(high - low + 1), address++);
        else if (model.entries.length === 0) break;
        else if (act === 3) model.take(roll(model.entries.length));
        else model.removeAtEnd(act === 5);
      }
      model.check();
      model.checkPlaces([low, low + 1, 0, high, high + 1]);
    }
  });

  test("puts and takes by place through all heights", () => {
    const roll = dice(11);
    const model = new Model();
    for (let address = 1; address <= 12_000; address++) model.insertInOrder(roll(400), address);
    model.check();
    while (model.entries.length > 0) {
      model.take(roll(3) === 0 ? 0 : roll(model.entries.length));
      if (model.entries.length > 0) model.rescore(roll(model.entries.length), roll(400) + 0.5);
      if (model.entries.length % 2000 === 0) model.check();
    }
    expect(model.sequence.byteLength).toBeLessThanOrEqual(EMPTY_BYTES);
  });

  test("refuses to take what is not at its place", () => {
    const model = new Model();
    for (let address = 1; address <= 1000; address++) model.insertInOrder(address, address);
    const first: Tie = { isBefore: () => false };
    expect(() => model.sequence.take(500, first, 499)).toThrow("not where its order says");
    expect(() => model.sequence.take(1001, first, 1000)).toThrow("no entry at or behind");
    model.check();
  });

  test.each(["head", "tail", "insert"] as const)("keeps order and gives memory back through 20,000 of %s", (act) => {
    const roll = dice(7);
    const model = new Model();
    for (let address = 1; address <= 20_000; address++) perform(model, act, roll, address);
    model.check();
    expect(model.sequence.byteLength).toBeLessThan(20_000 * 26);
    while (model.entries.length > 1000) {
      model.removeAt(roll(model.entries.length));
      if (model.entries.length % 3000 === 0) model.check();
    }
    model.check();
    expect(model.sequence.byteLength).toBeLessThan(1000 * 60);
    while (model.entries.length > 0) model.removeAt(0);
    expect(model.sequence.byteLength).toBeLessThanOrEqual(EMPTY_BYTES);
  });

  test("serves as a queue without growing", () => {
    const model = new Model();
    for (let address = 1; address <= 20_000; address++) {
      model.insertAtEnd(true, 0, address);
      if (model.entries.length > 700) model.removeAtEnd(false);
    }
    model.check();
    expect(model.sequence.byteLength).toBeLessThan(700 * 30);
    while (model.entries.length > 0) model.removeAtEnd(true);
    expect(model.sequence.byteLength).toBeLessThanOrEqual(EMPTY_BYTES);
  });

  test("takes a few dozen entries in little memory", () => {
    const model = new Model();
    for (let address = 1; address <= 40; address++) model.insertAt(address >>> 1, 0, address);
    expect(model.sequence.byteLength).toBeLessThan(1400);
  });

  test("stops a walk after the count, at the ends, or when told", () => {
    const model = new Model();
    for (let address = 1; address <= 600; address++) model.insertAt(address - 1, 0, address);
    const walked = (rank: number, count: number, direction: 1 | -1, last = 0): number[] => {
      const found: number[] = [];
      model.sequence.walk(rank, count, direction, (address) => {
        found.push(address);
        return address !== last;
      });
      return found;
    };
    expect(walked(255, 3, 1)).toEqual([256, 257, 258]);
    expect(walked(256, 3, -1)).toEqual([257, 256, 255]);
    expect(walked(598, 9, 1)).toEqual([599, 600]);
    expect(walked(1, 9, -1)).toEqual([2, 1]);
    expect(walked(300, 9, 1, 302)).toEqual([301, 302]);
    expect(walked(600, 9, 1)).toEqual([]);
    expect(walked(0, 0, 1)).toEqual([]);
  });

  test("is empty and small after a clear", () => {
    const model = new Model();
    for (let address = 1; address <= 5000; address++) model.insertAt(0, 0, address);
    model.sequence.clear();
    model.entries.length = 0;
    expect(model.sequence.byteLength).toBe(EMPTY_BYTES);
    model.insertInOrder(1, 1);
    model.check();
  });
});
