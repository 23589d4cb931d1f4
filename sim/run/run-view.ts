/** The view that expectations have of a running simulation: they look, and change nothing. */
import { commandTable } from "../../src/commands/table.ts";
import type { Reply } from "../spec/reply.ts";
import type { VirtualClock } from "../world/clock.ts";
import type { SimulatedNode } from "../world/node.ts";
import { CommandCheck } from "./command-check.ts";
import type { CommandFilter, ExecutedOperation, RunView } from "./options.ts";

/** How a failure begins that is about asking a replica which the scenario has not, or no longer. */
export const NO_SUCH_REPLICA = "ask: there is no replica";

/** The parts of a simulation that are looked at. */
interface Viewed {
  readonly executed: readonly ExecutedOperation[];
  readonly clock: VirtualClock;
  readonly nodes: readonly SimulatedNode[];
  /** Runs a command at a replica, watched by the oracles. */
  readonly execute: (node: SimulatedNode, command: readonly string[]) => Reply;
}

export class LiveView implements RunView {
  readonly replicas: readonly string[];
  private readonly viewed: Viewed;
  /** A copy of what has been executed: whoever sorts it sorts nothing else. */
  private copy: readonly ExecutedOperation[] = [];
  private frozenCount = 0;
  private commandCheck: CommandCheck | undefined;

  constructor(viewed: Viewed) {
    this.viewed = viewed;
    this.replicas = Object.freeze(viewed.nodes.map((node) => node.id));
  }

  get executed(): readonly ExecutedOperation[] {
    const executed = this.frozen();
    if (this.copy.length < executed.length) this.copy = Object.freeze([...executed]);
    return this.copy;
  }

  get nowMs(): number {
    return this.viewed.clock.nowMs;
  }

  commands(filter: CommandFilter = {}): readonly ExecutedOperation[] {
    const name = filter.name?.toUpperCase();
    return this.frozen().filter(
      ({ command, replica, client }) =>
        (name === undefined || command[0]?.toUpperCase() === name) &&
        (filter.key === undefined || command[1] === filter.key) &&
        (filter.replica === undefined || replica === filter.replica) &&
        (filter.client === undefined || isClient(client, filter.client)),
    );
  }

  answers(replica: string): boolean {
    const node = this.node(replica);
    return node.isUp && !node.isPaused && !node.process.replica.loading;
  }

  ask(replica: string, ...words: readonly (string | number)[]): Reply {
    const command = words.map(String);
    const node = this.node(replica);
    if (command.length === 0) throw new Error('ask: a command is missing: ask("us", "GET", "key")');
    if (commandTable.findByName(command[0] ?? "")?.write === true)
      throw new Error(`ask: ${command.join(" ")}: an expectation looks and changes nothing`);
    this.commandCheck ??= new CommandCheck();
    const problem = this.commandCheck.problem(0, command);
    if (problem !== undefined) throw new Error(`ask: ${command.join(" ")}: ${problem}`);
    if (!this.answers(replica)) throw new Unanswered(`${replica} does not run`);
    return this.viewed.execute(node, command);
  }

  /** What was executed is history, also for what one expectation leaves to the next. */
  private frozen(): readonly ExecutedOperation[] {
    const { executed } = this.viewed;
    for (let i = this.frozenCount; i < executed.length; i++) deepFreeze(executed[i]);
    this.frozenCount = executed.length;
    return executed;
  }

  private node(id: string): SimulatedNode {
    const node = this.viewed.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) throw new Error(`${NO_SUCH_REPLICA} '${id}'`);
    return node;
  }
}

/** A replica that was asked does not run just now: the expectation cannot be judged. */
export class Unanswered extends Error {}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}

/** "shopper" is every client that runs the program of that name. */
function isClient(client: string | undefined, wanted: string): boolean {
  return client === wanted || client?.startsWith(`${wanted}@`) === true;
}
