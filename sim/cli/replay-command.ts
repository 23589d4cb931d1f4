/** `replay FILE|SEED`: one scenario twice, which must be the same run, event for event. */
import { runTwice } from "../run/run.ts";
import { printJudged, type JudgedFlags } from "./judged-run.ts";
import type { Surroundings } from "./surroundings.ts";
import { Tally } from "./tally.ts";
import { targetFileOrSeed } from "./target.ts";

export async function replayCommand(around: Surroundings, what: string, flags: JudgedFlags): Promise<number> {
  const target = await targetFileOrSeed(around, what, flags.seed);
  const tally = new Tally();
  const again = target.loaded.source.prepare(target.seed);
  const outcome = runTwice(target.prepared.scenario, target.prepared.options, again);
  return printJudged(around, flags, { command: "replay", target, outcome, tally });
}
