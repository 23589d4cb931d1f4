/**
 * Where a search looks for positions: in nine cells of a coarse grid, the one that holds the centre and those around
 * it, as Redis does. Around the poles, where cells are narrow, it misses some of what is near; nor does it come across
 * scores that no position has. Of 2^steps columns and rows there are the fewer the further the search reaches.
 */
import { cellAt, EARTH_METRES, LATITUDE_MAX, numberOf, RADIANS, STEPS, type Place } from "./geo-grid.ts";

/** Half of what it covers, in metres, and how far that is at most. */
export interface Extent {
  readonly width: number;
  readonly height: number;
  readonly reach: number;
}

interface Cell {
  readonly column: number;
  readonly row: number;
}

type Bounds = Readonly<Record<"west" | "east" | "south" | "north", number>>;

/** In the order in which it looks. */
const AROUND = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
] as const;
/** Half of the way around the Earth on a square map. */
const MAP_METRES = 20_037_726.37;

/** Which of the places to look at comes first; undefined where it does not look. */
export function lookingOrder(from: Place, extent: Extent): (score: number) => number | undefined {
  const bounds = boundsOf(from, extent);
  const finest = stepsFor(from, extent);
  const steps = finest > 1 && !reaches(from, bounds, finest) ? finest - 1 : finest;
  const middle = edgesOf(cellOf(from, steps), steps);
  // Nothing is behind a side that the middle cell covers; of four cells each is on both sides.
  const isUseless = (x: number, y: number): boolean =>
    steps > 1 &&
    ((x < 0 && middle.west < bounds.west) ||
      (x > 0 && middle.east > bounds.east) ||
      (y < 0 && middle.south < bounds.south) ||
      (y > 0 && middle.north > bounds.north));
  const cells = AROUND.map(([x, y]) => {
    const { column, row } = neighbour(cellOf(from, steps), x, y, steps);
    return isUseless(x, y) ? undefined : numberOf(column, row);
  });
  return (score) => {
    const place = cells.indexOf(Math.floor(score / 4 ** (STEPS - steps)));
    return place < 0 ? undefined : place;
  };
}

/** In degrees; how wide it is, it is taken to be at its end towards the pole. */
function boundsOf({ longitude, latitude }: Place, { width, height }: Extent): Bounds {
  const up = height / EARTH_METRES / RADIANS;
  const end = latitude < 0 ? latitude - up : latitude + up;
  const aside = width / EARTH_METRES / Math.cos(end * RADIANS) / RADIANS;
  return { west: longitude - aside, east: longitude + aside, south: latitude - up, north: latitude + up };
}

function stepsFor({ latitude }: Place, { reach }: Extent): number {
  if (reach === 0) return STEPS;
  let steps = -1;
  for (let metres = reach; metres < MAP_METRES; metres *= 2) steps++;
  if (Math.abs(latitude) > 66) steps--;
  if (Math.abs(latitude) > 80) steps--;
  return Math.max(1, Math.min(STEPS, steps));
}

/** Do the cells around the middle go as far as the search? */
function reaches(from: Place, bounds: Bounds, steps: number): boolean {
  const edges = (x: number, y: number): Bounds => edgesOf(neighbour(cellOf(from, steps), x, y, steps), steps);
  return (
    edges(0, 1).north >= bounds.north &&
    edges(0, -1).south <= bounds.south &&
    edges(1, 0).east >= bounds.east &&
    edges(-1, 0).west <= bounds.west
  );
}

function cellOf({ longitude, latitude }: Place, steps: number): Cell {
  const [column, row] = cellAt(longitude, 180, latitude, LATITUDE_MAX, steps);
  return { column, row };
}

/** Behind the last column, or row, the first one follows. */
function neighbour({ column, row }: Cell, x: number, y: number, steps: number): Cell {
  const moved = (at: number, by: number): number => (by === 0 ? at : (at + by + 2 ** steps) % 2 ** steps);
  return { column: moved(column, x), row: moved(row, y) };
}

function edgesOf({ column, row }: Cell, steps: number): Bounds {
  const edge = (at: number, max: number): number => -max + (at / 2 ** steps) * (2 * max);
  return {
    west: edge(column, 180),
    east: edge(column + 1, 180),
    south: edge(row, LATITUDE_MAX),
    north: edge(row + 1, LATITUDE_MAX),
  };
}
