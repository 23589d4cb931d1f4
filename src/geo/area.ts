/**
 * What a search covers (a circle or a box around a centre) and whether a
 * position is within.
 *
 * Most candidates lie outside, so before the exact distance is asked for, bounds
 * that are a little too wide reject them with less trigonometry.
 */
import { EARTH_RADIUS_METRES, metresBetween, metresOf, radians } from "./distance.ts";
import type { Position } from "./grid.ts";

/** All lengths in metres. A circle has a radius, a box a width and a height. */
export type Shape =
  | { readonly kind: "circle"; readonly radius: number }
  | { readonly kind: "box"; readonly width: number; readonly height: number };

/** Wider than rounding errors are. */
const MARGIN = 1 + 1e-9;

export class Area {
  readonly longitude: number;
  readonly latitude: number;
  readonly shape: Shape;
  private readonly cosine: number;
  /** How far apart in latitude, in degrees, anything within can be. */
  private readonly latitudesApart: number;
  /** The greatest haversine of anything within a circle. */
  private readonly haversineMax: number;

  constructor(longitude: number, latitude: number, shape: Shape) {
    this.longitude = longitude;
    this.latitude = latitude;
    this.shape = shape;
    this.cosine = Math.cos(radians(latitude));
    const reach = (shape.kind === "circle" ? shape.radius : shape.height / 2) / EARTH_RADIUS_METRES;
    this.latitudesApart = (reach / radians(1)) * MARGIN;
    const sine = reach < Math.PI ? Math.sin(reach / 2) : Infinity;
    this.haversineMax = shape.kind === "circle" ? sine * sine * MARGIN : Infinity;
  }

  /** How far a position within is from the centre; -1 for one outside. NaN for the other end of the world, which is within. */
  distanceTo(position: Position): number {
    const { longitude, latitude } = position;
    if (Math.abs(latitude - this.latitude) > this.latitudesApart) return -1;
    if (this.shape.kind === "circle") return this.distanceInCircle(longitude, latitude, this.shape.radius);
    if (metresBetween(longitude, latitude, this.longitude, latitude) > this.shape.width / 2) return -1;
    if (metresBetween(longitude, latitude, longitude, this.latitude) > this.shape.height / 2) return -1;
    return metresBetween(this.longitude, this.latitude, longitude, latitude);
  }

  private distanceInCircle(longitude: number, latitude: number, radius: number): number {
    const to = radians(latitude);
    const u = Math.sin((to - radians(this.latitude)) / 2);
    const v = Math.sin((radians(longitude) - radians(this.longitude)) / 2);
    const a = u * u + this.cosine * Math.cos(to) * v * v;
    if (a > this.haversineMax && a <= 1) return -1;
    const distance = metresOf(a);
    return distance > radius ? -1 : distance;
  }
}
