/**
 * The command line of the mutants: how many seeds the search takes to notice each.
 *
 *   npm run mutants                                  from seed 1
 *   npm run mutants -- --seeds-max 500 --from 5001   so many seeds at most, from another seed on
 *   npm run mutants -- --only "no gap check"
 *
 * Prints a Markdown table, a row as soon as it is known. Exit codes: 0 all noticed, 1 some survived, 2 bad arguments.
 */
import { parseArgs } from "node:util";
import { huntFor, type Hunted } from "./hunted.ts";
import type { Mutant } from "./mutant.ts";
import { CONTROL, MUTANTS } from "./mutants.ts";

const USAGE = "usage: npm run mutants -- [--from N] [--seeds-max N] [--only NAME]";
const SEEDS_MAX = 1000;
/** Real time for one of them: far more than the seeds take, so that only what hangs meets it. */
const PATIENCE_MS = 1_200_000;

interface Wish {
  readonly from: number;
  readonly seedsMax: number;
  readonly mutants: readonly Mutant[];
}

const wish = readArguments();
if (wish === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await huntAll(wish);
}

function readArguments(): Wish | undefined {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: "string", default: "1" },
        "seeds-max": { type: "string", default: String(SEEDS_MAX) },
        only: { type: "string" },
      },
    });
    const [from, seedsMax] = [Number(values.from), Number(values["seeds-max"])];
    const mutants = MUTANTS.filter(({ name }) => values.only === undefined || values.only === name);
    const isSane = Number.isSafeInteger(from) && from >= 0 && Number.isSafeInteger(seedsMax) && seedsMax > 0;
    return isSane && mutants.length > 0 ? { from, seedsMax, mutants } : undefined;
  } catch {
    return undefined;
  }
}

/** The product itself goes last, through as many seeds as the longest hunt took. */
async function huntAll({ from, seedsMax, mutants }: Wish): Promise<number> {
  process.stdout.write("| | Mutant | Noticed by | Seeds | CPU s |\n| --- | --- | --- | ---: | ---: |\n");
  let survivors = 0;
  let longest = 0;
  for (const mutant of mutants) {
    const hunted = await huntFor(mutant, from, seedsMax, PATIENCE_MS);
    longest = Math.max(longest, hunted.seeds);
    if (hunted.killedBy === undefined) survivors++;
    process.stdout.write(row(mutant, hunted));
  }
  const control = await huntFor(CONTROL, from, longest, PATIENCE_MS);
  process.stdout.write(row(CONTROL, control));
  return survivors > 0 || control.killedBy !== undefined ? 1 : 0;
}

function row({ letter = "", name, rule }: Mutant, { killedBy = "nobody", seeds, cpuSeconds }: Hunted): string {
  return `| ${letter} | ${name}: ${rule} | ${killedBy} | ${seeds} | ${cpuSeconds.toFixed(1)} |\n`;
}
