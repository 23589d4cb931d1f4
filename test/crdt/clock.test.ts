/** The hybrid clock, the causal context and the table of origins. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { HybridClock, msOfTime, timeOfMs } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { formatOriginId, ORIGIN_ID_MAX, Origins, ORIGINS_MAX } from "../../crdt/origin.ts";

const wall = fc.nat(2 ** 41);

describe("the hybrid clock", () => {
  test.prop([fc.array(fc.record({ wallMs: wall, peer: fc.nat(2 ** 52) }), { size: "max", maxLength: 60 })])(
    "C1: mints times that rise strictly, whatever the wall clock does and whoever is followed",
    (events) => {
      const clock = new HybridClock(500);
      let last = 0;
      for (const { wallMs, peer } of events) {
        clock.observe(peer, wallMs);
        const time = clock.mint(wallMs);
        expect(time).toBeGreaterThan(last);
        expect(Number.isSafeInteger(time)).toBe(true);
        last = time;
      }
    },
  );

  test.prop([wall, fc.nat(2 ** 52)])(
    "C2: never stands more than the allowed offset ahead of its wall for a peer's sake",
    (wallMs, peer) => {
      const clock = new HybridClock(500);
      clock.mint(wallMs);
      const followed = clock.observe(peer, wallMs);
      expect(clock.last).toBeLessThanOrEqual(timeOfMs(wallMs + 500));
      expect(followed).toBe(peer <= timeOfMs(wallMs + 500));
      if (followed) expect(clock.last).toBeGreaterThanOrEqual(peer);
    },
  );

  test("follows a peer up to the offset exactly, and the next time is above the peer's", () => {
    const clock = new HybridClock(500);
    clock.mint(1000);
    expect(clock.observe(timeOfMs(1500) + 1, 1000)).toBe(false);
    expect(clock.observe(timeOfMs(1500), 1000)).toBe(true);
    expect(clock.nowMs(1000)).toBe(1500);
    expect(clock.mint(1000)).toBe(timeOfMs(1500) + 1);
    expect(clock.nowMs(2000)).toBe(2000);
  });

  test("counts within a millisecond", () => {
    const clock = new HybridClock(0);
    expect([clock.mint(7), clock.mint(7), clock.mint(6)]).toEqual([timeOfMs(7), timeOfMs(7) + 1, timeOfMs(7) + 2]);
    expect(msOfTime(clock.last)).toBe(7);
  });
});

type Times = [origin: number, time: number][];
const times = fc.array(fc.tuple(fc.nat(40), fc.nat(9)), { size: "max", maxLength: 12 });

function contextOf(raised: Times): Context {
  const context = new Context();
  for (const [origin, time] of raised) context.raise(origin, time);
  return context;
}

function merged(a: Context, b: Context): Context {
  const both = a.copy();
  both.merge(b);
  return both;
}

describe("a context", () => {
  test.prop([times])(
    "V1: holds the greatest time of each origin, and covers all up to it and nothing beyond",
    (raised) => {
      const context = contextOf(raised);
      for (let origin = 0; origin < 50; origin++) {
        const greatest = Math.max(0, ...raised.filter(([o]) => o === origin).map(([, t]) => t));
        expect(context.get(origin)).toBe(greatest);
        expect(context.covers(origin, greatest)).toBe(true);
        expect(context.covers(origin, greatest + 1)).toBe(false);
      }
    },
  );

  test.prop([times, times, times])("merges to the least context that includes both", (x, y, z) => {
    const [a, b, c] = [contextOf(x), contextOf(y), contextOf(z)];
    const both = merged(a, b);
    expect(both.includes(a) && both.includes(b)).toBe(true);
    expect(both.equals(merged(b, a))).toBe(true);
    expect(merged(both, c).equals(merged(a, merged(b, c)))).toBe(true);
    expect(both.equals(contextOf([...x, ...y]))).toBe(true);
    if (c.includes(a) && c.includes(b)) expect(c.includes(both)).toBe(true);
  });

  test.prop([times, times])("orders by inclusion: both ways is equality, whatever was raised to nothing", (x, y) => {
    const [a, b] = [contextOf(x), contextOf(y)];
    expect(a.equals(b)).toBe(a.includes(b) && b.includes(a));
    a.raise(60, 0);
    expect(a.equals(contextOf(x))).toBe(true);
    expect(contextOf(x).equals(a)).toBe(true);
  });

  test.prop([times])("is copied apart, and visited in the order of origins", (raised) => {
    const context = contextOf(raised);
    const copy = context.copy();
    const visited: Times = [];
    context.each((origin, time) => visited.push([origin, time]));
    expect(visited.map(([origin]) => origin)).toEqual(visited.map(([origin]) => origin).toSorted((a, b) => a - b));
    context.raise(41, 1);
    expect(copy.equals(contextOf(visited))).toBe(true);
    expect(copy.includes(context)).toBe(false);
  });
});

describe("the table of origins", () => {
  test("names an id by the same index ever after, and back", () => {
    const origins = new Origins();
    expect([origins.intern(0xbeef), origins.intern(ORIGIN_ID_MAX), origins.intern(0xbeef)]).toEqual([0, 1, 0]);
    expect([origins.id(0), origins.id(1), origins.count]).toEqual([0xbeef, ORIGIN_ID_MAX, 2]);
    expect([origins.find(0xbeef), origins.find(0xdead)]).toEqual([0, undefined]);
    expect(() => origins.id(2)).toThrow(RangeError);
  });

  test("refuses what is no id, and more ids than packed entries can name", () => {
    const origins = new Origins();
    for (const id of [0, -1, 1.5, Number.NaN, ORIGIN_ID_MAX + 1]) expect(() => origins.intern(id)).toThrow(RangeError);
    for (let id = 1; id <= ORIGINS_MAX; id++) origins.intern(id);
    expect(() => origins.intern(ORIGINS_MAX + 1)).toThrow(RangeError);
    expect(origins.intern(ORIGINS_MAX)).toBe(ORIGINS_MAX - 1);
  });

  test("prints ids as twelve hexadecimal digits", () => {
    expect([formatOriginId(1), formatOriginId(ORIGIN_ID_MAX)]).toEqual(["000000000001", "ffffffffffff"]);
  });
});
