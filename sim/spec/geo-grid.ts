/** The Earth as a grid: 26 bits of longitude and 26 of latitude, in turns, are the score of a position. */

export interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

export const LATITUDE_MAX = 85.05112878;
export const STEPS = 26;
export const EARTH_METRES = 6372797.560856;
export const RADIANS = Math.PI / 180;

export function scoreAt({ longitude, latitude }: Place): number {
  return numberOf(...cellAt(longitude, 180, latitude, LATITUDE_MAX, STEPS));
}

/** Of 2^steps columns and rows; at the very edge, the one behind the last. */
export function cellAt(
  longitude: number,
  longitudeMax: number,
  latitude: number,
  latitudeMax: number,
  steps: number,
): [column: number, row: number] {
  const column = ((longitude + longitudeMax) / (2 * longitudeMax)) * 2 ** steps;
  return [Math.floor(column), Math.floor(((latitude + latitudeMax) / (2 * latitudeMax)) * 2 ** steps)];
}

/** The bits of both, from the highest on. */
export function inTurns(column: number, row: number, steps: number): string {
  const [columns, rows] = [column, row].map((number) => number.toString(2).padStart(steps, "0"));
  return Array.from(columns ?? "", (bit, i) => bit + (rows?.[i] ?? "")).join("");
}

export function numberOf(column: number, row: number): number {
  return Number(BigInt(`0b${inTurns(column, row, STEPS + 1)}`));
}

/** The middle of a cell. A score may be any number: C makes 64 bits of it. */
export function placeAt(score: number): Place {
  const bits = Array.from(bitsOf(score).toString(2).padStart(64, "0"));
  const cellOf = (odd: number): number => Number.parseInt(bits.filter((_, i) => i % 2 === odd).join(""), 2);
  return {
    longitude: Math.min(180, middleOf(cellOf(0), 180)),
    latitude: Math.min(LATITUDE_MAX, middleOf(cellOf(1), LATITUDE_MAX)),
  };
}

/** Between its edges, rounded as they are. */
function middleOf(cell: number, max: number): number {
  const [from, to] = [cell, cell + 1].map((edge) => -max + (edge / 2 ** STEPS) * (2 * max));
  return ((from ?? 0) + (to ?? 0)) / 2;
}

function bitsOf(score: number): bigint {
  if (Math.abs(score) < 2 ** 63) return BigInt.asUintN(64, BigInt(Math.trunc(score)));
  return score < 0 ? 2n ** 63n : score < 2 ** 64 ? BigInt(score) : 0n;
}
