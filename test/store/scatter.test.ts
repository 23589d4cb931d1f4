/** The order in which entries of one table are written into another: each once, spread over the whole at any moment. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { inScatteredOrder } from "../../src/store/scatter.ts";

describe("a scattered order", () => {
  test.prop([fc.integer({ min: 1, max: 20_000 })])("visits each place once", (n) => {
    const seen: number[] = [];
    inScatteredOrder(n, (at) => seen.push(at));
    expect(seen).toHaveLength(n);
    expect(new Set(seen).size).toBe(n);
  });

  test("is nowhere much denser than elsewhere at any moment", () => {
    const n = 50_000;
    const tenths = Array.from({ length: 10 }, () => 0);
    let visited = 0;
    inScatteredOrder(n, (at) => {
      const tenth = Math.floor((at * 10) / n);
      tenths[tenth] = (tenths[tenth] as number) + 1;
      if (++visited % 1000 !== 0) return;
      const mean = visited / tenths.length;
      expect(Math.max(...tenths)).toBeLessThanOrEqual(mean * 1.25 + 10);
    });
  });

  test("spreads its beginning over the whole", () => {
    const n = 10_000;
    const tenths = Array.from({ length: 10 }, () => 0);
    let visited = 0;
    inScatteredOrder(n, (at) => {
      const tenth = Math.floor((at * 10) / n);
      if (visited++ < 100) tenths[tenth] = (tenths[tenth] as number) + 1;
    });
    expect(Math.max(...tenths) - Math.min(...tenths)).toBeLessThanOrEqual(4);
  });
});
