/** Areas, the ranges of scores that they need, and the choice of the nearest, against searching everything. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Area, type Shape } from "../../src/geo/area.ts";
import { rangesToSearch } from "../../src/geo/cells.ts";
import { EARTH_RADIUS_METRES, metresBetween } from "../../src/geo/distance.ts";
import { readPosition, scoreAt } from "../../src/geo/grid.ts";
import { nearest } from "../../src/geo/nearest.ts";

/** Away from the ends of the map, where searches miss what lies across the pole or the date line, as Redis's do. */
const longitude = fc.noBias(fc.double({ min: -150, max: 150, noNaN: true }));
const latitude = fc.noBias(fc.double({ min: -65, max: 65, noNaN: true }));
const metres = fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900_000 }));
const shape: fc.Arbitrary<Shape> = fc.oneof(
  metres.map((radius) => ({ kind: "circle" as const, radius })),
  fc.tuple(metres, metres).map(([width, height]) => ({ kind: "box" as const, width, height })),
);

function isWithin(area: Area, x: number, y: number): boolean {
  if (area.shape.kind === "circle") return metresBetween(area.longitude, area.latitude, x, y) <= area.shape.radius;
  const { width, height } = area.shape;
  return metresBetween(x, y, area.longitude, y) <= width / 2 && metresBetween(x, y, x, area.latitude) <= height / 2;
}

describe("distances", () => {
  test("are those of the sphere", () => {
    const quarter = (EARTH_RADIUS_METRES * Math.PI) / 2;
    expect(metresBetween(0, 0, 90, 0)).toBeCloseTo(quarter, 5);
    expect(metresBetween(13, 0, 13, 90)).toBeCloseTo(quarter, 5);
    expect(metresBetween(13.361389338970184, 38.1155563954963, 15.087267458438873, 37.50266842333162)).toBeCloseTo(
      166_274.1516,
      4,
    );
  });
});

describe("areas", () => {
  test.prop([longitude, latitude, shape, fc.double({ min: -1.5, max: 1.5 }), fc.double({ min: -1.5, max: 1.5 })])(
    "hold what is no farther from the centre, and their ranges of scores do",
    (x, y, form, east, north) => {
      fc.pre(!Number.isNaN(east) && !Number.isNaN(north));
      const area = new Area(x, y, form);
      const reach = form.kind === "circle" ? form.radius : Math.max(form.width, form.height);
      const degrees = (reach / EARTH_RADIUS_METRES) * (180 / Math.PI);
      const score = scoreAt(x + (east * degrees) / Math.cos((y * Math.PI) / 180), y + north * degrees);
      const position = { longitude: 0, latitude: 0 };
      readPosition(score, position);
      const within = isWithin(area, position.longitude, position.latitude);
      const distance = area.distanceTo(position);
      expect(distance >= 0).toBe(within);
      if (!within) return;
      expect(distance).toBeCloseTo(metresBetween(x, y, position.longitude, position.latitude), 6);
      expect(rangesToSearch(area).filter(({ from, to }) => from <= score && score < to).length).toBe(1);
    },
  );

  test("need nine cells at most, which do not overlap", () => {
    for (const radius of [0, 1, 5000, 1e6, 5e6, 3e7]) {
      const ranges = rangesToSearch(new Area(13.4, 52.5, { kind: "circle", radius }));
      expect(ranges.length).toBeLessThanOrEqual(9);
      const sorted = ranges.toSorted((a, b) => a.from - b.from);
      sorted.forEach(({ from, to }, index) => {
        expect(from).toBeLessThan(to);
        expect(sorted[index + 1]?.from ?? Infinity).toBeGreaterThanOrEqual(to);
      });
    }
  });
});

describe("nearest", () => {
  test.prop([
    fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }),
    fc.integer({ min: 1, max: 70 }),
    fc.boolean(),
  ])("chooses and sorts like sorting everything, and keeps equals in order", (distances, count, farthestFirst) => {
    const sign = farthestFirst ? -1 : 1;
    const sorted = distances
      .map((distance, index) => ({ distance, index }))
      .toSorted((a, b) => sign * (a.distance - b.distance) || a.index - b.index)
      .map(({ index }) => index);
    expect([...nearest(distances, count, farthestFirst)]).toEqual(sorted.slice(0, count));
  });
});
