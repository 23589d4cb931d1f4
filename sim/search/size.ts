/**
 * Which of two scenarios is the smaller one, so that shrinking can only go down and must end.
 *
 * A size is a list of natural numbers, compared like words in a dictionary:
 * what weighs most with a reader comes first. There is no endless descent in
 * that order. Fields and numbers are counted as they are written, without what
 * is assumed anyway; that is slow, so it comes last and only when needed.
 */
import type { Scenario } from "../scenario/scenario.ts";
import { withoutDefaults } from "../scenario/without-defaults.ts";

/** The plainest words, plainest first. A word costs its length, and then its place here. */
export const PLAIN_KEYS: readonly string[] = ["k", "l", "m"];
export const PLAIN_VALUES: readonly string[] = ["x", "1", "y", "2", "z", "3"];
const PLAIN_WORDS = [...PLAIN_KEYS, ...PLAIN_VALUES];
const WORD_COST_PER_CHARACTER = PLAIN_WORDS.length + 1;

/** Words that are amounts of something; longer numbers are about the limits of numbers. */
export const AMOUNT = /^-?\d{1,15}$/;

type Size = readonly number[];

/** In the order of their weight. */
const PARTS: readonly ((scenario: Scenario) => Size)[] = [
  ({ replicas }) => [replicas.length],
  ({ faults }) => [faults.length],
  ({ workload, expectations }) => [workload.length + expectations.length],
  (scenario) => [wordsOf(scenario).length],
  (scenario) => sizeAsWritten(scenario),
];

export function isSmaller(a: Scenario, b: Scenario): boolean {
  for (const part of PARTS) {
    const [ours, theirs] = [part(a), part(b)];
    const at = ours.findIndex((number, i) => number !== theirs[i]);
    if (at >= 0) return (ours[at] ?? 0) < (theirs[at] ?? 0);
  }
  return false;
}

interface Written {
  fields: number;
  characters: number;
  magnitudes: number;
  digits: number;
}

function sizeAsWritten(scenario: Scenario): Size {
  const words = wordsOf(scenario);
  const written: Written = { fields: 0, characters: 0, magnitudes: 0, digits: 0 };
  measure(withoutDefaults(scenario), written);
  for (const word of words) if (AMOUNT.test(word)) measure(Number(word), written);
  const wordCosts = words.reduce((sum, word) => sum + wordCost(word), 0);
  return [written.fields, new Set(words).size, wordCosts, written.characters, written.magnitudes, written.digits];
}

function wordsOf({ workload, expectations }: Scenario): string[] {
  return [...workload, ...expectations].flatMap(({ command }) => command);
}

function wordCost(word: string): number {
  const place = PLAIN_WORDS.indexOf(word);
  return word.length * WORD_COST_PER_CHARACTER + (place < 0 ? PLAIN_WORDS.length : place);
}

function measure(value: unknown, written: Written): void {
  if (typeof value === "number") {
    written.magnitudes += Math.ceil(Math.abs(value));
    written.digits += significantDigits(value);
  } else if (typeof value === "string") {
    written.fields++;
    written.characters += value.length;
  } else if (Array.isArray(value)) {
    for (const element of value) measure(element, written);
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) {
      written.fields++;
      measure(inner, written);
    }
  }
}

/** 1200 has two, 80.5 has three, 0 none. */
function significantDigits(value: number): number {
  return String(Math.abs(value)).replace(/e.*$/, "").replace(".", "").replace(/^0+/, "").replace(/0+$/, "").length;
}
