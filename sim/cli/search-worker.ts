/** One thread of a search: runs the seeds that it is handed, one after the other, and tells what came of each. */
import { parentPort, workerData } from "node:worker_threads";
import { runSeed } from "../search/run-seed.ts";
import { BadInput } from "./bad-input.ts";
import { shrinkRun } from "./shrinking.ts";
import { loadSource } from "./sources.ts";
import { addendOf } from "./tally.ts";
import { NO_SEED, RUNNING_SEED, STOP, type Answer, type Task, type WorkerSetup } from "./worker-messages.ts";

const { path, shown, flags } = workerData as WorkerSetup;
const { source } = await loadSource(path, shown);

parentPort?.on("message", (task: Task) => {
  try {
    if (task.kind === "seeds") runSeeds(task.from, task.count);
    else shrink(task.seed, task.seconds);
    answer({ kind: "done" });
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    answer({ kind: "refused", message: error.message });
  }
});

function runSeeds(from: number, count: number): void {
  for (let seed = from; seed < from + count && flags[STOP] === 0; seed++) {
    flags[RUNNING_SEED] = seed;
    answer({ kind: "seed", seed, ...addendOf(runSeed(seed, source)) });
    flags[RUNNING_SEED] = NO_SEED;
  }
}

function shrink(seed: number, seconds: number): void {
  flags[RUNNING_SEED] = seed;
  answer({ kind: "shrunk", seed, smaller: shrinkRun(source.prepare(seed), seconds) });
  flags[RUNNING_SEED] = NO_SEED;
}

function answer(message: Answer): void {
  parentPort?.postMessage(message, []);
}
