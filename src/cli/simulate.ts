/**
 * `atoll sim ...`: the simulator's own command line in this process, as if it had been started itself.
 *
 * Only its name is another: help and replay lines say what the person typed.
 */
import { fileURLToPath } from "node:url";

export async function simulate(args: readonly string[]): Promise<void> {
  const entry = new URL("../../sim/main.ts", import.meta.url);
  process.argv = [process.execPath, fileURLToPath(entry), ...args];
  await import(entry.href);
}
