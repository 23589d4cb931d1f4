/**
 * Scenarios as readable text, for golden tests and for people.
 *
 *   replicas us eu ap            first of all
 *   us: SADD k x                 a command at a replica
 *   partition us|eu ap           what goes wrong: text-faults.ts has all of it
 *   us: SREM k x -> 1            ... and what it must reply (text-reply.ts)
 *   eu: SADD k x
 *   heal
 *   expect k = {x}               at every replica: a set,
 *   expect k = {f:1 g:2}         a hash,
 *   expect k = 7                 a string,
 *   expect k is gone             no such key
 *   expect eu: k = {x}           at one replica
 *   expect all: TTL k -> -1      any command, at each replica or one
 *   wait 5s                      virtual time passes
 *   database 1                   for the lines that follow
 *
 * Settings come before what happens: `delay 80ms`, `delay us>eu 80ms jitter
 * 5ms`, `skew eu -200ms` and `drift eu 100ppm` (of a wall clock), `limit
 * logBytesMax 1000`, `seed 7`, `durability everysec` and `durability eu always`. text-words.ts says what quotes mean.
 *
 * Each line happens after everything that could be delivered has been
 * delivered, so what is to be concurrent needs a partition.
 */
import { checkedScenario, ScenarioError } from "./checked-scenario.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import {
  absence,
  durationMs,
  end,
  happens,
  known,
  newDraft,
  PACE,
  pass,
  present,
  recover,
  settle,
  type CommandProblem,
  type Draft,
  type Verb,
} from "./text-draft.ts";
import { FAULT_VERBS } from "./text-faults.ts";
import { replyIn, stateIn } from "./text-reply.ts";
import { SETTING_VERBS } from "./text-settings.ts";
import { endOfWord, LineProblem, splitAtArrow, withoutComment, wordAt, wordsOf } from "./text-words.ts";

/** The text is not a scenario; the message says which line, and why. */
export class TextScenarioError extends Error {
  /** Counted from 1. */
  readonly line: number;

  constructor(name: string, line: number, why: string) {
    super(`${name}, line ${line}: ${why}`);
    this.line = line;
  }
}

/** Of a line that an error repeats. */
const SHOWN_CHARACTERS = 80;

const CONVERGE_MS = 30_000;

/** A client cannot even wait there. */
const UNREACHABLE: ReadonlySet<string> = new Set(["stopped", "gone"]);

const SETTINGS: ReadonlyMap<string, Verb> = new Map(Object.entries(SETTING_VERBS));
const EVENTS: ReadonlyMap<string, Verb> = new Map(
  Object.entries({
    ...FAULT_VERBS,
    wait: {
      usage: "wait 5s",
      shape: /^(\S+)$/,
      read: (draft: Draft, [amount = ""]: readonly string[]) => pass(draft, durationMs(amount)),
    },
    database: {
      usage: "database 1",
      shape: /^(\d|1[0-5])$/,
      read: (draft: Draft, [number = ""]: readonly string[]) => {
        draft.database = Number(number);
      },
    },
  }),
);

/**
 * Throws TextScenarioError. Which commands there are is not known here: whoever does may say of each what is wrong
 * with it, so that it is said with its line.
 */
export function parseScenario(name: string, text: string, commandProblem: CommandProblem = () => undefined): Scenario {
  const draft = newDraft(commandProblem);
  const lines = text.split(/\r?\n/);
  for (const [i, written] of lines.entries()) {
    located(name, i + 1, written, () => {
      const line = withoutComment(written);
      if (line !== "") readLine(draft, line);
    });
  }
  return located(name, lines.length, "", () => {
    if (draft.replicas.length === 0) throw new LineProblem("the text has no replicas; 'replicas us eu' comes first");
    // What is still open ends with the text.
    if (end(draft, () => true) > 0) recover(draft);
    return checkedScenario({
      name: name.slice(0, 200),
      ...draft.settings,
      replicas: draft.replicas,
      endMs: draft.atMs,
      convergeMs: CONVERGE_MS,
      clearsAtEnd: true,
      workload: draft.workload,
      faults: draft.faults,
      expectations: draft.expectations,
    });
  });
}

function located<T>(name: string, line: number, written: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LineProblem) && !(error instanceof ScenarioError)) throw error;
    const why = error.message.trim();
    const shown = written.trim().slice(0, SHOWN_CHARACTERS);
    throw new TextScenarioError(name, line, shown === "" ? why : `${why}, in '${shown}'`);
  }
}

function readLine(draft: Draft, line: string): void {
  const [, id, command = ""] = /^(\w+):(?:\s+(.*))?$/s.exec(line) ?? [];
  if (id !== undefined) return addCommand(draft, id, command, line);
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
  if (word === "expect") return addExpectation(draft, rest, line);
  const setting = draft.hasBegun && EVENTS.has(word) ? undefined : SETTINGS.get(word);
  if (setting !== undefined && draft.hasBegun) throw new LineProblem(`'${word}' comes before everything that happens`);
  const verb = setting ?? EVENTS.get(word);
  if (verb === undefined) {
    const all = ["expect", ...EVENTS.keys(), ...SETTINGS.keys()].join(", ");
    throw new LineProblem(`expected a command such as 'us: GET k', or one of ${all}`);
  }
  const parts = verb.shape.exec(rest);
  if (parts === null) throw new LineProblem(`expected something like '${verb.usage}'`);
  if (setting !== undefined) return setting.read(draft, parts.slice(1));
  happens(draft);
  verb.read(draft, parts.slice(1));
  verb.takes?.(draft);
}

/** `us: SREM k x -> 1`: the command happens; what it must reply is checked by asking for it there and then. */
function addCommand(draft: Draft, id: string, text: string, label: string): void {
  happens(draft);
  const { before, after } = splitAtArrow(text);
  const at = { atMs: draft.atMs, database: draft.database, command: commandIn(draft, before) };
  if (after !== undefined) draft.expectations.push({ ...at, replicas: [present(draft, id)], ...replyIn(after), label });
  else if (UNREACHABLE.has(absence(draft, known(draft, id)) ?? ""))
    throw new LineProblem(`${id} is ${absence(draft, id)}`);
  else draft.workload.push({ ...at, replica: id });
  settle(draft);
}

function addExpectation(draft: Draft, text: string, label: string): void {
  happens(draft);
  const [, id = "all", demand = ""] = /^(?:(\w+):\s+)?(.*)$/s.exec(text) ?? [];
  const members = draft.replicas
    .map((plan) => plan.id)
    .filter((name) => !draft.left.has(name) && !draft.forgotten.has(name));
  const asked = id === "all" ? members : [id];
  const replicas = asked.map((name) => present(draft, name));
  const place = { atMs: draft.atMs, database: draft.database, replicas, label };
  draft.expectations.push({ ...place, ...demandIn(draft, demand) });
  pass(draft, PACE.expectMs);
}

function demandIn(draft: Draft, text: string): Pick<Expectation, "command" | "reply" | "order"> {
  const { before, after } = splitAtArrow(text);
  if (after !== undefined) return { command: commandIn(draft, before), ...replyIn(after) };
  const keyEnd = endOfWord(text, 0);
  const key = wordAt(text, 0, keyEnd);
  const rest = text.slice(keyEnd).trim();
  if (/^is\s+gone$/.test(rest)) return { command: ["EXISTS", key], reply: 0, order: "given" };
  if (!/^=(\s|$)/.test(rest)) throw new LineProblem("expected 'k = 7', 'k = {x y}', 'k is gone' or 'us: TTL k -> -1'");
  return stateIn(key, rest.slice(1).trim());
}

function commandIn(draft: Draft, text: string): string[] {
  const command = wordsOf(text);
  if (command.length === 0) throw new LineProblem("there is no command");
  const problem = draft.commandProblem(draft.database, command);
  if (problem !== undefined) throw new LineProblem(problem);
  return command;
}
