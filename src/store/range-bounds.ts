/**
 * How collections are cut into ranges: what a simulation makes small, so that a
 * handful of elements is enough for it.
 */
import {
  COARSE_RANGE_BYTES,
  COARSE_RANGE_ELEMENTS,
  FINE_RANGE_BYTES,
  FINE_RANGE_ELEMENTS,
  RANGE_ELEMENTS_MAX,
  RANGE_STEP_ELEMENTS,
  WHOLE_COLLECTION_BYTES_MAX,
  WHOLE_COLLECTION_ELEMENTS_MAX,
} from "../limits/keyspace.ts";

interface Grain {
  readonly elements: number;
  readonly bytes: number;
}

export interface RangeBounds {
  /** A collection that has more is a stub in its key's record. */
  readonly whole: Grain;
  /** The ranges that a first description of a collection compares, and those of a second one. */
  readonly coarse: Grain;
  readonly fine: Grain;
  /** Elements in one exported range. */
  readonly elementsMax: number;
  /** Elements that are joined or removed in one step. */
  readonly stepElements: number;
}

export const RANGE_BOUNDS: RangeBounds = {
  whole: { elements: WHOLE_COLLECTION_ELEMENTS_MAX, bytes: WHOLE_COLLECTION_BYTES_MAX },
  coarse: { elements: COARSE_RANGE_ELEMENTS, bytes: COARSE_RANGE_BYTES },
  fine: { elements: FINE_RANGE_ELEMENTS, bytes: FINE_RANGE_BYTES },
  elementsMax: RANGE_ELEMENTS_MAX,
  stepElements: RANGE_STEP_ELEMENTS,
};
