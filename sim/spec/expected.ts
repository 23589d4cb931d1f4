/** What the specification demands of a reply, and the comparison with what came. */
import type { Reply } from "./reply.ts";

export type Expected =
  | { readonly kind: "exactly"; readonly reply: Reply }
  /** The same elements in any order. */
  | { readonly kind: "any order"; readonly elements: readonly Reply[] }
  /** The same pairs in any order: a map as RESP2 sends it. */
  | { readonly kind: "pairs"; readonly pairs: ReadonlyMap<string, string> }
  /** An error with this code, whatever it says. */
  | { readonly kind: "error"; readonly code: string }
  /** The reply was random; the specification has looked at it: undefined when it could be. */
  | { readonly kind: "checked"; readonly problem: string | undefined };

export function exactly(reply: Reply): Expected {
  return { kind: "exactly", reply };
}

export function failure(error: string): Expected {
  return exactly({ error });
}

export function anyOrder(elements: Iterable<string>): Expected {
  return { kind: "any order", elements: [...elements] };
}

export function checked(isRight: boolean, otherwise: string): Expected {
  return { kind: "checked", problem: isRight ? undefined : otherwise };
}

/** Undefined when the reply is as demanded; else what was demanded. */
export function mismatch(expected: Expected, actual: Reply): string | undefined {
  switch (expected.kind) {
    case "exactly":
      return same(expected.reply, actual) ? undefined : show(expected.reply);
    case "any order":
      return sameInAnyOrder(expected.elements, actual) ? undefined : `in any order ${show(expected.elements)}`;
    case "pairs":
      return samePairs(expected.pairs, actual) ? undefined : `the pairs ${show([...expected.pairs].flat())}`;
    case "error":
      return isError(actual) && actual.error.split(" ")[0] === expected.code
        ? undefined
        : `an error with the code ${expected.code}`;
    case "checked":
      return expected.problem;
  }
}

function isError(reply: Reply): reply is { readonly error: string } {
  return typeof reply === "object" && reply !== null && "error" in reply;
}

export function show(reply: Reply): string {
  return JSON.stringify(reply);
}

function same(a: Reply, b: Reply): boolean {
  return a === b || show(a) === show(b);
}

function sameInAnyOrder(elements: readonly Reply[], actual: Reply): boolean {
  if (!Array.isArray(actual) || actual.length !== elements.length) return false;
  return same(elements.map(show).toSorted(), (actual as Reply[]).map(show).toSorted());
}

function samePairs(pairs: ReadonlyMap<string, string>, actual: Reply): boolean {
  if (!Array.isArray(actual) || actual.length !== 2 * pairs.size) return false;
  const list = actual as Reply[];
  const got = new Map(Array.from({ length: pairs.size }, (_, i) => [list[2 * i], list[2 * i + 1]]));
  return got.size === pairs.size && [...pairs].every(([name, value]) => got.get(name) === value);
}
