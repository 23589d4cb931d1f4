/**
 * The command line of the simulator.
 *
 *   npm run sim -- --seed 7              one seed
 *   npm run sim -- --seeds 500 --from 1  many
 *   npm run sim -- --minutes 10          as many as there is time for
 *
 * Exit codes: 0 all well, 1 something failed, 2 bad arguments.
 */
import { parseArgs } from "node:util";
import { generateScenario } from "./search/generate.ts";
import { Marks } from "./oracles/marks.ts";
import { Progress } from "./cli/progress.ts";
import { failureReport, marksReport } from "./report/screen.ts";
import { runScenario } from "./run/run.ts";
import { runSeed } from "./search/run-seed.ts";

const SEEDS = 200;

interface Search {
  readonly from: number;
  /** Infinity when only time limits it. */
  readonly seeds: number;
  readonly minutes: number;
  readonly verbose: boolean;
}

type Wish = Search | "help";

/** How it was called, for usage and replay: `atoll sim` loads this file into its own process. */
const CALL = import.meta.main ? "npm run sim --" : "atoll sim";
const USAGE = `usage: ${CALL} [--seed N] [--seeds N] [--from N] [--minutes M] [--verbose]`;

process.exitCode = main(process.argv.slice(2));

function main(argv: readonly string[]): number {
  let wish: Wish;
  try {
    wish = readArguments(argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split(". ")[0]}; ${USAGE}\n`);
    return 2;
  }
  if (wish !== "help") return runSearch(wish);
  process.stdout.write(`${USAGE}\n`);
  return 0;
}

function readArguments(argv: readonly string[]): Wish {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      from: { type: "string" },
      minutes: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  if (values.seed !== undefined) {
    return {
      from: wholeNumber("--seed", values.seed, 0),
      seeds: 1,
      minutes: Number.POSITIVE_INFINITY,
      verbose: values.verbose,
    };
  }
  const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes must be a positive number, not '${values.minutes}'`);
  const unlimited = values.seeds === undefined && values.minutes !== undefined;
  return {
    from: values.from === undefined ? 1 : wholeNumber("--from", values.from, 0),
    seeds: unlimited
      ? Number.POSITIVE_INFINITY
      : values.seeds === undefined
        ? SEEDS
        : wholeNumber("--seeds", values.seeds, 1),
    minutes,
    verbose: values.verbose,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} must be a whole number from ${least} on, not '${text}'`);
  return value;
}

function runSearch(search: Search): number {
  const progress = new Progress(process.stderr);
  const marks = new Marks();
  const untilMs = performance.now() + search.minutes * 60_000;
  let failures = 0;
  let ran = 0;
  for (let seed = search.from; ran < search.seeds && performance.now() < untilMs; seed++) {
    const outcome = runSeed(seed);
    ran++;
    marks.merge(outcome.marks);
    if (outcome.failure !== undefined) {
      failures++;
      progress.clear();
      process.stdout.write(failureReport(seed, outcome, CALL));
      if (search.verbose)
        process.stdout.write(`${runScenario(generateScenario(seed), { records: true }).log.join("\n")}\n`);
    }
    progress.add(outcome);
  }
  progress.end();
  process.stdout.write(`${progress.summary()}\n`);
  if (search.seeds > 1) process.stdout.write(marksReport(marks));
  return failures > 0 ? 1 : 0;
}
