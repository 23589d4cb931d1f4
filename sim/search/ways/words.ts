/**
 * Plainer commands: fewer words, fewer keys, shorter and more common words.
 *
 * The command table says where keys stand. A word changes everywhere at once,
 * in commands and in the replies that are expected, so that what was equal stays
 * equal. What the replicas would refuse as no command is not proposed.
 */
import { CommandCheck } from "../../run/command-check.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { Reply } from "../../spec/reply.ts";
import { keysOf } from "../../world/command-keys.ts";
import { AMOUNT, PLAIN_KEYS, PLAIN_VALUES } from "../size.ts";
import { firstOf, shorterList, simplerNumber, where, type Search } from "./way.ts";

/** A text of more characters than this is tried at half its length, too. */
const SHORT_WORD_CHARACTERS = 8;

/** Commands that everybody knows, one or two of each type. They stand in for longer names only. */
const PLAIN_COMMANDS = ["SET", "DEL", "INCR", "SADD", "SREM", "HSET", "HDEL", "INCRBY"];

/** Each command with fewer words. */
export function* fewerWords(scenario: Scenario): Search<Scenario> {
  const check = new CommandCheck();
  let current = scenario;
  for (let i = scenario.workload.length - 1; i >= 0; i--) {
    const before = current;
    const operation = before.workload[i];
    if (operation === undefined) continue;
    const [name = "", ...words] = operation.command;
    const rebuilt = (left: readonly string[]): Scenario => ({
      ...before,
      workload: before.workload.with(i, { ...operation, command: [name, ...left] }),
    });
    current = rebuilt(yield* where(stillCommands(check, before), shorterList(words, rebuilt)));
  }
  return current;
}

/** Each command under a plainer name that takes the same words. */
export function* plainerNames(scenario: Scenario): Search<Scenario> {
  const check = new CommandCheck();
  let current = scenario;
  for (const [i, operation] of scenario.workload.entries()) {
    const before = current;
    const renamed = PLAIN_COMMANDS.filter((name) => name !== operation.command[0]).map((name) => ({
      ...before,
      workload: before.workload.with(i, { ...operation, command: [name, ...operation.command.slice(1)] }),
    }));
    current = yield* where(stillCommands(check, before), firstOf(before, renamed));
  }
  return current;
}

/** Each key the same as another, or else with a plain name. */
export function* plainerKeys(scenario: Scenario): Search<Scenario> {
  const check = new CommandCheck();
  let current = scenario;
  for (const key of allKeysOf(scenario)) {
    const before = current;
    const others = [...allKeysOf(before)].filter((other) => other !== key);
    const names = [...others, ...PLAIN_KEYS];
    const renamed = names.map((name) => withWord(before, key, name));
    current = yield* where(stillCommands(check, before), firstOf(before, renamed));
  }
  return current;
}

/** Each other word the same as another, or shorter, or plainer; amounts smaller. */
export function* plainerWords(scenario: Scenario): Search<Scenario> {
  const check = new CommandCheck();
  let current = scenario;
  for (const word of otherWordsOf(scenario)) {
    const before = current;
    const others = [...otherWordsOf(before)].filter((other) => other !== word);
    const half = word.length > SHORT_WORD_CHARACTERS ? [word.slice(0, word.length / 2)] : [];
    const renamed = [...PLAIN_VALUES, ...others, ...half].map((name) => withWord(before, word, name));
    current = yield* where(stillCommands(check, before), firstOf(before, renamed));
    if (current !== before || !AMOUNT.test(word)) continue;
    const amount = (value: number): Scenario => withWord(before, word, String(value));
    current = amount(yield* where(stillCommands(check, before), simplerNumber(Number(word), 1, amount)));
  }
  return current;
}

function allKeysOf(scenario: Scenario): ReadonlySet<string> {
  return new Set(scenario.workload.flatMap(({ command }) => keysOf(command)));
}

function otherWordsOf(scenario: Scenario): ReadonlySet<string> {
  const keys = allKeysOf(scenario);
  return new Set(scenario.workload.flatMap(({ command }) => command.slice(1)).filter((word) => !keys.has(word)));
}

function withWord(scenario: Scenario, word: string, other: string): Scenario {
  const changed = (command: readonly string[]): readonly string[] =>
    command.includes(word, 1) ? command.map((text, i) => (i > 0 && text === word ? other : text)) : command;
  const changedReply = (reply: Reply): Reply => {
    if (Array.isArray(reply)) return reply.map(changedReply);
    return reply === word ? other : reply;
  };
  return {
    ...scenario,
    workload: scenario.workload.map((operation) => ({ ...operation, command: changed(operation.command) })),
    expectations: scenario.expectations.map((expectation) => ({
      ...expectation,
      command: changed(expectation.command),
      reply: changedReply(expectation.reply),
    })),
  };
}

/** Whether every command that differs from a scenario's can run as well as the one it was. */
function stillCommands(check: CommandCheck, before: Scenario): (candidate: Scenario) => boolean {
  const runs = (database: number, command: readonly string[] | undefined): boolean =>
    command !== undefined && check.problem(database, command) === undefined;
  return (candidate) =>
    (["workload", "expectations"] as const).every((list) =>
      candidate[list].every(({ database, command }, i) => {
        const was = before[list][i]?.command;
        return command === was || runs(database, command) || !runs(database, was);
      }),
    );
}
