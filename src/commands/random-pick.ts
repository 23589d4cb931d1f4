/**
 * Random elements of a collection: distinct ones for positive counts,
 * independent ones for negative counts, as SPOP, SRANDMEMBER, HRANDFIELD and
 * ZRANDMEMBER want them.
 *
 * Few of many are drawn one by one and repeats thrown away; many of a few are
 * drawn by shuffling the front of the whole list. References are good until the
 * next write.
 */
import type { ByteRange } from "../byte-range.ts";
import { RANDOM_PICKS_MAX } from "../limits/clients.ts";
import type { Elements } from "../store/elements.ts";
import type { EntryRef } from "../store/entry.ts";
import type { Call } from "./command.ts";
import { NOT_AN_INTEGER, OUT_OF_RANGE } from "./error-texts.ts";
import { parseExactInteger } from "./number.ts";

/** Below a third of the collection, repeats are rare enough to be thrown away; Redis draws the same line. */
const SPARSE_FACTOR = 3;
/** Draws for each pick, on average, before drawing is given up for shuffling. */
const DRAWS_PER_PICK_MAX = 16;
const INT64_MAX = 9223372036854775807n;
/** With values or scores a count is doubled, and twice this would not fit into 64 bits. */
export const PAIRS_END = 2 ** 62;

/** Distinct elements: all when `count` is the size or more. */
export function pickDistinct(collection: Elements, count: number, random: () => number): Iterable<EntryRef> {
  if (count * SPARSE_FACTOR < collection.size) {
    const drawn = drawDistinct(collection, count, random);
    if (drawn.size === count) return drawn;
  }
  const all: EntryRef[] = [];
  collection.forEach((ref) => {
    all.push(ref);
  });
  if (count < all.length) shuffleFront(all, count, random);
  return all;
}

function drawDistinct(collection: Elements, count: number, random: () => number): Set<EntryRef> {
  const picked = new Set<EntryRef>();
  for (let draws = count * DRAWS_PER_PICK_MAX; draws > 0 && picked.size < count; draws--) {
    picked.add(collection.random(random));
  }
  return picked;
}

/** Leaves `count` random ones of all. */
function shuffleFront(all: EntryRef[], count: number, random: () => number): void {
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (all.length - i));
    const picked = all[j] as EntryRef; // i <= j < all.length
    all[j] = all[i] as EntryRef;
    all[i] = picked;
  }
  all.length = count;
}

/** The signed count of SRANDMEMBER, HRANDFIELD and ZRANDMEMBER; NaN after the error reply. */
export function readSignedCount(call: Call, range: ByteRange): number {
  const count = parseExactInteger(range);
  if (count !== undefined && count >= -INT64_MAX) return Number(count);
  const wrong = `${OUT_OF_RANGE}, value must between -${INT64_MAX} and ${INT64_MAX}`;
  call.reply.error(count === undefined ? NOT_AN_INTEGER : wrong);
  return Number.NaN;
}

/** May so many elements be picked with repetition? Replies with the error when not. */
export function mayRepeat(call: Call, count: number): boolean {
  if (count >= -RANDOM_PICKS_MAX) return true;
  call.reply.error(OUT_OF_RANGE);
  return false;
}
