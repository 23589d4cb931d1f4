/**
 * The latency histogram that a scrape sees: the half-octave buckets of every command, joined by command group and
 * thinned to every second octave, in seconds.
 */
import type { CommandTable } from "../commands/command.ts";
import { bucketOf, LATENCY_BUCKETS, type Statistics } from "../commands/statistics.ts";
import type { HistogramSeries } from "./metric-registry.ts";

/** 4 µs, 16 µs, ... 4.2 s: whole powers of four lie on bucket boundaries, so that nothing is guessed. */
const BOUNDS_MICROSECONDS = Array.from({ length: 11 }, (_, i) => 4 ** (i + 1));

export const LATENCY_BOUNDS_SECONDS: readonly number[] = BOUNDS_MICROSECONDS.map((bound) => bound / 1e6);

export function latencyByGroup(statistics: Statistics, commands: CommandTable): HistogramSeries[] {
  const groups = new Map<string, { buckets: Float64Array; microseconds: number }>();
  for (const { index, command } of commands.all) {
    if (statistics.calls[index] === 0) continue;
    const group = groups.get(command.group) ?? { buckets: new Float64Array(LATENCY_BUCKETS), microseconds: 0 };
    groups.set(command.group, group);
    group.microseconds += statistics.microseconds[index] ?? 0;
    for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
      group.buckets[bucket]! += statistics.histograms[index * LATENCY_BUCKETS + bucket] ?? 0; // bucket < length
    }
  }
  return Array.from(groups, ([group, { buckets, microseconds }]) => {
    const below = (bound: number): number => sum(buckets.subarray(0, bucketOf(bound)));
    return {
      labels: { group },
      counts: BOUNDS_MICROSECONDS.map(below),
      count: sum(buckets),
      sum: microseconds / 1e6,
    };
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
