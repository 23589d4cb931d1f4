/**
 * A way of making a scenario simpler: a search that proposes, coarse things first.
 *
 * Whoever runs the search says after each proposal whether it was taken. If so
 * it goes on from there, as in delta debugging (Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", 2002); else from where it
 * was. So one and the same code lists all that is simpler than a scenario (when
 * nothing is taken), and shrinks it without ever starting over. Its result is
 * what it has come to.
 */
import type { Scenario } from "../../scenario/scenario.ts";

export type Search<Result> = Generator<Scenario, Result, boolean>;
/** What a scenario lists with fields that may be plain, and one of it. */
export type RowsName = "replicas" | "links" | "faults";
export type Row = Readonly<Record<string, unknown>>;
export type Way = (scenario: Scenario) => Search<Scenario>;

/** One proposal. */
export function* maybe(current: Scenario, candidate: Scenario): Search<Scenario> {
  return (yield candidate) ? candidate : current;
}

/** The first of several that is taken. */
export function* firstOf(current: Scenario, candidates: Iterable<Scenario>): Search<Scenario> {
  for (const candidate of candidates) if (yield candidate) return candidate;
  return current;
}

/** Drops parts of a list: all of it, halves, quarters, at last single elements; the end goes first. */
export function* shorterList<T>(list: readonly T[], rebuilt: (list: readonly T[]) => Scenario): Search<readonly T[]> {
  let left = list;
  for (let size = left.length; size >= 1; size = Math.min(left.length, Math.floor(size / 2))) {
    for (let end = left.length; end > 0; end -= size) {
      const shorter = [...left.slice(0, Math.max(0, end - size)), ...left.slice(end)];
      if (yield rebuilt(shorter)) left = shorter;
    }
  }
  return left;
}

/** Brings a number nearer to its simplest value: all the way, by a tenth, by half, then to fewer digits. */
export function* simplerNumber(value: number, simplest: number, rebuilt: (value: number) => Scenario): Search<number> {
  if (value === simplest || (yield rebuilt(simplest))) return simplest;
  const whole = Number.isInteger(value);
  let current = value;
  for (const divisor of [10, 2]) {
    for (;;) {
      const smaller = rounded(current / divisor, 1, whole);
      if (Math.abs(smaller) <= Math.abs(simplest) || smaller === current || !(yield rebuilt(smaller))) break;
      current = smaller;
    }
  }
  for (const digits of [1, 2, 3]) {
    const rougher = rounded(current, digits, whole);
    if (rougher !== current && Math.abs(rougher) > Math.abs(simplest) && (yield rebuilt(rougher))) return rougher;
  }
  if (!whole && (yield rebuilt(Math.ceil(current)))) return Math.ceil(current);
  return current;
}

/** Towards zero, to so many significant digits. */
export function rounded(value: number, digits: number, whole = false): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - digits);
  // What is a hair below a round number is that number.
  const result = tidy(Math.trunc(tidy(value / unit)) * unit);
  return whole ? Math.trunc(result) : result;
}

/** To a millionth: sums of fractions without the noise of binary ones. */
export function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Only those proposals of a search for which something holds. */
export function* where<Result>(holds: (candidate: Scenario) => boolean, search: Search<Result>): Search<Result> {
  let step = search.next();
  while (step.done !== true) step = search.next(holds(step.value) && (yield step.value));
  return step.value;
}
