/** What the specification demands of a reply, and the comparison with what came. */
import type { Reply } from "./reply.ts";

/** A reply, or a part of one, that is not known to the byte: what may come there. */
export interface Open {
  readonly fits: (reply: Reply) => boolean;
  /** JSON, as what is known would be shown. */
  readonly words: string;
}

/** What is demanded in the place of a reply. */
export type Wanted = null | number | string | { readonly error: string } | Open | readonly Wanted[];

export type Expected =
  | { readonly kind: "exactly"; readonly reply: Wanted }
  /** The same elements in any order. */
  | { readonly kind: "any order"; readonly elements: readonly Reply[] }
  /** The same pairs in any order: a map as RESP2 sends it. */
  | { readonly kind: "pairs"; readonly pairs: ReadonlyMap<string, string> }
  /** An error with this code, whatever it says. */
  | { readonly kind: "error"; readonly code: string }
  /** The reply was random; the specification has looked at it: undefined when it could be. */
  | { readonly kind: "checked"; readonly problem: string | undefined };

export function exactly(reply: Wanted): Expected {
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

export const ANYTHING: Expected = checked(true, "");

/** A number as text, however many digits are printed of it. */
export function numeric(wanted: number, tolerance = 0): Open {
  return {
    fits: (reply) => {
      const got = typeof reply === "string" ? numberIn(reply) : undefined;
      return got !== undefined && (got === wanted || Math.abs(got - wanted) <= tolerance);
    },
    words: show(String(wanted)),
  };
}

/** As C prints them, and JavaScript. */
function numberIn(text: string): number | undefined {
  const infinite = /^(-?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.trim() === text && text !== "" ? Number(text) : undefined;
}

/** Undefined when the reply is as demanded; else what was demanded. */
export function mismatch(expected: Expected, actual: Reply): string | undefined {
  switch (expected.kind) {
    case "exactly":
      return fits(expected.reply, actual) ? undefined : showWanted(expected.reply);
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

export function isError(reply: Reply): reply is { readonly error: string } {
  return typeof reply === "object" && reply !== null && "error" in reply;
}

export function show(reply: Reply): string {
  return JSON.stringify(reply);
}

function showWanted(wanted: Wanted): string {
  if (Array.isArray(wanted)) return `[${(wanted as readonly Wanted[]).map(showWanted).join(",")}]`;
  return isOpen(wanted) ? wanted.words : JSON.stringify(wanted);
}

function isOpen(wanted: Wanted): wanted is Open {
  return typeof wanted === "object" && wanted !== null && "fits" in wanted;
}

export function fits(wanted: Wanted, actual: Reply): boolean {
  if (wanted === actual) return true;
  if (isOpen(wanted)) return wanted.fits(actual);
  if (Array.isArray(wanted)) {
    const list = wanted as readonly Wanted[];
    return (
      Array.isArray(actual) && actual.length === list.length && list.every((one, i) => fits(one, actual[i] as Reply))
    ); // of the same length
  }
  return isError(wanted as Reply) && JSON.stringify(wanted) === show(actual);
}

function sameInAnyOrder(elements: readonly Reply[], actual: Reply): boolean {
  if (!Array.isArray(actual) || actual.length !== elements.length) return false;
  return show(elements.map(show).toSorted()) === show((actual as Reply[]).map(show).toSorted());
}

function samePairs(pairs: ReadonlyMap<string, string>, actual: Reply): boolean {
  if (!Array.isArray(actual) || actual.length !== 2 * pairs.size) return false;
  const list = actual as Reply[];
  const got = new Map(Array.from({ length: pairs.size }, (_, i) => [list[2 * i], list[2 * i + 1]]));
  return got.size === pairs.size && [...pairs].every(([name, value]) => got.get(name) === value);
}
