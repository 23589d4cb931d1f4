/** Latency buckets, percentiles and rates. */
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { bucketOf, bucketTop, LATENCY_BUCKETS, Statistics } from "../../src/commands/statistics.ts";

property.prop([fc.integer({ min: 0, max: 2 ** 31 - 1 })])(
  "a latency lies between the tops of its bucket and the one before",
  (microseconds) => {
    const bucket = bucketOf(microseconds);
    expect(bucket).toBeLessThan(LATENCY_BUCKETS);
    expect(bucketTop(bucket)).toBeGreaterThanOrEqual(microseconds);
    if (bucket > 0) expect(bucketTop(bucket - 1)).toBeLessThan(microseconds);
  },
);

test("a latency beyond 35 minutes falls into the last bucket", () => {
  expect(bucketOf(2 ** 40)).toBe(bucketOf(2 ** 31 - 1));
});

test("percentiles of nothing are nothing", () => {
  expect(new Statistics(1).percentile(0, 0.5)).toBe(0);
});

test("percentiles follow the calls", () => {
  const statistics = new Statistics(2);
  for (let i = 0; i < 99; i++) statistics.recordLatency(1, 10);
  statistics.recordLatency(1, 5000);
  expect(statistics.percentile(1, 0.5)).toBe(11);
  expect(statistics.percentile(1, 0.99)).toBe(11);
  expect(statistics.percentile(1, 0.999)).toBe(6143);
  expect(statistics.percentile(0, 0.5)).toBe(0);
});

test("distinct error codes are bounded", () => {
  const statistics = new Statistics(1);
  for (let i = 0; i < 1000; i++) statistics.recordError(`E${i}`);
  expect(statistics.errors.size).toBe(128);
  expect(statistics.errorReplies).toBe(1000);
});

test("commands a second are those since the last sample", () => {
  const statistics = new Statistics(1);
  statistics.sample(10_000);
  for (let i = 0; i < 500; i++) statistics.record(0, 1);
  statistics.sample(10_500);
  expect(statistics.commandsPerSecond).toBe(0);
  statistics.sample(11_000);
  expect(statistics.commandsPerSecond).toBe(500);
});
