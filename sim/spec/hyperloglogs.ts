/**
 * HyperLogLogs: strings that count what was added to them, about.
 *
 * A value that is set or made is a life of its own, which grows by what is added
 * and dies with whatever it had grown by. Lives that were begun at the same time
 * show together.
 */
import { ANYTHING, checked, failure, isError, type Expected } from "./expected.ts";
import { argument, OK, ONE, withType, WRONG_TYPE, ZERO, type Reading, type Rules } from "./interpreter.ts";
import { addedTo, isKnown, sketchOf, UNKNOWN } from "./sketch.ts";
import type { Reply } from "./reply.ts";
import { valueOf } from "./strings.ts";
import type { View } from "./view.ts";

const NO_SKETCH = failure("WRONGTYPE Key is not a valid HyperLogLog string value.");
/** Up to so many, an estimate is wrong only where two of them share a register. */
const EXACT_COUNT = 16;
const RELATIVE_ERROR = 0.05;

export const hyperLogLogRules: Rules = {
  PFADD: withType("string", add),
  PFCOUNT: ({ event, args, actual }) => {
    const all = unionOf(
      args.slice(1).map((key) => event.view(key)),
      actual,
    );
    if ("refusal" in all) return all.refusal;
    if (all.added === undefined) return ANYTHING;
    const { size } = all.added;
    const most = size <= EXACT_COUNT ? size : Math.ceil(size * (1 + RELATIVE_ERROR));
    const least = Math.min(size, 1) + Math.max(0, Math.floor((size - 1) * (1 - RELATIVE_ERROR)) - 1);
    const isRight = typeof actual === "number" && actual >= least && actual <= most;
    return checked(isRight, least === most ? String(size) : `about ${size}`);
  },
  PFMERGE: (reading) => {
    const { event, args } = reading;
    const target = argument(reading, 1);
    const view = event.view(target);
    const all = unionOf(
      args.slice(1).map((key) => event.view(key)),
      reading.actual,
    );
    if ("refusal" in all) return all.refusal;
    if (all.added === undefined && isError(reading.actual)) return ANYTHING;
    if (view.type === undefined) {
      event.setString(target, sketchOf(all.added ?? [UNKNOWN]));
      return OK;
    }
    const known = new Set(addedTo(valueOf(view) ?? ""));
    const news = [...(all.added ?? [UNKNOWN])].filter((element) => !known.has(element));
    if (news.length === 0) return OK;
    event.mayDoNothing = true;
    event.growSketch(target, news);
    return OK;
  },
};

function add({ event, args, actual }: Reading, view: View, key: string): Expected {
  const elements = args.slice(2);
  if (view.type === undefined) {
    event.setString(key, sketchOf(elements));
    return ONE;
  }
  const value = valueOf(view) ?? "";
  if (isKnown(value)) return NO_SKETCH;
  const known = addedTo(value);
  const news = elements.filter((element) => known === undefined || !known.includes(element));
  if (known !== undefined && news.length === 0) return ZERO;
  // What changes nothing shares a register with something greater; only hashes tell.
  if (actual === 1) event.growSketch(key, news);
  return known === undefined ? ANYTHING : checked(actual === 0 || actual === 1, "0 or 1");
}

/**
 * What was added to any of them; undefined when that is not known. Keys are read one after the other: what is refused
 * behind a value that is not known may have been refused for that one already, in other words.
 */
function unionOf(
  views: readonly View[],
  actual: Reply,
): { readonly added: ReadonlySet<string> | undefined } | { readonly refusal: Expected } {
  const added = new Set<string>();
  let isComplete = true;
  for (const view of views) {
    if (view.type === undefined) continue;
    const value = view.type === "string" ? (valueOf(view) ?? "") : undefined;
    if (value === undefined || isKnown(value)) {
      const refusal = value === undefined ? WRONG_TYPE : NO_SKETCH;
      return { refusal: isComplete ? refusal : checked(isError(actual), "an error") };
    }
    const elements = addedTo(value);
    if (elements === undefined) isComplete = false;
    else for (const element of elements) added.add(element);
  }
  return { added: isComplete ? added : undefined };
}
