/** The seeded random streams: the same again, and apart from each other. */
import { describe, expect, it } from "vitest";
import { Random } from "../../sim/world/random.ts";

const draws = (random: Random): number[] => Array.from({ length: 20 }, () => random.bits());

describe("named random streams", () => {
  it("draw the same again from the same seed and name", () => {
    expect(draws(new Random(7, "network"))).toEqual(draws(new Random(7, "network")));
  });

  it("differ by seed, beyond 32 bits too, and by name", () => {
    const streams = [
      new Random(7, "network"),
      new Random(8, "network"),
      new Random(7 + 2 ** 40, "network"),
      new Random(7, "clocks"),
    ];
    expect(new Set(streams.map((random) => draws(random).join())).size).toBe(4);
  });

  it("keep within their bounds", () => {
    const random = new Random(1, "bounds");
    for (let i = 0; i < 1000; i++) {
      expect([3, 4, 5]).toContain(random.between(3, 5));
      expect(random.exponential(10)).toBeGreaterThanOrEqual(0);
      expect(random.weighted([0, 2, 0, 1])).toSatisfy((index: number) => index === 1 || index === 3);
    }
  });

  it("spread evenly enough to search with", () => {
    const random = new Random(3, "spread");
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[random.below(4)]! += 1; // below(4) is an index of four
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
