/**
 * Geohashes (G. Niemeyer, 2008) of positions that are given as scores: the same
 * interleaved bits as a score's, but of a grid that reaches to the poles, in
 * letters of five bits. Fifty of the 52 bits fill ten letters; the eleventh is
 * always 0, which clients expect.
 */
import { interleave, LONGITUDE_MAX, type Position, STEPS_MAX } from "./grid.ts";

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
const LETTERS = 10;
const POLE = 90;

export function geohashOf({ longitude, latitude }: Position): string {
  const cells = 2 ** STEPS_MAX;
  const column = Math.trunc(((longitude + LONGITUDE_MAX) / (LONGITUDE_MAX * 2)) * cells);
  const row = Math.trunc(((latitude + POLE) / (POLE * 2)) * cells);
  const bits = interleave(column, row, 0);
  let text = "";
  for (let letter = 1; letter <= LETTERS; letter++) {
    text += ALPHABET.charAt(Math.floor(bits / 2 ** (2 * STEPS_MAX - 5 * letter)) % 32);
  }
  return `${text}0`;
}
