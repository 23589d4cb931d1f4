/**
 * The command line of the benches.
 *
 *   npm run bench                                     everything, some minutes; nothing else should run
 *   npm run bench -- throughput --quick               a short look at one
 *   npm run bench -- --markdown FILE                  the tables also as Markdown
 *
 * Servers are started and stopped here, also on Ctrl-C. Exit codes: 0 measured, 1 failed, 2 bad arguments or a
 * program that is missing. A missed aim is a result, not a failure.
 */
import { writeFileSync } from "node:fs";
import { Argument, Command } from "commander";
import { UsageError } from "../src/server/usage-error.ts";
import type { Bench } from "./bench.ts";
import { collections } from "./collections.ts";
import { Fleet } from "./fleet.ts";
import { healing, HEALING_PARTS } from "./healing/healing.ts";
import { lag } from "./lag.ts";
import { describeLoad, describeMachine } from "./machine.ts";
import { memory } from "./memory.ts";
import { replication } from "./replication.ts";
import { Report } from "./report.ts";
import { simulator } from "./simulator.ts";
import { throughput } from "./throughput.ts";

const BENCHES = {
  throughput,
  collections,
  replication,
  memory,
  lag,
  healing,
  simulator,
  ...HEALING_PARTS,
} as const satisfies Record<string, Bench>;

type Name = keyof typeof BENCHES;

interface Flags {
  readonly quick?: true;
  readonly markdown?: string;
}

/** As a shell reports the end by Ctrl-C. */
const STOPPED_EXIT_CODE = 130;

const names = Object.keys(BENCHES) as Name[];

await new Command("npm run bench --")
  .description("Measure Atoll beside redis-server on this machine.")
  .addArgument(new Argument("[bench]", "what to measure").default("all").choices([...names, "all"]))
  .option("--quick", "a short look; the figures are not for publishing")
  .option("--markdown <file>", "write the tables as Markdown, too")
  .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, "bench: ")) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(run)
  .parseAsync();

async function run(choice: Name | "all", flags: Flags): Promise<void> {
  const fleet = new Fleet();
  const report = new Report();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    void fleet.stopAll().then(() => process.exit(STOPPED_EXIT_CODE));
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const startMs = performance.now();
  try {
    report.lines(...(await describeMachine()), describeLoad("beginning"));
    // Parts of a bench are for looking at one; all of them are in the bench itself.
    for (const name of choice === "all" ? names.filter((each) => !(each in HEALING_PARTS)) : [choice]) {
      await BENCHES[name]({ fleet, report, quick: flags.quick === true });
    }
    report.heading("End");
    report.lines(describeLoad("end"), `it took ${((performance.now() - startMs) / 60_000).toFixed(1)} minutes`);
    if (flags.markdown !== undefined) writeFileSync(flags.markdown, report.markdown);
  } catch (error) {
    // What fails while all is being stopped fails for that reason, and what a lost server breaks is not the cause.
    if (!stopped) fail(fleet.signal.aborted ? fleet.signal.reason : error);
  } finally {
    await fleet.stopAll();
  }
}

function fail(error: unknown): void {
  const known = error instanceof UsageError;
  process.stderr.write(`bench: ${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = known ? 2 : 1;
}
