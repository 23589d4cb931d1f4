/** What `run`, `replay` and `shrink` are about: one scenario, of a file or of one of the generator's seeds. */
import type { PreparedRun } from "../run/source.ts";
import { BadInput } from "./bad-input.ts";
import { seedIn } from "./flags.ts";
import { loadSource, type LoadedSource } from "./sources.ts";
import { commandLine, pathOf, type Surroundings } from "./surroundings.ts";

export interface Target {
  readonly loaded: LoadedSource;
  readonly seed: number;
  readonly prepared: PreparedRun;
  /** The command that runs it again, twice. */
  readonly replay: string;
}

export async function targetFile(around: Surroundings, file: string, seed: number | undefined): Promise<Target> {
  const loaded = await loadSource(pathOf(around, file), file);
  const wanted = seed ?? loaded.seed;
  const withSeed = wanted === loaded.seed ? [] : ["--seed", String(wanted)];
  return {
    loaded,
    seed: wanted,
    prepared: loaded.source.prepare(wanted),
    replay: commandLine(around, "replay", file, ...withSeed),
  };
}

export async function targetFileOrSeed(around: Surroundings, text: string, seed: number | undefined): Promise<Target> {
  const own = seedIn(text);
  if (own === undefined) return await targetFile(around, text, seed);
  if (seed !== undefined) throw new BadInput(`${text}: this is a seed itself; --seed is for files`);
  const loaded = await loadSource(undefined, text);
  return { loaded, seed: own, prepared: loaded.source.prepare(own), replay: commandLine(around, "replay", text) };
}
