/**
 * From the clients that a user describes to the programs that a run resumes.
 *
 * What a program yields is checked as it comes: a step that is none, or a
 * command that no replica would take, is thrown at the program's own `yield`,
 * so that the stack says where it stands.
 */
import type { CommandCheck } from "../run/command-check.ts";
import type { Program, ProgramStep } from "../run/program.ts";
import type { Reply } from "../spec/reply.ts";
import { disownAsync } from "./returned.ts";
import type { ClientContext, ClientDescription, ClientProgram, Command } from "./description.ts";
import { Draw } from "./draw.ts";

/** What all clients of a run have in common. */
export interface ClientSetting {
  readonly seed: number;
  readonly replicas: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly check: CommandCheck;
  /** Told whose code runs, and when nobody's does any more. */
  readonly running: (who: string, nowMs: number) => void;
}

/** One program for each client: "shopper@us", and "shopper@us#2" where there are several. */
export function programsOf(
  clients: Readonly<Record<string, ClientProgram | ClientDescription>>,
  setting: ClientSetting,
): Program[] {
  return Object.entries(clients).flatMap(([kind, given]) => {
    const {
      program,
      at = setting.replicas,
      count = 1,
      startMs = setting.startMs,
    } = typeof given === "function" ? { program: given } : given;
    return [at].flat().flatMap((replica) =>
      Array.from({ length: count }, (_, i) => {
        const name = `${kind}@${replica}${count > 1 ? `#${i + 1}` : ""}`;
        return {
          name,
          replica,
          startMs,
          start: (nowMs: () => number) => steps(program, name, replica, setting, nowMs),
        };
      }),
    );
  });
}

function* steps(
  program: ClientProgram,
  name: string,
  replica: string,
  setting: ClientSetting,
  nowMs: () => number,
): Generator<ProgramStep, void, Reply> {
  const { seed, replicas, endMs, check } = setting;
  const begins = (): void => setting.running(`client ${name}`, nowMs());
  const ends = (): void => setting.running("", nowMs());
  const context: ClientContext = {
    name,
    replica,
    replicas: [...replicas],
    random: new Draw(seed, `client ${name}`, name),
    get nowMs() {
      return nowMs();
    },
    endMs,
  };
  begins();
  const running = program(context);
  if (disownAsync(running))
    throw new TypeError("the program is async, and nobody waits for it: use function* and yield");
  if (typeof running?.[Symbol.iterator] !== "function")
    throw new TypeError("the program is no generator function (function*)");
  for (let next = running.next(null); next.done !== true;) {
    const step = stepOf(next.value, check);
    if (step instanceof Error) {
      next = running.throw(step);
      continue;
    }
    ends();
    const reply = yield step;
    begins();
    // The list is the program's to sort; the history has its own.
    next = running.next(Array.isArray(reply) ? structuredClone(reply) : reply);
  }
  ends();
}

function stepOf(given: unknown, check: CommandCheck): ProgramStep | TypeError {
  if (typeof given !== "object" || given === null) return new TypeError(`yield ${show(given)}: ${NO_STEP}`);
  if ("waitMs" in given) {
    const forMs = given.waitMs;
    if (typeof forMs === "number" && forMs >= 0) return { kind: "wait", forMs };
    return new TypeError(`wait(${show(forMs)}): milliseconds must be 0 or more`);
  }
  const words = Array.isArray(given) ? (given as unknown[]) : "command" in given ? given.command : undefined;
  const database = "database" in given ? given.database : 0;
  if (!isCommand(words) || !isDatabase(database)) return new TypeError(`yield ${show(given)}: ${NO_STEP}`);
  const command = textsOf(words);
  const problem = check.problem(database, command);
  return problem === undefined
    ? { kind: "command", database, command }
    : new TypeError(`yield ${show(given)}: ${problem}`);
}

const NO_STEP = 'a program yields commands, ["GET", "key"], or wait(ms)';

/** Words as they travel: numbers as text. */
export function textsOf(command: Command): string[] {
  return command.map(String);
}

export function isCommand(given: unknown): given is Command {
  return (
    Array.isArray(given) &&
    given.length > 0 &&
    given.every((word) => typeof word === "string" || (typeof word === "number" && Number.isFinite(word)))
  );
}

function isDatabase(given: unknown): given is number {
  return typeof given === "number" && Number.isInteger(given) && given >= 0 && given < 16;
}

function show(given: unknown): string {
  return JSON.stringify(given) ?? String(given);
}
