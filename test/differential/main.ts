/**
 * The command line of the differential test: one replica and a real redis-server, the same random commands to both.
 *
 *   npm run differential                                     two minutes
 *   npm run differential -- --seconds 3600
 *   npm run differential -- --families "lists,sorted sets"
 *   npm run differential -- --seed 7 --path 41:0:3           what a difference says of how to see it again
 *   npm run differential -- --seed 7 --scenarios 1000        the same each time
 *
 * Exit codes: 0 no difference, or no redis-server to compare with; 1 a difference; 2 bad arguments; 130 stopped.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { FAMILY_NAMES } from "./families.ts";
import { searchDifference, type SearchOptions } from "./search.ts";

const STOPPED_EXIT_CODE = 130;

await new Command("npm run differential --")
  .description("Compare one replica with a real redis-server over random commands.")
  .addOption(new Option("--seconds <n>", "how long").default(120).argParser(number))
  .addOption(new Option("--seed <n>", "of the scenarios; a new one each time").argParser(number))
  .addOption(new Option("--scenarios <n>", "at most so many").argParser(number))
  .option("--path <path>", "the scenario of that seed that failed")
  .addOption(new Option("--families <name,...>", `of: ${FAMILY_NAMES.join(", ")}`).argParser(families))
  .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, "differential: ")) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(main)
  .parseAsync();

async function main(options: SearchOptions): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(STOPPED_EXIT_CODE));
  const began = performance.now();
  const searched = await searchDifference(options);
  if (searched === undefined) {
    process.stdout.write("differential: skipped, there is no redis-server on PATH\n");
    return;
  }
  const { scenarios, lines, seed, difference } = searched;
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(
    `differential: ${lines} commands in ${scenarios} scenarios in ${seconds} s, seed ${seed}: ` +
      `${difference === undefined ? "no difference" : `a difference\n\n${difference}`}\n`,
  );
  if (difference !== undefined) process.exitCode = 1;
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

function families(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !FAMILY_NAMES.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no family '${unknown}'.`);
  return names;
}
