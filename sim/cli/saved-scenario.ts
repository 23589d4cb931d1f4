/** Scenarios that failed, saved as files that replay by themselves. */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import type { Scenario } from "../scenario/scenario.ts";
import { scenarioJson } from "../scenario/scenario-json.ts";
import { BadInput, fileProblem } from "./bad-input.ts";
import type { LoadedSource } from "./sources.ts";

/** What the name of a source adds to a file's name, at most. */
const NAME_CHARACTERS_MAX = 40;

export function savedName({ source }: LoadedSource, seed: number): string {
  const name = source.name.replaceAll(/\W+/g, "-").replaceAll(/^-|-$/g, "").toLowerCase();
  return `atoll-sim-${name.slice(0, NAME_CHARACTERS_MAX) || "scenario"}-${seed}.json`;
}

/** Writes the scenario; expectations that are functions stay in the user's module, which the file names. */
export function saveScenario(
  path: string,
  shown: string,
  scenario: Scenario,
  { expectationsFrom }: LoadedSource,
): void {
  const module = expectationsFrom === undefined ? {} : { expectationsFrom: relative(dirname(path), expectationsFrom) };
  saveText(path, shown, scenarioJson({ ...scenario, ...module }));
}

/** Throws BadInput when no files can be saved there; better said before a search than after it. */
export function demandFolder(path: string, shown: string): void {
  const state = statSync(path, { throwIfNoEntry: false });
  if (state?.isDirectory() === false) throw new BadInput(`${shown}: this is no folder`);
}

/** Throws BadInput when the file cannot be written. */
export function saveText(path: string, shown: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new BadInput(`${shown}: ${fileProblem(error as NodeJS.ErrnoException)}`);
  }
}
