/**
 * The entry of the process: hands the arguments to the command line and, when a person gave bad input, prints one
 * line and leaves with exit code 2. Anything else that is thrown is a bug of ours and stops the process with a trace.
 */
import { runCommandLine } from "./cli/command-line.ts";
import { UsageError } from "./server/usage-error.ts";

try {
  await runCommandLine(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`atoll: ${error.message}\n`);
  process.exit(2);
}
