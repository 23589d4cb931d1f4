/**
 * What is said of many measurements: the middle one, and how far the rest reach.
 */

/** The middle value, or the mean of the two in the middle. Throws when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("nothing was measured");
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The smallest value that at least `share` of all (0 to 1) do not exceed. Throws when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("nothing was measured");
  return value;
}

/** What is in a row of measurements, one property at a time. */
export function medianOf<T>(rows: readonly T[], property: (row: T) => number): number {
  return median(rows.map(property));
}
