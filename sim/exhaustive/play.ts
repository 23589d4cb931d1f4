/**
 * Plays one schedule of a program at fresh replicas, and compares everything
 * with the specification: every reply, the digests of replicas that have seen
 * the same events, the state that each shows when all have seen everything, and
 * that nothing is left when all of it is deleted.
 */
import { contentCommand } from "../oracles/agreement.ts";
import { crashOf, failureOf, SimulationFailure, type FailureDetails } from "../oracles/failure.ts";
import type { Reply } from "../spec/reply.ts";
import { History, type Dot } from "../spec/history.ts";
import { interpret, type Execution, type Findings } from "../spec/specification.ts";
import { keysOf } from "../world/command-keys.ts";
import { EXPIRY, type ExpiredKey } from "../world/observed-keyspace.ts";
import { LatticeGround, LatticeReplica, type StateCopy } from "./lattice-replica.ts";
import { nameOf, type Program } from "./program.ts";
import type { Order, Schedule } from "./schedule.ts";
import type { Repair, Variant } from "./variant.ts";

/** A Monday in 2024: any time will do. */
const START_MS = 1_704_067_200_000;
/** Bits for the number of an origin's events in the number that stands for a context. */
const EVENT_BITS = 8;
/** Upkeep of a keyspace of a few keys is done long before. */
const UPKEEP_ROUNDS_MAX = 100;

/** How the programs of a search are read and timed. */
export interface Setting {
  readonly replicas: number;
  readonly reads: readonly string[];
  readonly everyMs: number;
}

export interface Trial {
  readonly setting: Setting;
  readonly program: Program;
  readonly variant: Variant;
  readonly schedule: Schedule;
  /** In which the schedule is played. */
  readonly order: Order;
  readonly repair: Repair | undefined;
}

/** What a test may put in the place of what is played, to see that it is noticed. */
export interface Interventions {
  readonly interpret?: (history: History, execution: Execution) => Findings;
  /** Called with every replica that is made. */
  readonly made?: (replica: LatticeReplica) => void;
}

export class Player {
  /** Commands and deliveries so far. */
  steps = 0;
  private readonly ground = new LatticeGround();
  private readonly interventions: Interventions;

  constructor(interventions: Interventions = {}) {
    this.interventions = interventions;
  }

  /** Undefined when all went as specified. */
  play(trial: Trial): SimulationFailure | undefined {
    this.ground.client.renew();
    const play = new Play(this.ground, trial, this.interventions);
    try {
      play.run();
      return undefined;
    } catch (error) {
      this.ground.renew();
      return error instanceof SimulationFailure ? error : crashOf(error, play.atMs);
    } finally {
      this.steps += play.steps;
    }
  }
}

class Play {
  steps = 0;
  /** Since the start. */
  atMs = 0;
  private readonly ground: LatticeGround;
  private readonly setting: Setting;
  private readonly judge: typeof interpret;
  private readonly trial: Trial;
  private readonly replicas: LatticeReplica[] = [];
  private readonly history = new History();
  /** By replica the times of its events, rising. */
  private readonly events: number[][] = [];
  /** By unit what it sent; a unit that did nothing sends nothing. */
  private readonly messages: (Uint8Array | undefined)[] = [];
  /** What was sent, and by whom, in the order in which it happened. */
  private readonly sent: { readonly replica: number; readonly message: Uint8Array }[] = [];
  /** By what a replica has seen, its digest. */
  private readonly digests = new Map<number, string>();
  private readonly stepsTaken: number[] = [];
  private copy: StateCopy | undefined;

  constructor(ground: LatticeGround, trial: Trial, interventions: Interventions) {
    this.ground = ground;
    this.setting = trial.setting;
    this.judge = interventions.interpret ?? interpret;
    this.trial = trial;
    for (let place = 0; place < this.setting.replicas; place++) {
      const replica = new LatticeReplica(ground, place);
      interventions.made?.(replica);
      this.replicas.push(replica);
      this.events.push([]);
      this.stepsTaken.push(0);
    }
  }

  run(): void {
    const { program, order, variant, repair } = this.trial;
    for (const replica of order) this.step(replica);
    if (repair !== undefined) this.joinCopy(repair.receiver);
    this.atMs = program.length * this.setting.everyMs;
    if (variant.redelivers || variant.repair !== undefined) this.deliverAll();
    const keys = [...new Set(program.flatMap(({ command }) => keysOf(command)))];
    this.readAll(keys);
    this.deleteAll(keys);
  }

  private step(place: number): void {
    const { schedule, variant } = this.trial;
    this.joinCopy(place);
    const taken = this.stepsTaken[place] ?? 0;
    const unit = schedule[place]?.[taken] ?? 0;
    if (variant.units[unit]?.replica === place) this.runUnit(place, unit);
    else this.deliver(place, this.messages[unit]);
    this.stepsTaken[place] = taken + 1;
    this.takeCopy(place);
  }

  private runUnit(place: number, unit: number): void {
    const { program, variant } = this.trial;
    for (const operation of variant.units[unit]?.operations ?? []) {
      this.atMs = operation * this.setting.everyMs;
      this.execute(place, program[operation]?.command ?? []);
    }
    this.messages[unit] = this.cut(place);
  }

  private execute(place: number, command: readonly string[]): Reply {
    this.steps++;
    const replica = this.at(place);
    if (command[0] === EXPIRY) {
      replica.expire(this.wallMs(place), (before, time, keys) => this.expired(place, before, time, keys));
      return null;
    }
    const before = replica.ownTime;
    const reply = replica.run(command, this.wallMs(place));
    const dot = this.dotAfter(place, before);
    this.check(place, { command, reply, dot }, before);
    if (dot !== undefined) this.minted(place, dot, before);
    return reply;
  }

  private expired(place: number, before: number, time: number, keys: readonly ExpiredKey[]): void {
    const dot = { origin: this.at(place).originId, time };
    for (const { key, fields } of keys)
      this.check(place, { command: [EXPIRY, key, ...fields], reply: "removed", dot }, before);
    this.minted(place, dot, before);
  }

  private check(place: number, done: Pick<Execution, "command" | "reply" | "dot">, before: number): void {
    const { keyspace } = this.at(place);
    const seen = keyspace.seen(before);
    const { problem } = this.judge(this.history, { ...done, database: 0, seen, nowMs: keyspace.nowMs });
    if (problem !== undefined) this.fail("specification", place, problem, done.command);
  }

  private dotAfter(place: number, before: number): Dot | undefined {
    const { originId, ownTime } = this.at(place);
    return ownTime > before ? { origin: originId, time: ownTime } : undefined;
  }

  private minted(place: number, { time }: Dot, before: number): void {
    const times = this.events[place] ?? [];
    const last = times.at(-1) ?? 0;
    if (time <= last || time <= before) this.fail("dots are unique", place, `an event at ${time} after ${last}`);
    times.push(time);
    this.compareDigests(place);
  }

  private cut(place: number): Uint8Array | undefined {
    const message = this.at(place).cut();
    if (message !== undefined) this.sent.push({ replica: place, message });
    return message;
  }

  private deliver(place: number, message: Uint8Array | undefined): void {
    if (message === undefined) return;
    const times = this.trial.variant.redelivers ? 2 : 1;
    for (let n = 0; n < times; n++) {
      this.steps++;
      this.at(place).receive(message, this.wallMs(place));
      this.compareDigests(place);
    }
  }

  /** Everything that was sent comes to everybody, once more or at last. */
  private deliverAll(): void {
    for (const place of this.replicas.keys()) {
      for (const { replica, message } of this.sent) if (replica !== place) this.deliver(place, message);
    }
  }

  private takeCopy(place: number): void {
    const { repair } = this.trial;
    if (repair?.source === place && repair.sourceSteps === this.stepsTaken[place])
      this.copy = this.at(place).copyState();
  }

  private joinCopy(place: number): void {
    const { repair } = this.trial;
    if (repair?.receiver !== place || repair.receiverSteps !== this.stepsTaken[place] || this.copy === undefined)
      return;
    this.steps++;
    this.at(place).repair(this.copy, this.wallMs(place));
    this.copy = undefined;
    this.compareDigests(place);
  }

  /** Who has seen the same events has the same digest. */
  private compareDigests(place: number): void {
    const seen = this.seenBy(place);
    const digest = this.at(place).keyspace.digest();
    const known = this.digests.get(seen);
    if (known === undefined) this.digests.set(seen, digest);
    else if (known !== digest) {
      const message = `${nameOf(place)} has digest ${digest}; with the same events seen it was ${known}`;
      this.fail("equal contexts, equal digests", place, message);
    }
  }

  /** One number for the events that a replica has seen: how many of each origin. */
  private seenBy(place: number): number {
    const hasSeen = this.at(place).keyspace.seen();
    let seen = 0;
    for (const [writer, times] of this.events.entries()) {
      const { originId } = this.at(writer);
      let count = times.length;
      while (count > 0 && !hasSeen(originId, times[count - 1] ?? 0)) count--;
      seen = (seen << EVENT_BITS) | count;
    }
    return seen;
  }

  /** All have seen everything now, and show it. */
  private readAll(keys: readonly string[]): void {
    for (const place of this.replicas.keys()) {
      if (this.seenBy(place) !== this.seenBy(0))
        this.fail("convergence", place, `${nameOf(place)} has not seen what ${nameOf(0)} has`);
      for (const key of keys) for (const read of this.setting.reads) this.read(place, read, key);
    }
  }

  private read(place: number, read: string, key: string): void {
    const reply = this.execute(place, [read, key]);
    const content = read === "TYPE" ? contentCommand(reply, key) : undefined;
    if (content !== undefined) this.execute(place, content);
  }

  private deleteAll(keys: readonly string[]): void {
    if (keys.length > 0) this.execute(0, ["DEL", ...keys]);
    const message = this.cut(0);
    for (let place = 1; place < this.replicas.length; place++) this.deliver(place, message);
    for (const [place, { keyspace }] of this.replicas.entries()) {
      this.at(place).pruneResidue();
      for (let round = 0; round < UPKEEP_ROUNDS_MAX && keyspace.upkeep(); round++);
      const size = keyspace.size(0);
      if (size > 0) this.fail("nothing left", place, `${size} keys after everything was deleted`);
      if (/[^0]/.test(keyspace.digest()))
        this.fail("nothing left", place, `the digest is ${keyspace.digest()}, not that of nothing`);
    }
    const { usedBytes } = this.ground.arena;
    if (usedBytes > 0) this.fail("nothing left", undefined, `${usedBytes} bytes after everything was deleted`);
  }

  private wallMs(place: number): number {
    return START_MS + this.atMs + (this.trial.variant.skewsMs[place] ?? 0);
  }

  private at(place: number): LatticeReplica {
    const replica = this.replicas[place];
    if (replica === undefined) throw new RangeError(`no replica ${place}`);
    return replica;
  }

  private fail(
    oracle: FailureDetails["oracle"],
    place: number | undefined,
    message: string,
    command?: readonly string[],
  ): never {
    throw failureOf(oracle, this.atMs, message, place === undefined ? undefined : nameOf(place), command);
  }
}
