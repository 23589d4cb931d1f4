/**
 * The order of SORT: by what each element weighs, as a number or as bytes.
 *
 * A weight is the element itself, or what BY looks up for it; where that is not
 * there, it counts as 0, or comes before all bytes. Equal numbers leave it to the
 * elements' bytes, equal bytes to the order that they came in; members of sets
 * come in none, so that their bytes decide.
 */
import { ByteRange } from "../byte-range.ts";
import { parseWeight } from "../double-text.ts";
import { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import type { SortPattern } from "./sort-pattern.ts";

export interface Ordering {
  readonly by: SortPattern | undefined;
  readonly isAlphabetic: boolean;
  readonly isDescending: boolean;
  /** The items come in no order. */
  readonly isUnordered: boolean;
}

/** The indexes of the items in order; undefined when a weight should be a number and is none. */
export function sortedIndexes(call: Call, items: ByteList, ordering: Ordering): number[] | undefined {
  const compare = ordering.isAlphabetic
    ? compareByBytes(call, items, ordering)
    : compareByNumber(call, items, ordering.by);
  if (compare === undefined) return undefined;
  const indexes = Array.from({ length: items.count }, (_, index) => index);
  return indexes.toSorted(ordering.isDescending ? (i, j) => -compare(i, j) : compare);
}

type Compare = (i: number, j: number) => number;

function compareByNumber(call: Call, items: ByteList, by: SortPattern | undefined): Compare | undefined {
  const weights = new Float64Array(items.count);
  const item = new ByteRange();
  const weight = new ByteRange();
  for (let i = 0; i < items.count; i++) {
    items.at(i, item);
    if (by === undefined) weight.set(item.bytes, item.start, item.end);
    else if (!by.read(call, item, weight)) continue;
    const number = parseWeight(weight);
    if (Number.isNaN(number)) return undefined;
    weights[i] = number;
  }
  const byBytes = compareItems(items);
  return (i, j) => {
    const [a, b] = [weights[i] as number, weights[j] as number];
    return a < b ? -1 : a > b ? 1 : byBytes(i, j);
  };
}

function compareByBytes(call: Call, items: ByteList, { by, isUnordered }: Ordering): Compare {
  if (by === undefined) return compareItems(items);
  const weights = new ByteList();
  const isThere = new Uint8Array(items.count);
  const item = new ByteRange();
  const weight = new ByteRange();
  for (let i = 0; i < items.count; i++) {
    if (by.read(call, items.at(i, item), weight)) isThere[i] = 1;
    else weight.set(item.bytes, item.start, item.start);
    weights.push(weight);
  }
  const byBytes = compareItems(weights);
  const byWeight: Compare = (i, j) => (isThere[i] as number) - (isThere[j] as number) || byBytes(i, j);
  if (!isUnordered) return byWeight;
  const byItem = compareItems(items);
  return (i, j) => byWeight(i, j) || byItem(i, j);
}

function compareItems(items: ByteList): Compare {
  const a = new ByteRange();
  const b = new ByteRange();
  return (i, j) => items.at(i, a).compare(items.at(j, b));
}
