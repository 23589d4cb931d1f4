/** The diagram's time axis. */
import { expect, test } from "vitest";
import { timeAxis, type TimeAxis } from "../../sim/report/time-axis.ts";

/** An instant, a second without anything, and then so many instants. */
function axis(count: number): TimeAxis {
  const crowd = Array.from({ length: count }, (_, i) => ({ atMs: 1000 + 10 * i, lane: undefined }));
  return timeAxis([{ atMs: 0, lane: undefined }, ...crowd]);
}

test("a quiet stretch is named as long as there is room for its label", () => {
  expect(axis(10).quiet).toMatchObject([{ forMs: 1000 }]);
  for (const count of [100, 1000, 10_000])
    for (const { fromY, untilY } of axis(count).quiet) expect(untilY - fromY).toBeGreaterThanOrEqual(28);
  expect(axis(10_000).quiet).toEqual([]);
});
