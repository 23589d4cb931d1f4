/**
 * What random command lines are put together from. A line is its words, each a latin1 text; a family is a table of
 * commands and of what may follow each.
 */
import fc from "fast-check";

export type CommandLine = readonly string[];
export type Words = fc.Arbitrary<readonly string[]>;
/** Arguments by command. */
export type Family = Readonly<Record<string, Words>>;

export function words(...parts: readonly (fc.Arbitrary<string> | string)[]): Words {
  return fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)));
}

export const nothing: Words = fc.constant([]);

export function some(part: fc.Arbitrary<string>, min = 1, max = 3): Words {
  return fc.array(part, { minLength: min, maxLength: max });
}

/** The same with groups of words. */
export function groups(part: Words, min = 1, max = 3): Words {
  return fc.array(part, { minLength: min, maxLength: max, size: "max" }).map((lists) => lists.flat());
}

export function join(...parts: readonly Words[]): Words {
  return fc.tuple(...parts).map((lists) => lists.flat());
}

/** Up to three options in any order, whether they go together or not. */
export function salad(...options: readonly Words[]): Words {
  return groups(fc.oneof(...options), 0, 3);
}

/** So many keys and the number of them before, which is wrong now and then. */
export function numbered(key: fc.Arbitrary<string>): Words {
  const right = some(key).map((keys) => [String(keys.length), ...keys]);
  const wrong = join(words(fc.constantFrom("1", "2", "3", "0", "-1", "x", "4")), some(key));
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

export function anyCase(word: string): Words {
  return fc.constantFrom(word, word.toLowerCase(), word[0] + word.slice(1).toLowerCase()).map((made) => [made]);
}

/** The commands of a family, all as often. */
export function linesOf(family: Family): fc.Arbitrary<CommandLine> {
  return fc.oneof(...Object.entries(family).map(([name, rest]) => join(anyCase(name), rest)));
}

/** One word too many or too few: the arity must be refused alike. */
export function misshapen(line: fc.Arbitrary<CommandLine>): fc.Arbitrary<CommandLine> {
  return fc
    .tuple(line, fc.boolean())
    .map(([made, longer]) => (longer ? [...made, "x"] : made.slice(0, Math.max(1, made.length - 1))));
}
