/**
 * Positions as scores of a sorted set: the world as a grid of 2^26 columns and
 * 2^26 rows, the bits of column and row interleaved to 52 (a Morton code; G. M.
 * Morton, 1966), so that what is near in the grid is mostly near in the order.
 *
 *   score    c25 r25 c24 r24 .. c0 r0      c: column bits, from west to east
 *                                          r: row bits, from south to north
 *
 * The southern and northern ends are those of the web's square maps. The end of
 * a range falls one past the grid (column 2^26): such scores have up to 54 bits
 * and are as good as others.
 *
 * A score need not come from here: any double is read as C reads it when it is
 * cast to 64 bits without a sign.
 */
export const LONGITUDE_MAX = 180;
export const LATITUDE_MAX = 85.05112878;
/** Bits of a column or a row in a score. */
export const STEPS_MAX = 26;

const LONGITUDE_SPAN = 360;
const LATITUDE_SPAN = 170.10225756;
const CELLS = 2 ** STEPS_MAX;
const HIGH = 2 ** 32;
const EXACT_MAX = 2 ** 53;

/** A place on the map, in degrees; reused. */
export interface Position {
  longitude: number;
  latitude: number;
}

export function isOnMap(longitude: number, latitude: number): boolean {
  return Math.abs(longitude) <= LONGITUDE_MAX && Math.abs(latitude) <= LATITUDE_MAX;
}

export function scoreAt(longitude: number, latitude: number): number {
  return interleave(columnAt(longitude, STEPS_MAX), rowAt(latitude, STEPS_MAX), 0);
}

/** The column of a grid of 2^steps columns. */
export function columnAt(longitude: number, steps: number): number {
  return Math.trunc(((longitude + LONGITUDE_MAX) / LONGITUDE_SPAN) * 2 ** steps);
}

export function rowAt(latitude: number, steps: number): number {
  return Math.trunc(((latitude + LATITUDE_MAX) / LATITUDE_SPAN) * 2 ** steps);
}

/** The western edge of a column; its eastern edge is the next one's. */
export function longitudeOf(column: number, steps: number): number {
  return -LONGITUDE_MAX + (column / 2 ** steps) * LONGITUDE_SPAN;
}

/** The southern edge of a row. */
export function latitudeOf(row: number, steps: number): number {
  return -LATITUDE_MAX + (row / 2 ** steps) * LATITUDE_SPAN;
}

/** The middle of the finest cell that a score stands for. */
export function readPosition(score: number, out: Position): void {
  let high: number;
  let low: number;
  if (score >= 0 && score < EXACT_MAX) {
    high = Math.floor(score / HIGH);
    low = (score - high * HIGH) >>> 0;
  } else {
    const bits = unsignedBits(score);
    high = Number(bits >> 32n);
    low = Number(bits & 0xffff_ffffn);
  }
  const column = ((gather(high >>> 1) << 16) | gather(low >>> 1)) >>> 0;
  const row = ((gather(high) << 16) | gather(low)) >>> 0;
  const longitude = middle(column, LONGITUDE_MAX, LONGITUDE_SPAN);
  const latitude = middle(row, LATITUDE_MAX, LATITUDE_SPAN);
  out.longitude = Math.max(-LONGITUDE_MAX, Math.min(LONGITUDE_MAX, longitude));
  out.latitude = Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, latitude));
}

/** The bits of a column and a row, and a number to add to them. */
export function interleave(column: number, row: number, more: number): number {
  const low = (spread(row & 0xffff) | (spread(column & 0xffff) << 1)) >>> 0;
  const high = (spread(row >>> 16) | (spread(column >>> 16) << 1)) >>> 0;
  // Only the last addition can round.
  return more < HIGH ? high * HIGH + (low + more) : (high + more / HIGH) * HIGH + low;
}

function middle(cell: number, max: number, span: number): number {
  const from = -max + (cell / CELLS) * span;
  const to = -max + (((cell + 1) >>> 0) / CELLS) * span;
  return (from + to) / 2;
}

/** 16 bits, each with a 0 before it. */
function spread(value: number): number {
  let bits = value;
  bits = (bits | (bits << 8)) & 0x00ff_00ff;
  bits = (bits | (bits << 4)) & 0x0f0f_0f0f;
  bits = (bits | (bits << 2)) & 0x3333_3333;
  return (bits | (bits << 1)) & 0x5555_5555;
}

/** Every second bit of 32, from the lowest on. */
function gather(value: number): number {
  let bits = value & 0x5555_5555;
  bits = (bits | (bits >>> 1)) & 0x3333_3333;
  bits = (bits | (bits >>> 2)) & 0x0f0f_0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff_00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}

/** As the machines that Redis runs on cast a double to 64 bits: modulo 2^64 where a signed number has room for it. */
function unsignedBits(score: number): bigint {
  if (Math.abs(score) < 2 ** 63) return BigInt.asUintN(64, BigInt(Math.trunc(score)));
  if (score < 0) return 1n << 63n;
  return score < 2 ** 64 ? BigInt(score) : 0n;
}
