/**
 * The ranges of scores that a search has to read: the cell of a coarser grid
 * that holds the centre, and those of its eight neighbours that the area
 * touches. A cell of a grid with 2^steps columns is all scores that begin with
 * the same 2 * steps bits.
 *
 * Which cells, and in which order, decides in which order unsorted results come,
 * so the choice of the grid follows Redis's to the letter.
 */
import type { Area } from "./area.ts";
import { degrees, EARTH_RADIUS_METRES, radians } from "./distance.ts";
import { columnAt, interleave, latitudeOf, longitudeOf, rowAt, STEPS_MAX } from "./grid.ts";

/** Scores from `from` on, below `to`. */
export interface ScoreRange {
  readonly from: number;
  readonly to: number;
}

/** Half of the Earth's girth on a square map, in metres. */
const MAP_HALF_METRES = 20_037_726.37;
/** Beyond these latitudes cells are narrower than they are high: coarser grids. */
const POLAR_LATITUDE = 66;
const FAR_POLAR_LATITUDE = 80;

/** Degrees. West can be less than -180 and east more than 180. */
interface Bounds {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** Steps to a cell: the centre first, then the sides, then the corners. */
const CELLS = [
  { x: 0, y: 0 },
  { x: 0, y: 1 },
  { x: 0, y: -1 },
  { x: 1, y: 0 },
  { x: -1, y: 0 },
  { x: 1, y: 1 },
  { x: -1, y: 1 },
  { x: 1, y: -1 },
  { x: -1, y: -1 },
] as const;

export function rangesToSearch(area: Area): ScoreRange[] {
  const bounds = boundsOf(area);
  const finest = stepsFor(area);
  const steps = finest > 1 && !neighboursReach(area, bounds, finest) ? finest - 1 : finest;
  const column = columnAt(area.longitude, steps);
  const row = rowAt(area.latitude, steps);
  const centre = cellBounds(column, row, steps);
  // In the coarsest grid a neighbour lies on both sides.
  const skips = steps > 1;
  const ranges: ScoreRange[] = [];
  for (const { x, y } of CELLS) {
    if (skips && y < 0 && centre.south < bounds.south) continue;
    if (skips && y > 0 && centre.north > bounds.north) continue;
    if (skips && x < 0 && centre.west < bounds.west) continue;
    if (skips && x > 0 && centre.east > bounds.east) continue;
    const range = rangeOf(moved(column, x, steps), moved(row, y, steps), steps);
    // There, neighbours on opposite sides are the same; they follow each other in the list.
    if (ranges.length > 1 && ranges.at(-1)?.from === range.from) continue;
    ranges.push(range);
  }
  return ranges;
}

/** Degrees around the centre that hold the area, as far as the wider of its two edges goes. */
function boundsOf({ longitude, latitude, shape }: Area): Bounds {
  const height = shape.kind === "circle" ? shape.radius : shape.height / 2;
  const width = shape.kind === "circle" ? shape.radius : shape.width / 2;
  const latitudes = degrees(height / EARTH_RADIUS_METRES);
  const edge = latitude < 0 ? latitude - latitudes : latitude + latitudes;
  const longitudes = degrees(width / EARTH_RADIUS_METRES / Math.cos(radians(edge)));
  return {
    west: longitude - longitudes,
    east: longitude + longitudes,
    south: latitude - latitudes,
    north: latitude + latitudes,
  };
}

/** The finest grid in which, for nearly every centre, the neighbours reach as far as the area. */
function stepsFor({ latitude, shape }: Area): number {
  let reach = shape.kind === "circle" ? shape.radius : Math.sqrt((shape.width / 2) ** 2 + (shape.height / 2) ** 2);
  if (reach === 0) return STEPS_MAX;
  let steps = -1;
  for (; reach < MAP_HALF_METRES; reach *= 2) steps++;
  if (Math.abs(latitude) > POLAR_LATITUDE) steps--;
  if (Math.abs(latitude) > FAR_POLAR_LATITUDE) steps--;
  return Math.max(1, Math.min(STEPS_MAX, steps));
}

function neighboursReach(area: Area, bounds: Bounds, steps: number): boolean {
  const column = columnAt(area.longitude, steps);
  const row = rowAt(area.latitude, steps);
  const farEast = cellBounds(moved(column, 1, steps), row, steps).east;
  const farWest = cellBounds(moved(column, -1, steps), row, steps).west;
  const farNorth = cellBounds(column, moved(row, 1, steps), steps).north;
  const farSouth = cellBounds(column, moved(row, -1, steps), steps).south;
  return farNorth >= bounds.north && farSouth <= bounds.south && farEast >= bounds.east && farWest <= bounds.west;
}

function cellBounds(column: number, row: number, steps: number): Bounds {
  return {
    west: longitudeOf(column, steps),
    east: longitudeOf(column + 1, steps),
    south: latitudeOf(row, steps),
    north: latitudeOf(row + 1, steps),
  };
}

/** The grid has no ends: beyond the last column or row is the first. */
function moved(cell: number, by: number, steps: number): number {
  return by === 0 ? cell : (cell + by) & (2 ** steps - 1);
}

function rangeOf(column: number, row: number, steps: number): ScoreRange {
  const finer = STEPS_MAX - steps;
  const from = interleave(column << finer, row << finer, 0);
  return { from, to: interleave(column << finer, row << finer, 2 ** (2 * finer)) };
}
