/** The virtual clock: order of tasks, and where it stops. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../sim/world/clock.ts";

describe("the virtual clock", () => {
  it("runs tasks by time, and those of one instant as they were scheduled", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const clock = new VirtualClock();
        const ran: { at: number; index: number }[] = [];
        for (const [index, at] of times.entries()) clock.at(at, () => ran.push({ at: clock.nowMs, index }));
        while (clock.step());
        const expected = times.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at || a.index - b.index);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it("runs what a task schedules, and a task for the past at once", () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    clock.at(10, () => {
      clock.at(3, () => ran.push(clock.nowMs));
      clock.after(5, () => ran.push(clock.nowMs));
    });
    clock.runUntil(100);
    expect(ran).toEqual([10, 15]);
    expect(clock.nowMs).toBe(100);
  });

  it("stops before what lies beyond the instant it runs to", () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    for (const at of [1, 2, 3]) clock.at(at, () => ran.push(at));
    clock.runUntil(2);
    expect(ran).toEqual([1, 2]);
    clock.runUntil(3);
    expect(ran).toEqual([1, 2, 3]);
  });
});
