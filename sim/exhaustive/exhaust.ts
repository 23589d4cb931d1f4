/**
 * The bounded exhaustive search: every program over a small alphabet, under
 * every schedule, at real keyspaces behind the real gate.
 *
 * What random search samples, this covers: within its bounds there is no order
 * of events left in which the lattices disagree with the specification. Smaller
 * programs come first, so that the first failure is the shortest.
 */
import { EXHAUSTIVE_OPERATIONS_MAX, EXHAUSTIVE_PROGRESS_SCHEDULES, EXHAUSTIVE_REPLICAS_MAX } from "../limits.ts";
import type { SimulationFailure } from "../oracles/failure.ts";
import { runScenario } from "../run/run.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { ALPHABETS, eachProgram, EVERYTHING, type LatticeType } from "./alphabet.ts";
import { Player, type Interventions, type Trial, type Setting } from "./play.ts";
import type { Program } from "./program.ts";
import { scenarioOf } from "./scenario-of.ts";
import { eachSchedule } from "./schedule.ts";
import { variantsOf, type VariantName } from "./variant.ts";
import { inWords } from "./words.ts";

export interface ExhaustOptions {
  readonly replicas: number;
  /** All programs of one to so many operations .. */
  readonly operations: number;
  /** .. over the alphabets of these types, one after the other. */
  readonly types: readonly LatticeType[];
  /** This program alone, instead. */
  readonly program?: Program;
  readonly variants: readonly VariantName[];
  readonly schedulesMax: number;
  /** Time is over: asked now and then. */
  readonly isOver?: () => boolean;
  readonly onProgress?: (progress: ExhaustCounts) => void;
  readonly interventions?: Interventions;
}

export interface ExhaustCounts {
  readonly programs: number;
  /** Played. */
  readonly schedules: number;
  /** Combinations of orders that cannot happen. */
  readonly impossible: number;
  /** Commands and deliveries. */
  readonly steps: number;
}

export interface ExhaustFailure {
  readonly failure: SimulationFailure;
  readonly trial: Trial;
  /** What happened, line by line. */
  readonly words: string;
  /** The same for the whole simulator, where it fails there, too. */
  readonly scenario: Scenario | undefined;
}

export interface ExhaustResult extends ExhaustCounts {
  /** Why not everything was tried; undefined when it was. */
  readonly stopped: "failure" | "schedules" | "time" | undefined;
  readonly failure: ExhaustFailure | undefined;
}

export function exhaust(options: ExhaustOptions): ExhaustResult {
  const search = new Search(options);
  search.run();
  return { ...search.counts, stopped: search.stopped, failure: search.failure };
}

class Search {
  stopped: ExhaustResult["stopped"];
  failure: ExhaustFailure | undefined;
  private readonly options: ExhaustOptions;
  private programs = 0;
  private schedules = 0;
  private impossible = 0;
  private readonly player: Player;

  constructor(options: ExhaustOptions) {
    const { replicas, operations, program } = options;
    if (replicas > EXHAUSTIVE_REPLICAS_MAX) throw new RangeError(`at most ${EXHAUSTIVE_REPLICAS_MAX} replicas`);
    if (Math.max(operations, program?.length ?? 0) > EXHAUSTIVE_OPERATIONS_MAX)
      throw new RangeError(`at most ${EXHAUSTIVE_OPERATIONS_MAX} operations`);
    this.options = options;
    this.player = new Player(options.interventions);
  }

  get counts(): ExhaustCounts {
    const { programs, schedules, impossible } = this;
    return { programs, schedules, impossible, steps: this.player.steps };
  }

  run(): void {
    const { replicas, operations, types, program } = this.options;
    if (program !== undefined) {
      const setting = { replicas, reads: EVERYTHING.reads, everyMs: EVERYTHING.everyMs };
      this.tryProgram(setting, program);
      return;
    }
    for (const type of types) {
      const alphabet = ALPHABETS[type];
      const setting = { replicas, reads: alphabet.reads, everyMs: alphabet.everyMs };
      for (let length = 1; length <= operations; length++) {
        if (!eachProgram(alphabet, length, replicas, (each) => this.tryProgram(setting, each))) return;
      }
    }
  }

  /** False when the search is over. */
  private tryProgram(setting: Setting, program: Program): boolean {
    this.programs++;
    for (const name of this.options.variants) {
      for (const variant of variantsOf(program, setting.replicas, name)) {
        const { impossible, stopped } = eachSchedule(
          variant.units,
          setting.replicas,
          variant.repair,
          (schedule, order, repair) => this.tryOne({ setting, program, variant, schedule, order, repair }),
        );
        this.impossible += impossible;
        if (stopped) return false;
      }
    }
    return true;
  }

  private tryOne(trial: Trial): boolean {
    const failure = this.player.play(trial);
    this.schedules++;
    if (failure !== undefined) {
      this.stopped = "failure";
      this.failure = describe(failure, trial);
    } else if (this.schedules >= this.options.schedulesMax) {
      this.stopped = "schedules";
    } else if (this.schedules % EXHAUSTIVE_PROGRESS_SCHEDULES === 0) {
      this.options.onProgress?.(this.counts);
      if (this.options.isOver?.() === true) this.stopped = "time";
    }
    return this.stopped === undefined;
  }
}

/** The search reuses what it handed out: what is kept is a copy. */
function describe(failure: SimulationFailure, trial: Trial): ExhaustFailure {
  const kept = { ...trial, schedule: [...trial.schedule] };
  const scenario = scenarioOf(kept);
  const failsThere = scenario !== undefined && runScenario(scenario).failure !== undefined;
  return { failure, trial: kept, words: inWords(kept), scenario: failsThere ? scenario : undefined };
}
