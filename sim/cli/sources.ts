/**
 * From a file's name to a source of scenarios: data (.json), text (.scenario), or a module of the user (.ts and its
 * like). Everything wrong with a file is a BadInput that names it.
 *
 * Whatever a source makes of a seed is checked before it runs, commands included, so that no run meets a mistake.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { SIMULATED_FILE_BYTES_MAX } from "../limits.ts";
import { CommandCheck } from "../run/command-check.ts";
import type { RunOptions } from "../run/options.ts";
import { asData, type PreparedRun, type ScenarioSource } from "../run/source.ts";
import { checkedScenario, ScenarioError } from "../scenario/checked-scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { parseScenario, TextScenarioError } from "../scenario/text-scenario.ts";
import { GENERATOR } from "../search/run-seed.ts";
import { loadModule } from "../user/load-module.ts";
import { BadInput, firstLine, fileProblem } from "./bad-input.ts";
import { parseJson } from "./json-text.ts";

export interface LoadedSource {
  readonly source: ScenarioSource;
  /** A file's own seed; 1 where any will do. */
  readonly seed: number;
  /** Does every seed make another scenario? A data file's seed only feeds its random streams. */
  readonly isModule: boolean;
  /** Whose expectations, functions all, a saved run needs again. */
  readonly expectationsFrom: string | undefined;
}

const DATA_LOADERS: Readonly<Record<string, (path: string, text: string) => Scenario>> = {
  ".json": (_, text) => {
    const scenario = checkedScenario(parseJson(text));
    new CommandCheck().demand(scenario);
    return scenario;
  },
  ".scenario": (path, text) => {
    const check = new CommandCheck();
    return parseScenario(basename(path, ".scenario"), text, (database, command) => check.problem(database, command));
  },
};
const MODULE_EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".mts", ".js", ".mjs"]);

/** Without a file, the generator. `shown` is the name as the person wrote it. Throws BadInput. */
export async function loadSource(path: string | undefined, shown: string): Promise<LoadedSource> {
  if (path === undefined) return { source: GENERATOR, seed: 1, isModule: false, expectationsFrom: undefined };
  const extension = extname(path).toLowerCase();
  if (MODULE_EXTENSIONS.has(extension)) {
    readable(path, shown);
    const source = checkedSource(await loaded(path, shown), shown);
    return { source, seed: 1, isModule: true, expectationsFrom: path };
  }
  const load = DATA_LOADERS[extension];
  if (load === undefined) throw new BadInput(`${shown}: a scenario is a .json, .scenario, .ts, .mts, .js or .mjs file`);
  const scenario = naming(shown, () => load(path, readable(path, shown)));
  return await dataSource(path, shown, scenario);
}

async function dataSource(path: string, shown: string, scenario: Scenario): Promise<LoadedSource> {
  const module = scenario.expectationsFrom;
  const expectationsFrom = module === undefined ? undefined : resolve(dirname(path), module);
  const options =
    expectationsFrom === undefined
      ? {}
      : await expectationsOf(expectationsFrom, `${shown}: expectationsFrom`, scenario);
  const prepare = (seed: number): PreparedRun => ({ scenario: { ...scenario, seed }, options });
  return { source: { name: scenario.name, prepare }, seed: scenario.seed, isModule: false, expectationsFrom };
}

/** The file's text. */
function readable(path: string, shown: string): string {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) throw new BadInput(`${shown}: this is no regular file`);
    const { size } = stats;
    if (size > SIMULATED_FILE_BYTES_MAX)
      throw new BadInput(`${shown}: ${size} bytes are more than a scenario may have (${SIMULATED_FILE_BYTES_MAX})`);
    // Some editors begin a text with a byte order mark.
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw new BadInput(`${shown}: ${fileProblem(error as NodeJS.ErrnoException)}`);
  }
}

async function loaded(path: string, shown: string): Promise<ScenarioSource> {
  try {
    return await loadModule(path);
  } catch (error) {
    throw error instanceof ScenarioError ? new BadInput(`${shown}: ${firstLine(error)}`) : error;
  }
}

/** A saved failure of a user's module is judged by the module's expectations; what its clients issued is in the file. */
async function expectationsOf(module: string, shown: string, scenario: Scenario): Promise<RunOptions> {
  readable(module, shown);
  const source = await loaded(module, shown);
  return asData(
    scenario,
    naming(shown, () => source.prepare(scenario.seed)),
  ).options;
}

function checkedSource(source: ScenarioSource, shown: string): ScenarioSource {
  const check = new CommandCheck();
  return {
    name: source.name,
    prepare: (seed) =>
      naming(shown, () => {
        const prepared = source.prepare(seed);
        check.demand(prepared.scenario);
        return prepared;
      }),
  };
}

/** What is wrong in a file, or what a module throws while it makes a scenario, is said with the file's name. */
function naming<T>(shown: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (error instanceof BadInput) throw error;
    const message = firstLine(error);
    throw new BadInput(
      `${shown}: ${error instanceof TextScenarioError ? message.replace(/^.*?, (?=line \d)/, "") : message}`,
    );
  }
}
