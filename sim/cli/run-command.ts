/** `run FILE`: one scenario, once. */
import { runScenario } from "../run/run.ts";
import { printJudged, type JudgedFlags } from "./judged-run.ts";
import type { Surroundings } from "./surroundings.ts";
import { Tally } from "./tally.ts";
import { targetFile } from "./target.ts";

export async function runCommand(around: Surroundings, file: string, flags: JudgedFlags): Promise<number> {
  const target = await targetFile(around, file, flags.seed);
  const tally = new Tally();
  const outcome = runScenario(target.prepared.scenario, target.prepared.options);
  return printJudged(around, flags, { command: "run", target, outcome, tally });
}
