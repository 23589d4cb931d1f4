/**
 * Golden replies: a command with an arrow and nothing behind it gets the reply that comes when the scenario runs.
 *
 *   us: INCR k ->      becomes      us: INCR k -> 3
 *
 * Somebody must then judge whether that is right; from there on it is demanded.
 */
import { runScenario } from "../run/run.ts";
import { parseScenario } from "../scenario/text-scenario.ts";
import { replyText } from "../scenario/text-reply.ts";
import { splitAtArrow, withoutComment } from "../scenario/text-words.ts";

const OPEN = /^\s*\w+:\s.*\s->\s*$/;

/** Throws TextScenarioError; a command that never ran stays as it is. */
export function withGoldenReplies(name: string, text: string): string {
  const lines = text.split("\n");
  if (!lines.some((line) => OPEN.test(line))) return text;
  const bare = lines.map((line) => (OPEN.test(line) ? line.replace(/->\s*$/, "") : line));
  const scenario = parseScenario(name, bare.join("\n"));
  const { executed } = runScenario(scenario);
  const commands = bare.flatMap((line, place) => (isOperation(line) ? [place] : []));
  for (const [i, place] of commands.entries()) {
    const { atMs, replica } = scenario.workload[i] ?? {};
    const done = executed.find((operation) => operation.atMs === atMs && operation.replica === replica);
    const line = lines[place] ?? "";
    if (OPEN.test(line) && done !== undefined) lines[place] = `${line.trimEnd()} ${replyText(done.reply)}`;
  }
  return lines.join("\n");
}

/** Is it a command that demands no reply, and so part of the workload? */
function isOperation(line: string): boolean {
  const said = withoutComment(line);
  return /^\w+:\s/.test(said) && splitAtArrow(said).after === undefined;
}
