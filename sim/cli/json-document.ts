/**
 * What `--json` prints: one document on stdout, for CI. docs/SIMULATOR.md says what each field means; fields are
 * added, never renamed.
 */
import type { FailureDetails } from "../oracles/failure.ts";
import { MARKS, type Mark } from "../oracles/marks.ts";
import type { Tally } from "./tally.ts";

export interface FailureRow {
  readonly seed: number;
  readonly oracle: string;
  readonly atMs: number;
  readonly replica: string | null;
  readonly command: readonly string[] | null;
  readonly message: string;
  /** The saved scenario; null when none was saved. */
  readonly file: string | null;
  /** The command that runs it again. */
  readonly replay: string;
}

export interface JsonDocument {
  readonly command: string;
  readonly verdict: "passed" | "failed";
  /** Was it stopped by Ctrl-C? */
  readonly interrupted: boolean;
  readonly seeds: number;
  readonly events: number;
  readonly commands: number;
  readonly virtualMs: number;
  readonly realMs: number;
  readonly marks: Readonly<Partial<Record<Mark, number>>>;
  readonly neverReached: readonly Mark[];
  readonly failures: readonly FailureRow[];
  /** Of one run: equal when two runs were the same, event for event. */
  readonly traceHash?: string;
}

export function failureRow(
  seed: number,
  { oracle, atMs, replica, command, message }: FailureDetails,
  where: Pick<FailureRow, "file" | "replay">,
): FailureRow {
  return { seed, oracle, atMs, replica: replica ?? null, command: command ?? null, message, ...where };
}

export function jsonDocument(command: string, tally: Tally, failures: readonly FailureRow[]): JsonDocument {
  const reached = MARKS.filter((mark) => tally.marks.get(mark) > 0);
  return {
    command,
    verdict: tally.failures > 0 ? "failed" : "passed",
    interrupted: false,
    seeds: tally.seeds,
    events: tally.events,
    commands: tally.commands,
    virtualMs: Math.round(tally.virtualMs),
    realMs: Math.round(tally.realMs),
    marks: Object.fromEntries(reached.map((mark) => [mark, tally.marks.get(mark)])),
    neverReached: tally.marks.neverReached(),
    failures,
  };
}
