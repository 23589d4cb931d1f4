/**
 * The check of commands: refuses those that no run could judge, before anything runs.
 *
 * Each command is tried on a lone replica that holds nothing, and on one that
 * holds its key, as each type. An error that comes then is about the call itself
 * (an unknown name, a wrong number of arguments, a bad option), since there is no
 * state it could be about; those about the absence of a key or a type that
 * another try fits are no mistake. What neither the specification knows nor the
 * command table calls harmless is refused, too.
 */
import { commandTable } from "../../src/commands/table.ts";
import { DEFAULT_PERSISTENCE_SETTINGS } from "../../src/persistence/settings.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { ScenarioError } from "../scenario/checked-scenario.ts";
import { isJudged } from "../spec/specification.ts";
import { startProcess, type Process } from "../world/process.ts";
import { Random } from "../world/random.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";

/** What a valid command may be told by a replica without keys; the specification knows when. */
const NO_MISTAKE =
  /^ERR (no such key|source and destination objects are the same|could not decode requested zset member)$/;
/** What a valid command may be told by a replica that holds a key of some type. */
const ABOUT_STATE =
  /^(WRONGTYPE|BUSYKEY|ERR (no such key|source and destination objects are the same|could not decode requested zset member|index out of range|One or more scores can't be converted into double)$)/;
/** What puts a key of each type there, and in it the element that the command may look for. */
const HOLDERS: readonly ((key: string, element: string) => readonly string[])[] = [
  (key) => ["SET", key, "0"],
  (key) => ["HSET", key, "field", "0"],
  (key) => ["SADD", key, "member"],
  (key, element) => ["ZADD", key, "0", element],
  (key) => ["RPUSH", key, "0"],
  (key) => ["PFADD", key, "element"],
];
/** Besides reads: commands that neither change anything nor depend on the process. */
const HARMLESS: ReadonlySet<string> = new Set(["ping", "echo", "time"]);

const LONE = { id: "check", region: "check", skewMs: 0, driftPpm: 0 };

export class CommandCheck {
  private readonly process: Process = startProcess({
    scenario: { replicas: [LONE], limits: {}, persistence: DEFAULT_PERSISTENCE_SETTINGS },
    plan: LONE,
    peersExpected: 0,
    newOriginId: 1,
    clock: { wallMs: () => EPOCH_MS, microseconds: () => EPOCH_MS * 1000 },
    random: new Random(1, "check"),
    log: () => {},
  });

  /** Throws ScenarioError for the first command that cannot run, with its place. */
  demand(scenario: Scenario): void {
    for (const list of ["workload", "expectations"] as const) {
      for (const [i, { database, command }] of scenario[list].entries()) {
        const problem = this.problem(database, command);
        if (problem !== undefined) throw new ScenarioError(`${list}[${i}].command: ${problem}`);
      }
    }
  }

  /** Why a command cannot run in any simulation; undefined when it can. */
  problem(database: number, command: readonly string[]): string | undefined {
    const wide = command.find((word) => /[^\0-\xff]/.test(word));
    if (wide !== undefined) return `'${wide}' has characters beyond one byte; write its bytes one by one`;
    const refusal = this.runnable(command);
    if (refusal !== undefined) return refusal;
    const mistake = this.errorOf(database, command);
    if (mistake !== undefined && !NO_MISTAKE.test(mistake)) return mistake;
    const [name = "", key, element = ""] = command;
    if (key === undefined || !isJudged(name)) return undefined;
    // Some arguments are looked at only where there is a key, of the command's own type.
    let mistakeThere: string | undefined;
    for (const holder of HOLDERS) {
      const error = this.errorOf(database, command, holder(key, element));
      if (error === undefined) return undefined;
      if (!ABOUT_STATE.test(error)) mistakeThere ??= error;
    }
    return mistakeThere;
  }

  /** What a lone replica says that holds nothing, or what one command has put there. */
  private errorOf(database: number, command: readonly string[], before?: readonly string[]): string | undefined {
    const { client, keyspace } = this.process;
    const time = keyspace.context.get(keyspace.self);
    if (before !== undefined) client.run(database, before);
    const reply = client.run(database, command);
    if (keyspace.context.get(keyspace.self) > time) client.run(0, ["FLUSHALL"]);
    return typeof reply === "object" && reply !== null && "error" in reply ? reply.error : undefined;
  }

  /** What must not even be tried: a command that would stop the process, or silence its replies. */
  private runnable([name = "", subname = ""]: readonly string[]): string | undefined {
    if (isJudged(name)) return undefined;
    const entry = commandTable.findByName(name);
    // The replica's own words for it are the best.
    if (entry === undefined) return undefined;
    const row = entry.subcommands === undefined ? entry : commandTable.findByName(`${name}|${subname}`);
    if (row === undefined || row.command.flags.includes("readonly") || HARMLESS.has(row.fullName)) return undefined;
    return `the simulator cannot judge this command yet: ${row.fullName.replace("|", " ")}`;
  }
}
