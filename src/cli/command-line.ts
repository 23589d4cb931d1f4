/**
 * The command line: what `atoll` understands and how it answers bad input.
 *
 * Every mistake becomes a UsageError with one line; commander's own texts are reduced to that. The code behind a
 * command is loaded when the command runs, so that `atoll --help` answers at once.
 */
import { Command, CommanderError, Option } from "commander";
import { LOG_LEVELS } from "../server/log.ts";
import { packageVersion } from "../server/package-version.ts";
import { UsageError } from "../server/usage-error.ts";
import type { LocalFlags } from "./local.ts";
import { addServeOptions, type ServeFlags } from "./serve-options.ts";

export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(simulatorHelp(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    // Help that was not asked for: commander's answer to `help` of what is no command.
    if (error.code === "commander.help") throw new UsageError("there is no such command; 'atoll --help' lists them");
    throw new UsageError(oneLine(error.message));
  }
}

function createProgram(): Command {
  const program = new Command("atoll")
    .description("A multi-master, geo-replicated cache that speaks the Redis protocol.")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help");
  needCommand(program, "atoll");

  const serve = program
    .command("serve")
    .description("run one replica; every flag can also be given as an environment variable");
  addServeOptions(serve).action(async (flags: ServeFlags) => (await import("./serve.ts")).serve(flags));

  program
    .command("local")
    .description("run three replicas in three regions on this machine: us, eu and ap")
    .option("--data-dir <folder>", "where data is kept, a folder in it for each replica (default: .atoll)")
    .option("--memory", "keep nothing on disk")
    .option("--free-ports", "take ports that are free and print them, instead of 6379-6381, 8080-8082 and 7946-7948")
    .addOption(new Option("--log-level <level>", "least level that is logged").choices(LOG_LEVELS).default("info"))
    .action(async (flags: LocalFlags) => (await import("./local.ts")).local(flags));

  const aof = program.command("aof").description("look after the files that a replica keeps");
  needCommand(aof, "atoll aof");
  aof
    .command("check")
    .description("look a data folder over: exit code 0 when it is whole, 1 when something is damaged")
    .argument("<folder>", "what --data-dir was")
    .option("--fix", "cut the log where it is damaged; what is cut is kept beside it")
    .action(async (folder: string, flags: { fix?: true }) => (await import("./aof.ts")).checkAof(folder, flags));

  program
    .command("sim")
    .description("run the deterministic simulator; 'atoll sim --help' lists its commands")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_flags: object, command: Command) => (await import("./simulate.ts")).simulate(command.args));

  // Only now, since commands inherit it: with an unknown command, what follows it is not the mistake.
  program.allowExcessArguments();
  aof.allowExcessArguments();
  for (const command of [program, ...program.commands, ...aof.commands]) quietErrors(command);
  return program;
}

/** A command line must name one of this command's own. */
function needCommand(command: Command, name: string): void {
  command
    .helpCommand("help [command]", "print the help of a command")
    .argument("[command]")
    .usage("[options] [command]")
    .action((word: string | undefined) => {
      const what = word === undefined ? "a command is missing" : `unknown command '${word}'`;
      throw new UsageError(`${what}; '${name} --help' lists them`);
    });
}

/** The simulator has a command line of its own, and so its own help. */
function simulatorHelp(args: readonly string[]): readonly string[] {
  return args[0] === "help" && args[1] === "sim" ? ["sim", "help", ...args.slice(2)] : args;
}

/** Commander prints its errors and exits; here they are thrown and printed in one place. */
function quietErrors(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {} });
}

function oneLine(message: string): string {
  return message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
}
