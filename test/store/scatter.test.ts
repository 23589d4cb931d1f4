/** The order in which entries of one table are written into another: each once, spread over the whole at any moment. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { scatterStep } from "../../src/store/scatter.ts";

describe("a scattered order", () => {
  test.prop([fc.integer({ min: 1, max: 5000 })])("visits each place once", (n) => {
    const step = scatterStep(n);
    const seen = new Set<number>();
    for (let i = 0, at = 0; i < n; i++, at = (at + step) % n) seen.add(at);
    expect(seen.size).toBe(n);
  });

  test("spreads its beginning over the whole", () => {
    const n = 10_000;
    const step = scatterStep(n);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0, at = 0; i < 100; i++, at = (at + step) % n) {
      const tenth = Math.floor((at * 10) / n);
      tenths[tenth] = (tenths[tenth] as number) + 1;
    }
    expect(Math.max(...tenths) - Math.min(...tenths)).toBeLessThanOrEqual(4);
  });
});
