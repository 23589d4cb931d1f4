/** LCS: of several longest common subsequences any will do; of the places where they match, that they are so many. */
import { checked, exactly, failure, type Expected } from "./expected.ts";
import type { Reply } from "./reply.ts";

/** Redis has a table of four bytes for each pair of places, ends included, and no more than fit into a reply. */
const TABLE_BYTES_MAX = 512 * 2 ** 20;
const TOO_LONG = failure("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");

export function longestCommon(a: string, b: string, given: ReadonlyMap<string, string>, actual: Reply): Expected {
  if (4 * (a.length + 1) * (b.length + 1) > TABLE_BYTES_MAX) return TOO_LONG;
  const longest = lengthOfLongest(a, b);
  if (given.has("IDX")) return checked(Array.isArray(actual) && actual[3] === longest, `the length ${longest}`);
  if (given.has("LEN")) return exactly(longest);
  const isCommon = typeof actual === "string" && isSubsequence(actual, a) && isSubsequence(actual, b);
  return checked(isCommon && actual.length === longest, `${longest} characters common to both`);
}

function lengthOfLongest(a: string, b: string): number {
  const lengths = Array.from({ length: b.length + 1 }, () => 0);
  for (const character of a) {
    // Of the part of `a` before this character, with one character of `b` less.
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = lengths[j] ?? 0;
      lengths[j] = character === b[j - 1] ? diagonal + 1 : Math.max(above, lengths[j - 1] ?? 0);
      diagonal = above;
    }
  }
  return lengths[b.length] ?? 0;
}

function isSubsequence(part: string, whole: string): boolean {
  let found = 0;
  for (const character of whole) if (character === part[found]) found++;
  return found === part.length;
}
