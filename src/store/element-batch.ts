/**
 * The elements that one command puts, with their values (a set's are empty).
 *
 * The ranges are the giver's, outside the store's memory, and valid until it is
 * asked for others of the same kind.
 */
import type { ByteRange } from "../byte-range.ts";

export interface ElementBatch {
  readonly count: number;
  element(index: number): ByteRange;
  value(index: number): ByteRange;
}
