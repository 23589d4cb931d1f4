/**
 * How many distinct elements the registers of a HyperLogLog have met: the
 * estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog
 * sketches" (2017), which needs neither tables nor special cases. It is computed
 * in the order in which Redis computes it, so that the figures are the same.
 */
import { HEADER_BYTES, isDense, REGISTERS } from "./hyperloglog-format.ts";
import { countRuns } from "./hyperloglog-sparse.ts";

/** 1 / (2 ln 2). */
const ALPHA = 0.7213475204444817;
/** Bits of a hash beyond those that name the register. */
const RANK_BITS = 50;
const RANKS = 64;

/** The estimate for what looks like a HyperLogLog; NaN when its registers are not whole. */
export function estimate(bytes: Uint8Array, start: number, end: number): number {
  const histogram = new Uint32Array(RANKS);
  if (isDense(bytes, start)) {
    for (let at = start + HEADER_BYTES; at < end; at += 3) {
      const four = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
      count(histogram, four & 63);
      count(histogram, (four >>> 6) & 63);
      count(histogram, (four >>> 12) & 63);
      count(histogram, four >>> 18);
    }
  } else if (!countRuns(bytes, start, end, histogram)) {
    return Number.NaN;
  }
  return estimateOf(histogram);
}

/** The estimate for 16384 registers, a byte each. */
export function estimateRegisters(registers: Uint8Array): number {
  const histogram = new Uint32Array(RANKS);
  for (let index = 0; index < REGISTERS; index++) count(histogram, registers[index] as number);
  return estimateOf(histogram);
}

function count(histogram: Uint32Array, rank: number): void {
  histogram[rank] = (histogram[rank] as number) + 1; // rank < 64
}

function estimateOf(histogram: Uint32Array): number {
  const of = (rank: number): number => histogram[rank] as number; // rank < 64
  let z = REGISTERS * tau((REGISTERS - of(RANK_BITS + 1)) / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank--) {
    z += of(rank);
    z *= 0.5;
  }
  z += REGISTERS * sigma(of(0) / REGISTERS);
  return Math.round((ALPHA * REGISTERS * REGISTERS) / z);
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let last = Number.NaN; last !== z;) {
    x = Math.sqrt(x);
    last = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let last = Number.NaN; last !== z;) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}
