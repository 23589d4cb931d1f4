/**
 * A hunt as its parent sees it: starts a process that is the mutant, and waits for what it found, but not for ever.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { MUTANT_VARIABLE, type Mutant } from "./mutant.ts";

/** What a hunt found. */
export interface Hunted {
  /** How many ran, the one that failed included. */
  readonly seeds: number;
  /** The oracle that noticed; undefined when the mutant survived. */
  readonly killedBy: string | undefined;
  readonly message: string;
  readonly cpuSeconds: number;
}

const PRELOAD = fileURLToPath(new URL("./preload.ts", import.meta.url));
const HUNT = fileURLToPath(new URL("./hunt.ts", import.meta.url));
/** A mutant that eats memory is not a mutant that some oracle noticed. */
const HEAP_MB = 768;

/** Rejects when the process dies of something else than an oracle, or takes longer than `patienceMs`. */
export function huntFor(mutant: Mutant, from: number, seedsMax: number, patienceMs: number): Promise<Hunted> {
  const args = [`--max-old-space-size=${HEAP_MB}`, "--import", PRELOAD, HUNT, String(from), String(seedsMax)];
  const env = { ...process.env, [MUTANT_VARIABLE]: mutant.name };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, timeout: patienceMs, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Hunted);
      else reject(new Error(`the hunt for '${mutant.name}' died: ${stderr.slice(-2000) || error.message}`));
    });
  });
}
