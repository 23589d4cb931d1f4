/** Increments: what they amount to, at a string and at a hash's field alike. */
import { exactly, failure, type Expected } from "./expected.ts";
import {
  decimalOf,
  fitsInt64,
  formatDecimal,
  integerOf,
  integerReply,
  isInfinite,
  saturated,
  scaled,
} from "./number.ts";

/** Where is counted. */
export interface Counter {
  /** What it shows now; null when there is nothing. */
  readonly shows: () => string | null;
  readonly count: (amount: bigint) => void;
  /** Replaces what it shows. */
  readonly put: (value: string) => void;
}

const OVERFLOW = failure("ERR increment or decrement would overflow");
const NO_FINITE_SUM = failure("ERR increment would produce NaN or Infinity");

export function increment(counter: Counter, amount: bigint, notAnInteger: Expected): Expected {
  const old = integerOf(counter.shows() ?? "0");
  if (old === undefined) return notAnInteger;
  if (!fitsInt64(scaled(old + amount))) return OVERFLOW;
  counter.count(scaled(amount));
  return exactly(integerReply(counter.shows() ?? "0"));
}

export function incrementByFloat(counter: Counter, by: string, notAFloat: Expected): Expected {
  const old = decimalOf(counter.shows() ?? "0");
  const amount = decimalOf(by);
  if (isInfinite(counter.shows())) return NO_FINITE_SUM;
  if (old === undefined || amount === undefined) return notAFloat;
  // A sum that counters cannot show is put as a whole.
  if (saturated(old + amount) !== old + amount) counter.put(formatDecimal(old + amount));
  else counter.count(amount);
  return exactly(counter.shows());
}
