/**
 * Strings whose bytes the specification does not know.
 *
 * A HyperLogLog's bytes come from hashes; the specification knows no hash. What
 * it knows is what was added. It stands for the bytes in a string's value, behind
 * a character that no byte is. Whoever writes into such bytes, or into a
 * HyperLogLog that came from elsewhere, makes a value of which nothing is known.
 */
import type { Wanted } from "./expected.ts";

const MARK = "\ue000";
/** What a HyperLogLog begins with. */
const MAGIC = "HYLL";

/** Some bytes or other. */
export const UNKNOWN = MARK;

/** Of elements; who added UNKNOWN to them added some or other. */
export function sketchOf(added: Iterable<string>): string {
  const elements = new Set(added);
  return elements.has(UNKNOWN) ? UNKNOWN : MARK + JSON.stringify([...elements].toSorted());
}

/** What looks like a HyperLogLog is not known either: PFCOUNT writes into it what it has counted. */
export function isKnown(value: string): boolean {
  return !value.startsWith(MARK) && !value.startsWith(MAGIC);
}

/** What was added; undefined when that is not known. */
export function addedTo(value: string): readonly string[] | undefined {
  return value.startsWith(MARK) && value !== UNKNOWN ? (JSON.parse(value.slice(1)) as string[]) : undefined;
}

/** What a reader of a value must be replied. */
export function asRead(value: string | null): Wanted {
  if (value === null || isKnown(value)) return value;
  const begin = value === UNKNOWN ? "" : MAGIC;
  return {
    fits: (reply) => typeof reply === "string" && reply.startsWith(begin),
    words: JSON.stringify(`${begin}...`),
  };
}
