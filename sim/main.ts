/**
 * The entry of the simulator: hands the arguments to its command line and, when a person gave bad input, prints one
 * line and leaves with exit code 2. Anything else that is thrown is a bug of ours and stops the process with a trace.
 *
 *   npm run sim -- search --minutes 10     or  node sim/main.ts ..., in a process of its own
 *   atoll sim search --minutes 10          loads this file into its own process
 */
import { BadInput } from "./cli/bad-input.ts";
import { runSimulator } from "./cli/program.ts";
import type { Surroundings } from "./cli/surroundings.ts";

process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // Whoever read the output may go away.
  if (code === "EPIPE") return;
  process.stderr.write(`atoll: the output cannot be written: ${message}\n`);
  process.exitCode = 2;
});
// A module of a user may end the process, or wait for what never comes: neither is a search that has found nothing.
process.once("exit", sayThatItBroke);
try {
  process.exitCode = await main(process.argv.slice(2));
} finally {
  process.off("exit", sayThatItBroke);
}

function sayThatItBroke(): void {
  const why = "it ended before it was done: a module calls process.exit, or awaits what never comes";
  process.stderr.write(`atoll: ${process.argv.slice(2).join(" ")}: ${why}\n`);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    return await runSimulator(args, surroundings());
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    process.stderr.write(`atoll: ${error.message}\n`);
    return 2;
  }
}

/** npm runs scripts in the package's folder, and says where the person was; npx stays where it is. */
function surroundings(): Surroundings {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script } = process.env;
  const byNpm = event === "sim" && import.meta.main;
  const byNpx = event === "npx" && /^'?atoll\b/.test(script ?? "");
  const whole = byNpx ? "npx atoll sim" : "atoll sim";
  const call = byNpm ? "npm run sim --" : import.meta.main ? "node sim/main.ts" : whole;
  const folder = (byNpm ? process.env["INIT_CWD"] : undefined) ?? process.cwd();
  return { call, folder, stdout: process.stdout, stderr: process.stderr };
}
