/**
 * The parts under the replica one by one: log, gate, queue, stopwatch, greeting.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { Context } from "../../crdt/context.ts";
import { ChangedOrigins } from "../../src/replica/changed-origins.ts";
import { Gate, type LocalInterval } from "../../src/replica/gate.ts";
import { IntervalLog } from "../../src/replica/log.ts";
import { NumberedQueue } from "../../src/replica/numbered-queue.ts";
import { Stopwatch } from "../../src/replica/stopwatch.ts";
import { Origins } from "../../crdt/origin.ts";

describe("the log", () => {
  const appends = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 400 })), { maxLength: 100 });

  test.prop([appends])("stays within its bytes, and serves every origin without a gap from its floor on", (steps) => {
    const log = new IntervalLog(3000);
    const ends = [0, 0, 0];
    for (const [origin, bytes] of steps) {
      const from = ends[origin] as number;
      const to = (ends[origin] = from + 10);
      log.append(origin, from, to, new Uint8Array(bytes), 0);
      expect(log.bytes).toBeLessThanOrEqual(3000);
    }
    for (const origin of [0, 1, 2]) {
      let at = log.servesFrom(origin);
      const { entries } = log.ofOrigin(origin);
      for (let n = log.numberAfter(origin, at); n < entries.end; n++) {
        expect(entries.at(n)?.from).toBe(at);
        at = entries.at(n)?.to ?? -1;
      }
      expect(at).toBe(ends[origin]);
    }
  });

  it("does not keep an interval larger than itself, and says that everybody is lapped", () => {
    const log = new IntervalLog(1000);
    expect(log.append(0, 0, 10, new Uint8Array(10), 0)).toBe(true);
    expect(log.append(0, 10, 20, new Uint8Array(1000), 0)).toBe(false);
    expect(log.append(0, 20, 30, new Uint8Array(10), 0)).toBe(true);
    expect(log.servesFrom(0)).toBe(20);
  });

  it("refuses a gap as a mistake of our own", () => {
    const log = new IntervalLog(1000);
    expect(() => log.append(0, 5, 10, new Uint8Array(1), 0)).toThrow("from 5 after 0");
  });

  it("knows the bytes beyond a time", () => {
    const log = new IntervalLog(10_000);
    for (let i = 0; i < 5; i++) log.append(0, i * 10, i * 10 + 10, new Uint8Array(100), 0);
    expect([0, 9, 10, 49, 50].map((time) => log.bytesAfter(0, time))).toEqual([500, 500, 400, 100, 0]);
  });
});

function interval(origin: number, from: number, to: number, changes: number[] = []): LocalInterval {
  return { origin, from, to, changes, body: new Uint8Array(0), message: new Uint8Array(10), owned: true };
}

const ROOM = { bytesMax: 1000, countMax: 100 };

describe("the gate", () => {
  it("judges by what is covered", () => {
    const context = new Context();
    context.raise(1, 10);
    const gate = new Gate();
    expect(gate.judge(context, interval(1, 10, 20))).toBe("apply");
    expect(gate.judge(context, interval(1, 0, 10))).toBe("duplicate");
    expect(gate.judge(context, interval(1, 5, 20))).toBe("overlap");
    expect(gate.judge(context, interval(1, 15, 20))).toBe("hold");
    expect(gate.judge(context, interval(1, 10, 20, [2, 5]))).toBe("hold");
    expect(gate.judge(context, interval(2, 0, 20))).toBe("apply");
  });

  it("lets go of a chain in causal order once its first link is there", () => {
    const context = new Context();
    const gate = new Gate();
    for (const held of [interval(1, 20, 30), interval(2, 0, 5, [1, 30]), interval(1, 10, 20)]) gate.hold(held, ROOM);
    const taken: number[][] = [];
    const take = (one: LocalInterval): void => {
      gate.remove(one);
      context.raise(one.origin, one.to);
      taken.push([one.origin, one.to]);
    };
    gate.follow(context, take);
    expect(taken).toEqual([]);
    context.raise(1, 10);
    gate.follow(context, take);
    expect(taken).toEqual([
      [1, 20],
      [1, 30],
      [2, 5],
    ]);
    expect([gate.heldCount, gate.heldBytes]).toEqual([0, 0]);
  });

  it("names what is missing first", () => {
    const context = new Context();
    const gate = new Gate();
    gate.hold(interval(1, 20, 30, [2, 7]), ROOM);
    gate.hold(interval(1, 30, 40), ROOM);
    const missing: number[][] = [];
    gate.eachMissing(context, (origin, time) => missing.push([origin, time]));
    expect(missing).toEqual([
      [1, 20],
      [2, 7],
    ]);
  });

  it("holds no more than its bounds", () => {
    const gate = new Gate();
    expect(gate.hold(interval(1, 10, 20), { bytesMax: 15, countMax: 5 })).toBe(true);
    expect(gate.hold(interval(1, 20, 30), { bytesMax: 15, countMax: 5 })).toBe(false);
    expect(gate.hold(interval(1, 20, 30), { bytesMax: 100, countMax: 1 })).toBe(false);
  });
});

describe("the numbered queue", () => {
  test.prop([fc.array(fc.boolean(), { maxLength: 300 })])("keeps every place under its number", (pushes) => {
    const queue = new NumberedQueue<number>();
    for (const push of pushes) {
      if (push) queue.push(queue.end);
      else {
        const oldest = queue.first < queue.end ? queue.first : undefined;
        expect(queue.shift()).toBe(oldest);
      }
      for (let n = queue.first; n < queue.end; n++) expect(queue.at(n)).toBe(n);
      expect(queue.at(queue.end)).toBeUndefined();
      expect(queue.at(queue.first - 1)).toBeUndefined();
    }
  });
});

describe("the stopwatch", () => {
  it("goes on when the wall clock steps back, and hardly leaps when that leaps ahead", () => {
    const stopwatch = new Stopwatch();
    expect([1000, 1010, 500, 520, 4_000_000].map((wallMs) => stopwatch.at(wallMs))).toEqual([0, 10, 10, 30, 1030]);
  });
});

describe("changed origins", () => {
  it("tells each changed origin once, with its time of now", () => {
    const origins = new Origins();
    const [one, two] = [origins.intern(11), origins.intern(22)];
    const context = new Context();
    const changed = new ChangedOrigins();
    for (const origin of [two, one, two]) changed.add(origin);
    context.raise(two, 9);
    context.raise(one, 5);
    expect(changed.take(origins, context)).toEqual([22, 9, 11, 5]);
    expect(changed.empty).toBe(true);
  });
});
