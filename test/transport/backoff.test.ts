/**
 * The delays between tries: within their range, growing, and short again after a success.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { Backoff } from "../../transport/backoff.ts";

describe("backoff", () => {
  test.prop([fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 60 })])(
    "stays within its range whatever the chance",
    (chances) => {
      let next = 0;
      const backoff = new Backoff({ firstMs: 100, lastMs: 5000 }, () => chances[next++ % chances.length] as number);
      for (let i = 0; i < 80; i++) {
        const delayMs = backoff.nextDelayMs();
        expect(delayMs).toBeGreaterThanOrEqual(50);
        expect(delayMs).toBeLessThanOrEqual(Math.min(5000, 100 * 2 ** i));
      }
    },
  );

  it("begins anew after a success", () => {
    const backoff = new Backoff({ firstMs: 100, lastMs: 5000 }, () => 1);
    expect([backoff.nextDelayMs(), backoff.nextDelayMs(), backoff.nextDelayMs()]).toEqual([100, 200, 400]);
    backoff.reset();
    expect(backoff.nextDelayMs()).toBe(100);
  });
});
