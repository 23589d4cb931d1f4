/**
 * A proof: a scenario file of this folder, and the run that shows that the rule holds.
 *
 * Its name begins with the id of the row that it proves, and its first line is
 * a comment of that id and a sentence. When it runs, every replica is asked at
 * the end what it holds; all must say the same.
 */
import { readdirSync, readFileSync } from "node:fs";
import { contentCommand } from "../oracles/agreement.ts";
import { describeFailure } from "../report/screen.ts";
import { CommandCheck } from "../run/command-check.ts";
import type { NamedExpectation, RunView } from "../run/options.ts";
import { runScenario } from "../run/run.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { parseScenario } from "../scenario/text-scenario.ts";
import { replyText } from "../scenario/text-reply.ts";
import { wordText } from "../scenario/text-words.ts";
import type { Reply } from "../spec/reply.ts";
import { retell } from "./retelling.ts";

export interface Proof {
  /** Its name in this folder. */
  readonly file: string;
  readonly row: string;
  readonly sentence: string;
  readonly text: string;
}

export interface ProofRun {
  /** Empty when all went as the scenario says. */
  readonly failure: string;
  /** What the replicas did, and what they read in the end. */
  readonly line: string;
}

export function readProofs(): Proof[] {
  const folder = new URL("./", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".scenario"));
  return files.toSorted().map((file) => proofIn(file, readFileSync(new URL(file, folder), "utf8")));
}

export function proofIn(file: string, text: string): Proof {
  const [, row, sentence] = /^# ([a-z]+-\d+): (.+)$/m.exec(text.split("\n", 1)[0] ?? "") ?? [];
  if (row === undefined || sentence === undefined || !file.startsWith(`${row}-`))
    throw new Error(`${file}: a proof begins with a line such as '# set-1: keeps ...', and its name with the same id`);
  return { file, row, sentence, text };
}

export function runProof({ file, text }: Proof): ProofRun {
  const check = new CommandCheck();
  const scenario = parseScenario(file, text, (database, command) => check.problem(database, command));
  let held = "";
  const reading: NamedExpectation = {
    name: "every replica reads the same",
    when: "converged",
    check: (run) => {
      const [first = "", ...others] = run.replicas.map((replica) => holdings(run, replica, scenario));
      const other = others.find((words) => words !== first);
      if (other !== undefined) throw new Error(`one replica reads ${first}, another ${other}`);
      held = first;
    },
  };
  const outcome = runScenario(scenario, { expectations: [reading] });
  if (outcome.failure !== undefined) return { failure: describeFailure(outcome), line: "" };
  const told = retell(scenario);
  return { failure: "", line: told.endsWith(`→ ${held}`) ? told : `${told} → ${held}` };
}

/** All keys of database 0, and those that are said to be gone. */
function holdings(run: RunView, replica: string, { expectations }: Scenario): string {
  const ask = (...command: string[]): Reply => run.ask(replica, ...command);
  const gone = expectations.filter(({ command, reply }) => command[0] === "EXISTS" && reply === 0);
  const keys = new Set([...elements(ask("KEYS", "*")), ...gone.map(({ command }) => command[1] ?? "")]);
  return [...keys]
    .toSorted()
    .map((key) => holding(key, ask))
    .join(", ");
}

function holding(key: string, ask: (...command: string[]) => Reply): string {
  const name = wordText(key);
  const type = ask("TYPE", key);
  if (type === "none") return `${name} is gone`;
  const deadline = Number(ask("EXPIRETIME", key));
  const until = deadline < 0 ? "" : ` until ${deadline}`;
  if (type === "string") return `${name} = ${stringText(key, ask)}${until}`;
  const parts = elements(ask(...(contentCommand(type, key) ?? ["EXISTS", key]))).map(wordText);
  if (type === "list") return `${name} = [${parts.join(" ")}]${until}`;
  if (type === "zset") return `${name} = [${pairs(parts).join(" ")}]${until}`;
  const shown = type === "hash" ? pairs(parts) : parts;
  return `${name} = {${shown.toSorted().join(" ")}}${until}`;
}

/** Of a HyperLogLog what it counts: nobody reads its bytes. */
function stringText(key: string, ask: (...command: string[]) => Reply): string {
  const value = ask("GET", key);
  if (typeof value !== "string" || !value.startsWith("HYLL")) return textIn(value);
  return `a HyperLogLog of ${textIn(ask("PFCOUNT", key))}`;
}

function textIn(reply: Reply): string {
  return typeof reply === "string" ? wordText(reply) : replyText(reply);
}

function pairs(parts: readonly string[]): string[] {
  return parts.flatMap((part, i) => (i % 2 === 0 ? [`${part}:${parts[i + 1]}`] : []));
}

function elements(reply: Reply): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
