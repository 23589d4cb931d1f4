/**
 * One simulation: a scenario's replicas, network, clients and faults on one
 * virtual clock, watched by the oracles.
 *
 *   safety     until `endMs`: the workload, the faults, checks at all times
 *   liveness   all faults mended: everything must become equal within `convergeMs`
 *   reading    every key at every replica against the specification
 *   clearing   everything is deleted, and nothing may be left of it
 */
import { Checker } from "../oracles/check.ts";
import { SimulationFailure } from "../oracles/failure.ts";
import { VirtualClock } from "../world/clock.ts";
import { strike } from "../world/faults.ts";
import { startWithSeeds } from "../world/lives.ts";
import type { World } from "../world/world.ts";
import type { Marks } from "../oracles/marks.ts";
import { Network } from "../world/network.ts";
import type { VirtualDisk } from "../world/disk.ts";
import { SimulatedNode, type Executed, type Happening, type NodeObserver } from "../world/node.ts";
import type { ExpiredKey } from "../world/observed-keyspace.ts";
import { Random } from "../world/random.ts";
import type { Expectation, Fault, Operation, Scenario } from "../scenario/scenario.ts";
import { mismatch, type Expected } from "../spec/expected.ts";
import type { Reply } from "../spec/reply.ts";
import type { CommandCause, RunObserver } from "./observer.ts";
import type { ExecutedOperation, RunOptions, NamedExpectation } from "./options.ts";
import { Programs } from "./program.ts";
import { reasonOf } from "./reason.ts";
import { LiveView, Unanswered } from "./run-view.ts";
import { LifeMarks } from "./life-marks.ts";
import { comersOf, Members } from "./members.ts";
import { demandReplay } from "./replay.ts";
import { demandNothingLeft, everyKey, lookAtEverything, restoreCopies, type Converged } from "./last-look.ts";
import type { Trace } from "./trace.ts";

/** How often convergence is looked for. */
const LOOK_MS = 50;
/** When everything has mended, operators watch for so long what becomes of it by itself. */
const OPERATOR_MS = 10_000;

export class Simulation implements World, NodeObserver, Converged {
  readonly clock = new VirtualClock();
  readonly network: Network;
  readonly nodes: readonly SimulatedNode[];
  readonly checker: Checker;
  readonly log: string[] = [];
  /** What clients did, in the order in which it happened. */
  readonly executed: ExecutedOperation[] = [];
  /** From the end of the safety phase until everything was equal; undefined before. */
  convergenceMs: number | undefined;
  private readonly scenario: Scenario;
  /** Expectations that are functions. */
  private readonly demands: readonly NamedExpectation[];
  private readonly view: LiveView;
  private readonly programs: Programs;
  private readonly observer: RunObserver | undefined;
  private readonly marks: Marks;
  private readonly trace: Trace;
  private readonly membership: Members;
  private readonly backups = new Map<Fault, VirtualDisk>();
  private readonly mends = new Set<() => void>();
  private readonly lifeMarks: LifeMarks;

  constructor(scenario: Scenario, marks: Marks, trace: Trace, options: RunOptions = {}) {
    const { expectations = [], observer, programs = [] } = options;
    this.scenario = scenario;
    this.demands = expectations;
    this.observer = observer;
    this.marks = marks;
    this.lifeMarks = new LifeMarks(marks);
    this.trace = trace;
    const origins = new Random(scenario.seed, "origins");
    let numbers = 0;
    const surroundings = {
      clock: this.clock,
      scenario,
      observer: this,
      newOriginId: () => origins.between(1, 2 ** 30 - 1),
      newNumber: () => ++numbers,
    };
    const comers = comersOf(scenario);
    const founders = scenario.replicas.map(({ id }) => id).filter((id) => !comers.has(id));
    this.nodes = scenario.replicas.map((plan) => {
      const others = founders.filter((id) => id !== plan.id);
      return new SimulatedNode(surroundings, plan, others, founders.includes(plan.id));
    });
    this.network = new Network(this.clock, new Random(scenario.seed, "network"), this.nodes, scenario, observer);
    this.checker = new Checker(scenario, this.nodes, marks, () => this.clock.nowMs);
    this.membership = new Members(this.nodes, this.checker, marks);
    this.view = new LiveView({
      executed: this.executed,
      clock: this.clock,
      nodes: this.nodes,
      execute: (node, command) => this.execute("expectation", node, 0, command),
    });
    this.programs = new Programs(programs, {
      clock: this.clock,
      seed: scenario.seed,
      endMs: scenario.endMs,
      serves: (replica) => this.node(replica).isUp && !this.node(replica).process.replica.loading,
      operate: (operation, answered) => this.operate(operation, answered),
      fail: (program, message) =>
        this.checker.fail("client program", this.node(program.replica), `${program.name}: ${message}`),
    });
    const { clock, nodes, checker } = this;
    observer?.begins({ scenario, nodes, history: checker.history, nowMs: () => clock.nowMs });
  }

  /** The scenario with what the programs have issued as part of its workload. */
  get played(): Scenario {
    const { scenario, programs } = this;
    if (programs.issued.length === 0) return scenario;
    return { ...scenario, workload: [...scenario.workload, ...programs.issued].toSorted((a, b) => a.atMs - b.atMs) };
  }

  run(): void {
    this.network.start();
    for (const operation of this.scenario.workload) this.clock.at(operation.atMs, () => this.operate(operation));
    for (const fault of this.scenario.faults) {
      if (fault.kind === "restore")
        this.clock.at(fault.backupMs, () => void this.backups.set(fault, this.node(fault.replica).disk.copy()));
      this.clock.at(fault.atMs, () => this.strikeAt(fault));
    }
    for (const expectation of this.scenario.expectations)
      this.clock.at(expectation.atMs, () => this.expect(expectation));
    this.programs.start();
    this.runUntil(this.scenario.endMs);
    this.mendAll();
    this.converge(this.scenario.endMs + this.scenario.convergeMs);
    this.convergenceMs = this.clock.nowMs - this.scenario.endMs;
    this.marks.add("forgotten member back as a new one", this.membership.comebacks);
    lookAtEverything(this);
    this.checker.demandPromises(this.members);
    this.demand("converged");
    demandReplay(this);
    if (this.scenario.clearsAtEnd) this.clearEverything();
    for (const node of this.nodes) if (node.isUp) this.lifeMarks.ended(node.process);
    this.marks.add("interval repeated", this.network.intervalsRepeated);
  }

  /** Who belongs to the cluster and is to become equal: not who has left, was forgotten, or never came. */
  get members(): readonly SimulatedNode[] {
    return this.membership.all;
  }

  // Converged

  readonly ask = (node: SimulatedNode, database: number, command: readonly string[]): Reply =>
    this.execute("reading", node, database, command);

  // World

  node(id: string): SimulatedNode {
    const node = this.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) throw new RangeError(`no replica ${id}`);
    return node;
  }

  backup(fault: Fault): VirtualDisk | undefined {
    return this.backups.get(fault);
  }

  forget(node: SimulatedNode, by: SimulatedNode): void {
    this.membership.forget(node, by);
  }

  cloned(node: SimulatedNode, of: SimulatedNode): void {
    this.membership.cloned(node, of);
  }

  died(node: SimulatedNode, wasAsked: boolean): void {
    this.lifeMarks.died(node, wasAsked);
    this.checker.died(node, wasAsked);
    this.programs.died(node.id);
  }

  tampered(node: SimulatedNode): void {
    this.checker.tampered(node);
  }

  // NodeObserver

  happened(what: Happening): void {
    this.marks.add(what);
  }

  started(node: SimulatedNode): void {
    this.lifeMarks.started(node);
    this.checker.started(node);
    this.observer?.changed(node);
    this.checker.changed(node);
  }

  damaged(node: SimulatedNode, error: Error): void {
    this.marks.add("damaged file refused");
    this.logged(node, "error", error.message);
    if (!node.disk.isDamaged)
      this.checker.fail("durability", node, `cannot start from what it has written: ${error.message}`);
    this.checker.tampered(node);
  }

  acknowledged(node: SimulatedNode, time: number): void {
    this.checker.acknowledged(node, time);
  }

  changed(node: SimulatedNode): void {
    this.lifeMarks.changed(node);
    this.observer?.changed(node);
    this.checker.changed(node);
  }

  expired(node: SimulatedNode, before: number, time: number, keys: readonly ExpiredKey[]): void {
    this.observer?.expired(node, { origin: node.process.originId, time }, keys);
    this.checker.expired(node, before, time, keys);
  }

  received(node: SimulatedNode, message: Uint8Array): void {
    this.lifeMarks.received(message);
    this.trace.add(this.clock.nowMs);
    this.trace.addText(node.id);
    this.trace.addBytes(message);
  }

  logged(node: SimulatedNode, level: string, message: string): void {
    if (message.endsWith("bytes are cut off")) this.marks.add("torn tail cut");
    if (this.trace.eventHashes !== undefined)
      this.log.push(`${this.clock.nowMs.toFixed(1)} ${node.id} ${level} ${message}`);
  }

  // Phases

  private runUntil(untilMs: number): void {
    this.clock.runUntil(untilMs, () => this.trace.endEvent());
  }

  private operate(operation: Operation, answered?: (reply: Reply) => void): void {
    const node = this.node(operation.replica);
    node.act(() => {
      const atMs = this.clock.nowMs;
      const { reply, dot } = this.carryOut("client", node, operation.database, operation.command);
      this.trace.addText(JSON.stringify(reply));
      node.answer(dot !== undefined, () => {
        this.executed.push({ ...operation, atMs, reply });
        this.demand("always");
        answered?.(reply);
      });
    });
  }

  private execute(cause: CommandCause, node: SimulatedNode, database: number, command: readonly string[]): Reply {
    return this.carryOut(cause, node, database, command).reply;
  }

  private carryOut(cause: CommandCause, node: SimulatedNode, database: number, command: readonly string[]): Executed {
    this.observer?.asks(cause, node, database, command);
    const executed = node.execute(database, command);
    this.observer?.answered(executed.reply, executed.dot);
    this.checker.executed(node, database, command, executed);
    return executed;
  }

  private strikeAt(fault: Fault): void {
    this.observer?.struck(fault);
    this.lifeMarks.struck(fault);
    const mended = strike(this, fault);
    if (mended === undefined || !("forMs" in fault)) return;
    const mend = (): void => {
      mended();
      this.observer?.mended(fault);
    };
    this.mends.add(mend);
    this.clock.after(fault.forMs, () => this.mend(mend));
  }

  private mend(mend: () => void): void {
    if (this.mends.delete(mend)) mend();
  }

  private mendAll(): void {
    for (const mend of this.mends) this.mend(mend);
    for (const node of this.nodes) node.wall.mend();
    // Whoever has joined through somebody who is not there any more is told of everybody.
    for (const node of this.nodes) node.seeds = this.nodes.filter((other) => other !== node).map(({ id }) => id);
  }

  private expect(expectation: Expectation): void {
    for (const id of expectation.replicas) {
      const node = this.node(id);
      const reply = this.execute("expectation", node, expectation.database, expectation.command);
      const demanded = mismatch(expectedOf(expectation), reply);
      if (demanded === undefined) continue;
      const message = `${expectation.label || "expectation"}: expected ${demanded}, read ${JSON.stringify(reply)}`;
      this.checker.fail("expectation", node, message, expectation.command);
    }
  }

  /** Asks the expectations that are functions; whatever one throws is its failure. */
  private demand(when: NamedExpectation["when"]): void {
    for (const { name, check } of this.demands.filter((demand) => when === "converged" || demand.when === when)) {
      try {
        check(this.view);
      } catch (error) {
        if (error instanceof SimulationFailure) throw error;
        if (error instanceof Unanswered) continue;
        this.checker.fail("expectation", undefined, `${name}: ${reasonOf(error)}`);
      }
    }
  }

  /** Everybody up, everything seen by all, nothing waiting anywhere. */
  private converge(deadlineMs: number): void {
    const operatorMs = this.clock.nowMs + OPERATOR_MS;
    for (;;) {
      this.membership.forgetAbsent();
      const unready = this.whatIsUnready();
      if (unready === undefined) return;
      if (this.clock.nowMs >= deadlineMs)
        this.checker.fail("convergence", undefined, `${unready}\n${this.checker.describeSights()}`);
      if (this.clock.nowMs >= operatorMs && this.checker.allEqual(this.members)) {
        const { misled } = this.membership;
        if (misled !== undefined) startWithSeeds(this, misled.node, misled.seeds);
      }
      this.runUntil(this.clock.nowMs + LOOK_MS);
    }
  }

  private whatIsUnready(): string | undefined {
    const { members } = this;
    for (const node of members) {
      const { keyspace, replica, persistence } = node.process;
      if (!node.isUp || node.isPaused) return `${node.id} does not run`;
      if (replica.loading) return `${node.id} is still loading`;
      if (keyspace.stagedBytes > 0) return `${node.id} holds ${keyspace.stagedBytes} staged bytes`;
      if ((this.nodes.length > 1 || persistence !== undefined) && keyspace.residueCount > 0)
        return `${node.id} holds residue of ${keyspace.residueCount} paths`;
      const log = persistence?.status()?.log;
      if (log !== undefined && log.enabled && (log.state !== "healthy" || log.pendingBytes > 0))
        return `the log of ${node.id} is ${log.state}, and ${log.pendingBytes} bytes wait to be written`;
      if (persistence !== undefined && persistence.refusal !== "")
        return `${node.id} refuses writes: ${persistence.refusal}`;
    }
    return this.checker.allEqual(members) ? undefined : "replicas have not seen the same events";
  }

  private clearEverything(): void {
    this.marks.add("everything deleted at the end");
    const random = new Random(this.scenario.seed, "clearing");
    this.marks.add(
      "key restored from a dump",
      restoreCopies(this, (nodes) => random.pick(nodes)),
    );
    this.converge(this.clock.nowMs + this.scenario.convergeMs);
    for (const [database, key] of everyKey(this))
      this.execute("clearing", random.pick(this.members), database, ["DEL", key]);
    this.converge(this.clock.nowMs + this.scenario.convergeMs);
    demandNothingLeft(this);
  }
}

function expectedOf({ reply, order }: Expectation): Expected {
  const list = Array.isArray(reply) ? reply : [reply];
  if (typeof reply === "object" && reply !== null && "error" in reply && !reply.error.includes(" "))
    return { kind: "error", code: reply.error };
  if (order === "any") return { kind: "any order", elements: list };
  if (order !== "pairs") return { kind: "exactly", reply };
  const pairs = Array.from({ length: list.length / 2 }, (_, i): [string, string] => [
    String(list[2 * i]),
    String(list[2 * i + 1]),
  ]);
  return { kind: "pairs", pairs: new Map(pairs) };
}
