/** The verdict on a run: which promise was broken, when and where, what was expected and what was read. */
import { REPORT_MESSAGE_CHARACTERS_MAX } from "../limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { plainText, seconds, words } from "./printable.ts";

export interface Verdict {
  /** The promise, as it was broken. */
  readonly broken: string;
  readonly oracle: string;
  readonly when: string;
  readonly replica: string | undefined;
  readonly command: string | undefined;
  readonly expected: string | undefined;
  readonly read: string | undefined;
  /** Of two lists: what is missing in what was read, and what is too much. */
  readonly differ: string | undefined;
  /** What was expected, in the scenario's own words. */
  readonly label: string | undefined;
  /** The whole message, when it is not of the form "expected this, read that". */
  readonly message: string | undefined;
}

const BROKEN: Readonly<Record<string, string>> = {
  specification: "A replica replied or did what the specification does not allow.",
  expectation: "An expectation of the scenario was not met.",
  "equal contexts, equal digests": "Two replicas have seen the same events and do not hold the same data.",
  "contexts rise": "A replica forgot what it had seen.",
  "dots are unique": "Two events bear the same name.",
  convergence: "The replicas did not become equal in time after everything had mended.",
  agreement: "Replicas that have converged do not show the same.",
  conservation: "Something that was only ever added to has lost what was added.",
  "nothing left": "After everything was deleted, something was left.",
  "no crash": "The program broke down.",
  determinism: "The same scenario did not do the same twice.",
  "client program": "A client program failed.",
};

const EXPECTED_READ = /^(?:(.*?): )?expected (.*?), read (.*)$/s;

export function verdictOn(failure: FailureDetails): Verdict {
  const { oracle, atMs, replica, command } = failure;
  const message = plainText(failure.message, REPORT_MESSAGE_CHARACTERS_MAX);
  const match = EXPECTED_READ.exec(message);
  return {
    broken: BROKEN[oracle] ?? `Broken: ${oracle}.`,
    oracle,
    when: seconds(atMs),
    replica,
    command: command === undefined ? undefined : words(command),
    expected: match?.[2],
    read: match?.[3],
    differ: differenceOf(failure.message),
    label: match?.[1],
    message: match === null ? message : undefined,
  };
}

/** Undefined when the two are not lists, or hold the same. */
function differenceOf(message: string): string | undefined {
  const [, , expected = "", read = ""] = EXPECTED_READ.exec(message) ?? [];
  const [wanted, got] = [listIn(expected), listIn(read)];
  if (wanted === undefined || got === undefined) return undefined;
  const parts = [
    ["missing", without(wanted, got)],
    ["too much", without(got, wanted)],
  ] as const;
  const told = parts.filter(([, rest]) => rest.length > 0).map(([name, rest]) => `${name}: ${words(rest)}`);
  return told.length > 0 ? told.join("; ") : undefined;
}

function listIn(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf("[")));
    return Array.isArray(value) ? value.map((one) => (typeof one === "string" ? one : JSON.stringify(one))) : undefined;
  } catch {
    return undefined;
  }
}

/** Each element of the other takes one away. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...list];
  for (const element of other) {
    const at = rest.indexOf(element);
    if (at >= 0) rest.splice(at, 1);
  }
  return rest;
}
