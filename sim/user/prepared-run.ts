/**
 * From what a user describes and a seed to a scenario that can run, with the
 * functions that go with it.
 *
 * Whatever the user's own functions throw, and whatever is wrong with what they
 * return, becomes a ScenarioError that says which field of the description.
 */
import { CommandCheck } from "../run/command-check.ts";
import { SimulationFailure } from "../oracles/failure.ts";
import type { NamedExpectation, RunView } from "../run/options.ts";
import { reasonOf } from "../run/reason.ts";
import type { PreparedRun } from "../run/source.ts";
import { checkedScenario, ScenarioError } from "../scenario/checked-scenario.ts";
import { FAULT_KINDS, faultSchema, MEMBER_FAULT_KINDS } from "../scenario/fault-schema.ts";
import type { DelayPlan, Fault, ScenarioInput } from "../scenario/scenario.ts";
import { drawFaults, FAULT_WEIGHTS, FAULTS_IN_RUN, FAULTS_LONG } from "../search/generate-faults.ts";
import { Random } from "../world/random.ts";
import { BoundedTime, TimeIsUp } from "./bounded-time.ts";
import { isCommand, programsOf, textsOf } from "./client-programs.ts";
import type {
  DelayDescription,
  Expectation,
  FaultDescription,
  OperationDescription,
  ScenarioDescription,
} from "./description.ts";
import { WorkloadDraw } from "./draw.ts";
import { linksOf } from "./links.ts";
import { whyUnmet } from "./returned.ts";

/** Replicas find each other in so long, and so many times the slowest link's delay. */
const START_MS = 1000;
const START_DELAYS = 10;

/** Who belongs to the cluster changes only where somebody asks for it. */
const SWARM_KINDS = FAULT_KINDS.filter((kind) => !MEMBER_FAULT_KINDS.includes(kind));

/** One in ten seeds of a swarm has no faults. */
const CALM = 0.1;

export class PreparedRuns {
  private readonly description: ScenarioDescription;
  private readonly check = new CommandCheck();
  private readonly time = new BoundedTime();
  /** Whose code runs: a client's, an expectation's, or nobody's ("", the simulator's own). */
  private running = { who: "", atMs: 0 };
  private readonly replicas: readonly string[];
  private readonly links: ScenarioInput["links"] & object;
  private readonly startMs: number;

  /** Throws ScenarioError. */
  constructor(description: ScenarioDescription) {
    this.description = description;
    this.replicas = description.replicas.map((replica) => (typeof replica === "string" ? replica : replica.id));
    this.links = linksOf(description.links ?? {}, this.replicas);
    const slowest = Math.max(...this.links.map(({ baseMs }) => baseMs), delayOf(description.delay).baseMs);
    this.startMs = description.startMs ?? START_MS + START_DELAYS * slowest;
    if (this.startMs >= description.endMs)
      throw new ScenarioError(`endMs: must be after startMs (${this.startMs}, when all replicas are connected)`);
    this.checkClients();
    // All that does not depend on the seed is wrong now or never.
    checkedScenario({ ...this.plan(1), faults: isFaultList(description.faults) ? description.faults : [] });
  }

  /** Throws ScenarioError. */
  prepare(seed: number): PreparedRun {
    const { clients, expectations = {} } = this.description;
    const scenario = checkedScenario({ ...this.plan(seed), workload: this.workload(seed), faults: this.faults(seed) });
    this.check.demand(scenario);
    const { replicas, startMs, check } = this;
    const running = (who: string, atMs: number): void => {
      this.running = { who, atMs };
    };
    const setting = { seed, replicas, startMs, endMs: scenario.endMs, check, running };
    const programs = programsOf(clients ?? {}, setting);
    const named = Object.entries(expectations).map(([name, given]) => namedExpectation(name, given, running));
    return { scenario, options: { expectations: named, programs, bounded: (run) => this.inTime(run) } };
  }

  private inTime(run: () => void): void {
    try {
      this.time.call(run);
    } catch (error) {
      if (!(error instanceof TimeIsUp)) throw error;
      const { who, atMs } = this.running;
      const oracle = who.startsWith("expectation") ? "expectation" : "client program";
      throw new SimulationFailure({ oracle, atMs, message: `${who || "the run"} ${error.message}` });
    }
  }

  private plan(seed: number): ScenarioInput {
    const { name, delay, endMs, convergeMs, clearsAtEnd, limits, durability } = this.description;
    return {
      name,
      seed,
      replicas: this.description.replicas.map((given) =>
        typeof given === "string" ? { id: given, region: given } : { ...given, region: given.region ?? given.id },
      ),
      delay: delayOf(delay),
      links: this.links,
      endMs,
      convergeMs,
      clearsAtEnd,
      limits,
      durability,
    };
  }

  private checkClients(): void {
    for (const [name, given] of Object.entries(this.description.clients ?? {})) {
      if (typeof given === "function") continue;
      const unknown = [given.at ?? []].flat().find((replica) => !this.replicas.includes(replica));
      if (unknown !== undefined) throw new ScenarioError(`clients.${name}.at: there is no replica '${unknown}'`);
      if ((given.startMs ?? 0) > this.description.endMs)
        throw new ScenarioError(`clients.${name}.startMs: is after endMs (${this.description.endMs})`);
    }
  }

  private workload(seed: number): ScenarioInput["workload"] {
    const { workload, endMs } = this.description;
    if (workload === undefined) return [];
    const draw = new WorkloadDraw(seed, "workload", { replicas: this.replicas, startMs: this.startMs, endMs });
    let given: readonly OperationDescription[] = [];
    try {
      this.time.call(() => {
        given = [...workload(draw)];
      });
    } catch (error) {
      throw new ScenarioError(`workload, with seed ${seed}: ${reasonOf(error)}`, { cause: error });
    }
    return given
      .map((operation, i) => {
        if (!isCommand(operation?.command))
          throw new ScenarioError(`workload[${i}].command: must be a list of texts and numbers, ["GET", "key"]`);
        return { ...operation, command: textsOf(operation.command) };
      })
      .toSorted((a, b) => a.atMs - b.atMs);
  }

  private faults(seed: number): readonly Fault[] {
    const { faults = "swarm", endMs } = this.description;
    const { replicas, startMs } = this;
    if (isFaultList(faults)) return faults.map((fault) => faultSchema.parse(fault));
    if (faults === "none" || replicas.length < 2) return [];
    const random = new Random(seed, "faults");
    if (faults === "swarm" && random.chance(CALM)) return [];
    const { kinds = SWARM_KINDS, everyMs, forMs } = faults === "swarm" ? {} : faults;
    const some = random.subset(kinds, 0.5);
    const chosen = some.length === 0 ? [random.pick(kinds)] : some;
    const spanMs = endMs - startMs;
    return drawFaults(random, replicas, startMs, endMs, {
      kinds: chosen,
      weights: chosen.map(() => random.pick(FAULT_WEIGHTS)),
      meanGapMs: everyMs ?? spanMs / random.pick(FAULTS_IN_RUN),
      meanForMs: forMs ?? spanMs / random.pick(FAULTS_LONG),
    });
  }
}

function isFaultList(faults: ScenarioDescription["faults"]): faults is readonly FaultDescription[] {
  return Array.isArray(faults);
}

function delayOf(given: number | DelayDescription = 5): DelayPlan {
  return typeof given === "number" ? { baseMs: given, jitterMs: 0 } : { jitterMs: 0, ...given };
}

function namedExpectation(
  name: string,
  given: Expectation,
  running: (who: string, nowMs: number) => void,
): NamedExpectation {
  const { when, check } = typeof given === "function" ? { when: "converged" as const, check: given } : given;
  return {
    name,
    when,
    check: (run: RunView) => {
      running(`expectation ${name}`, run.nowMs);
      const result = check(run);
      running("", run.nowMs);
      const problem = whyUnmet(result);
      if (problem !== undefined) throw withoutStack(problem);
    },
  };
}

/** No line of the user's code was running. */
function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
