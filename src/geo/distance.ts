/**
 * Distances on a sphere of the Earth's mean radius, by the haversine formula
 * (R. W. Sinnott, "Virtues of the Haversine", 1984), in metres.
 *
 *   a = sin²(Δlatitude / 2) + cos(latitude 1) cos(latitude 2) sin²(Δlongitude / 2)
 *   distance = 2 r asin(√a)
 */
export const EARTH_RADIUS_METRES = 6_372_797.560856;
const RADIANS = Math.PI / 180;

export function radians(angle: number): number {
  return angle * RADIANS;
}

export function degrees(angle: number): number {
  return angle / RADIANS;
}

/** The distance of two points whose haversine is `a`; NaN where rounding has made it more than 1. */
export function metresOf(a: number): number {
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(a));
}

export function metresBetween(longitude1: number, latitude1: number, longitude2: number, latitude2: number): number {
  const from = radians(latitude1);
  const to = radians(latitude2);
  const u = Math.sin((to - from) / 2);
  const v = Math.sin((radians(longitude2) - radians(longitude1)) / 2);
  return metresOf(u * u + Math.cos(from) * Math.cos(to) * v * v);
}
