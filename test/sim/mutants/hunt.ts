/**
 * The hunt for one mutant, in a process that is it (preload.ts): runs the search from a seed on until something
 * fails, or until so many seeds have passed. Prints what it found as one line of JSON.
 *
 * Arguments: the first seed, and the number of seeds at most.
 */
import { runSeed } from "../../../sim/search/run-seed.ts";
import type { Hunted } from "./hunted.ts";

const [from = 1, seedsMax = 1] = process.argv.slice(2).map(Number);

process.stdout.write(`${JSON.stringify(hunt())}\n`);

function hunt(): Hunted {
  for (let seeds = 1; seeds <= seedsMax; seeds++) {
    const { failure } = runSeed(from + seeds - 1);
    if (failure !== undefined) {
      const { oracle, message } = failure.details;
      return { seeds, killedBy: oracle, message, cpuSeconds: cpuSeconds() };
    }
  }
  return { seeds: seedsMax, killedBy: undefined, message: "", cpuSeconds: cpuSeconds() };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
