/** Positions as scores: what goes in comes out within half a cell, and near ends nothing overflows unnoticed. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { geohashOf } from "../../src/geo/geohash.ts";
import { LATITUDE_MAX, LONGITUDE_MAX, readPosition, scoreAt } from "../../src/geo/grid.ts";

const HALF_COLUMN = 180 / 2 ** 26;
const HALF_ROW = LATITUDE_MAX / 2 ** 26;

const longitude = fc.double({ min: -LONGITUDE_MAX, max: LONGITUDE_MAX, noNaN: true });
const latitude = fc.double({ min: -LATITUDE_MAX, max: LATITUDE_MAX, noNaN: true });

function positionOf(score: number): { longitude: number; latitude: number } {
  const position = { longitude: 0, latitude: 0 };
  readPosition(score, position);
  return position;
}

/** The rule of the interleaving, bit by bit. */
function slowScore(column: number, row: number): bigint {
  let score = 0n;
  for (let bit = 26; bit >= 0; bit--) {
    score = (score << 1n) | BigInt(Math.floor(column / 2 ** bit) % 2);
    score = (score << 1n) | BigInt(Math.floor(row / 2 ** bit) % 2);
  }
  return score;
}

describe("scores of positions", () => {
  test.prop([longitude, latitude])("give the position back to within half a cell", (x, y) => {
    const found = positionOf(scoreAt(x, y));
    expect(Math.abs(found.longitude - x)).toBeLessThanOrEqual(HALF_COLUMN * 1.0001);
    expect(Math.abs(found.latitude - y)).toBeLessThanOrEqual(HALF_ROW * 1.0001);
  });

  test.prop([longitude, latitude])("interleave the bits of column and row", (x, y) => {
    const column = Math.trunc(((x + 180) / 360) * 2 ** 26);
    const row = Math.trunc(((y + LATITUDE_MAX) / (LATITUDE_MAX * 2)) * 2 ** 26);
    expect(scoreAt(x, y)).toBe(Number(slowScore(column, row)));
  });

  test("are those of Redis for places that everybody knows", () => {
    expect(scoreAt(13.361389, 38.115556)).toBe(3_479_099_956_230_698);
    expect(scoreAt(15.087269, 37.502669)).toBe(3_479_447_370_796_909);
    expect(positionOf(3_479_099_956_230_698)).toEqual({
      longitude: 13.361389338970184,
      latitude: 38.1155563954963,
    });
  });

  test("stay on the map at its ends", () => {
    for (const x of [-LONGITUDE_MAX, LONGITUDE_MAX]) {
      for (const y of [-LATITUDE_MAX, LATITUDE_MAX]) {
        const found = positionOf(scoreAt(x, y));
        expect(found.longitude).toBeCloseTo(x, 4);
        expect(found.latitude).toBeCloseTo(y, 4);
      }
    }
  });

  test("may be anything at all", () => {
    for (const score of [-1, -0.5, 0.5, 1e17, 1e300, -1e300, Infinity, -Infinity, 2 ** 63, -(2 ** 63)]) {
      const { longitude: x, latitude: y } = positionOf(score);
      expect(Math.abs(x)).toBeLessThanOrEqual(LONGITUDE_MAX);
      expect(Math.abs(y)).toBeLessThanOrEqual(LATITUDE_MAX);
    }
  });
});

describe("geohashes", () => {
  test("are those of everybody, with a last letter of 0", () => {
    expect(geohashOf(positionOf(scoreAt(13.361389, 38.115556)))).toBe("sqc8b49rny0");
    expect(geohashOf(positionOf(scoreAt(15.087269, 37.502669)))).toBe("sqdtr74hyu0");
    expect(geohashOf({ longitude: -5.6, latitude: 42.6 })).toBe("ezs42e44yx0");
  });
});
