/**
 * The entry of the process: hands the arguments to the command line and, when a person gave bad input, prints one
 * line and leaves with exit code 2. Anything else that is thrown is a bug of ours and stops the process with a trace.
 *
 * Compiled code is kept beside the packages, which halves the time of the next start; where that folder cannot be
 * written, it is compiled again.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { UsageError } from "./server/usage-error.ts";

enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/atoll", import.meta.url)));
const { runCommandLine } = await import("./cli/command-line.ts");

try {
  await runCommandLine(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`atoll: ${error.message}\n`);
  process.exit(2);
}
