/**
 * The command line of the simulator: its commands and flags, and how it answers bad input.
 *
 * Every mistake becomes a BadInput with one line; commander's own texts are reduced to that. The code behind a
 * command is loaded when the command runs, so that help answers at once.
 */
import { Console } from "node:console";
import { Command, CommanderError, Option } from "commander";
import { LATTICE_TYPES } from "../exhaustive/alphabet.ts";
import {
  EXHAUSTIVE_OPERATIONS_MAX,
  EXHAUSTIVE_REPLICAS_MAX,
  SEARCH_FAILURES_MAX,
  SEARCH_JOBS_MAX,
  SEARCH_MINUTES_MAX,
  SEARCH_SEEDS_MAX,
  SHRINK_SECONDS_MAX,
} from "../limits.ts";
import { BadInput } from "./bad-input.ts";
import type { ExhaustFlags } from "./exhaust-command.ts";
import { positiveOption, wholeOption } from "./flags.ts";
import type { JudgedFlags } from "./judged-run.ts";
import type { SearchFlags } from "./search-command.ts";
import type { ShrinkFlags } from "./shrink-command.ts";
import type { Surroundings } from "./surroundings.ts";

const EXIT_CODES = "Exit codes: 0 all promises kept, 1 something failed, 2 bad input.";
const JSON_FLAG = ["--json", "print one JSON document on stdout and nothing else"] as const;
const REPORT_FLAG = ["--report <file.html>", "write what happened as one self-contained page"] as const;

/** The exit code. Throws BadInput. */
export async function runSimulator(args: readonly string[], around: Surroundings): Promise<number> {
  const result = { exitCode: 0 };
  try {
    await createProgram(around, result).parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help")
      throw new BadInput(`there is no such command; '${around.call} --help' lists them`);
    throw new BadInput(error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " "));
  }
  return result.exitCode;
}

function createProgram(around: Surroundings, result: { exitCode: number }): Command {
  const program = new Command(around.call)
    .description(
      "Runs replicas in virtual time, breaks what can break, and checks every reply against a specification.",
    )
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .argument("[command]")
    .usage("<command> [options]")
    .addHelpText("after", `\n${EXIT_CODES}\n'${around.call} <command> --help' says more about a command.`)
    .action((word: string | undefined) => {
      const list = `'${around.call} --help' lists them`;
      throw new BadInput(word === undefined ? `a command is missing; ${list}` : `unknown command '${word}'; ${list}`);
    });
  const run = async (command: () => Promise<number>): Promise<void> => {
    // Should it never come to an end; not before, since help leaves with whatever stands here.
    process.exitCode = 2;
    result.exitCode = await command();
  };
  addRun(program, around, run);
  addSearch(program, around, run);
  addReplay(program, around, run);
  addShrink(program, around, run);
  addExhaust(program, around, run);
  program
    .command("schema")
    .description("print the JSON schema of scenario files, for editors")
    .action(async () => void around.stdout.write((await import("./schema-command.ts")).schemaText()));

  // Only now, since commands inherit it: with an unknown command, what follows it is not the mistake.
  program.allowExcessArguments();
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    command.hook("preAction", (_, action) => {
      if (action.opts()["json"] === true) keepStdoutClean();
    });
  }
  return program;
}

type Run = (command: () => Promise<number>) => Promise<void>;

function addRun(program: Command, around: Surroundings, run: Run): void {
  const about = "A .json or .scenario file, or a module (.ts, .mts, .js, .mjs) that exports scenario({...}).";
  program
    .command("run")
    .description("run one scenario and say whether all promises were kept")
    .argument("<file>", about)
    .addOption(seedOption())
    .option(...JSON_FLAG)
    .option(...REPORT_FLAG)
    .addHelpText("after", examples(around, ["run orders.scenario", "run shop.ts --seed 7 --report shop.html"]))
    .action(async (file: string, flags: JudgedFlags) => {
      await run(async () => await (await import("./run-command.ts")).runCommand(around, file, flags));
    });
}

function addSearch(program: Command, around: Surroundings, run: Run): void {
  program
    .command("search")
    .description("run many seeds on all cores; shrink and save what fails")
    .argument("[file]", "what makes scenarios of seeds, a module for one; without it the generator does")
    .addOption(
      wholeOption("--seeds <number>", "how many seeds (default: 200, or no end with --minutes)", 1, SEARCH_SEEDS_MAX),
    )
    .addOption(wholeOption("--from <seed>", "the first seed", 0, Number.MAX_SAFE_INTEGER - SEARCH_SEEDS_MAX).default(1))
    .addOption(positiveOption("--minutes <number>", "how long at most", SEARCH_MINUTES_MAX))
    .addOption(wholeOption("--jobs <number>", "threads (default: one for each core)", 1, SEARCH_JOBS_MAX))
    .addOption(wholeOption("--failures-max <number>", "stop at so many failures", 1, SEARCH_FAILURES_MAX).default(10))
    .addOption(
      wholeOption("--shrink-seconds <number>", "for each failure that is shrunk", 0, SHRINK_SECONDS_MAX).default(30),
    )
    .option("--out <folder>", "where shrunk scenarios are saved", ".")
    .option(...JSON_FLAG)
    .option("--report <file.html>", "write what happened in the first failure as one self-contained page")
    .addHelpText("after", examples(around, ["search --minutes 10", "search shop.ts --seeds 5000 --json"]))
    .action(async (file: string | undefined, flags: SearchFlags) => {
      await run(async () => await (await import("./search-command.ts")).searchCommand(around, file, flags));
    });
}

function addReplay(program: Command, around: Surroundings, run: Run): void {
  program
    .command("replay")
    .description("run a saved scenario, or a seed, twice and compare event for event")
    .argument("<file|seed>", "a scenario's file, or a seed of the generator")
    .addOption(seedOption())
    .option(...JSON_FLAG)
    .option(...REPORT_FLAG)
    .addHelpText("after", examples(around, ["replay atoll-sim-generator-7.json", "replay 7"]))
    .action(async (what: string, flags: JudgedFlags) => {
      await run(async () => await (await import("./replay-command.ts")).replayCommand(around, what, flags));
    });
}

function addShrink(program: Command, around: Surroundings, run: Run): void {
  program
    .command("shrink")
    .description("find the smallest scenario that still fails, and save it")
    .argument("<file|seed>", "a scenario's file, or a seed of the generator")
    .addOption(seedOption())
    .addOption(positiveOption("--minutes <number>", "how long at most", SEARCH_MINUTES_MAX).default(2))
    .option("--out <file.json>", "where it is saved (default: atoll-sim-<name>-<seed>.json)")
    .option(...JSON_FLAG)
    .option(...REPORT_FLAG)
    .addHelpText("after", examples(around, ["shrink failing.json --out small.json", "shrink 7 --minutes 10"]))
    .action(async (what: string, flags: ShrinkFlags) => {
      await run(async () => await (await import("./shrink-command.ts")).shrinkCommand(around, what, flags));
    });
}

function addExhaust(program: Command, around: Surroundings, run: Run): void {
  program
    .command("exhaust")
    .description("try every program of a few commands in every order of deliveries")
    .argument("[file]", "a scenario whose workload is tried, instead of all programs")
    .addOption(wholeOption("--replicas <number>", "how many replicas", 2, EXHAUSTIVE_REPLICAS_MAX).default(2))
    .addOption(
      wholeOption("--operations <number>", "commands of a program at most", 1, EXHAUSTIVE_OPERATIONS_MAX).default(3),
    )
    .addOption(
      new Option("--type <names...>", "what the programs are about")
        .choices(LATTICE_TYPES)
        .default(LATTICE_TYPES, "all"),
    )
    .addOption(positiveOption("--minutes <number>", "how long at most", SEARCH_MINUTES_MAX))
    .option(...JSON_FLAG)
    .addHelpText("after", examples(around, ["exhaust --type counter hash", "exhaust orders.scenario"]))
    .action(async (file: string | undefined, flags: ExhaustFlags) => {
      await run(async () => await (await import("./exhaust-command.ts")).exhaustCommand(around, file, flags));
    });
}

function seedOption(): ReturnType<typeof wholeOption> {
  const text = "the seed of a module's scenario (default: 1; a data file has its own)";
  return wholeOption("--seed <number>", text, 0, Number.MAX_SAFE_INTEGER);
}

function examples({ call }: Surroundings, lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${call} ${line}\n`).join("")}`;
}

/** What a user's module prints goes to stderr, since stdout carries the document. */
function keepStdoutClean(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
}
