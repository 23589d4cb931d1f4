/**
 * Client programs: clients that react to what they are told.
 *
 * A program is an iterator of steps, resumed in virtual time: it issues a
 * command at its replica and is resumed with the reply, or waits. A command
 * travels for a moment, drawn from a stream of the program's own. What programs
 * issue is kept as operations at the times at which they reached the replica,
 * so that the same run can be had again without the programs, as data.
 *
 *   P1. One command at a time: the next is issued after the reply.
 *   P2. While its replica is down or loads, a program waits, and then sends what
 *       was not answered again, as client libraries do.
 *   P3. When the safety phase ends, programs are not resumed any more.
 *   P4. What a program throws is its author's failure, not Atoll's.
 */
import { SIMULATED_PROGRAM_STEPS_MAX } from "../limits.ts";
import type { Operation } from "../scenario/scenario.ts";
import type { Reply } from "../spec/reply.ts";
import { Random } from "../world/random.ts";
import type { VirtualClock } from "../world/clock.ts";
import { reasonOf } from "./reason.ts";

export type ProgramStep =
  | { readonly kind: "command"; readonly database: number; readonly command: readonly string[] }
  | { readonly kind: "wait"; readonly forMs: number };

export interface Program {
  /** Unique within a run. */
  readonly name: string;
  readonly replica: string;
  readonly startMs: number;
  /** Begins anew, for a run of its own. */
  start(nowMs: () => number): Iterator<ProgramStep, void, Reply>;
}

/** What programs need of the simulation they run in. */
export interface ProgramStage {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly endMs: number;
  /** Can clients use the replica, now or when it goes on? */
  serves(replica: string): boolean;
  /** Runs an operation now, or when its replica goes on. */
  operate(operation: Operation, answered: (reply: Reply) => void): void;
  /** Ends the run. */
  fail(program: Program, message: string): never;
}

/** Client and replica are in one region: at least so long, and on average so much more. */
const TRAVEL_MS_MIN = 0.1;
const TRAVEL_MS_MEAN = 0.4;
/** How often a client tries to connect again. */
const RECONNECT_MS = 20;

type CommandStep = ProgramStep & { readonly kind: "command" };

export class Programs {
  /** What was issued, in order. */
  readonly issued: Operation[] = [];
  private readonly running: RunningProgram[];
  private steps = 0;

  constructor(programs: readonly Program[], stage: ProgramStage) {
    const tally: Tally = {
      issued: (operation) => void this.issued.push(operation),
      mayStep: () => ++this.steps <= SIMULATED_PROGRAM_STEPS_MAX,
    };
    this.running = programs.map((program) => new RunningProgram(program, stage, tally));
  }

  start(): void {
    for (const program of this.running) program.start();
  }

  /** The process of a replica has died, with all it had not answered. */
  died(replica: string): void {
    for (const program of this.running) program.died(replica);
  }
}

/** What all programs of a run count together. */
interface Tally {
  issued(operation: Operation): void;
  mayStep(): boolean;
}

class RunningProgram {
  private readonly program: Program;
  private readonly stage: ProgramStage;
  private readonly tally: Tally;
  private readonly travel: Random;
  private iterator: Iterator<ProgramStep, void, Reply> | undefined;
  /** What has reached the replica and has not been answered. */
  private unanswered: CommandStep | undefined;

  constructor(program: Program, stage: ProgramStage, tally: Tally) {
    this.program = program;
    this.stage = stage;
    this.tally = tally;
    this.travel = new Random(stage.seed, `travel of ${program.name}`);
  }

  start(): void {
    const { clock } = this.stage;
    clock.at(this.program.startMs, () => {
      this.guarded(() => {
        this.iterator = this.program.start(() => clock.nowMs);
      });
      this.resume(null);
    });
  }

  died(replica: string): void {
    const lost = this.unanswered;
    if (replica !== this.program.replica || lost === undefined) return;
    this.unanswered = undefined;
    this.stage.clock.after(RECONNECT_MS, () => this.issue(lost));
  }

  private resume(reply: Reply): void {
    const { clock, endMs } = this.stage;
    if (clock.nowMs > endMs) return;
    const next = this.guarded(() => this.iterator?.next(reply));
    if (next === undefined || next.done === true) return;
    if (!this.tally.mayStep()) {
      const taken = `the programs have taken ${SIMULATED_PROGRAM_STEPS_MAX} steps by ${clock.nowMs.toFixed(1)} ms`;
      this.stage.fail(this.program, `${taken}: wait between commands, or end the scenario sooner`);
    }
    const step = next.value;
    if (step.kind === "wait") clock.after(step.forMs, () => this.resume(null));
    else clock.after(TRAVEL_MS_MIN + this.travel.exponential(TRAVEL_MS_MEAN), () => this.issue(step));
  }

  private issue(step: CommandStep): void {
    const { clock, endMs } = this.stage;
    if (clock.nowMs > endMs) return;
    const { replica, name: client } = this.program;
    if (!this.stage.serves(replica)) {
      clock.after(RECONNECT_MS, () => this.issue(step));
      return;
    }
    const operation = { atMs: clock.nowMs, replica, database: step.database, command: step.command, client };
    this.tally.issued(operation);
    this.unanswered = step;
    this.stage.operate(operation, (reply) => {
      this.unanswered = undefined;
      // Later, since the code that answers is still at work.
      clock.after(0, () => this.resume(reply));
    });
  }

  private guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      return this.stage.fail(this.program, reasonOf(error));
    }
  }
}
